/**
 * From figures to metrics. A sweep makes sixty of them a trial: whole literals, since V8 makes a new hidden class of every
 * `{ ...shared, more }`, which only a collection of all garbage gets rid of.
 */

import type { Metric } from '../core/result.ts'
import type { Figure } from './figure.ts'

export interface MetricFacts {
  readonly unit: string
  readonly basis: string
  readonly n: number
  readonly definition: string
  readonly annualisation?: number
}

/** Facts of one metric; `annualisation` is how many periods a year its rate was scaled by. */
export type FactsOf = (unit: string, definition: string, annualisation?: number) => MetricFacts

/** Facts of metrics that rest on `n` values of one kind. */
export function factsOn(basis: string, n: number): FactsOf {
  return (unit, definition, annualisation) =>
    annualisation === undefined ? { unit, basis, n, definition } : { unit, basis, n, definition, annualisation }
}

/** One metric: the figure's value, or null with its reason. */
export function metric(id: string, label: string, figure: Figure, facts: MetricFacts): Metric {
  const { value } = figure
  const { unit, basis, n, definition, annualisation } = facts
  if (value !== null) {
    return annualisation === undefined
      ? { id, label, value, unit, basis, n, definition }
      : { id, label, value, unit, basis, n, definition, annualisation }
  }
  const { reason } = figure
  return annualisation === undefined
    ? { id, label, value, unit, basis, n, definition, reason }
    : { id, label, value, unit, basis, n, definition, annualisation, reason }
}
