/** How venues write their data: what an absent bar means, and when funding is settled. */

/** `present`: every interval has a bar, empty ones with volume 0. `absent`: an interval without trades has no bar. */
export type EmptyBars = 'present' | 'absent'

/**
 * Binance writes klines for intervals without trades; Kraken's OHLCVT files and Coinbase leave them out (their
 * documentation: support.kraken.com 360047124832; docs.cdp.coinbase.com, product candles). Others are seen from the
 * series.
 */
const EMPTY_BARS: Readonly<Record<string, EmptyBars>> = {
  binance: 'present',
  binanceusdm: 'present',
  kraken: 'absent',
  coinbase: 'absent',
}

/** The venue's way; for an unknown venue `present` where the series has empty bars, and hardly any is missing. */
export function emptyBarsOf(venue: string | null, zeroVolumeBars: number, missingBars: number): EmptyBars {
  const known = venue === null ? undefined : EMPTY_BARS[venue]
  return known ?? (zeroVolumeBars > missingBars * 4 ? 'present' : 'absent')
}
