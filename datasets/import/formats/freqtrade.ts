/**
 * freqtrade's files and ccxt's arrays: `BTC_USDT-5m.json` is an array of [ms, open, high, low, close, volume], as ccxt's
 * fetchOHLCV gives it; `.feather` (Arrow, LZ4) and `.parquet` have columns date, open, …; `-trades` has trades;
 * `futures/…-mark`, `-index` are prices, `-funding_rate` has the rate in `open`.
 */

import { refusal } from '../refuse.ts'
import { allNumeric, type Format, firstPlace, type Layout, ROLES, type Sample } from './format.ts'
import { checkFound, columnOf, kindOfHeader, normalNames, volumeColumn } from './header.ts'
import { type Hints, hints, timeframeOf } from './names.ts'

interface NameParts {
  readonly hints: Hints
  readonly funding: boolean
}

const NAME =
  /^([A-Za-z0-9]+)_([A-Za-z0-9]+)(?:_([A-Za-z0-9]+))?-(?:(\d+[smhdw])|trades)(?:-(futures|mark|index|premiumIndex|funding_rate))?\.(?:json|feather|parquet)$/

/** What a freqtrade name says. Throws `NOT_A_PRICE` for the premium index. */
function nameParts(sample: Sample): NameParts {
  const match = NAME.exec(sample.name)
  if (match === null) return { hints: {}, funding: false }
  const [, base, quote, settle, timeframe, kind] = match
  if (kind === 'premiumIndex') {
    const message = 'is of the premium index, which is no price'
    throw refusal('NOT_A_PRICE', { file: sample.file }, message, 'import the futures, mark or index file')
  }
  const folders = sample.folders.at(-1) === 'futures' ? sample.folders.slice(0, -1) : sample.folders
  return {
    hints: hints({
      venue: folders.at(-2) === 'data' ? folders.at(-1) : undefined,
      symbol: settle === undefined ? `${base}/${quote}` : `${base}/${quote}:${settle}`,
      timeframeMs: timeframe === undefined ? undefined : timeframeOf(timeframe),
      price: kind === 'mark' || kind === 'index' ? kind : undefined,
    }),
    funding: kind === 'funding_rate',
  }
}

export const ccxtCandles: Format = {
  name: 'ccxt',
  title: 'ccxt or freqtrade JSON: [[ms, open, high, low, close, volume], …]',
  shape: ['json'],
  detect(sample, forced): Layout | null {
    const row = sample.rows[0] ?? []
    const fits = !sample.inObject && row.length === 6 && allNumeric(row)
    if (!fits && !forced) return null
    if (row.length < 6) {
      const message = `has ${row.length} values a row, candles as ccxt gives them have 6`
      throw refusal('WRONG_COLUMNS', firstPlace(sample), message, 'name the right format')
    }
    const parts = nameParts(sample)
    if (parts.funding) return { ...FUNDING_IN_OPEN, format: 'ccxt', width: 6, hints: parts.hints }
    return {
      format: 'ccxt',
      kind: 'candles',
      skip: 0,
      width: row.length,
      cells: [0, 1, 2, 3, 4, 5],
      names: ROLES.candles,
      hints: parts.hints,
      notes: ['arrays of time, open, high, low, close, volume'],
    }
  },
}

const FUNDING_IN_OPEN = {
  kind: 'funding',
  skip: 0,
  cells: [0, 1],
  names: ['time', 'open'],
  notes: ['funding rate in the column open, as freqtrade keeps it'],
} as const

export const ccxtTrades: Format = {
  name: 'ccxt-trades',
  title: 'freqtrade trades in JSON: [[ms, id, type, side, price, amount, cost], …]',
  shape: ['json'],
  detect(sample, forced): Layout | null {
    const row = sample.rows[0] ?? []
    const fits = !sample.inObject && row.length === 7 && /^(buy|sell)$/.test(row[3] ?? '')
    if (!fits && !forced) return null
    if (row.length !== 7) {
      const message = `has ${row.length} values a row, trades as freqtrade keeps them have 7`
      throw refusal('WRONG_COLUMNS', firstPlace(sample), message, 'name the right format')
    }
    return {
      format: 'ccxt-trades',
      kind: 'trades',
      skip: 0,
      width: 7,
      cells: [0, 4, 5],
      names: ROLES.trades,
      hints: nameParts(sample).hints,
      notes: ['arrays of time, id, type, side, price, amount, cost'],
    }
  },
}

/** Columns by name in an Arrow or Parquet file. */
function tableLayout(sample: Sample, format: 'feather' | 'parquet'): Layout {
  const texts = sample.rows[0] ?? []
  const names = normalNames(texts)
  const parts = nameParts(sample)
  const base = { format, skip: 0, width: texts.length, hints: parts.hints }
  const [time, open] = [columnOf('time', names), columnOf('open', names)]
  if (parts.funding && time >= 0 && open >= 0) return { ...base, ...FUNDING_IN_OPEN, cells: [time, open] }
  const kind = kindOfHeader(names) ?? 'candles'
  const found = ROLES[kind].map((role) =>
    role === 'volume' ? volumeColumn({ file: sample.file }, names, sample.symbol) : columnOf(role, names),
  )
  const mark = parts.hints.price !== undefined
  const required = ROLES[kind].filter((role) => role !== 'volume' || !mark)
  checkFound({ file: sample.file }, required, found.slice(0, required.length), texts, names)
  const columns = found.map((index, role) => texts[index] ?? ROLES[kind][role]!)
  return { ...base, kind, cells: found, names: columns, notes: [`columns ${columns.join(', ')}`] }
}

export const feather: Format = {
  name: 'feather',
  title: 'Feather (Arrow), as freqtrade keeps its data',
  shape: ['arrow'],
  detect: (sample) => tableLayout(sample, 'feather'),
}

export const parquet: Format = {
  name: 'parquet',
  title: 'Parquet with column names',
  shape: ['parquet'],
  detect: (sample) => tableLayout(sample, 'parquet'),
}
