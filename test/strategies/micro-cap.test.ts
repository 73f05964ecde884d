/**
 * Goal: micro-momentum does what it was made for: on 50 dollars under MICRO_CAP it takes a few of its signals, the top
 * quarter, one at a time, with target and stop at the venue. Method: four made-up pairs of five-minute bars.
 */

import { expect, it } from 'vitest'
import type { SignalOptions } from '../../engine/core/strategy.ts'
import { randomCandles } from '../support/random-market.ts'
import { maker } from '../support/run-strategy.ts'
import { marketOf, runOn, seriesOf } from '../support/runs.ts'

const FIVE_MINUTES_MS = 300_000

it('takes the top quarter of its signals on a small account', async () => {
  const series = ['SOL/USD', 'ADA/USD', 'DOGE/USD', 'ETH/USD'].map((symbol, k) =>
    seriesOf(randomCandles({ seed: k + 1, bars: 8000, timeframeMs: FIVE_MINUTES_MS }), symbol, FIVE_MINUTES_MS),
  )
  const market = marketOf(series)
  const inner = (await maker('micro-momentum'))()
  const signals: SignalOptions[] = []
  const { kernel, recorder } = runOn(
    market,
    {
      setup: (x) => {
        const enter = x.enter.bind(x)
        inner.setup(
          Object.assign(Object.create(x), {
            enter: (symbol: number, options: SignalOptions) => {
              signals.push(options)
              enter(symbol, options)
            },
          }),
        )
      },
      onBar: (row) => inner.onBar(row),
    },
    {
      data: { venue: 'test', symbols: series.map(({ symbol }) => symbol), timeframe: '5m' },
      account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' },
      sizing: { mode: 'profile' },
      costs: { fees: { maker: 0.001, taker: 0.001 } },
      rules: { venueMinimums: false },
    },
  )
  expect(signals.every(({ target, stop }) => target === 0.02 && stop === 0.01)).toBe(true)
  const { entryOrders, skips } = recorder
  const refused = (code: string): number =>
    [...skips.values()].filter((skip) => skip.code === code).reduce((sum, { count }) => sum + count, 0)
  expect(refused('NO_QUALITY')).toBe(20)
  expect(refused('LOW_QUALITY')).toBeGreaterThan(2 * entryOrders)
  expect(entryOrders).toBeGreaterThan(10)
  expect(kernel.portfolio.fills).toBeGreaterThanOrEqual(2 * entryOrders - 1)
})
