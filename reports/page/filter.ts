/**
 * What a reader types above a table. Words must all be found, in any text column, and a comparison must hold:
 * `short stop pnl<0 held>2d return>=1.5%`. A column goes by its name or by its heading without blanks; times compare
 * as text does (`entry>=2021-03`), spans take min, h or d, per cent a sign. A comparison with a column that there isn't
 * is taken for a word.
 */

import type { Cell, Column, Dataset } from '../dataset.ts'
import { formatTime } from '../format.ts'

type Test = (row: number) => boolean

export interface Filter {
  readonly keeps: Test
  /** What looked like a comparison and isn't one, told beside the table; null where all is understood. */
  readonly trouble: string | null
}

const COMPARISON = /^([^<>=!]+)(!=|<=|>=|<|>|=)([^<>=]+)$/
/** A heading may be cut short to so many letters. */
const LEAST_LETTERS = 3
const SPANS: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

export function readFilter(text: string, dataset: Dataset): Filter {
  const tests: Test[] = []
  const trouble: string[] = []
  for (const part of text.trim().toLowerCase().split(/\s+/)) {
    if (part === '') continue
    const match = COMPARISON.exec(part)
    const column = match === null ? undefined : columnOf(match[1]!, dataset)
    if (match === null || column === undefined) {
      tests.push(wordTest(part, dataset))
      if (match !== null) trouble.push(`no column ${match[1]}`)
      continue
    }
    const test = comparisonTest(column, match[2]!, match[3]!)
    tests.push(typeof test === 'string' ? () => false : test)
    if (typeof test === 'string') trouble.push(test)
  }
  return {
    keeps: (row) => tests.every((test) => test(row)),
    trouble: trouble.length === 0 ? null : trouble.join('; '),
  }
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

function columnOf(name: string, { columns }: Dataset): Column | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(' ', '')
  return (
    columns.find((column) => plain(column.name) === name || plain(column.label) === name) ??
    (name.length < LEAST_LETTERS ? undefined : columns.find((column) => plain(column.label).startsWith(name)))
  )
}

function comparisonTest(column: Column, sign: string, wanted: string): Test | string {
  if (sign === '!=') {
    const same = comparisonTest(column, '=', wanted)
    return typeof same === 'string' ? same : (row) => !same(row)
  }
  if (['text', 'time', 'day'].includes(column.kind)) return textTest(column, sign, wanted)
  const limit = numberOf(wanted, column)
  if (limit === null) return `${wanted} is no ${column.kind === 'duration' ? 'span of time' : 'number'}`
  return (row) => holds(column.values[row] ?? null, sign, limit)
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
