/**
 * Stops that a wick met: the bar reached the trigger and closed back on its other side. The candle says that there were
 * trades on the way, so the stop is filled at its trigger; that such a low or high was real is worth a look.
 */

import type { Grid } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import type { Assumption, Trade } from '../core/result.ts'
import { utcText } from '../kernel/watched.ts'

export function wickStops(trades: readonly Trade[], grid: Grid, instruments: readonly Instrument[]): Assumption[] {
  let count = 0
  let deepest = 0
  let example = ''
  for (const { symbol, venue, side, exitRow, exitPrice, exitReason } of trades) {
    if (exitReason !== 'STOP' || exitRow === null || exitPrice === null) continue
    const { id } = instruments.find((one) => one.symbol === symbol && (venue ?? one.venue) === one.venue)!
    const { low, high, close } = grid.symbols[id]!
    const [extreme, last] = [side === 'long' ? low[exitRow]! : high[exitRow]!, close[exitRow]!]
    const direction = side === 'long' ? 1 : -1
    const beyond = (direction * (exitPrice - extreme)) / exitPrice
    if (direction * (last - exitPrice) <= 0 || beyond <= 0) continue
    count += 1
    if (beyond <= deepest) continue
    deepest = beyond
    example = `${utcText(grid.time[exitRow]!)}, stopped at ${exitPrice}, ${side === 'long' ? 'low' : 'high'} ${extreme}, close ${last}`
  }
  if (count === 0) return []
  const text = `stops were filled at their trigger by a wick, a bar that closed back beyond it; the longest: ${example}`
  return [{ code: 'WICK_STOPS', text, count }]
}
