/** The tables beside a run's metrics: trades taken apart, drawdowns, months and years; each column says what it is. */

import type { Metric, RunResult } from '../core/result.ts'
import type { Benchmark } from '../stats/benchmark.ts'
import { computeBreakdowns } from '../stats/breakdowns.ts'
import { metricsContext } from '../stats/context.ts'
import { metricsIn } from '../stats/metrics.ts'
import { type RunTables, tablesIn } from '../stats/series.ts'

interface Column {
  readonly id: string
  readonly unit: string
  readonly definition: string
}

const BREAKDOWN_COLUMNS: readonly Column[] = [
  { id: 'key', unit: 'name', definition: 'what the trades of the row have in common' },
  { id: 'trades', unit: 'count', definition: 'closed trades' },
  { id: 'wins', unit: 'count', definition: 'closed trades with a net profit above 0' },
  { id: 'losses', unit: 'count', definition: 'closed trades with a net profit below 0' },
  { id: 'breakEven', unit: 'count', definition: 'closed trades with a net profit of exactly 0' },
  { id: 'netProfit', unit: 'quote', definition: 'sum of net profits after fees and funding' },
  { id: 'averageProfit', unit: 'quote', definition: 'net profit per trade' },
  { id: 'winRate', unit: 'fraction', definition: 'wins over wins and losses; null without either' },
  { id: 'profitFactor', unit: 'ratio', definition: 'sum of profits over sum of losses; null without a losing trade' },
  { id: 'averageHoldingMs', unit: 'ms', definition: 'mean time from entry to exit' },
]

const DRAWDOWN_DEFINITION =
  'falls of the time-weighted unit value below its running maximum, marked at every close, deepest first; depth is a fraction (≤ 0), times are ms UTC, null while ongoing'

/** Metrics of a run, with holding its first symbol as the benchmark. */
export function metricsOf(result: RunResult): readonly Metric[] {
  return measure(result).metrics
}

/** A run's metrics, and its tables when they are asked for: bars are gone through once for both. */
export interface Measured {
  readonly metrics: readonly Metric[]
  tables(): RunTables
}

export function measure(result: RunResult): Measured {
  const benchmark = benchmarkOf(result)
  const context = metricsContext(benchmark === null ? result : { ...result, benchmark })
  return { metrics: metricsIn(context), tables: () => tablesIn(context) }
}

/** Holding the run's first symbol from its first open on; null where it has no price. */
export function benchmarkOf({ candles, symbols }: Pick<RunResult, 'candles' | 'symbols'>): Benchmark | null {
  const { open, close } = candles[0]!
  const entryPrice = open.find((price) => price > 0)
  return entryPrice === undefined ? null : { label: `holding ${symbols[0]}`, entryPrice, close }
}

/** What `analysis.json` holds. */
export function analysisOf(result: RunResult, { drawdowns, monthly, yearly }: RunTables): unknown {
  return {
    breakdowns: computeBreakdowns(result.trades).map(({ id, label, rows }) => ({
      id,
      label,
      basis: 'closed trades',
      columns: BREAKDOWN_COLUMNS,
      rows,
    })),
    drawdowns: { definition: DRAWDOWN_DEFINITION, basis: 'bars', ...drawdowns },
    returns: {
      definition:
        'time-weighted return of the UTC month or year, from UTC-day returns; the first and last may be partial',
      unit: 'fraction',
      monthly,
      yearly,
    },
    profiles: { changes: result.profiles, results: result.profileResults },
  }
}
