/** A validation as the datasets of its page. Sharpe ratios are annual. */

import { describe } from '../config.ts'
import { column, type Dataset, type Datasets } from '../dataset.ts'
import type { Kind } from '../format.ts'
import { histogramOf } from '../sweep/datasets.ts'
import type { ReportedFold, ValidationInput } from '../validation-input.ts'

const YEAR = Math.sqrt(365)
/** Points of a curve: more can't be seen. */
const MOST_POINTS = 500
/** Values that are followed from fold to fold. */
const MOST_DRIFTS = 5

type Row = Readonly<Record<string, number | string | null>>

function table(title: string, rows: readonly Row[], columns: readonly (readonly [string, string, Kind])[]): Dataset {
  return {
    title,
    columns: columns.map(([name, label, kind]) =>
      column(
        name,
        label,
        kind,
        rows.map((row) => row[name] ?? null),
      ),
    ),
  }
}

/** Every n-th row, and the last. */
function thinned<T>(rows: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(rows.length / MOST_POINTS))
  return rows.filter((_, i) => i % step === 0 || i === rows.length - 1)
}

const annual = (perDay: number): number => perDay * YEAR

const kindOf = (anchored: boolean): string => (anchored ? 'anchored' : 'rolling')

function walkForwardDatasets({ walkForwards }: ValidationInput): Datasets {
  const curve = walkForwards.flatMap(({ anchored, dayMs, unit }) =>
    thinned(dayMs.map((time, i) => ({ time, unit: unit[i]!, series: kindOf(anchored) }))),
  )
  const edges = (walkForwards[0]?.folds ?? []).map(({ outOfSample }) => ({ time: outOfSample.fromMs }))
  const windows = walkForwards.flatMap(({ anchored, folds }) =>
    folds.flatMap(({ inSample, outOfSample }, i) => {
      const fold = `${kindOf(anchored)} ${i + 1}`
      return [
        { fold, from: inSample.fromMs, to: inSample.toMs, part: 'in sample' },
        { fold, from: outOfSample.fromMs, to: outOfSample.toMs, part: 'out of sample' },
      ]
    }),
  )
  const folds = walkForwards.flatMap(({ anchored, folds: own }) =>
    own.map((fold) => ({
      kind: kindOf(anchored),
      from: fold.outOfSample.fromMs,
      to: fold.outOfSample.toMs,
      values: describe(fold.values),
      inSampleSharpe: fold.inSampleSharpe,
      outOfSampleSharpe: fold.outOfSampleSharpe,
      outOfSampleReturn: fold.outOfSampleReturn,
      trades: fold.trades,
    })),
  )
  return {
    stitched: table('Stitched out of sample', curve, [
      ['time', 'Day (UTC)', 'time'],
      ['unit', 'Value of 1', 'ratio'],
      ['series', 'Windows', 'text'],
    ]),
    edges: table('First days out of sample', edges, [['time', 'Day (UTC)', 'time']]),
    windows: table('Windows of the folds', windows, [
      ['fold', 'Fold', 'text'],
      ['from', 'From (UTC)', 'time'],
      ['to', 'To (UTC)', 'time'],
      ['part', 'Part', 'text'],
    ]),
    folds: table('Folds', folds, [
      ['kind', 'Windows', 'text'],
      ['from', 'Out of sample from', 'time'],
      ['to', 'to', 'time'],
      ['values', 'Chosen', 'text'],
      ['inSampleSharpe', 'Sharpe in sample', 'ratio'],
      ['outOfSampleSharpe', 'out of sample', 'ratio'],
      ['outOfSampleReturn', 'Return', 'fraction'],
      ['trades', 'Trades', 'count'],
    ]),
    drift: driftDataset(walkForwards[0]?.folds ?? []),
  }
}

/** Numbers that change from fold to fold, each between the least and the most that was chosen. */
function driftDataset(folds: readonly ReportedFold[]): Dataset {
  const keys = [...new Set(folds.flatMap(({ values }) => Object.keys(values)))]
  const numeric = keys
    .filter((key) => folds.every(({ values }) => typeof values[key] === 'number'))
    .slice(0, MOST_DRIFTS)
  const rows = numeric.flatMap((key) => {
    const chosen = folds.map(({ values }) => values[key] as number)
    const [low, high] = [Math.min(...chosen), Math.max(...chosen)]
    return folds.map(({ outOfSample }, i) => ({
      time: outOfSample.fromMs,
      key,
      value: chosen[i]!,
      share: high === low ? 0.5 : (chosen[i]! - low) / (high - low),
      text: String(chosen[i]!),
    }))
  })
  const whole = table('Chosen values by fold', rows, [
    ['time', 'Out of sample from', 'time'],
    ['key', 'Parameter', 'text'],
    ['value', 'Value', 'number'],
    ['share', 'Between least and most', 'fraction'],
    ['text', 'As written', 'text'],
  ])
  return {
    ...whole,
    columns: whole.columns.map((one) => (one.name === 'text' ? { ...one, extra: true as const } : one)),
  }
}

function pathDatasets({ crossValidation }: ValidationInput): Datasets {
  const { paths = [], dayMs = [] } = crossValidation ?? {}
  const rows = paths.flatMap(({ unit }, path) =>
    thinned(dayMs.map((time, i) => ({ time, unit: unit[i] ?? null, path: path + 1 }))),
  )
  const middle = thinned(
    dayMs.map((time, i) => {
      const values = paths.map(({ unit }) => unit[i] ?? 1).sort((a, b) => a - b)
      return { time, unit: values[Math.floor(values.length / 2)] ?? null }
    }),
  )
  const sharpes = Float64Array.from(paths.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe])))
  const columns = [
    ['time', 'Day (UTC)', 'time'],
    ['unit', 'Value of 1', 'ratio'],
  ] as const
  return {
    paths: table('Out-of-sample paths', rows, [...columns, ['path', 'Path', 'count']]),
    middle: table('Middle of the paths', middle, columns),
    'path-sharpes': table('Sharpe ratios of the paths', histogramOf(sharpes), [
      ['from', 'From', 'ratio'],
      ['to', 'To', 'ratio'],
      ['count', 'Paths', 'count'],
    ]),
  }
}

function overfittingDatasets({ overfitting }: ValidationInput): Datasets {
  const { logits = [], points = [], slope = null, intercept = null } = overfitting ?? {}
  const bins = logits.map((bin) => ({ ...bin, overfitted: bin.to <= 1e-9 ? 'at or below the median' : 'above' }))
  const yearly = points.map((one) => ({ inSample: annual(one.inSample), outOfSample: annual(one.outOfSample) }))
  const ends = yearly.map(({ inSample }) => inSample)
  const line =
    slope === null || intercept === null || ends.length === 0
      ? []
      : [Math.min(...ends), Math.max(...ends)].map((x) => ({ inSample: x, outOfSample: annual(intercept) + slope * x }))
  const columns = [
    ['inSample', 'In sample', 'ratio'],
    ['outOfSample', 'Out of sample', 'ratio'],
  ] as const
  return {
    logits: table('Logits of the rank out of sample', bins, [
      ['from', 'From', 'ratio'],
      ['to', 'To', 'ratio'],
      ['count', 'Halves', 'count'],
      ['overfitted', 'Where', 'text'],
    ]),
    points: table('In sample against out of sample', yearly, columns),
    line: table('Least squares', line, columns),
  }
}

function trialDatasets({ trials, deflation, trialCount, gates }: ValidationInput): Datasets {
  const ranked = trials
    .flatMap(({ sharpe, chosen }) => (sharpe === null ? [] : [{ sharpe, chosen: chosen ? 'chosen' : 'others' }]))
    .sort((a, b) => b.sharpe - a.sharpe)
    .map((row, i) => ({ rank: i + 1, ...row }))
  const gate = gates.find(({ name }) => name === 'deflatedSharpe')
  const luck = gate?.inputs['benchmark']
  const curve = deflation.filter((point) => point.probability !== null)
  return {
    trials: table('Sharpe ratios of all trials', ranked, [
      ['rank', 'Rank', 'count'],
      ['sharpe', 'Sharpe ratio', 'ratio'],
      ['chosen', 'Which', 'text'],
    ]),
    luck: table('Expected of luck', typeof luck === 'number' ? [{ at: annual(luck) }] : [], [
      ['at', 'Sharpe ratio', 'ratio'],
    ]),
    deflation: table('Deflated Sharpe ratio by the number of trials', curve, [
      ['trials', 'Trials', 'count'],
      ['probability', 'Deflated Sharpe ratio', 'ratio'],
    ]),
    now: table(
      'At the trials that count',
      curve.filter((point) => point.trials === trialCount.total),
      [
        ['trials', 'Trials', 'count'],
        ['probability', 'Deflated Sharpe ratio', 'ratio'],
      ],
    ),
    limit: table('Limit', [{ at: gate?.limit ?? 0.95 }], [['at', 'Deflated Sharpe ratio', 'ratio']]),
  }
}

export function validationDatasets(input: ValidationInput): Datasets {
  return {
    ...walkForwardDatasets(input),
    ...pathDatasets(input),
    ...overfittingDatasets(input),
    ...trialDatasets(input),
  }
}
