/** The report of one finished run as one self-contained HTML file, and its figures as JSON. */

import type { TopLevelSpec } from 'vega-lite'
import type { Metric, RunResult } from '../engine/core/result.ts'
import type { RunDetail } from '../engine/core/run-detail.ts'
import { breakdownId } from './analysis/trades.ts'
import { groupBars } from './charts/bars.ts'
import { calendarChart } from './charts/calendar.ts'
import { distanceChart } from './charts/distance.ts'
import { drawdownChart } from './charts/drawdown.ts'
import { equityLinear, equityLog } from './charts/equity.ts'
import { exposureChart } from './charts/exposure.ts'
import { histogramChart } from './charts/histogram.ts'
import { overviewChart } from './charts/overview.ts'
import { paneChart } from './charts/pane.ts'
import { priceChart } from './charts/price.ts'
import { rollingSharpe, rollingVolatility } from './charts/rolling.ts'
import { durationChart, maeChart, mfeChart } from './charts/scatter.ts'
import { sensitivityChart } from './charts/sensitivity.ts'
import { waterfallChart } from './charts/waterfall.ts'
import { compileChart } from './compile.ts'
import type { Datasets } from './dataset.ts'
import { type FiguresDocument, figuresDocument } from './figures-json.ts'
import { html } from './html.ts'
import { packDataset } from './pack.ts'
import type { ChartPlan, ModelDocument } from './page/model.ts'
import { type RunView, viewOf } from './run-view.ts'
import { assumptionsSection } from './sections/assumptions.ts'
import { contentsSection } from './sections/contents.ts'
import { costsSection, sensitivitySection } from './sections/costs.ts'
import { curveSections, windowBar } from './sections/curves.ts'
import { drawdownsSection } from './sections/drawdowns.ts'
import { headerSection } from './sections/header.ts'
import { marginSection } from './sections/margin.ts'
import { metricsSection } from './sections/metrics.ts'
import { placesSections, profilesSection } from './sections/places.ts'
import { priceSection } from './sections/price.ts'
import { refusalsSection } from './sections/refusals.ts'
import { reproduceSection } from './sections/reproduce.ts'
import { metricValue, returnsSections } from './sections/returns.ts'
import { qualitySection, recordsSection } from './sections/sources.ts'
import { breakdownsSection, GROUPS_DRAWN, scatterSection, tellingBreakdowns } from './sections/trade-analysis.ts'
import { tradesSection } from './sections/trades.ts'
import { renderPage } from './template.ts'
import { verdictOf } from './verdict.ts'

/** Height of a row of bars, and of a year. */
const GROUP_PIXELS = 19
const GROUP_PIXELS_MANY = 14
const YEAR_PIXELS = 28

/** A chart before its specification is compiled. */
type Plan = Omit<ChartPlan, 'specs'> & { readonly specs: Readonly<Record<string, TopLevelSpec>> }

function still(spec: TopLevelSpec, dataset: string, more: Partial<Plan> = {}): Plan {
  return { specs: { linear: spec }, renderer: 'svg', dataset, ...more }
}

/** Charts that draw one dataset, whole. */
function stillPlans({ breakdowns, metrics, series, datasets, result }: RunView): Record<string, Plan> {
  const loss95 = metricValue(metrics, 'var95')
  const groups = tellingBreakdowns(breakdowns).map(({ id, rows }) => {
    const drawn = Math.min(GROUPS_DRAWN, rows.length)
    const height = drawn * (drawn > 12 ? GROUP_PIXELS_MANY : GROUP_PIXELS)
    return [breakdownId(id), still(groupBars, breakdownId(id), { most: GROUPS_DRAWN, height })] as const
  })
  const canvas = { renderer: 'canvas' } as const
  return {
    calendar: still(calendarChart, 'calendar', { height: YEAR_PIXELS * Math.max(1, series.yearly.length) }),
    'rolling-sharpe': still(rollingSharpe, 'rolling'),
    'rolling-volatility': still(rollingVolatility, 'rolling'),
    histogram: still(histogramChart, 'histogram', {
      signals: { loss95: -(loss95 ?? 0), loss95Known: loss95 !== null },
    }),
    'scatter-mae': still(maeChart, 'scatter', canvas),
    'scatter-mfe': still(mfeChart, 'scatter', canvas),
    'scatter-hours': still(durationChart, 'scatter', canvas),
    waterfall: still(waterfallChart, 'waterfall'),
    ...(datasets['sensitivity'] === undefined
      ? {}
      : { sensitivity: still(sensitivityChart, 'sensitivity', { signals: { initial: result.initialEquity } }) }),
    ...Object.fromEntries(groups),
  }
}

/** Charts over time, under the window. */
function windowPlans({ prices, detail }: RunView): Record<string, Plan> {
  const svg = (specs: Plan['specs']): Plan => ({ renderer: 'svg', specs })
  // Hundreds of candles and marks: a canvas stays smooth under the brush where as many SVG nodes would not.
  const canvas = (spec: TopLevelSpec): Plan => ({ renderer: 'canvas', specs: { linear: spec } })
  const panes = Math.max(0, ...prices.layers.map((one) => one.panes.length))
  return {
    overview: svg({ linear: overviewChart }),
    equity: svg({ linear: equityLinear, log: equityLog }),
    drawdown: svg({ linear: drawdownChart }),
    exposure: svg({ linear: exposureChart }),
    ...(detail?.liquidation == null ? {} : { distance: canvas(distanceChart) }),
    price: canvas(priceChart),
    ...Object.fromEntries(Array.from({ length: panes }, (_, pane) => [`pane-${pane}`, canvas(paneChart)])),
  }
}

/** Every specification once, however many charts share it. */
async function compilePlans(plans: Record<string, Plan>): Promise<Pick<ModelDocument, 'charts' | 'specs'>> {
  const places = new Map<TopLevelSpec, string>()
  const specs: Record<string, unknown> = {}
  const charts: Record<string, ChartPlan> = {}
  for (const [id, plan] of Object.entries(plans)) {
    const own: Record<string, string> = {}
    for (const [scale, spec] of Object.entries(plan.specs)) {
      let place = places.get(spec)
      if (place === undefined) {
        place = String(places.size)
        places.set(spec, place)
        specs[place] = await compileChart(spec)
      }
      own[scale] = place
    }
    charts[id] = { ...plan, specs: own }
  }
  return { charts, specs }
}

/** A name that every file system takes. */
function fileNameOf(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
  return safe === '' ? 'run' : safe.slice(0, 60)
}

/** A run's figures for its folder, and its page when that is asked for. */
export interface RunReport {
  readonly figures: FiguresDocument
  page(): Promise<string>
}

/**
 * The figures and the page, from one view of the run. Both are functions of the arguments alone, so the same run gives
 * the same bytes. The page opens from a file, asks for nothing over the network, and holds all trades and figures
 * unrounded. Figures come from full data; curves and candles of long runs are thinned for drawing, and say so.
 */
export function reportOf(result: RunResult, metrics: readonly Metric[], detail: RunDetail | null = null): RunReport {
  const view = viewOf(result, metrics, detail)
  const figures = figuresDocument(result, view.figures, view.datasets)
  return { figures, page: () => renderView(view, figures) }
}

/** The page alone. */
export function renderRunReport(
  result: RunResult,
  metrics: readonly Metric[],
  detail: RunDetail | null = null,
): Promise<string> {
  return reportOf(result, metrics, detail).page()
}

async function renderView(view: RunView, figures: FiguresDocument): Promise<string> {
  const { result, datasets, prices } = view
  const model: ModelDocument = {
    fileName: fileNameOf(result.name),
    quote: result.quote,
    fromMs: result.fromMs,
    toMs: Math.max(result.toMs, result.fromMs + 2 * result.timeframeMs),
    timeframeMs: result.timeframeMs,
    initialEquity: result.initialEquity,
    symbols: prices.symbols.map((symbol) => result.symbols[symbol] ?? ''),
    layers: prices.layers,
    events: eventsOf(view),
    datasets: packedDatasets(view),
    ...(await compilePlans({ ...windowPlans(view), ...stillPlans(view) })),
  }
  const panels = html`<div class="charts">${windowBar(result)}${curveSections(view)}${priceSection(view)}</div>
${drawdownsSection(result, datasets['drawdowns']!)}${returnsSections(view)}${costsSection(view)}${sensitivitySection(view)}${marginSection(view)}${profilesSection(view)}${breakdownsSection(result, view.breakdowns)}${scatterSection(datasets)}${metricsSection(view)}${placesSections(view)}${tradesSection(result, datasets['trades']!)}${refusalsSection(result)}${assumptionsSection(view)}${recordsSection(view)}${qualitySection(view)}${reproduceSection(view, model.fileName)}`
  const body = html`${headerSection(view, verdictOf(result, view.metrics, view.detail))}${contentsSection(panels)}${panels}`
  return renderPage({ title: `${result.name} – backtest report`, body, model, figures })
}

/** Characters of all datasets together, so that a page stays below five megabytes. */
const DATA_MOST = 4_000_000
const SHARE_LEAST = 1 / 16

/** Everything that must be there, and of prices as much as there is room for. */
function packedDatasets(view: RunView): ModelDocument['datasets'] {
  const packed = (datasets: Datasets): ModelDocument['datasets'] =>
    Object.fromEntries(Object.entries(datasets).map(([id, dataset]) => [id, packDataset(dataset)]))
  const needed = packed(view.datasets)
  const room = DATA_MOST - JSON.stringify(needed).length
  let prices = packed(view.prices.datasets)
  for (let share = 1 / 2; share >= SHARE_LEAST && JSON.stringify(prices).length > room; share /= 2) {
    prices = packed(view.pricesAt(share).datasets)
  }
  return { ...needed, ...prices }
}

/** What is marked on the curve of equity: at most so many of each kind. */
const EVENTS_MOST = 100

function eventsOf({ result }: RunView): ModelDocument['events'] {
  const flows = result.cashFlows.map(({ timeMs, amount }) => ({ time: timeMs, sign: amount < 0 ? '−' : '+' }))
  // The first profile isn't a change.
  const profiles = result.profiles
    .filter(({ from }) => from !== null)
    .map(({ timeMs }) => ({ time: timeMs, sign: 'P' }))
  const liquidations = (result.margin?.events ?? []).map(({ timeMs }) => ({ time: timeMs, sign: 'L' }))
  return [flows, profiles, liquidations].flatMap((events) => events.slice(0, EVENTS_MOST))
}
