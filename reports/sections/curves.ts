/** Equity, drawdown, exposure and the distance to a liquidation over time, under one window. */

import type { RunResult } from '../../engine/core/result.ts'
import { formatTime } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { chartPlace, panel } from './panel.ts'

const DAY_MS = 86_400_000
const SPANS: readonly (readonly [string, number])[] = [
  ['1 d', DAY_MS],
  ['1 w', 7 * DAY_MS],
  ['1 m', 30 * DAY_MS],
  ['3 m', 90 * DAY_MS],
  ['1 y', 365 * DAY_MS],
]

const IDLE = 'Drag in the strip to zoom. Point at a chart, or focus it and use the arrow keys, to read values.'

/** The window's controls: the brush, and buttons that do the same. */
export function windowBar(result: RunResult): Html {
  const span = result.toMs - result.fromMs
  const spans = SPANS.filter(([, ms]) => ms < span && ms >= 5 * result.timeframeMs)
  return html`<div class="window" role="group" aria-label="Window of time for all charts">
<div class="window-head"><span class="label">Window</span><output id="window">${formatTime(result.fromMs)} – ${formatTime(result.toMs)} UTC</output>
<div class="buttons"><button type="button" class="quiet" data-step="-1" aria-label="Half a window back">←</button>${spans.map(
    ([label, ms]) => html`<button type="button" class="quiet" data-span="${ms}" aria-pressed="false">${label}</button>`,
  )}<button type="button" class="quiet" data-span="0" aria-pressed="true">All</button><button type="button" class="quiet" data-step="1" aria-label="Half a window on">→</button></div></div>
<div class="chart overview" id="chart-overview" aria-hidden="true"></div>
<output id="readout" data-idle="${IDLE}">${IDLE}</output>
</div>
`
}

/** What the dotted line is, where there is one. */
function held({ candles, symbols }: RunResult): string {
  const isPriced = candles[0]?.open.some((price) => price > 0) === true
  return isPriced ? ` Dotted: buying ${symbols[0]} at the first open and holding it, without costs.` : ''
}

function equity({ result, figures }: RunView): Html {
  const f = (id: string) => figures.html(id)
  const t = (id: string) => figures.text(id)
  const marked = [
    ...(result.cashFlows.length > 0 ? ['deposits (+) and withdrawals (−)'] : []),
    ...(result.profiles.length > 1 ? ['changes of profile (P)'] : []),
    ...((result.margin?.events.length ?? 0) > 0 ? ['liquidations (L)'] : []),
  ]
  const marks = marked.length === 0 ? '' : ` Marked: ${marked.join(', ')}.`
  const words = html`Equity from ${f('run.initialEquity')} to ${f('run.finalEquity')}; highest ${f('run.highest')} at ${f('run.highestTime')}, lowest ${f('run.lowest')} at ${f('run.lowestTime')}.${held(result)}${marks}`
  const label = `Equity over time, from ${t('run.initialEquity')} to ${t('run.finalEquity')}; highest ${t('run.highest')} at ${t('run.highestTime')}, lowest ${t('run.lowest')} at ${t('run.lowestTime')}.${held(result)}${marks}`
  const logOff = (figures.of('run.lowest').value ?? 0) <= 0
  const scale = html`<div class="buttons" role="group" aria-label="Scale"><button type="button" class="quiet" data-scale="linear" aria-pressed="true">Linear</button><button type="button" class="quiet" data-scale="log" aria-pressed="false"${
    logOff ? html` disabled title="A log scale needs equity above zero throughout"` : null
  }>Log</button></div>${
    held(result) === ''
      ? null
      : html`<div class="buttons"><button type="button" class="quiet" id="benchmark" aria-pressed="true">Buy and hold</button></div>`
  }`
  return panel(
    { id: 'equity', title: 'Equity', intro: words, dataset: 'curve', chart: 'equity', controls: scale },
    html`${chartPlace('equity', label, 'curve')}${
      result.cashFlows.length === 0
        ? null
        : html`<details class="behind" data-behind="flows"><summary>Money moved in and out</summary><div></div></details>`
    }`,
  )
}

function drawdown({ figures }: RunView): Html {
  const none = figures.of('run.deepest').value === 0
  const words = none
    ? html`Equity never closed a bar below an earlier high.`
    : html`Deepest drawdown ${figures.html('run.deepest')} at ${figures.html('run.deepestTime')}. The five deepest are shaded.`
  const label = none
    ? 'Equity never closed a bar below an earlier high.'
    : `Drawdown from the highest equity so far, deepest ${figures.text('run.deepest')} at ${figures.text('run.deepestTime')}.`
  return panel(
    { id: 'drawdown', title: 'Drawdown', intro: words, dataset: 'curve', chart: 'drawdown' },
    chartPlace('drawdown', label),
  )
}

function exposure({ figures, result }: RunView): Html {
  const words = html`In the market on ${figures.html('run.exposed')} of bars; highest exposure ${figures.html('run.mostExposed')} of equity, all positions together.`
  const label = `Absolute position value over equity, highest ${figures.text('run.mostExposed')}, in the market on ${figures.text('run.exposed')} of bars.`
  const title = result.margin === null ? 'Exposure' : 'Exposure and leverage'
  return panel(
    { id: 'exposure', title, intro: words, dataset: 'curve', chart: 'exposure' },
    chartPlace('exposure', label),
  )
}

function distance({ result, detail, figures }: RunView): Html | null {
  if (detail?.liquidation == null || result.margin === null) return null
  const near = figures.has('margin.minDistanceTime') ? html` at ${figures.html('margin.minDistanceTime')}` : null
  const words = html`How far the mark price would have had to go against the nearest position, at closes. Inside bars it came to ${figures.html('margin.minDistance')}${near}.`
  const label = `Distance from the mark price to the nearest liquidation price at each close, as a share of the mark; nearest inside a bar ${figures.text('margin.minDistance')}.`
  return panel(
    { id: 'distance', title: 'Distance to liquidation', intro: words, dataset: 'curve', chart: 'distance' },
    chartPlace('distance', label),
  )
}

/** The panels over time above the prices. */
export function curveSections(view: RunView): Html {
  return html`${equity(view)}${drawdown(view)}${exposure(view)}${distance(view)}`
}
