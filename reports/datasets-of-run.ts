/** A run as the datasets of its page: curves and prices thinned to what a screen can show, everything else complete. */

import type { Metric, RunResult } from '../engine/core/result.ts'
import type { RunDetail } from '../engine/core/run-detail.ts'
import { benchmarkUnitValues } from '../engine/stats/benchmark.ts'
import type { Breakdown } from '../engine/stats/breakdowns.ts'
import type { RunSeries } from '../engine/stats/series.ts'
import {
  flowsDataset,
  liquidationsDataset,
  placeDatasets,
  profileResultsDataset,
  profilesDataset,
} from './analysis/account.ts'
import { brief, briefFraction, thinnedNote } from './analysis/brief.ts'
import { waterfallDataset } from './analysis/costs.ts'
import { detailDatasets } from './analysis/detail.ts'
import { drawdownsDataset } from './analysis/drawdowns.ts'
import { calendarDataset, histogramDataset, rollingDataset } from './analysis/returns.ts'
import { breakdownDataset, breakdownId, scatterDataset } from './analysis/trades.ts'
import { column, type Dataset, type Datasets } from './dataset.ts'
import {
  ambiguityDataset,
  assumptionsDataset,
  exitsDataset,
  metricsDataset,
  refusalsDataset,
  tradesDataset,
} from './tables-of-run.ts'
import { thinRows } from './thin.ts'

/** Runs up to this many bars have whole curves, so that zooming in shows every bar. */
const ROWS_WHOLE = 60_000
/** Longer ones are thinned to about this many rows: several times what a chart draws, so that zooming in still gains. */
const ROWS_THINNED = 16_000

/** The initial equity in the first symbol from the first open on, without costs; null where that never had a price. */
function benchmarkEquity({ candles, initialEquity }: RunResult): Float64Array | null {
  const first = candles[0]
  const entryPrice = first?.open.find((price) => price > 0)
  if (first === undefined || entryPrice === undefined) return null
  return benchmarkUnitValues({ label: '', entryPrice, close: first.close }).map((unit) => unit * initialEquity)
}

function curveDataset(result: RunResult, drawdown: Float64Array, detail: RunDetail | null): Dataset {
  const benchmark = benchmarkEquity(result)
  const { time, equity, exposure, timeframeMs } = result
  const distance = detail?.liquidation?.distance ?? null
  const count = equity.length
  const extremes = [equity, drawdown, exposure, ...(distance === null ? [] : [distance])]
  const rows =
    count <= ROWS_WHOLE ? Array.from({ length: count }, (_, row) => row) : thinRows(extremes, 0, count, ROWS_THINNED)
  const at = (values: Float64Array, first: number, short: (value: number) => number) => [
    first,
    ...rows.map((row) => short(values[row] ?? Number.NaN)),
  ]
  return {
    title: 'Equity, drawdown and exposure at bar closes',
    ...thinnedNote(rows.length, count, 'lowest and highest of each stretch'),
    columns: [
      column('time', 'Time (UTC)', 'time', [result.fromMs, ...rows.map((row) => time[row]! + timeframeMs)]),
      column('equity', `Equity (${result.quote})`, 'money', at(equity, brief(result.initialEquity), brief)),
      column('drawdown', 'Drawdown', 'fraction', at(drawdown, 0, briefFraction)),
      column('exposure', 'Exposure', 'fraction', at(exposure, 0, briefFraction)),
      ...(benchmark === null
        ? []
        : [
            column(
              'benchmark',
              `Buy and hold (${result.quote})`,
              'money',
              at(benchmark, brief(result.initialEquity), (value) => brief(value, 6)),
            ),
          ]),
      ...(distance === null
        ? []
        : [column('distance', 'To the liquidation price', 'fraction', at(distance, Number.NaN, briefFraction))]),
    ],
  }
}

/** All datasets of a run's page but those of its prices. */
export function datasetsOfRun(
  result: RunResult,
  metrics: readonly Metric[],
  series: RunSeries,
  breakdowns: readonly Breakdown[],
  detail: RunDetail | null = null,
): Datasets {
  return {
    curve: curveDataset(result, series.drawdown, detail),
    trades: tradesDataset(result),
    metrics: metricsDataset(metrics),
    refusals: refusalsDataset(result),
    exits: exitsDataset(result),
    assumptions: assumptionsDataset(result),
    ambiguity: ambiguityDataset(result),
    drawdowns: drawdownsDataset(series.drawdowns),
    calendar: calendarDataset(series.monthly, series.yearly),
    rolling: rollingDataset(series.rolling),
    histogram: histogramDataset(series.days),
    scatter: scatterDataset(result.trades, result.quote),
    waterfall: waterfallDataset(result),
    profiles: profilesDataset(result, detail?.profileRule ?? null),
    'profile-results': profileResultsDataset(result),
    flows: flowsDataset(result),
    liquidations: liquidationsDataset(result),
    ...placeDatasets(result),
    ...(detail === null ? {} : detailDatasets(detail, result)),
    ...Object.fromEntries(breakdowns.map((one) => [breakdownId(one.id), breakdownDataset(one, result.quote)])),
  }
}
