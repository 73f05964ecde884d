/** What the data checks say of the run's own series, checked once for the assumptions and for the report. */

import { checkCandles } from '../../../datasets/checks/check.ts'
import { tableOf } from '../../../datasets/checks/table.ts'
import { seriesName, seriesTarget } from '../../../datasets/series.ts'
import type { CandleSeries } from '../../core/candles.ts'
import type { Grid } from '../../core/grid.ts'
import type { DataFinding, SeriesQuality } from '../../core/run-detail.ts'

/** Longer series take seconds to check: the run says that it didn't. */
const MOST_BARS = 500_000
const GAPS_TOLD = 10
/** Findings of a series that are listed; the rest is counted. */
const FINDINGS_TOLD = 40

/** One entry a series of the grid. */
export function dataQuality(grid: Grid): readonly SeriesQuality[] {
  return grid.symbols.map(({ series }) => qualityOf(series))
}

function qualityOf(series: CandleSeries): SeriesQuality {
  const { timeframeMs, candles } = series
  const { time } = candles
  return {
    name: seriesName(series),
    bars: time.length,
    firstMs: time[0]!,
    lastMs: time[time.length - 1]!,
    checked: time.length > MOST_BARS ? null : checkedOf(series),
    ...gapsOf(time, timeframeMs),
    command: `tandem data check ${seriesTarget(series)}`,
  }
}

function checkedOf({ venue, symbol, timeframeMs, candles, preparation }: CandleSeries): SeriesQuality['checked'] {
  const { facts, findings, counts } = checkCandles(tableOf(candles), { timeframeMs, venue, symbol, references: [] })
  // Bars that the run itself filled in are no finding.
  const isOwn = (code: string): boolean => code === 'CARRIED_FORWARD' && (preparation?.carriedBars ?? 0) > 0
  const none = { runs: 0, bars: 0 }
  return {
    outages: facts?.outages ?? none,
    noTrades: facts?.noTrades ?? none,
    zeroVolumeBars: facts?.zeroVolumeBars ?? 0,
    counts: Object.fromEntries(Object.entries(counts).filter(([code]) => !isOwn(code))),
    findings: findings
      .filter(({ code }) => !isOwn(code))
      .slice(0, FINDINGS_TOLD)
      .map(({ code, severity, timeMs, rows, message }): DataFinding => ({ code, severity, timeMs, rows, message })),
  }
}

function gapsOf(time: Float64Array, timeframeMs: number): Pick<SeriesQuality, 'missing' | 'gaps'> {
  let missing = 0
  const gaps: SeriesQuality['gaps'][number][] = []
  for (let bar = 1; bar < time.length; bar++) {
    if (time[bar]! - time[bar - 1]! === timeframeMs) continue
    const bars = Math.round((time[bar]! - time[bar - 1]!) / timeframeMs) - 1
    if (bars <= 0) continue
    missing += bars
    gaps.push({ fromMs: time[bar - 1]! + timeframeMs, toMs: time[bar]!, bars })
  }
  gaps.sort((a, b) => b.bars - a.bars || a.fromMs - b.fromMs)
  return { missing, gaps: gaps.slice(0, GAPS_TOLD) }
}
