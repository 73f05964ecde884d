/** The report of one finished run as one self-contained HTML file. */

import type { Metric, RunResult } from '../engine/core/result.ts'
import { drawdownSeries } from '../engine/stats/drawdown.ts'
import { unitValues } from '../engine/stats/unit-value.ts'
import { drawdownChart } from './charts/drawdown.ts'
import { equityLinear, equityLog } from './charts/equity.ts'
import { exposureChart } from './charts/exposure.ts'
import { overviewChart } from './charts/overview.ts'
import { priceChart } from './charts/price.ts'
import { compileChart } from './compile.ts'
import { datasetsOfRun } from './datasets-of-run.ts'
import { html } from './html.ts'
import type { PageModel } from './page/model.ts'
import { assumptionsSection } from './sections/assumptions.ts'
import { costsSection } from './sections/costs.ts'
import { curveSections, type DeepestDrawdown, windowBar } from './sections/curves.ts'
import { headerSection } from './sections/header.ts'
import { marginSection } from './sections/margin.ts'
import { metricsSection } from './sections/metrics.ts'
import { priceSection } from './sections/price.ts'
import { refusalsSection } from './sections/refusals.ts'
import { reproduceSection } from './sections/reproduce.ts'
import { tradesSection } from './sections/trades.ts'
import { renderPage } from './template.ts'

async function compileCharts(): Promise<PageModel['charts']> {
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
  const drawdown = drawdownSeries(unitValues(result))
  const deepest = deepestOf(drawdown, result)
  const datasets = datasetsOfRun(result, metrics, drawdown)
  const model: PageModel = {
    fileName: fileNameOf(result.name),
    quote: result.quote,
    fromMs: result.fromMs,
    toMs: Math.max(result.toMs, result.fromMs + 2 * result.timeframeMs),
    timeframeMs: result.timeframeMs,
    initialEquity: result.initialEquity,
    symbols: result.symbols,
    datasets,
    charts: await compileCharts(),
  }
  const body = html`${headerSection(result, deepest.fraction)}
<div class="charts">${windowBar(result)}${curveSections(result, deepest)}${priceSection(result)}</div>
${metricsSection(result, metrics)}${costsSection(result)}${marginSection(result)}${tradesSection(result, datasets['trades']!)}${refusalsSection(result)}${assumptionsSection(result)}${reproduceSection(result, model.fileName)}`
  return renderPage({ title: `${result.name} – backtest report`, body, model })
}
