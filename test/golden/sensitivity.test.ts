/** A digest moves when what it covers changes, and only then: inputs, decisions and outcomes each tell of their own. */

import { describe, expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import type { CandleSeries, Candles } from '../../engine/core/candles.ts'
import { type GoldenCase, named, PLAIN, synthetic } from './cases.ts'
import { type Golden, runCase } from './run-case.ts'

/** A fixed size in money: what is decided doesn't depend on what earlier trades have left. */
const BASE: GoldenCase = {
  name: 'fixed size',
  config: { ...PLAIN, sizing: { mode: 'fixed', quote: 1000 } },
  series: synthetic('gbm', 2000),
  strategy: named('sma-cross'),
}

const withConfig = (changes: GoldenCase['config']): Promise<Golden> =>
  runCase({ ...BASE, config: { ...BASE.config, ...changes } })

/** Which digests of a run differ from the base's. */
async function moved(other: Promise<Golden>): Promise<string[]> {
  const base = await runCase(BASE)
  const run = await other
  expect(base.fills).toBeGreaterThan(10)
  return (['inputs', 'decisions', 'outcomes'] as const).filter((name) => run[name] !== base[name])
}

/** The base's series with one value changed. */
function changed(row: number, change: (candles: Candles, row: number) => void): () => CandleSeries[] {
  return () =>
    BASE.series().map((one) => {
      change(one.candles, row)
      return { ...one, dataHash: hashCandles(one.candles) }
    })
}

describe('what moves which digest', () => {
  it('the same again: none', async () => {
    expect(await moved(runCase(BASE))).toEqual([])
  })

  it('the fee that is paid: outcomes', async () => {
    expect(await moved(withConfig({ costs: { fees: { maker: 0.001, taker: 0.0021 } } }))).toEqual(['outcomes'])
  })

  it('a fee that nobody pays: none', async () => {
    expect(await moved(withConfig({ costs: { fees: { maker: 0.0011, taker: 0.002 } } }))).toEqual([])
  })

  it('the fee where sizes follow equity: decisions, too', async () => {
    const sized = (taker: number) => withConfig({ sizing: PLAIN.sizing, costs: { fees: { maker: 0.001, taker } } })
    const [low, high] = [await sized(0.002), await sized(0.0021)]
    expect(high.inputs).toBe(low.inputs)
    expect(high.decisions).not.toBe(low.decisions)
    expect(high.outcomes).not.toBe(low.outcomes)
  })

  it('the size of an order by a cent: decisions and outcomes', async () => {
    const run = withConfig({ sizing: { mode: 'fixed', quote: 1000.01 } })
    expect(await moved(run)).toEqual(['decisions', 'outcomes'])
  })

  it('slippage: outcomes', async () => {
    expect(await moved(withConfig({ costs: { ...PLAIN.costs, slippageBps: 1 } }))).toEqual(['outcomes'])
  })

  it('a volume that nobody reads: inputs', async () => {
    const series = changed(500, ({ volume }, row) => {
      volume[row] = volume[row]! + 1
    })
    expect(await moved(runCase({ ...BASE, series }))).toEqual(['inputs'])
  })

  it('a price that the strategy reads: all', async () => {
    const series = changed(500, ({ close, low }, row) => {
      close[row] = close[row]! * 0.5
      low[row] = close[row]!
    })
    expect(await moved(runCase({ ...BASE, series }))).toEqual(['inputs', 'decisions', 'outcomes'])
  })

  it('a parameter of the strategy: decisions and outcomes', async () => {
    const strategy = named('sma-cross', { fast: 21 })
    expect(await moved(runCase({ ...BASE, strategy }))).toEqual(['decisions', 'outcomes'])
  })
})
