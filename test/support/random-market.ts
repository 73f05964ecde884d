/** Small random markets from a seed: whole-number arithmetic, prices on a cent, gaps where asked. */

import { allocateCandles, type CandleSeries, type Candles } from '../../engine/core/candles.ts'
import { ParkMiller } from './park-miller.ts'
import { seriesOf } from './runs.ts'

export interface RandomMarketOptions {
  readonly seed: number
  readonly bars: number
  readonly startPrice?: number
  /** Leave out about this share of the bars, in percent. */
  readonly gapPercent?: number
  readonly timeframeMs?: number
}

export function randomCandles(options: RandomMarketOptions): Candles {
  const { seed, bars, gapPercent = 0, timeframeMs = 3_600_000 } = options
  const random = new ParkMiller(seed * 104729)
  const rows: number[][] = []
  let cents = (options.startPrice ?? 100) * 100
  for (let i = 0; rows.length < bars; i++) {
    const open = Math.max(100, cents + step(random, cents, 200))
    const close = Math.max(100, open + step(random, open, 60))
    const high = Math.max(open, close) + Math.abs(step(random, open, 120))
    const low = Math.max(50, Math.min(open, close) - Math.abs(step(random, open, 120)))
    cents = close
    if (random.below(100) >= gapPercent) {
      rows.push([
        1_600_000_000_000 + i * timeframeMs,
        open / 100,
        high / 100,
        low / 100,
        close / 100,
        random.below(5000) / 10,
      ])
    }
  }
  const candles = allocateCandles(bars)
  const columns = [candles.time, candles.open, candles.high, candles.low, candles.close, candles.volume]
  for (const [row, values] of rows.entries()) for (const [k, value] of values.entries()) columns[k]![row] = value
  return candles
}

/** Up to ± 1/part of the price, in cents. */
function step(random: ParkMiller, cents: number, part: number): number {
  const span = Math.max(2, Math.round(cents / part))
  return random.below(2 * span + 1) - span
}

/** Several symbols with gaps of their own. */
export function randomSeries(seed: number, symbols: number, bars: number, gapPercent = 5): CandleSeries[] {
  return Array.from({ length: symbols }, (_, k) =>
    seriesOf(
      randomCandles({ seed: seed * 100 + k, bars: bars - k * 7, gapPercent, startPrice: 50 + 40 * k }),
      `S${k}/USD`,
    ),
  )
}
