/** What file names say: pairs as venues write them, timeframes, markets. Guesses for where the user says nothing. */

import { parseTimeframe } from '../../../engine/core/timeframe.ts'
import type { PriceKind } from '../../series.ts'

/** What a file's name and content say about its series; absent where they say nothing. */
export interface Hints {
  readonly venue?: string
  readonly symbol?: string
  readonly timeframeMs?: number
  readonly price?: PriceKind
}

/** Quote currencies that a name may end in, longest first, so that BTCUSDT is BTC/USDT. */
const QUOTES = [
  ...[
    'PYUSD',
    'USDT',
    'USDC',
    'USDP',
    'USD',
    'EUR',
    'GBP',
    'CAD',
    'JPY',
    'AUD',
    'CHF',
    'DAI',
    'BTC',
    'XBT',
    'ETH',
    'KRW',
  ],
]
/** Binance's own; elsewhere SHIBUSD is SHIB/USD and DOTUSD is DOT/USD. */
const BINANCE_QUOTES = ['FDUSD', 'BUSD', 'TUSD', 'BIDR', 'TRY', 'BRL', 'BNB', ...QUOTES]
/** Kraken's old names put an X before coins and a Z before money: XXBTZUSD, but XTZUSD is XTZ/USD. */
const OLD_KRAKEN = /^(X[A-Z]{3})(Z(?:USD|EUR|GBP|CAD|JPY)|XXBT|XETH)$/

/** Kraken's and others' own names for a currency, as the rest of the world calls it. */
const CURRENCIES: Readonly<Record<string, string>> = {
  XBT: 'BTC',
  XXBT: 'BTC',
  XDG: 'DOGE',
  XXDG: 'DOGE',
  XETH: 'ETH',
  XXRP: 'XRP',
  XLTC: 'LTC',
  XXLM: 'XLM',
  XXMR: 'XMR',
  XZEC: 'ZEC',
  XETC: 'ETC',
  XREP: 'REP',
  ZUSD: 'USD',
  ZEUR: 'EUR',
  ZGBP: 'GBP',
  ZCAD: 'CAD',
  ZJPY: 'JPY',
}

const currency = (code: string): string => CURRENCIES[code] ?? code

/** `BTC/USD` of `XBTUSD`, `btcusdt`, `BTC-USD`, `XXBTZUSD`; undefined if no quote currency can be told. */
export function pairOf(text: string, venue?: string): string | undefined {
  const upper = text.toUpperCase()
  const parted = /^([A-Z0-9]{1,20})[/_-]([A-Z0-9]{1,20})$/.exec(upper) ?? OLD_KRAKEN.exec(upper)
  if (parted !== null) return `${currency(parted[1]!)}/${currency(parted[2]!)}`
  const quotes = venue?.startsWith('binance') === true ? BINANCE_QUOTES : QUOTES
  const quote = quotes.find((one) => upper.endsWith(one) && upper.length > one.length)
  if (quote === undefined || !/^[A-Z0-9]{1,40}$/.test(upper)) return undefined
  return `${currency(upper.slice(0, -quote.length))}/${currency(quote)}`
}

/** Milliseconds of `1h`, `1d`, `5m`, `60` (minutes), `d`, `hour`, `minute`; undefined if it is none of them. */
export function timeframeOf(text: string): number | undefined {
  const words: Readonly<Record<string, string>> = {
    d: '1d',
    h: '1h',
    m: '1m',
    daily: '1d',
    hour: '1h',
    minute: '1m',
    second: '1s',
  }
  const written = words[text] ?? (/^\d+$/.test(text) ? `${text}m` : text)
  if (!/^[1-9]\d{0,4}[smhdw]$/.test(written)) return undefined
  return parseTimeframe(written)
}

/** Hints without the members that are undefined. */
export function hints(found: { readonly [K in keyof Hints]: Hints[K] | undefined }): Hints {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as Hints
}
