/** Kraken's names of assets and pairs: old ones carry an X or a Z, and bitcoin is XBT. */

const LEGACY_CRYPTO: Readonly<Record<string, string>> = {
  BTC: 'XXBT',
  ETH: 'XETH',
  LTC: 'XLTC',
  XRP: 'XXRP',
  XLM: 'XXLM',
  ETC: 'XETC',
  ZEC: 'XZEC',
  XMR: 'XXMR',
  REP: 'XREP',
  MLN: 'XMLN',
  DOGE: 'XXDG',
}
const LEGACY_FIAT = ['USD', 'EUR', 'GBP', 'CAD', 'JPY', 'AUD']
/** Of the old assets those whose pairs have short names all the same. */
const SHORT_PAIRS = ['DOGE']

/** `XXBT` for BTC, `ZUSD` for USD, `SOL` for SOL. */
export function assetId(code: string): string {
  return LEGACY_CRYPTO[code] ?? (LEGACY_FIAT.includes(code) ? `Z${code}` : code)
}

/** `XBT` for BTC, `XDG` for DOGE, else the code. */
export function altAsset(code: string): string {
  if (code === 'BTC') return 'XBT'
  return code === 'DOGE' ? 'XDG' : code
}

export interface PairNames {
  /** `XXBTZUSD`, `SOLUSD` */
  readonly id: string
  /** `XBTUSD` */
  readonly altname: string
  /** `XBT/USD` */
  readonly wsname: string
}

export function pairNames(base: string, quote: string): PairNames {
  const [alt, altQuote] = [altAsset(base), altAsset(quote)]
  const isOld =
    base in LEGACY_CRYPTO &&
    !SHORT_PAIRS.includes(base) &&
    (LEGACY_FIAT.includes(quote) || quote in LEGACY_CRYPTO) &&
    quote !== 'AUD'
  const altname = `${alt}${altQuote}`
  return { id: isOld ? `${assetId(base)}${assetId(quote)}` : altname, altname, wsname: `${alt}/${altQuote}` }
}
