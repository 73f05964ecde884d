/** A sweep as the datasets of its page. */

import { column, type Dataset, type Datasets } from '../dataset.ts'
import { formatNumber } from '../format.ts'
import type { SweepCell, SweepColumn, SweepReportInput } from '../sweep-input.ts'
import type { Luck } from './luck.ts'
import { kindOf } from './measures.ts'
import type { Plateau } from './plateau.ts'

/** Metrics of every trial that are in the page; the results file has all. */
const KEPT = [
  'sharpe',
  'totalReturn',
  'cagr',
  'maxDrawdown',
  'sortino',
  'calmar',
  'volatility',
  'trades',
  'winRate',
  'profitFactor',
  'timeInMarket',
  'turnoverPerYear',
  'costShare',
  'excessReturn',
]
/** Columns of the table that are seen at first, beside axes and objectives. */
const SEEN = new Set(['sharpe', 'totalReturn', 'maxDrawdown', 'trades', 'profitFactor'])
/** Up to so many trials their numbers are in the page unrounded. */
const UNROUNDED = 2000
/** Bins of a distribution. */
const BINS = 60

/** Metrics that the page draws: the usual ones, and those that are objectives. */
export function metricsKept({ table, objectives }: SweepReportInput): SweepColumn[] {
  const wanted = new Set([...KEPT, ...objectives.map((one) => one.column)])
  const rank = (name: string): number => (objectives.some((one) => one.column === name) ? 0 : 1)
  return table.metrics
    .filter(({ name }) => wanted.has(name))
    .toSorted((a, b) => rank(a.name) - rank(b.name) || KEPT.indexOf(a.name) - KEPT.indexOf(b.name))
}

function cellOf(value: SweepCell, isBrief: boolean): number | string | null {
  if (typeof value === 'boolean') return String(value)
  return typeof value === 'number' && isBrief && Number.isFinite(value) ? Number(value.toPrecision(9)) : value
}

/** One row a trial: number, axes, objectives, metrics, whether it satisfies the constraints, its report. */
export function trialsDataset(input: SweepReportInput): Dataset {
  const { table, count, split } = input
  const isBrief = table.trial.length > UNROUNDED
  const of = (one: SweepColumn, isAxis: boolean, extra: boolean) => {
    const isText = one.values.some((value) => value !== null && typeof value !== 'number')
    const kind = isText ? 'text' : isAxis ? 'number' : kindOf(one.unit)
    const made = column(
      one.name,
      one.label,
      kind,
      one.values.map((value) => cellOf(value, isBrief)),
    )
    return extra ? { ...made, extra: true as const } : made
  }
  const reported = new Set(input.reported)
  const notes = [
    table.isSampled === null
      ? ''
      : `${formatNumber(table.trial.length, 0)} of ${formatNumber(count.compared, 0)} trials: the best, and an even sample of the rest. results.parquet has all.`,
    isBrief ? 'Numbers to nine digits; results.parquet has them unrounded.' : '',
  ].filter((text) => text !== '')
  return {
    title: 'Trials',
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
    columns: [
      column('trial', 'Trial', 'count', table.trial),
      ...table.axes.map((one) => of(one, true, false)),
      ...table.objectives.map((one) => of(one, false, false)),
      ...metricsKept(input).map((one) =>
        of(one, false, !SEEN.has(one.name) && !input.objectives.some(({ column: name }) => name === one.name)),
      ),
      ...(split === null
        ? []
        : [
            { ...column('inSample', 'Sharpe before', 'ratio', split.inSample), extra: true as const },
            { ...column('outOfSample', 'Sharpe after', 'ratio', split.outOfSample), extra: true as const },
          ]),
      {
        ...column(
          'feasible',
          'Feasible',
          'text',
          table.feasible.map((one) => (one ? 'yes' : 'no')),
        ),
        extra: true,
      },
      ...(table.isSampled === null
        ? []
        : [{ ...column('sampled', 'Sampled', 'count', table.isSampled.map(Number)), extra: true as const }]),
      ...(reported.size === 0
        ? []
        : [
            {
              ...column(
                'report',
                'Run report',
                'text',
                table.trial.map((one) => (reported.has(one) ? `best/trial-${one}/report.html` : null)),
              ),
              extra: true as const,
            },
          ]),
    ],
  }
}

/** Counts in equal bins over the range; one bin where nothing varies. */
export function histogramOf(values: Float64Array): { from: number; to: number; count: number }[] {
  if (values.length === 0) return []
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  if (low === high) return [{ from: low - 0.5, to: high + 0.5, count: values.length }]
  const bins = Math.min(BINS, Math.max(5, Math.ceil(2 * Math.cbrt(values.length))))
  const width = (high - low) / bins
  const counts = new Array<number>(bins).fill(0)
  for (const value of values) counts[Math.min(bins - 1, Math.floor((value - low) / width))]! += 1
  return counts.map((count, bin) => ({ from: low + bin * width, to: low + (bin + 1) * width, count }))
}

function table<T extends object>(
  title: string,
  rows: readonly T[],
  columns: readonly (readonly [keyof T & string, string, Parameters<typeof column>[2]])[],
): Dataset {
  return {
    title,
    columns: columns.map(([name, label, kind]) =>
      column(
        name,
        label,
        kind,
        rows.map((row) => row[name] as number | string | null),
      ),
    ),
  }
}

/** Everything but the trials and the figures. */
export function smallDatasets(input: SweepReportInput, luck: Luck, plateau: Plateau): Datasets {
  const marks = [
    ...(luck.expectedMaximum === null ? [] : [{ at: luck.expectedMaximum, what: 'expected of luck' }]),
    ...(luck.bestSharpe === null ? [] : [{ at: luck.bestSharpe, what: 'the best' }]),
  ]
  const logits = (input.overfitting?.logits ?? []).map((bin) => ({
    ...bin,
    where: bin.to <= 1e-9 ? 'at or below the median' : 'above',
  }))
  const now = luck.deflated === null ? [] : [{ trials: luck.trials, probability: luck.deflated }]
  const own = plateau.neighbourhoods[0]
  return {
    distribution: table('Sharpe ratios of all trials', histogramOf(input.sharpes), [
      ['from', 'From', 'ratio'],
      ['to', 'To', 'ratio'],
      ['count', 'Trials', 'count'],
    ]),
    marks: table('Luck and the best', marks, [
      ['at', 'Sharpe ratio', 'ratio'],
      ['what', 'What', 'text'],
    ]),
    deflation: table('Deflated Sharpe ratio by the number of trials', luck.curve, [
      ['trials', 'Trials', 'count'],
      ['probability', 'Deflated Sharpe ratio', 'ratio'],
    ]),
    now: table('At the trials on record', now, [
      ['trials', 'Trials', 'count'],
      ['probability', 'Deflated Sharpe ratio', 'ratio'],
    ]),
    logits: table('Logits of the rank in the other half', logits, [
      ['from', 'From', 'ratio'],
      ['to', 'To', 'ratio'],
      ['count', 'Halves', 'count'],
      ['where', 'Where', 'text'],
    ]),
    plateau: table('The first objective by distance from the best', plateau.steps, [
      ['distance', 'Distance', 'ratio'],
      ['trials', 'Trials', 'count'],
      ['low', 'Lower quarter', 'ratio'],
      ['median', 'Median', 'ratio'],
      ['high', 'Upper quarter', 'ratio'],
    ]),
    'plateau-best': table('The best', own === undefined ? [] : [{ distance: 0, median: own.value }], [
      ['distance', 'Distance', 'ratio'],
      ['median', 'Value', 'ratio'],
    ]),
    neighbourhoods: table('The best beside their neighbours', plateau.neighbourhoods, [
      ['trial', 'Trial', 'count'],
      ['value', 'Own value', 'ratio'],
      ['neighbours', 'Neighbours', 'count'],
      ['median', 'Their median', 'ratio'],
      ['worst', 'Their worst', 'ratio'],
      ['ratio', 'Median over own', 'fraction'],
    ]),
    refusals: table('Refusals over all trials', input.refusals, [
      ['code', 'Code', 'text'],
      ['count', 'Refusals', 'count'],
      ['trials', 'Trials with some', 'count'],
    ]),
    errors: table('Errors', input.errors, [
      ['error', 'Error', 'text'],
      ['count', 'Trials', 'count'],
      ['firstTrial', 'First trial', 'count'],
    ]),
  }
}
