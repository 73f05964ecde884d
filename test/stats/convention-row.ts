/** One disagreement between tandem and another engine on one input: both numbers, and the reason. */

import type { Figure } from '../../engine/stats/figure.ts'

export interface ConventionRow {
  readonly input: string
  readonly metric: string
  readonly engine: string
  /** By the other engine's formula, and what that engine itself printed. */
  readonly theirs: number
  readonly printed: number
  /** By tandem's definition, and an independent recomputation of it (or an engine that agrees). */
  readonly ours: number
  readonly expected: number
  readonly reason: string
}

export function value(figure: Figure): number {
  if (figure.value === null) throw new Error(figure.reason)
  return figure.value
}

/** The fields of a row in order, without the input. */
export type Row = [
  metric: string,
  engine: string,
  theirs: number,
  printed: number,
  ours: number,
  expected: number,
  why: string,
]

/** Rows that share an input. */
export function named(input: string, rows: readonly Row[]): ConventionRow[] {
  return rows.map(([metric, engine, theirs, printed, ours, expected, reason]) => {
    return { input, metric, engine, theirs, printed, ours, expected, reason }
  })
}
