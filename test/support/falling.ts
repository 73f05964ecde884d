/** A market that falls a tenth over a day, after a quiet one, and a strategy that buys it. */

import type { CandleSeries } from '../../engine/core/candles.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'

export const HOUR_MS = 3_600_000

export function candlesOf(venue: string, symbol: string, fromMs: number, timeframeMs: number): CandleSeries {
  const price = (i: number): number => 60_000 * (i < 12 ? 1 : 1 - (0.1 * (i - 12)) / 24)
  const column = (at: (i: number) => number): Float64Array => Float64Array.from({ length: 36 }, (_, i) => at(i))
  const candles = {
    time: column((i) => fromMs + i * timeframeMs),
    open: column(price),
    high: column((i) => price(i) * 1.0005),
    low: column((i) => price(i + 1) * 0.9995),
    close: column((i) => price(i + 1)),
    volume: column(() => 1000),
  }
  return { venue, symbol, timeframeMs, candles, dataHash: `falling ${fromMs}` }
}

export function buyAndHold(): Strategy {
  let context: Context
  return {
    setup: (x) => {
      context = x
    },
    onBar: (row) => {
      if (row === 1) context.enter(0)
    },
  }
}
