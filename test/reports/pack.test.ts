/** Whatever a column holds, it comes back the same from its packed form, and a packed column is never the longer one. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Cell } from '../../reports/dataset.ts'
import { packDataset, packValues, unpackDataset, unpackValues } from '../../reports/pack.ts'

const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
const cents = fc.integer({ min: -1e9, max: 1e9 }).map((units) => units / 100)
const times = fc.integer({ min: 0, max: 1e7 }).map((hours) => hours * 3_600_000)
const orNull = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: null, freq: 5 })
const column = fc.oneof(
  ...[finite, cents, times].map((one) => fc.array(orNull(one), { maxLength: 200 })),
  fc.array(orNull(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('long', 'short', '__proto__', ''))), {
    maxLength: 200,
  }),
) as fc.Arbitrary<Cell[]>

describe('packValues', () => {
  it('gives the same values back, to the bit', () => {
    fc.assert(
      fc.property(column, (values) => {
        const packed = JSON.parse(JSON.stringify(packValues(values)))
        // JSON itself writes -0 as 0.
        const expected = 'v' in packed ? JSON.parse(JSON.stringify(values)) : values
        expect(unpackValues(packed)).toEqual(expected)
      }),
      { seed: 5, numRuns: 600 },
    )
  })

  it('is never longer than the values as JSON', () => {
    fc.assert(
      fc.property(column, (values) => {
        expect(JSON.stringify(packValues(values)).length).toBeLessThanOrEqual(JSON.stringify({ v: values }).length)
      }),
      { seed: 6, numRuns: 300 },
    )
  })

  it('writes hourly times and prices in few bytes', () => {
    const hours = Array.from({ length: 1000 }, (_, i) => 1_600_000_000_000 + i * 3_600_000)
    expect(JSON.stringify(packValues(hours)).length).toBeLessThan(1500)
    const prices = hours.map((_, i) => 29_000 + ((i * 7919) % 1000) / 10)
    expect(JSON.stringify(packValues(prices)).length).toBeLessThan(3000)
  })

  it('keeps numbers that share no decimal unit as doubles', () => {
    const values = Array.from({ length: 100 }, (_, i) => Math.sqrt(i + 2))
    const packed = packValues(values)
    expect('f' in packed).toBe(true)
    expect(unpackValues(packed)).toEqual(values)
  })
})

describe('unpackDataset', () => {
  it('is the dataset again', () => {
    const values = Array.from({ length: 100 }, (_, i) => (i % 9 === 0 ? null : i / 4))
    const dataset = {
      title: 'T',
      note: 'n',
      columns: [{ name: 'a', label: 'A', kind: 'ratio' as const, values, extra: true as const }],
    }
    const again = unpackDataset(JSON.parse(JSON.stringify(packDataset(dataset))))
    expect({ ...again, columns: again.columns.map((one) => ({ ...one, values: one.values })) }).toEqual(dataset)
  })
})
