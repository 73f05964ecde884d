/** The axes of the parallel coordinates, and the brush on them. */

import { formatCell, type Kind } from '../../format.ts'
import { cells, levelsOf, measureOf, more, numbers, quote } from './trials.ts'

/** A vertical axis: a parameter or a measure. */
export interface Dimension {
  readonly name: string
  readonly label: string
  readonly kind: Kind
  readonly isText: boolean
  readonly low: number
  readonly high: number
  /** Of a row: a number in [low, high], null where there is none. */
  readonly at: (row: number) => number | null
}

export type Range = readonly [number, number]

/** Measures beside the objectives. */
const MEASURES = ['sharpe', 'totalReturn', 'maxDrawdown', 'trades']

export const rowsOfAll: readonly number[] = numbers('trial').map((_, row) => row)

export const dimensions = makeDimensions()

export const brushes = new Map<string, Range>()

function makeDimensions(): Dimension[] {
  const wanted = [...new Set([...more.objectives.map((one) => one.column), ...MEASURES])]
  const measures = wanted.filter((name) => more.measures.some((one) => one.name === name)).map(measureOf)
  return [
    ...more.axes.map((name) => dimension(name, name, 'number')),
    ...measures.map(({ name, label, kind }) => dimension(name, label, kind)),
  ]
}

function dimension(name: string, label: string, kind: Kind): Dimension {
  const isText = cells(name).some((cell) => typeof cell === 'string')
  const values = isText ? null : numbers(name)
  const levels = isText ? levelsOf(name) : null
  const at = (row: number): number | null => {
    if (values !== null) return values[row] ?? null
    const level = levels!.of(row)
    return level < 0 ? null : level
  }
  const found = rowsOfAll.map(at).filter((value) => value !== null)
  const low = found.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY)
  const high = found.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)
  const known = found.length > 0
  return { name, label, kind: isText ? 'text' : kind, isText, low: known ? low : 0, high: known ? high : 1, at }
}

export function shareOf({ low, high }: Dimension, value: number): number {
  return high === low ? 0.5 : (value - low) / (high - low)
}

export function textOf({ isText, kind, name }: Dimension, value: number): string {
  return isText ? (levelsOf(name).labels[Math.round(value)] ?? '') : formatCell(value, kind, quote)
}

/** Whether the brush lets a row through. */
export function isBrushed(row: number): boolean {
  for (const [name, [from, to]] of brushes) {
    const value = dimensions.find((one) => one.name === name)!.at(row)
    if (value === null || value < from || value > to) return false
  }
  return true
}

/** Rows by the first objective, best first; those without a value last. */
export const ranked = rankedRows()

function rankedRows(): number[] {
  const { column: name, sign } = more.objectives[0]!
  const values = numbers(name)
  const worst = sign === 1 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return rowsOfAll.toSorted((a, b) => sign * ((values[b] ?? worst) - (values[a] ?? worst)) || a - b)
}
