/** Made-up sweeps, as their report reads them: a smooth hill over two parameters, and what is left of it in odd cases. */

import type { SweepCell, SweepColumn, SweepReportInput } from '../../reports/sweep-input.ts'
import { ParkMiller } from './park-miller.ts'

export interface SweepShape {
  /** Values of the axes; the trials are all pairs. */
  readonly axes: Readonly<Record<string, readonly SweepCell[]>>
  readonly isGrid?: boolean
  /** Points that are left out where it says false. */
  readonly where?: (point: readonly SweepCell[]) => boolean
  /** No trial satisfies the constraints. */
  readonly infeasible?: boolean
  readonly objectives?: SweepReportInput['objectives']
}

export const GRID: SweepShape = {
  axes: { fast: [5, 10, 15, 20], slow: [50, 100, 150, 200, 300], 'sizing.fraction': [0.5, 0.95] },
}

const column = (name: string, unit: string, values: readonly SweepCell[]): SweepColumn => ({
  name,
  label: name,
  unit,
  basis: 'UTC days',
  definition: `definition of ${name}`,
  values,
})

/** All pairs of the axes' values, the last axis fastest. */
function pointsOf(axes: SweepShape['axes']): SweepCell[][] {
  return Object.values(axes).reduce<SweepCell[][]>(
    (points, values) => points.flatMap((point) => values.map((value) => [...point, value])),
    [[]],
  )
}

export function madeUpSweep(shape: SweepShape = GRID): SweepReportInput {
  const names = Object.keys(shape.axes)
  const points = pointsOf(shape.axes).filter(shape.where ?? (() => true))
  const random = new ParkMiller(7)
  const noise = points.map(() => random.draw(1000) / 2000)
  // A hill around the middle of every axis, so that the best has good neighbours.
  const sharpe = points.map((point, i) => {
    const far = point.reduce<number>((sum, value, axis) => {
      const values = shape.axes[names[axis]!]!
      return sum + Math.abs(values.indexOf(value) / Math.max(1, values.length - 1) - 0.5)
    }, 0)
    return 1.5 - far + 0.05 * noise[i]!
  })
  const order = points.map((_, i) => i).sort((a, b) => sharpe[b]! - sharpe[a]! || a - b)
  const infeasible = shape.infeasible === true
  const objectives = shape.objectives ?? [{ text: 'sharpe', column: 'sharpe', sign: 1 }]
  return {
    name: 'made-up',
    sweepId: '0'.repeat(64),
    strategy: 'sma-cross',
    venue: 'kraken',
    symbols: ['BTC/USD'],
    timeframe: '1h',
    quote: 'USD',
    from: '2020-01-01',
    to: null,
    method: 'grid',
    samples: null,
    seed: null,
    space: names.map((key) => ({ key, text: shape.axes[key]!.join(', ') })),
    where: ['fast < slow'],
    constraints: ['trades >= 30'],
    objectives,
    isGrid: shape.isGrid ?? true,
    count: {
      trials: points.length,
      failed: 0,
      feasible: infeasible ? 0 : points.length,
      compared: points.length,
    },
    ledger: { sweep: points.length, strategy: 100, data: 120 },
    table: {
      trial: points.map((_, i) => i),
      feasible: points.map(() => !infeasible),
      isSampled: null,
      axes: names.map((name, axis) => ({
        ...column(
          name,
          'value',
          points.map((point) => point[axis]!),
        ),
        basis: 'space',
      })),
      objectives: [],
      metrics: [
        column(
          'days',
          'days',
          points.map(() => 365),
        ),
        column('sharpe', 'ratio', sharpe),
        column(
          'totalReturn',
          'fraction',
          sharpe.map((value) => value / 2),
        ),
        column(
          'maxDrawdown',
          'fraction',
          sharpe.map((value) => -0.1 - Math.abs(value) / 10),
        ),
        column(
          'trades',
          'count',
          points.map((_, i) => 30 + i),
        ),
        column(
          'profitFactor',
          'ratio',
          sharpe.map((value) => (value < 0 ? null : 1 + value / 5)),
        ),
        column(
          'skew',
          'number',
          points.map(() => 0),
        ),
        column(
          'kurtosis',
          'number',
          points.map(() => 3),
        ),
      ],
    },
    sharpes: Float64Array.from(sharpe),
    best: infeasible ? [] : order.slice(0, 50),
    bestDays: 365,
    front: objectives.length > 1 ? order.slice(0, 5) : [],
    reported: infeasible ? [] : [order[0]!],
    split: {
      fromMs: Date.UTC(2020, 0, 1),
      cutMs: Date.UTC(2020, 8, 1),
      toMs: Date.UTC(2021, 0, 1),
      inSample: sharpe.map((value) => value + 0.2),
      outOfSample: sharpe.map((value) => value / 2),
    },
    splitReason: null,
    overfitting: {
      trials: points.length,
      blocks: 16,
      halves: 12_870,
      probability: 0.25,
      lossProbability: 0.1,
      logits: [
        { from: -1, to: 0, count: 3000 },
        { from: 0, to: 1, count: 9870 },
      ],
    },
    overfittingReason: null,
    correlation: { mean: 0.6, sampled: Math.min(200, points.length) },
    errors: [],
    refusals: [
      { code: 'BELOW_MINIMUM', count: 40, trials: 3 },
      { code: 'HOUSE_RULE_7', count: 4, trials: 1 },
    ],
    command: 'tandem sweep runs/made-up/config.yaml',
    configText: 'name: made-up\n',
    hashes: { strategy: 'a'.repeat(64), data: 'b'.repeat(64), results: 'c'.repeat(64) },
  }
}

/** Nothing to compare: all trials failed. */
export function failedSweep(): SweepReportInput {
  const whole = madeUpSweep()
  const none = (columns: readonly SweepColumn[]): SweepColumn[] => columns.map((one) => ({ ...one, values: [] }))
  return {
    ...whole,
    count: { trials: 40, failed: 40, feasible: 0, compared: 0 },
    table: {
      trial: [],
      feasible: [],
      isSampled: null,
      axes: none(whole.table.axes),
      objectives: [],
      metrics: none(whole.table.metrics),
    },
    sharpes: new Float64Array(0),
    best: [],
    bestDays: null,
    front: [],
    reported: [],
    split: null,
    splitReason: 'no trial has returns',
    overfitting: null,
    overfittingReason: 'no trial has returns',
    correlation: null,
    errors: [{ error: 'slow must be above fast', count: 40, firstTrial: 0 }],
    refusals: [],
  }
}

/** A sweep of one trial: nothing varies, there are no neighbours, nothing is expected of luck. */
export function oneTrial(): SweepReportInput {
  const one = madeUpSweep({ axes: { fast: [10] } })
  return {
    ...one,
    ledger: { sweep: 1, strategy: 1, data: 1 },
    overfitting: null,
    overfittingReason: 'there is only one trial',
    correlation: null,
  }
}

/** Sweeps on which pages have broken. */
export function oddSweeps(): Readonly<Record<string, SweepReportInput>> {
  const whole = madeUpSweep()
  const flat = whole.table.metrics.map((one) =>
    one.name === 'sharpe' ? { ...one, values: one.values.map(() => null) } : one,
  )
  return {
    'one parameter': madeUpSweep({ axes: { fast: [5, 10, 15, 20, 25] } }),
    'one trial': oneTrial(),
    'all trials failed': failedSweep(),
    'no feasible trial': madeUpSweep({ ...GRID, infeasible: true }),
    'drawn values': madeUpSweep({ axes: { x: Array.from({ length: 60 }, (_, i) => 0.5 + i * i) }, isGrid: false }),
    'words for values': madeUpSweep({
      axes: { kind: ['alpha', 'beta'], flag: [true, false], 'data.symbols': ['["A/B","C/D"]', null] },
    }),
    'several objectives': madeUpSweep({
      ...GRID,
      objectives: [
        { text: 'sharpe', column: 'sharpe', sign: 1 },
        { text: 'maxDrawdown', column: 'maxDrawdown', sign: 1 },
        { text: 'trades', column: 'trades', sign: -1 },
      ],
    }),
    'no Sharpe ratio': {
      ...whole,
      table: { ...whole.table, metrics: flat },
      sharpes: new Float64Array(0),
      best: [],
      reported: [],
      split: null,
      splitReason: 'none',
    },
    'less is better': madeUpSweep({ ...GRID, objectives: [{ text: 'maxDrawdown', column: 'maxDrawdown', sign: -1 }] }),
  }
}
