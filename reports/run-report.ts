/** The report of one finished run as one self-contained HTML file. */

import type { TopLevelSpec } from 'vega-lite'
import type { Metric, RunResult } from '../engine/core/result.ts'
import { type Breakdown, computeBreakdowns } from '../engine/stats/breakdowns.ts'
import { computeSeries } from '../engine/stats/series.ts'
import { breakdownId } from './analysis/trades.ts'
import { groupBars } from './charts/bars.ts'
import { calendarChart } from './charts/calendar.ts'
import { drawdownChart } from './charts/drawdown.ts'
import { equityLinear, equityLog } from './charts/equity.ts'
import { exposureChart } from './charts/exposure.ts'
import { histogramChart } from './charts/histogram.ts'
import { overviewChart } from './charts/overview.ts'
import { priceChart } from './charts/price.ts'
import { rollingSharpe, rollingVolatility } from './charts/rolling.ts'
import { durationChart, maeChart, mfeChart } from './charts/scatter.ts'
import { waterfallChart } from './charts/waterfall.ts'
import { compileChart } from './compile.ts'
import { datasetsOfRun } from './datasets-of-run.ts'
import { html } from './html.ts'
import type { PageModel } from './page/model.ts'
import { assumptionsSection } from './sections/assumptions.ts'
import { costsSection } from './sections/costs.ts'
import { curveSections, type DeepestDrawdown, windowBar } from './sections/curves.ts'
import { drawdownsSection } from './sections/drawdowns.ts'
import { headerSection } from './sections/header.ts'
import { marginSection } from './sections/margin.ts'
import { metricsSection } from './sections/metrics.ts'
import { placesSections } from './sections/places.ts'
import { priceSection } from './sections/price.ts'
import { refusalsSection } from './sections/refusals.ts'
import { reproduceSection } from './sections/reproduce.ts'
import { metricValue, returnsSections } from './sections/returns.ts'
import { breakdownsSection, GROUPS_DRAWN, scatterSection, tellingBreakdowns } from './sections/trade-analysis.ts'
import { tradesSection } from './sections/trades.ts'
import { renderPage } from './template.ts'
import { verdictOf } from './verdict.ts'

type Charts = PageModel['charts']

/** Height of a row of bars, and of a year. */
const GROUP_PIXELS = 19
const GROUP_PIXELS_MANY = 14
const YEAR_PIXELS = 28

/** Charts that draw one dataset, whole. */
async function stillCharts(
  breakdowns: readonly Breakdown[],
  metrics: readonly Metric[],
  years: number,
): Promise<Charts> {
  const loss95 = metricValue(metrics, 'var95')
  const one = async (spec: TopLevelSpec, dataset: string, renderer: 'svg' | 'canvas' = 'svg') => ({
    specs: { linear: await compileChart(spec) },
    renderer,
    dataset,
  })
  const groups = await Promise.all(
    tellingBreakdowns(breakdowns).map(async ({ id, rows }) => {
      const drawn = Math.min(GROUPS_DRAWN, rows.length)
      const height = drawn * (drawn > 12 ? GROUP_PIXELS_MANY : GROUP_PIXELS)
      return [breakdownId(id), { ...(await one(groupBars, breakdownId(id))), most: GROUPS_DRAWN, height }] as const
    }),
  )
  return {
    calendar: { ...(await one(calendarChart, 'calendar')), height: YEAR_PIXELS * Math.max(1, years) },
    'rolling-sharpe': await one(rollingSharpe, 'rolling'),
    'rolling-volatility': await one(rollingVolatility, 'rolling'),
    histogram: {
      ...(await one(histogramChart, 'histogram')),
      signals: { loss95: -(loss95 ?? 0), loss95Known: loss95 !== null },
    },
    'scatter-mae': await one(maeChart, 'scatter', 'canvas'),
    'scatter-mfe': await one(mfeChart, 'scatter', 'canvas'),
    'scatter-hours': await one(durationChart, 'scatter', 'canvas'),
    waterfall: await one(waterfallChart, 'waterfall'),
    ...Object.fromEntries(groups),
  }
}

async function compileCharts(): Promise<Charts> {
  return {
    overview: { renderer: 'svg', specs: { linear: await compileChart(overviewChart) } },
    equity: {
      renderer: 'svg',
      specs: { linear: await compileChart(equityLinear), log: await compileChart(equityLog) },
    },
    drawdown: { renderer: 'svg', specs: { linear: await compileChart(drawdownChart) } },
    exposure: { renderer: 'svg', specs: { linear: await compileChart(exposureChart) } },
    // Hundreds of candles and marks: a canvas stays smooth under the brush where as many SVG nodes would not.
    price: { renderer: 'canvas', specs: { linear: await compileChart(priceChart) } },
  }
}

function deepestOf(drawdown: Float64Array, result: RunResult): DeepestDrawdown {
  let [fraction, atMs] = [0, result.fromMs]
  for (let row = 0; row < drawdown.length; row++) {
    if (drawdown[row]! < fraction) [fraction, atMs] = [drawdown[row]!, result.time[row]! + result.timeframeMs]
  }
  return { fraction, atMs }
}

/** A name that every file system takes. */
function fileNameOf(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
  return safe === '' ? 'run' : safe.slice(0, 60)
}

/**
 * The page. It is a function of its arguments alone, so the same run gives the same bytes; it opens from a file, asks
 * for nothing over the network, and holds all trades and metrics unrounded. Figures come from full data; curves and
 * candles of long runs are thinned for drawing, and say so.
 */
export async function renderRunReport(result: RunResult, metrics: readonly Metric[]): Promise<string> {
  const series = computeSeries(result)
  const breakdowns = computeBreakdowns(result.trades)
  const deepest = deepestOf(series.drawdown, result)
  const datasets = datasetsOfRun(result, metrics, series, breakdowns)
  const model: PageModel = {
    fileName: fileNameOf(result.name),
    quote: result.quote,
    fromMs: result.fromMs,
    toMs: Math.max(result.toMs, result.fromMs + 2 * result.timeframeMs),
    timeframeMs: result.timeframeMs,
    initialEquity: result.initialEquity,
    symbols: result.symbols,
    datasets,
    charts: { ...(await compileCharts()), ...(await stillCharts(breakdowns, metrics, series.yearly.length)) },
  }
  const body = html`${headerSection(result, deepest.fraction, verdictOf(result, metrics))}
<div class="charts">${windowBar(result)}${curveSections(result, deepest)}${priceSection(result)}</div>
${drawdownsSection(result, datasets['drawdowns']!)}${returnsSections(datasets, metrics)}${costsSection(result)}${marginSection(result)}${breakdownsSection(result, breakdowns)}${scatterSection(datasets)}${metricsSection(result, metrics)}${placesSections(result)}${tradesSection(result, datasets['trades']!)}${refusalsSection(result)}${assumptionsSection(result)}${reproduceSection(result, model.fileName)}`
  return renderPage({ title: `${result.name} – backtest report`, body, model })
}
