/**
 * Goal: one implementation serves batch and streaming, bit for bit, and can be snapshotted and continued.
 * Method: 1,000 seeded series of random length, with gaps in time and (in one of four) rows that aren't finite or overflow; for
 * each, every indicator with random parameters computes it in one batch, and again in random chunks, each handed in
 * arrays of its own that hold nothing but the chunk, while snapshots move to fresh indicators. All bits must agree.
 */

import { describe, expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import type { Indicator, IndicatorDefinition, IndicatorParameters } from '../../engine/indicators/indicator.ts'
import { listIndicators } from '../../engine/indicators/registry.ts'
import { firstDifference, randomCandles, seeded } from './support.ts'

const SERIES = 1_000

function randomParameters(definition: IndicatorDefinition, random: () => number): IndicatorParameters {
  const entries = Object.entries(definition.parameters).map(([name, parameter]) => {
    switch (parameter.type) {
      case 'boolean':
        return [name, random() < 0.5] as const
      case 'choice':
        return [name, parameter.choices[Math.floor(random() * parameter.choices.length)]!] as const
      case 'number':
        return [name, random() * 4] as const
      default:
        return [name, Math.min(parameter.max, parameter.min + Math.floor(random() * 24))] as const
    }
  })
  return Object.fromEntries(entries)
}

function batch(indicator: Indicator, inputs: readonly Float64Array[], rows: number): Float64Array[] {
  const outputs = indicator.outputs.map(() => new Float64Array(rows))
  indicator.advance(inputs, 0, rows, outputs)
  return outputs
}

/** In random chunks, most of one row; sometimes within the whole arrays, sometimes in arrays of the chunk alone. */
function streamed(
  create: () => Indicator,
  inputs: readonly Float64Array[],
  rows: number,
  random: () => number,
): Float64Array[] {
  let indicator = create()
  const outputs = indicator.outputs.map(() => new Float64Array(rows))
  for (let from = 0; from < rows; ) {
    const to = Math.min(rows, from + (random() < 0.5 ? 1 : 1 + Math.floor(random() * 60)))
    if (random() < 0.5) {
      indicator.advance(inputs, from, to, outputs)
    } else {
      const chunk = outputs.map(() => new Float64Array(to - from))
      indicator.advance(
        inputs.map((input) => input.slice(from, to)),
        0,
        to - from,
        chunk,
      )
      for (const [k, output] of outputs.entries()) output.set(chunk[k]!, from)
    }
    if (random() < 0.1) {
      const bytes = indicator.snapshot()
      indicator = create()
      indicator.restore(bytes)
    }
    from = to
  }
  return outputs
}

function spoil(candles: Candles, random: () => number): void {
  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.7e308, -1.7e308]
  const fields = ['open', 'high', 'low', 'close', 'volume'] as const
  for (let k = 0; k < 3 && candles.time.length > 0; k++) {
    const row = Math.floor(random() * candles.time.length)
    candles[fields[Math.floor(random() * fields.length)]!][row] = bad[Math.floor(random() * bad.length)]!
  }
}

describe('batch and streaming', () => {
  it(`agree in every bit over ${SERIES} series and all indicators`, () => {
    for (let seed = 0; seed < SERIES; seed++) {
      const random = seeded(seed)
      const rows = Math.floor(random() * 160)
      const candles = randomCandles(rows, random)
      if (seed % 4 === 0) spoil(candles, random)
      for (const definition of listIndicators()) {
        const parameters = randomParameters(definition, random)
        const inputs = definition.inputs('close').map((input) => candles[input])
        const create = () => definition.create(parameters)
        const whole = batch(create(), inputs, rows)
        const pieces = streamed(create, inputs, rows, random)
        for (const [k, column] of whole.entries()) {
          const row = firstDifference(column, pieces[k]!)
          if (row >= 0) {
            const what = `${definition.kind} ${JSON.stringify(parameters)}, output ${definition.outputs[k]}`
            expect.fail(`seed ${seed}, row ${row} of ${rows}: ${what}: ${column[row]} and ${pieces[k]![row]}`)
          }
        }
      }
    }
  })

  it('agree on a series longer than several blocks, with a bad row after warm-up', () => {
    const random = seeded(7)
    const rows = 10_000
    const candles = randomCandles(rows, random)
    for (const field of ['open', 'high', 'low', 'close'] as const) candles[field][6_000] = Number.NaN
    candles.close[8_191] = Number.POSITIVE_INFINITY
    for (const definition of listIndicators()) {
      const parameters = randomParameters(definition, random)
      const inputs = definition.inputs('close').map((input) => candles[input])
      const create = () => definition.create(parameters)
      const whole = batch(create(), inputs, rows)
      const pieces = streamed(create, inputs, rows, random)
      for (const [k, column] of whole.entries()) {
        expect(firstDifference(column, pieces[k]!), `${definition.kind} ${JSON.stringify(parameters)}`).toBe(-1)
      }
    }
  })
})

describe('snapshots', () => {
  const definitions = listIndicators()

  it('of another kind or other parameters are refused, and change nothing', () => {
    const sma = definitions.find((definition) => definition.kind === 'sma')!
    const ema = definitions.find((definition) => definition.kind === 'ema')!
    const target = ema.create({ length: 20 })
    const before = target.snapshot()
    expect(() => target.restore(ema.create({ length: 21 }).snapshot())).toThrow(/other parameters/)
    expect(() => target.restore(sma.create({ length: 20 }).snapshot())).toThrow(/bytes/)
    expect(() => target.restore(new Uint8Array(0))).toThrow(/bytes/)
    const future = before.slice()
    future[0] = 9
    expect(() => target.restore(future)).toThrow(/version 9/)
    expect(target.snapshot()).toEqual(before)
  })

  it('are copies: going on does not change one taken before', () => {
    for (const definition of definitions) {
      const candles = randomCandles(50, seeded(3))
      const inputs = definition.inputs('close').map((input) => candles[input])
      const parameters = randomParameters(definition, seeded(4))
      const indicator = definition.create(parameters)
      const outputs = indicator.outputs.map(() => new Float64Array(50))
      indicator.advance(inputs, 0, 25, outputs)
      const bytes = indicator.snapshot()
      const copy = bytes.slice()
      indicator.advance(inputs, 25, 50, outputs)
      expect(bytes).toEqual(copy)
    }
  })
})
