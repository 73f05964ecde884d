/** Coinbase's BTC/USD of 2017-04-15, with a low of 0.06 that was real: what it does to a stop, and that it is shown. */

import { expect, it } from 'vitest'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { simulate } from '../../engine/run/backtest.ts'
import { makeMarket } from '../../engine/run/market.ts'
import { loadTerms } from '../../engine/run/terms.ts'
import { readCandleFile } from '../conformance/candle-file.ts'
import { plainConfig } from '../support/runs.ts'
import { describeShared, sharedPath } from '../support/shared.ts'

const DAY_MS = 86_400_000
const WICK_MS = Date.UTC(2017, 3, 15)

/** Buys on one day, with exits that the venue's trigger_bracket can rest. */
function buyOn(time: Float64Array, dayMs: number): Strategy {
  let x: Context
  return {
    setup: (context) => {
      x = context
    },
    onBar: (row) => {
      if (time[row] === dayMs) x.enter(0, { stop: 0.5, target: 20 })
    },
  }
}

describeShared('a stop and the wick of 2017-04-15', () => {
  it('is filled at its trigger, in every model, and said to be a wick', async () => {
    const candles = readCandleFile(sharedPath('data/candles/coinbase-BTCUSD-1d.csv.gz'))
    const row = candles.time.indexOf(WICK_MS)
    expect(candles.low[row]).toBe(0.06)
    const symbol = 'BTC/USD'
    const market = makeMarket([{ venue: 'coinbase', symbol, timeframeMs: DAY_MS, candles, dataHash: 'coinbase 1d' }])
    for (const ambiguous of ['pessimistic', 'optimistic', 'path']) {
      const config = plainConfig({
        data: { venue: 'coinbase', symbols: [symbol], timeframe: '1d' },
        execution: { ambiguous },
      })
      const strategy = { create: () => buyOn(candles.time, WICK_MS - 10 * DAY_MS), hash: 'test', params: {} }
      const { result } = simulate(config, market, await loadTerms(config), strategy)
      const [trade] = result.trades
      const entry = candles.open[row - 9]!
      expect([trade!.exitReason, trade!.exitTimeMs]).toEqual(['STOP', WICK_MS + DAY_MS])
      expect(trade!.exitPrice).toBeCloseTo(entry / 2, 6)
      expect(result.ambiguity.bars).toBe(0)
      const [wick] = result.assumptions.filter(({ code }) => code === 'WICK_STOPS')
      expect(wick!.count).toBe(1)
      expect(wick!.text).toContain('2017-04-15 00:00 UTC')
      expect(wick!.text).toContain('low 0.06')
    }
  })
})
