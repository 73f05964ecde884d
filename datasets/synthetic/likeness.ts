/** How like two markets are: the statistics that a synthetic market is made to match, side by side. */

import { slotAt, slotsOf } from './fit.ts'
import type { Shapes } from './shapes.ts'

export interface Statistic {
  readonly name: string
  /** Null where there is nothing to compute it from. */
  readonly real: number | null
  readonly synthetic: number | null
}

type Measure = (shapes: Shapes, timeframeMs: number) => number | null

const MEASURES: readonly (readonly [name: string, measure: Measure])[] = [
  ['volatility of a bar, %', ({ close }) => 100 * deviation(close)],
  ['kurtosis (3: no fat tails)', ({ close }) => kurtosis(close)],
  ['worst bar in a hundred, %', ({ close }) => 100 * quantile(close, 0.01)],
  ['best bar in a hundred, %', ({ close }) => 100 * quantile(close, 0.99)],
  ['range of a bar, %', ({ high, low }) => 100 * mean(high.map((value, row) => value - low[row]!))],
  ['autocorrelation of returns, lag 1', ({ close }) => autocorrelation(close, 1)],
  ...[1, 6, 24].map((lag): [string, Measure] => [
    `clustering: autocorrelation of |return|, lag ${lag}`,
    ({ close }) => autocorrelation(close.map(Math.abs), lag),
  ]),
  ['rhythm: mean |return| of the liveliest over the calmest hour', rhythm],
  ['volume of a bar', ({ volume }) => mean(volume)],
  ['bars without volume, %', ({ volume }) => 100 * mean(volume.map((value) => (value === 0 ? 1 : 0)))],
]

/** The statistics of both. */
export function compareMarkets(real: Shapes, synthetic: Shapes, timeframeMs: number): readonly Statistic[] {
  return MEASURES.map(([name, measure]) => ({
    name,
    real: rounded(measure(real, timeframeMs)),
    synthetic: rounded(measure(synthetic, timeframeMs)),
  }))
}

/** Six digits: what follows depends on the machine's logarithms and says nothing. */
function rounded(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : Number(value.toPrecision(6))
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function moment(values: Float64Array, power: number): number {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** power))
}

export function deviation(values: Float64Array): number {
  return Math.sqrt(moment(values, 2))
}

/** Fourth moment over the squared second: 3 for a normal distribution. */
export function kurtosis(values: Float64Array): number {
  return moment(values, 4) / moment(values, 2) ** 2
}

function quantile(values: Float64Array, share: number): number {
  const sorted = values.slice().sort()
  return sorted[Math.floor(share * (sorted.length - 1))]!
}

export function autocorrelation(values: Float64Array, lag: number): number | null {
  if (values.length <= 2 * lag) return null
  const middle = mean(values)
  let sum = 0
  for (let row = lag; row < values.length; row++) sum += (values[row]! - middle) * (values[row - lag]! - middle)
  return sum / values.length / moment(values, 2)
}

function rhythm({ close, time }: Shapes, timeframeMs: number): number | null {
  const slots = slotsOf(timeframeMs)
  if (slots === 1) return null
  const inSlot = (slot: number): Float64Array => close.filter((_, row) => slotAt(time[row]!, slots) === slot)
  const sizes = Array.from({ length: slots }, (_, slot) => inSlot(slot))
    .filter((values) => values.length > 1)
    .map((values) => mean(values.map(Math.abs)))
  return Math.max(...sizes) / Math.min(...sizes)
}
