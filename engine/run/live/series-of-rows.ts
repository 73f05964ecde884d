/** Rows of a session as series, for whatever reads a market's columns. */

import { hashCandles } from '../../../datasets/columns.ts'
import { allocateCandles, type CandleSeries } from '../../core/candles.ts'
import type { ClosedRow } from '../../live/ports.ts'
import type { ResolvedConfig } from '../config/index.ts'

export function seriesOfRows(config: ResolvedConfig, rows: readonly ClosedRow[], timeframeMs: number): CandleSeries[] {
  return config.data.symbols.map((symbol, k) => {
    const present = rows.filter(({ candles }) => candles[k] !== null)
    const candles = allocateCandles(present.length)
    present.forEach(({ openMs, candles: row }, i) => {
      const one = row[k]!
      candles.time[i] = openMs
      candles.open[i] = one.open
      candles.high[i] = one.high
      candles.low[i] = one.low
      candles.close[i] = one.close
      candles.volume[i] = one.volume
    })
    return { venue: config.data.venue, symbol, timeframeMs, candles, dataHash: hashCandles(candles) }
  })
}
