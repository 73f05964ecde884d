/** Gaps and resampling as a run file asks for them, and what the result says about it. */

import { expect, it } from 'vitest'
import { syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import { writeSeries } from '../../datasets/write.ts'
import type { Candles } from '../../engine/core/candles.ts'
import { runBacktest } from '../../engine/run/backtest.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { KEY, temporaryDirectory } from '../datasets/support.ts'

const SOURCE = { kind: 'synthetic', model: 'gbm', parameters: { seed: 3 } } as const

/** 900 hours with two holes of 5 and 3. */
async function filledStore(): Promise<string> {
  const store = temporaryDirectory()
  const { candles } = syntheticCandles({ ...KEY, model: 'gbm', seed: 3, bars: 900 })
  const isThere = (_: number, row: number): boolean => !(row >= 300 && row < 305) && !(row >= 500 && row < 503)
  const rows = Object.entries(candles).map(([name, column]) => [name, (column as Float64Array).filter(isThere)])
  await writeSeries(store, KEY, Object.fromEntries(rows) as Candles, SOURCE)
  return store
}

async function run(store: string, data: object) {
  const config = resolveConfig(
    {
      strategy: { name: 'sma-cross', params: { fast: 5, slow: 20 } },
      data: { venue: KEY.venue, symbols: [KEY.symbol], timeframe: '1h', ...data },
      account: { profile: 'none' },
      sizing: { mode: 'percent', fraction: 0.9 },
      costs: { fees: { maker: 0.001, taker: 0.001 } },
      rules: { venueMinimums: false },
    },
    'test',
  )
  const options = { store, runs: temporaryDirectory(), report: false, baseFolder: '.', log: () => undefined }
  const { summary } = await runBacktest(config, options)
  const told = Object.fromEntries(summary.assumptions.map(({ code, count }) => [code, count]))
  return { bars: summary.bars, told, dataHash: summary.dataHash, inputs: summary.digest.inputs }
}

it('gaps: leave passes over missing bars, carry fills them, and both are told', async () => {
  const store = await filledStore()
  const left = await run(store, {})
  expect([left.bars, left.told['MISSING_BARS'], left.told['GAPS_CARRIED']]).toEqual([892, 8, undefined])
  const carried = await run(store, { gaps: 'carry' })
  expect([carried.bars, carried.told['MISSING_BARS'], carried.told['GAPS_CARRIED']]).toEqual([900, undefined, 8])
  expect([carried.dataHash === left.dataHash, carried.inputs === left.inputs]).toEqual([false, false])
})

it('what the checks find in the data is told with the result; clean data need no word', async () => {
  const store = await filledStore()
  // Nothing is missing around the holes: by chance they would not be there.
  expect((await run(store, {})).told['DATA_FINDINGS']).toBe(2)
  expect((await run(store, { gaps: 'carry' })).told['DATA_FINDINGS']).toBeUndefined()
  expect((await run(store, { from: '2020-01-01', to: '2020-01-10' })).told['DATA_FINDINGS']).toBeUndefined()
})

it('a timeframe that is not stored is made of a finer one, and told', async () => {
  const { bars, told } = await run(await filledStore(), { timeframe: '4h' })
  expect([bars, told['RESAMPLED'], told['PARTIAL_BARS'], told['MISSING_BARS']]).toEqual([224, 224, undefined, 1])
})
