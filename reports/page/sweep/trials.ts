/** The trials as the sweep's charts read them: columns, levels of axes, statistics over groups. */

import type { Cell } from '../../dataset.ts'
import { formatCell, formatNumber, type Kind } from '../../format.ts'
import type { Measure } from '../../sweep/measures.ts'
import type { SweepMore } from '../../sweep/model.ts'
import { cellsOf, numbersOf, panelsModel } from '../panels/model.ts'

export const { more, quote } = panelsModel<SweepMore>()

export function cells(column: string): readonly Cell[] {
  return cellsOf('trials', column)
}

export function numbers(column: string): readonly (number | null)[] {
  return numbersOf('trials', column)
}

/** Rows of the table that stand for all trials: all of them, or the even sample. */
const sampled = numbers('sampled')
export const allRows: readonly number[] = numbers('trial')
  .map((_, row) => row)
  .filter((row) => sampled.length === 0 || sampled[row] === 1)

/** The row of the best trial; −1 where there is none. */
export const bestRow = more.best === null ? -1 : numbers('trial').indexOf(more.best)

export function measureOf(name: string): Measure {
  return more.measures.find((one) => one.name === name) ?? more.measures[0]!
}

/** Values of an axis as groups in order: each value, or stretches where there are too many. */
export interface Levels {
  readonly labels: readonly string[]
  /** Numbers to draw the groups at; null where the values are texts. */
  readonly at: readonly number[] | null
  /** Group of a row; −1 where the axis has no value. */
  of(row: number): number
}

const MOST_LEVELS = 40
const STRETCHES = 20

const known = new Map<string, Levels>()

export function levelsOf(axis: string): Levels {
  const levels = known.get(axis) ?? makeLevels(cells(axis))
  known.set(axis, levels)
  return levels
}

function makeLevels(values: readonly Cell[]): Levels {
  const different = [...new Set(values)].filter((value) => value !== null)
  const isNumeric = different.every((value) => typeof value === 'number')
  if (isNumeric && different.length > MOST_LEVELS)
    return stretches(values as readonly (number | null)[], different as number[])
  different.sort((a, b) => (typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1))
  const place = new Map<Cell, number>(different.map((value, i) => [value, i]))
  return {
    labels: different.map((value) => formatCell(value, typeof value === 'number' ? 'number' : 'text', quote)),
    at: isNumeric ? (different as number[]) : null,
    of: (row) => place.get(values[row] ?? null) ?? -1,
  }
}

/** Equal stretches of the range; of its logarithm where it spans more than two powers of ten. */
function stretches(values: readonly (number | null)[], different: readonly number[]): Levels {
  const low = different.reduce((a, b) => Math.min(a, b))
  const high = different.reduce((a, b) => Math.max(a, b))
  const isLog = low > 0 && high / low > 100
  const [from, to] = isLog ? [Math.log(low), Math.log(high)] : [low, high]
  const edge = (i: number): number => {
    const at = from + (i / STRETCHES) * (to - from)
    return isLog ? Math.exp(at) : at
  }
  const middles = Array.from({ length: STRETCHES }, (_, i) => (edge(i) + edge(i + 1)) / 2)
  const short = (value: number): string => formatCell(Number(value.toPrecision(3)), 'number', quote)
  return {
    labels: middles.map(short),
    at: middles,
    of: (row) => {
      const value = values[row]
      if (value === null || value === undefined) return -1
      const share = ((isLog ? Math.log(value) : value) - from) / (to - from)
      return Math.max(0, Math.min(STRETCHES - 1, Math.floor(share * STRETCHES)))
    },
  }
}

/** Does the row have the best trial's value, or stretch of values, on each of these axes? */
export function isLikeBest(row: number, axes: readonly string[]): boolean {
  return bestRow >= 0 && axes.every((axis) => levelsOf(axis).of(row) === levelsOf(axis).of(bestRow))
}

/** Type-7 quantile of ascending numbers; null of none. */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null
  const at = (sorted.length - 1) * share
  const low = Math.floor(at)
  return sorted[low]! + (at - low) * (sorted[Math.min(sorted.length - 1, low + 1)]! - sorted[low]!)
}

/** A statistic over unordered numbers; null of none. */
export function statisticOf(name: string, values: readonly number[], { sign }: Measure): number | null {
  if (values.length === 0) return null
  const sorted = values.toSorted((a, b) => a - b)
  if (name === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length
  if (name === 'best' || name === 'worst') return (name === 'best') === (sign !== -1) ? sorted.at(-1)! : sorted[0]!
  return quantile(sorted, 0.5)
}

const FORMATS: Partial<Record<Kind, string>> = { fraction: '.1~%', money: ',.4~g', count: '~s', duration: '~s' }

/** The number format of a measure's axis. */
export function axisFormat({ kind }: Measure): string {
  return FORMATS[kind] ?? '.3~f'
}

/** A value as it fits into a cell. */
export function shortText(value: number, { kind }: Measure): string {
  if (kind === 'fraction') {
    const percent = value * 100
    return `${formatCell(Number(percent.toFixed(Math.abs(percent) >= 10 ? 0 : 1)), 'number', quote)}%`
  }
  if (kind === 'ratio' || kind === 'number') return formatNumber(value, Math.abs(value) >= 100 ? 0 : 2)
  return formatCell(value, kind, quote)
}

/** What the rows are, for a chart's note: null where they are all trials. */
export function sampleNote(): string | null {
  return sampled.length === 0 ? null : `From an even sample of ${formatCell(allRows.length, 'count', quote)} trials.`
}
