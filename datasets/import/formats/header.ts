/** Columns found by the names in a header, as people and sites write them. */

import { type Place, refusal } from '../refuse.ts'
import type { RowKind } from './format.ts'

/** Names without case, with one space for `_` and `-`; the first that is there is taken. */
const TIME = [
  ...['timestamp', 'unix', 'unix timestamp', 'unix time', 'ts', 'open time', 'time', 'datetime', 'date time', 'date'],
  ...['calc time', 'funding time', 'fundingtime', 'funding timestamp', 'transact time'],
]

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  time: TIME,
  open: ['open', 'open price', 'o'],
  high: ['high', 'high price', 'h'],
  low: ['low', 'low price', 'l'],
  close: ['close', 'close price', 'c'],
  price: ['price', 'rate', 'p'],
  amount: ['amount', 'size', 'qty', 'quantity', 'volume', 'vol', 'base qty'],
  rate: ['funding rate', 'fundingrate', 'last funding rate', 'rate', 'funding'],
}

/** A header's names as they are compared. */
export function normalNames(texts: readonly string[]): readonly string[] {
  return texts.map((text) =>
    text
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim(),
  )
}

/** Index of the column of a role, or −1. Volume is not among them: see `volumeColumn`. */
export function columnOf(role: string, names: readonly string[]): number {
  return ALIASES[role]!.map((alias) => names.indexOf(alias)).find((index) => index >= 0) ?? -1
}

/** What the rows under such a header are: funding and trades have columns that candles lack. Null if it's unclear. */
export function kindOfHeader(names: readonly string[]): RowKind | null {
  if (columnOf('time', names) === -1) return null
  if (columnOf('open', names) >= 0 && columnOf('close', names) >= 0) return 'candles'
  if (names.some((name) => /^(last )?funding ?rate$/.test(name))) return 'funding'
  return columnOf('price', names) >= 0 && columnOf('amount', names) >= 0 ? 'trades' : null
}

/**
 * Index of the volume in base: `volume btc` for BTC/USD before a plain `volume`, which then is in quote; −1 if there is
 * none. Throws `AMBIGUOUS_VOLUME`.
 */
export function volumeColumn(place: Place, names: readonly string[], symbol: string | undefined): number {
  const base = symbol?.split('/')[0]?.toLowerCase()
  const inBase = names.findIndex(
    (name) => name === `volume ${base}` || name === 'base volume' || name === 'volume base',
  )
  if (inBase >= 0) return inBase
  const plain = names.findIndex((name) => name === 'volume' || name === 'vol' || name === 'v')
  const other = names.find((name) => /^volume \S/.test(name))
  if (plain >= 0 && other !== undefined && symbol !== undefined) {
    throw refusal(
      'AMBIGUOUS_VOLUME',
      place,
      `has the columns volume and ${other}, and neither is named after the base currency of ${symbol}`,
      `name the volume in base 'volume ${base}' or remove the other`,
    )
  }
  return plain
}

/** Throws `WRONG_COLUMNS` if a wanted role has no column or its column's name is there twice. */
export function checkFound(
  place: Place,
  roles: readonly string[],
  found: readonly number[],
  texts: readonly string[],
  names: readonly string[],
): void {
  const missing = roles.filter((_, index) => found[index] === -1)
  if (missing.length > 0) {
    throw refusal(
      'WRONG_COLUMNS',
      place,
      `lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.join(', ')}; it has ${shown(texts)}`,
      'the first row must name timestamp (or time, date, open time), open, high, low, close, volume',
    )
  }
  const twice = found.find((index) => names.indexOf(names[index]!) !== names.lastIndexOf(names[index]!))
  if (twice !== undefined)
    throw refusal('WRONG_COLUMNS', place, `has two columns ${texts[twice]}`, 'remove one of them')
}

/** A damaged file can have anything for names. */
function shown(texts: readonly string[]): string {
  return texts
    .slice(0, 16)
    .map((text) => text.replace(/[^\x20-\x7e\u00a0-\uffff]/g, '?').slice(0, 24))
    .join(', ')
}
