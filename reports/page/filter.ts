/**
 * What a reader types above a table. Words must all be found, in any text column, and a comparison must hold:
 * `short stop pnl<0 held>2d return>=1.5%`. A column goes by its name or by its heading without blanks; times compare
 * as text does (`entry>=2021-03`), spans take min, h or d, per cent a sign.
 */

import { type Cell, type Column, type Dataset, rowCount } from '../dataset.ts'
import { formatTime } from '../format.ts'

type Test = (row: number) => boolean

export interface Filter {
  readonly keeps: Test
  /** What looked like a comparison and isn't one, told beside the table; null where all is understood. */
  readonly trouble: string | null
}

const COMPARISON = /^([^<>=]+)(<=|>=|<|>|=)([^<>=]+)$/
const SPANS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export function readFilter(text: string, dataset: Dataset): Filter {
  const tests: Test[] = []
  const trouble: string[] = []
  for (const part of text.trim().toLowerCase().split(/\s+/)) {
    if (part === '') continue
    const match = COMPARISON.exec(part)
    if (match === null) tests.push(wordTest(part, dataset))
    else {
      const test = comparisonTest(match[1]!, match[2]!, match[3]!, dataset)
      if (typeof test === 'string') trouble.push(test)
      else tests.push(test)
    }
  }
  return {
    keeps: (row) => tests.every((test) => test(row)),
    trouble: trouble.length === 0 ? null : trouble.join('; '),
  }
}

/** Rows that a filter keeps, in their order. */
export function rowsKept(filter: Filter, dataset: Dataset): number[] {
  const rows: number[] = []
  for (let row = 0; row < rowCount(dataset); row++) if (filter.keeps(row)) rows.push(row)
  return rows
}

function wordTest(word: string, { columns }: Dataset): Test {
  const texts = columns.filter(({ kind }) => kind === 'text').map(({ values }) => values)
  return (row) =>
    texts.some((values) =>
      String(values[row] ?? '')
        .toLowerCase()
        .includes(word),
    )
}

function comparisonTest(name: string, sign: string, wanted: string, { columns }: Dataset): Test | string {
  const plain = (text: string) => text.toLowerCase().replaceAll(' ', '')
  const found =
    columns.find((column) => plain(column.name) === name || plain(column.label) === name) ??
    columns.find((column) => plain(column.label).startsWith(name))
  if (found === undefined) return `no column ${name}`
  if (['text', 'time', 'day'].includes(found.kind)) return textTest(found, sign, wanted)
  const limit = numberOf(wanted, found)
  if (limit === null) return `${wanted} is no ${found.kind === 'duration' ? 'span of time' : 'number'}`
  return (row) => holds(found.values[row] ?? null, sign, limit)
}

function textTest({ kind, values }: Column, sign: string, wanted: string): Test {
  return (row) => {
    const value = values[row] ?? null
    if (value === null) return false
    const isTime = kind !== 'text'
    const text = isTime ? formatTime(Number(value)) : String(value).toLowerCase()
    if (sign === '=') return isTime ? text.startsWith(wanted) : text === wanted
    return sign.startsWith('<') ? text < wanted || (sign === '<=' && text.startsWith(wanted)) : text > wanted
  }
}

function numberOf(text: string, { kind }: Column): number | null {
  const match = /^([+\-\u2212]?[\d.,]+(?:e[+-]?\d+)?)([a-z%]*)$/.exec(text)
  if (match === null) return null
  const value = Number(match[1]!.replaceAll(',', '').replace('\u2212', '-'))
  const unit = match[2]!
  const scale = unit === '' ? 1 : kind === 'duration' ? SPANS[unit] : unit === '%' ? 0.01 : undefined
  return scale === undefined || Number.isNaN(value) ? null : value * scale
}

function holds(value: Cell, sign: string, limit: number): boolean {
  if (typeof value !== 'number') return false
  if (sign === '=') return value === limit
  if (sign === '<') return value < limit
  if (sign === '>') return value > limit
  return sign === '<=' ? value <= limit : value >= limit
}
