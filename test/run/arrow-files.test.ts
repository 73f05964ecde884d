/** What is written as Arrow is read as what it was: texts of any script, and nulls where there were nulls. */

import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Trade } from '../../engine/core/result.ts'
import { equityArrow, tradesArrow } from '../../engine/run/arrow-files.ts'
import { madeUpRun } from '../support/run-result.ts'

const open = { exitTimeMs: null, exitPrice: null, exitRow: null, exitReason: null }

it('trades come back, each cell', async () => {
  const { trades } = madeUpRun({ bars: 300, trades: 20 })
  const words = fc.oneof(fc.string({ unit: 'binary', maxLength: 12 }), fc.constantFrom('', 'breakout', 'ausbruch–süd'))
  const changes = fc.record({
    trade: fc.constantFrom(...trades),
    ends: fc.constantFrom({}, open),
    tag: fc.option(words),
    profile: fc.option(words),
    venue: fc.option(fc.constant('kraken'), { nil: undefined }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { maxLength: 20 }), async (list) => {
      const made = list.map(({ trade, ends, venue, ...rest }): Trade => {
        return { ...trade, ...ends, ...rest, ...(venue === undefined ? {} : { venue }) }
      })
      const table = tableFromIPC(Buffer.concat(await tradesArrow(made)))
      expect(table.numRows).toBe(made.length)
      const names = table.schema.fields.map(({ name }) => name) as (keyof Trade)[]
      expect(names.includes('venue')).toBe(made.some(({ venue }) => venue !== undefined))
      for (const name of names) {
        const column = table.getChild(name)!
        expect(made.map((_, row) => column.get(row))).toEqual(made.map((trade) => trade[name] ?? null))
      }
    }),
    { seed: 11, numRuns: 60 },
  )
})

it('equity comes back', async () => {
  const run = madeUpRun({ bars: 500 })
  const table = tableFromIPC(Buffer.concat(await equityArrow(run)))
  for (const name of ['time', 'equity', 'exposure'] as const) {
    expect(Float64Array.from(table.getChild(name)!.toArray())).toEqual(Float64Array.from(run[name]))
  }
})
