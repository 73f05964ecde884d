/** What a candle must be: the rules of the import, for one bar. */

import type { VenueCandle } from '../exchange.ts'

/** Why this can't be a bar of that timeframe; null where it can. */
export function candleFault(candle: VenueCandle, timeframeMs: number): string | null {
  const { openMs, open, high, low, close, volume } = candle
  if (!Number.isSafeInteger(openMs) || openMs % timeframeMs !== 0) return `it opens at ${openMs}, which is off the grid`
  for (const [name, price] of Object.entries({ open, high, low, close })) {
    if (!(Number.isFinite(price) && price > 0)) return `its ${name} is ${price}`
  }
  if (!(Number.isFinite(volume) && volume >= 0)) return `its volume is ${volume}`
  if (high < Math.max(open, close)) return `the high ${high} is below open or close`
  if (low > Math.min(open, close)) return `the low ${low} is above open or close`
  return null
}

export function sameCandle(a: VenueCandle, b: VenueCandle): boolean {
  return (
    a.openMs === b.openMs &&
    a.open === b.open &&
    a.high === b.high &&
    a.low === b.low &&
    a.close === b.close &&
    a.volume === b.volume
  )
}
