/**
 * What a reader types above a table: words that a text column must contain, and conditions on a column's numbers such
 * as `fast<20` or `sharpe>=1.5`. All must hold. A condition on a name that no column has is a word.
 */

import type { Cell, Dataset } from '../dataset.ts'

type Test = (row: number) => boolean

const COMPARE: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}

/** A test of rows. The empty text lets every row pass. */
export function rowFilter(dataset: Dataset, text: string): Test {
  const tests = text
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '')
    .map((part) => conditionOf(dataset, part) ?? wordOf(dataset, part))
  return (row) => tests.every((test) => test(row))
}

function conditionOf(dataset: Dataset, part: string): Test | null {
  const match = /^(.+?)(!=|<=|>=|=|<|>)(.+)$/.exec(part)
  if (match === null) return null
  const [, name, sign, wanted] = match as unknown as [string, string, string, string]
  const column = dataset.columns.find((one) => one.name.toLowerCase() === name.toLowerCase())
  if (column === undefined) return null
  const compare = COMPARE[sign]!
  const number = Number(wanted.endsWith('%') ? wanted.slice(0, -1) : wanted) / (wanted.endsWith('%') ? 100 : 1)
  const holds = (cell: Cell): boolean => {
    if (typeof cell === 'number') return Number.isFinite(number) && compare(cell, number)
    const same = String(cell ?? '').toLowerCase() === wanted.toLowerCase()
    return sign === '=' ? same : sign === '!=' ? !same : false
  }
  return (row) => holds(column.values[row] ?? null)
}

function wordOf(dataset: Dataset, part: string): Test {
  const wanted = part.toLowerCase()
  const searched = dataset.columns.filter(({ kind }) => kind === 'text')
  return (row) =>
    searched.some(({ values }) =>
      String(values[row] ?? '')
        .toLowerCase()
        .includes(wanted),
    )
}
