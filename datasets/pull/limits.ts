/**
 * What venues give through their candle endpoints: rows a call, and whether only the newest. From the venues' pages and
 * the library's source, as of 2026-11; a venue that isn't listed is asked for `DEFAULT_PAGE` and believed.
 */

export interface VenueLimits {
  /** Rows to ask for in one call. */
  readonly page: number
  /** The venue serves only this many of the newest candles, whatever is asked for. */
  readonly newestOnly?: number
  /** What to do for older ones. */
  readonly older?: string
}

const DEFAULT_PAGE = 500

const LIMITS: Readonly<Record<string, VenueLimits>> = {
  kraken: {
    page: 720,
    newestOnly: 720,
    older:
      'make them from trades with --from-trades, or download the OHLCVT files from Kraken (support article 360047124832) and use tandem data import',
  },
  krakenfutures: { page: 2000 },
  coinbase: { page: 299 },
  alpaca: { page: 1000 },
  hyperliquid: { page: 5000, newestOnly: 5000, older: 'import files of them with tandem data import' },
  binance: { page: 1000 },
  binanceusdm: { page: 1500 },
  binancecoinm: { page: 1500 },
  bybit: { page: 1000 },
  okx: { page: 100 },
}

export function limitsOf(exchange: string): VenueLimits {
  return LIMITS[exchange] ?? { page: DEFAULT_PAGE }
}
