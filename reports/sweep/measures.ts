/** How the columns of trials are read: as what they are formatted, where their middle is, and which way is better. */

import type { Kind } from '../format.ts'
import type { SweepColumn, SweepObjectiveInput } from '../sweep-input.ts'

/** A column that the page can draw. */
export interface Measure {
  readonly name: string
  readonly label: string
  readonly kind: Kind
  /** The value that means neither gain nor loss; null where there is none. */
  readonly middle: number | null
  /** 1: more is better, −1: less is, 0: neither. */
  readonly sign: 1 | -1 | 0
}

const KINDS: Readonly<Record<string, Kind>> = {
  fraction: 'fraction',
  quote: 'money',
  count: 'count',
  days: 'ratio',
  bars: 'ratio',
  ms: 'duration',
}

/** Metrics of which less is better. */
const LESS = new Set([
  'volatility',
  'longestDrawdown',
  'underwater',
  'ulcerIndex',
  'var95',
  'cvar95',
  'fees',
  'costs',
  'costShare',
  'spread',
  'slippage',
])
const NEITHER = new Set(['trades', 'timeInMarket', 'averageExposure', 'turnoverPerYear', 'turnover', 'averageHolding'])
/** Metrics whose sign or whose distance from one tells gain from loss. */
const AROUND_ONE = new Set(['profitFactor', 'omega'])
const AROUND_ZERO = new Set(['sharpe', 'sortino', 'calmar', 'totalReturn', 'cagr', 'excessReturn', 'expectancy', 'sqn'])

export function kindOf(unit: string): Kind {
  return KINDS[unit] ?? 'ratio'
}

/** The measures of a sweep: its objectives first, then metrics. */
export function measuresOf(
  objectives: readonly SweepObjectiveInput[],
  columns: readonly SweepColumn[],
): readonly Measure[] {
  const signs = new Map(objectives.map(({ column, sign }) => [column, sign]))
  const measures = columns.map(({ name, label, unit }): Measure => {
    const middle = AROUND_ZERO.has(name) ? 0 : AROUND_ONE.has(name) ? 1 : null
    const own = LESS.has(name) ? -1 : NEITHER.has(name) ? 0 : 1
    return { name, label, kind: kindOf(unit), middle, sign: signs.get(name) ?? own }
  })
  const rank = (one: Measure): number => {
    const at = objectives.findIndex(({ column }) => column === one.name)
    return at === -1 ? objectives.length : at
  }
  return measures.toSorted((a, b) => rank(a) - rank(b))
}
