/** `--columns`: which column of an unknown CSV is what, by position or by name. */

import { TandemError } from '../../../engine/core/errors.ts'
import { allNumeric, firstPlace, type Layout, ROLES, type RowKind, type Sample } from './format.ts'
import { checkFound, normalNames } from './header.ts'

const KNOWN = new Set(Object.values(ROLES).flat())

/**
 * The layout that `time,open,high,low,close,volume` (by position, `-` passes over) or `time=Date,close=Last,…` (by name
 * in the header, or by number counted from 1) describes. The roles tell candles from trades and funding. Throws
 * `BAD_OPTION` and `WRONG_COLUMNS`.
 */
export function parseColumns(sample: Sample, option: string): Layout {
  const parts = option.split(',').map((part) => part.trim())
  const named = parts.some((part) => part.includes('='))
  const row = sample.rows[0] ?? []
  const header = !allNumeric(row) && !looksLikeData(row)
  const where = new Map<string, number>()
  for (const [index, part] of parts.entries()) {
    const [role, column] = named ? splitPair(part) : [part, String(index + 1)]
    if (role === '-') continue
    if (!KNOWN.has(role)) throw badOption(`'${role}' is no column of candles, trades or funding`)
    if (where.has(role)) throw badOption(`${role} is there twice`)
    where.set(role, indexOf(column, row, header))
  }
  const kind = kindOf(where)
  const cells = ROLES[kind].map((role) => where.get(role) ?? -1)
  const texts = header ? row : row.map((_, index) => `column ${index + 1}`)
  const unique = texts.map((_, index) => String(index))
  const required = ROLES[kind].filter((role) => role !== 'volume')
  checkFound(
    firstPlace(sample),
    required,
    required.map((role) => (cells[ROLES[kind].indexOf(role)]! < row.length ? cells[ROLES[kind].indexOf(role)]! : -1)),
    texts,
    unique,
  )
  return {
    format: 'csv',
    kind,
    skip: header ? 1 : 0,
    width: row.length,
    cells,
    names: cells.map((cell, index) =>
      cell === -1 ? ROLES[kind][index]! : header ? texts[cell]! : ROLES[kind][index]!,
    ),
    hints: {},
    notes: [
      `columns as stated: ${option}`,
      ...(kind === 'candles' && !where.has('volume') ? ['no volume: 0 in each row'] : []),
    ],
  }
}

function splitPair(part: string): readonly [string, string] {
  const at = part.indexOf('=')
  if (at <= 0 || at === part.length - 1) throw badOption(`'${part}' is not ROLE=COLUMN`)
  return [part.slice(0, at).trim(), part.slice(at + 1).trim()]
}

function indexOf(column: string, row: readonly string[], header: boolean): number {
  if (header) {
    const index = normalNames(row).indexOf(normalNames([column])[0]!)
    if (index >= 0) return index
  }
  if (/^[1-9]\d?$/.test(column) && Number(column) <= row.length) return Number(column) - 1
  throw badOption(`the file has no column ${column}; it has ${row.length}${header ? `: ${row.join(', ')}` : ''}`)
}

function kindOf(where: ReadonlyMap<string, number>): RowKind {
  if (where.has('rate')) return 'funding'
  return where.has('price') ? 'trades' : 'candles'
}

/** A first row with a date and a number in it is data, not a header. */
function looksLikeData(row: readonly string[]): boolean {
  return row.some((cell) => /^\d[\d./:-]*\d([T ][\d:.]+)?$/.test(cell))
}

function badOption(message: string): TandemError {
  return new TandemError(message, {
    code: 'BAD_OPTION',
    where: '--columns',
    hint: 'write time,open,high,low,close,volume in the order of the file, - for a column to pass over, or time=Date,close=Last,…',
  })
}
