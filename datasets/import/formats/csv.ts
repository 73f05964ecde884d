/** Any CSV with column names, or with names given by the user: candles, trades or funding. */

import { type Place, refusal } from '../refuse.ts'
import { parseColumns } from './columns-option.ts'
import {
  allNumeric,
  type Format,
  type FormatName,
  firstPlace,
  type Layout,
  ROLES,
  type RowKind,
  type Sample,
} from './format.ts'
import { checkFound, columnOf, kindOfHeader, normalNames, volumeColumn } from './header.ts'
import { hints, pairOf } from './names.ts'

export const csv: Format = {
  name: 'csv',
  title: 'CSV with column names, or any with --columns',
  shape: ['lines'],
  detect(sample, forced) {
    if (sample.columns !== undefined) return parseColumns(sample, sample.columns)
    const [first] = sample.rows
    if (first === undefined) return null
    const names = normalNames(first)
    const kind = kindOfHeader(names)
    if (!forced && kind !== null && kind !== 'candles') return null
    if (allNumeric(first)) {
      throw refusal(
        'WRONG_COLUMNS',
        firstPlace(sample),
        `has ${first.length} columns and no column names`,
        'name them with --columns time,open,high,low,close,volume (- for one to pass over), or put such a row before the data',
      )
    }
    return headerLayout(sample, 'csv', 'candles', 0)
  },
}

/** Trades by name: time, price, amount (or size, qty, volume). */
export const trades: Format = {
  name: 'trades',
  title: 'CSV of trades with column names',
  shape: ['lines'],
  detect: (sample, forced) => byKind(sample, forced, 'trades', 'trades'),
}

/** Funding by name: time and funding rate. */
export const funding: Format = {
  name: 'funding',
  title: 'CSV of funding rates with column names',
  shape: ['lines'],
  detect: (sample, forced) => byKind(sample, forced, 'funding', 'funding'),
}

function byKind(sample: Sample, forced: boolean, format: FormatName, kind: RowKind): Layout | null {
  const [first] = sample.rows
  if (first === undefined || (!forced && kindOfHeader(normalNames(first)) !== kind)) return null
  return headerLayout(sample, format, kind, 0)
}

/** The layout under the header in row `at` of the sample. Throws `WRONG_COLUMNS` and `AMBIGUOUS_VOLUME`. */
export function headerLayout(sample: Sample, format: FormatName, kind: RowKind, at: number): Layout {
  const texts = sample.rows[at]!
  const place: Place = firstPlace(sample, at)
  const names = normalNames(texts)
  const roles = ROLES[kind]
  const found = roles.map((role) =>
    role === 'volume' ? volumeColumn(place, names, sample.symbol) : columnOf(role, names),
  )
  checkFound(place, roles, found, texts, names)
  return {
    format,
    kind,
    skip: at + 1,
    width: texts.length,
    cells: found,
    names: found.map((index) => texts[index]!),
    hints: hints({ symbol: symbolColumn(sample, names, at) }),
    notes: [`columns ${found.map((index) => texts[index]).join(', ')}`],
  }
}

/** The symbol that the first row of data has in a column of that name. */
function symbolColumn(sample: Sample, names: readonly string[], at: number): string | undefined {
  const column = names.indexOf('symbol')
  const text = column === -1 ? undefined : sample.rows[at + 1]?.[column]
  return text === undefined ? undefined : pairOf(text)
}
