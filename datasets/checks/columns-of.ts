/** Which cell of a CSV row is what, for reading rows that may be wrong. */

import { refusal } from '../import/refuse.ts'

/** `values`: open, high, low, close, volume and perhaps the other volume; for funding the rate alone. */
export interface ColumnMap {
  readonly kind: 'candles' | 'funding'
  readonly time: number
  readonly values: readonly number[]
}

const TIMES = ['timestamp', 'unix', 'unix timestamp', 'ts', 'open time', 'time', 'datetime', 'date time', 'date']
const PRICES = ['open', 'high', 'low', 'close'] as const
const RATES = ['funding rate', 'fundingrate', 'last funding rate', 'rate']

/** Without names: Kraken's 7 columns, Binance's 12 with the quote volume in the eighth, or time and five numbers. */
const WIDTHS: Readonly<Record<number, readonly number[]>> = {
  6: [1, 2, 3, 4, 5],
  7: [1, 2, 3, 4, 5],
  12: [1, 2, 3, 4, 5, 7],
}

/** Throws `WRONG_COLUMNS` where neither names nor width tell. */
export function mapColumnsOf(file: string, header: readonly string[] | null, width: number): ColumnMap {
  if (header !== null) return byName(file, header)
  const values = WIDTHS[width]
  if (values !== undefined) return { kind: 'candles', time: 0, values }
  const hint = 'put a row timestamp,open,high,low,close,volume before the data'
  throw refusal('WRONG_COLUMNS', { file }, `has ${width} columns and no names for them`, hint)
}

function byName(file: string, header: readonly string[]): ColumnMap {
  const names = header.map((text) =>
    text
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim(),
  )
  const first = (choices: readonly string[]): number =>
    choices.map((choice) => names.indexOf(choice)).find((index) => index >= 0) ?? -1
  const time = first(TIMES)
  const rate = first(RATES)
  if (time >= 0 && rate >= 0) return { kind: 'funding', time, values: [rate] }
  const prices = PRICES.map((name) => first([name, `${name} price`, name[0]!]))
  const volumes = volumeCells(names)
  const missing = [...(time < 0 ? ['time'] : []), ...PRICES.filter((_, index) => prices[index]! < 0)]
  if (volumes.length === 0) missing.push('volume')
  if (missing.length > 0) {
    const message = `lacks ${missing.join(', ')}; it has ${header.join(', ')}`
    throw refusal('WRONG_COLUMNS', { file }, message, 'name the columns timestamp,open,high,low,close,volume')
  }
  return { kind: 'candles', time, values: [...prices, ...volumes] }
}

/** Base volume, then quote volume where there is one: of `volume btc` and `volume usd` or a bare `volume`. */
function volumeCells(names: readonly string[]): readonly number[] {
  const named = names.flatMap((name, index) =>
    /^(volume|vol)( \S.*)?$|^v$|^(base|quote) (asset )?volume$/.test(name) ? [index] : [],
  )
  const isQuote = (index: number): boolean => /usd|eur|quote|^volume$/.test(names[index]!)
  if (named.length < 2) return named
  const base = named.find((index) => !isQuote(index)) ?? named[0]!
  return [base, named.find((index) => index !== base)!]
}

/** The commonest of comma, semicolon and tab. */
export function separatorOf(head: Uint8Array): number {
  const count = (byte: number): number => head.reduce((sum, at) => sum + (at === byte ? 1 : 0), 0)
  const [comma, semicolon, tab] = [0x2c, 0x3b, 0x09]
  return [semicolon, tab].find((byte) => count(byte) > count(comma)) ?? comma
}
