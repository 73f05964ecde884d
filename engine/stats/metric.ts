/** From figures to metrics. */

import type { Metric } from '../core/result.ts'
import type { Figure } from './figure.ts'

export interface MetricFacts {
  readonly unit: string
  readonly basis: string
  readonly definition: string
  readonly n: number
  readonly annualisation?: number
}

/** One metric: the figure's value, or null with its reason. */
export function metric(id: string, label: string, figure: Figure, facts: MetricFacts): Metric {
  return { id, label, value: figure.value, ...facts, ...(figure.value === null ? { reason: figure.reason } : {}) }
}
