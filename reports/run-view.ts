/** A run with everything that the sections of its page take from it. */

import type { Metric, RunResult } from '../engine/core/result.ts'
import type { RunDetail } from '../engine/core/run-detail.ts'
import { type Breakdown, computeBreakdowns } from '../engine/stats/breakdowns.ts'
import { computeSeries, type RunSeries } from '../engine/stats/series.ts'
import { type Prices, pricesOf } from './analysis/prices.ts'
import type { Datasets } from './dataset.ts'
import { datasetsOfRun } from './datasets-of-run.ts'
import type { FigureBook } from './figure-book.ts'
import { figuresOfRun } from './figures-of-run.ts'

export interface RunView {
  readonly result: RunResult
  readonly metrics: readonly Metric[]
  readonly detail: RunDetail | null
  readonly series: RunSeries
  readonly breakdowns: readonly Breakdown[]
  readonly figures: FigureBook
  /** All tables and series but those of prices. */
  readonly datasets: Datasets
  /** Only a page has them: computed when asked for. */
  readonly prices: Prices
  /** The same with fewer rows. */
  pricesAt(share: number): Prices
}

export function viewOf(result: RunResult, metrics: readonly Metric[], detail: RunDetail | null): RunView {
  const series = computeSeries(result)
  const breakdowns = computeBreakdowns(result.trades)
  let prices: Prices | null = null
  return {
    result,
    metrics,
    detail,
    series,
    breakdowns,
    figures: figuresOfRun(result, metrics, series.drawdown),
    datasets: datasetsOfRun(result, metrics, series, breakdowns, detail),
    get prices() {
      return (prices ??= pricesOf(result, detail))
    },
    pricesAt: (share) => pricesOf(result, detail, share),
  }
}
