/** The tables and curves of a comparison. */

import { brief, briefFraction, settled, thinnedNote } from '../analysis/brief.ts'
import { type ComparedTrade, type CompareInput, runLabels } from '../compare-input.ts'
import { column, type Dataset, type Datasets } from '../dataset.ts'
import { type Field, tabulate } from '../tabulate.ts'
import { thinRows } from '../thin.ts'

/** Points of one run that are drawn at most. */
const POINTS = 1500

export function compareDatasets(input: CompareInput): Datasets {
  const labels = runLabels(input)
  return {
    curves: curvesDataset(input, labels),
    config: configDataset(input, labels),
    metrics: metricsDataset(input, labels),
    matches: matchesDataset(input, labels),
    shared: sharedDataset(input, labels),
    alone: aloneDataset(input, labels),
  }
}

/** Equity over its start, and how far it is below its highest so far, of every run. */
function curvesDataset({ runs }: CompareInput, labels: readonly string[]): Dataset {
  const time: number[] = []
  const value: number[] = []
  const drawdown: number[] = []
  const run: string[] = []
  for (const [i, one] of runs.entries()) {
    const start = one.initialEquity
    let highest = start
    const below = one.equity.map((equity) => {
      highest = Math.max(highest, equity)
      return highest > 0 ? equity / highest - 1 : Number.NaN
    })
    for (const row of thinRows([one.equity, below], 0, one.equity.length, POINTS)) {
      time.push(one.time[row]!)
      value.push(start > 0 ? brief(one.equity[row]! / start) : Number.NaN)
      drawdown.push(briefFraction(below[row]!))
      run.push(labels[i]!)
    }
  }
  const total = runs.reduce((sum, { equity }) => sum + equity.length, 0)
  return {
    title: 'Equity over its start, and drawdown',
    ...thinnedNote(time.length, total, 'lowest and highest of each stretch'),
    columns: [
      column('run', 'Run', 'text', run),
      column('time', 'Bar (UTC)', 'time', time),
      column('value', 'Equity over its start', 'fraction', value),
      column('drawdown', 'Drawdown', 'fraction', drawdown),
    ],
  }
}

function configDataset({ config }: CompareInput, labels: readonly string[]): Dataset {
  return tabulate<CompareInput['config'][number]>('Keys that differ', config, [
    ['key', 'Key', 'text', (one) => one.key],
    ...labels.map(
      (label, i): Field<CompareInput['config'][number]> => [
        `run${i + 1}`,
        label,
        'text',
        (one) => one.values[i] ?? null,
      ],
    ),
  ])
}

function metricsDataset({ metrics }: CompareInput, labels: readonly string[]): Dataset {
  type Metric = CompareInput['metrics'][number]
  const value = (one: Metric, i: number): number | null => one.values[i] ?? null
  return tabulate<Metric>('Metrics', metrics, [
    ['id', 'Id', 'text', (one) => one.id],
    ['label', 'Metric', 'text', (one) => one.label],
    ['unit', 'Unit', 'text', (one) => one.unit],
    ...labels.map((label, i): Field<Metric> => [`run${i + 1}`, label, 'number', (one) => value(one, i)]),
    ...labels.slice(1).map(
      (label, i): Field<Metric> => [
        `difference${i + 2}`,
        `${label}, less the first`,
        'number',
        (one) => {
          const [first, other] = [value(one, 0), value(one, i + 1)]
          return first === null || other === null ? null : settled(other - first)
        },
      ],
    ),
    ['definition', 'Definition', 'text', (one) => one.definition],
  ])
}

function matchesDataset({ trades, runs }: CompareInput, labels: readonly string[]): Dataset {
  const { quote } = runs[0]!
  return tabulate<CompareInput['trades'][number]>('Trades', trades, [
    ['against', 'The first against', 'text', (_, i) => labels[i + 1] ?? null],
    ['matched', 'Shared', 'count', (one) => one.matched],
    ['sameExit', 'same exit', 'count', (one) => one.sameExit],
    ['onlyFirst', 'only first', 'count', (one) => one.onlyFirst],
    ['onlySecond', 'only other', 'count', (one) => one.onlySecond],
    ['pnlMatched', `Difference of shared (${quote})`, 'money', (one) => one.pnlMatched],
    ['pnlOnlyFirst', 'of only first', 'money', (one) => one.pnlOnlyFirst],
    ['pnlOnlySecond', 'of only other', 'money', (one) => one.pnlOnlySecond],
    ['difference', 'First difference', 'time', (one) => one.firstDifference?.timeMs ?? null],
    ['where', 'is', 'text', (one) => whereOf(one.firstDifference)],
  ])
}

function whereOf(difference: CompareInput['trades'][number]['firstDifference']): string {
  return difference === null ? 'none' : `${difference.symbol}, only in the ${difference.in}`
}

function sharedDataset({ pairs, runs }: CompareInput, labels: readonly string[]): Dataset {
  const { quote } = runs[0]!
  const all = pairs.flatMap((one, i) => one.pairs.map((pair) => ({ ...pair, against: labels[i + 1]! })))
  type Pair = (typeof all)[number]
  return tabulate<Pair>('Shared trades', all, [
    ...(labels.length > 2 ? [['against', 'Against', 'text', (one: Pair) => one.against] as const] : []),
    ['symbol', 'Symbol', 'text', (one) => one.first.symbol],
    ['side', 'Side', 'text', (one) => one.first.side],
    ['entryTime', 'Entry', 'time', (one) => one.first.entryTimeMs],
    ['exitFirst', 'Exit, first', 'time', (one) => one.first.exitTimeMs],
    ['exitOther', 'Exit, other', 'time', (one) => one.second.exitTimeMs],
    ['reasonFirst', 'Why, first', 'text', (one) => one.first.exitReason ?? 'open'],
    ['reasonOther', 'Why, other', 'text', (one) => one.second.exitReason ?? 'open'],
    ['pnlFirst', `PnL, first (${quote})`, 'money', (one) => one.first.pnl],
    ['pnlOther', 'PnL, other', 'money', (one) => one.second.pnl],
    ['pnl', 'Difference', 'money', (one) => settled(one.second.pnl - one.first.pnl)],
    ['sameExit', 'Same exit', 'text', (one) => (one.sameExit ? 'yes' : 'no')],
    ['entryFirst', 'Entry price, first', 'price', (one) => one.first.entryPrice, 'extra'],
    ['entryOther', 'Entry price, other', 'price', (one) => one.second.entryPrice, 'extra'],
    ['exitPriceFirst', 'Exit price, first', 'price', (one) => one.first.exitPrice, 'extra'],
    ['exitPriceOther', 'Exit price, other', 'price', (one) => one.second.exitPrice, 'extra'],
  ])
}

function aloneDataset({ pairs, runs }: CompareInput, labels: readonly string[]): Dataset {
  const { quote } = runs[0]!
  type Alone = ComparedTrade & { readonly run: string; readonly against: string }
  const all = pairs.flatMap((one, i): Alone[] => {
    const other = labels[i + 1]!
    return [
      ...one.onlyFirst.map((trade) => ({ ...trade, run: labels[0]!, against: other })),
      ...one.onlySecond.map((trade) => ({ ...trade, run: other, against: labels[0]! })),
    ]
  })
  return tabulate<Alone>(
    'Trades that only one run has',
    all.sort((a, b) => a.entryTimeMs - b.entryTimeMs),
    [
      ['run', 'Only in', 'text', (one) => one.run],
      ...(labels.length > 2 ? [['against', 'and not in', 'text', (one: Alone) => one.against] as const] : []),
      ['symbol', 'Symbol', 'text', (one) => one.symbol],
      ['side', 'Side', 'text', (one) => one.side],
      ['entryTime', 'Entry', 'time', (one) => one.entryTimeMs],
      ['entryPrice', 'Entry price', 'price', (one) => one.entryPrice],
      ['exitTime', 'Exit', 'time', (one) => one.exitTimeMs],
      ['exitPrice', 'Exit price', 'price', (one) => one.exitPrice],
      ['exitReason', 'Why', 'text', (one) => one.exitReason ?? 'open'],
      ['pnl', `PnL (${quote})`, 'money', (one) => one.pnl],
    ],
  )
}
