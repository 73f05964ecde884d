/** Equity, drawdown and exposure over time, under one window. */

import type { RunResult } from '../../engine/core/result.ts'
import { formatFraction, formatMoney, formatTime } from '../format.ts'
import { type Html, html } from '../html.ts'
import { chartPlace, panel } from './panel.ts'

const DAY_MS = 86_400_000
const SPANS: readonly (readonly [string, number])[] = [
  ['1 d', DAY_MS],
  ['1 w', 7 * DAY_MS],
  ['1 m', 30 * DAY_MS],
  ['3 m', 90 * DAY_MS],
  ['1 y', 365 * DAY_MS],
]

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
<output id="readout" data-idle="Drag in the strip to zoom. Point at a chart, or focus it and use the arrow keys, to read values.">Drag in the strip to zoom. Point at a chart, or focus it and use the arrow keys, to read values.</output>
</div>
`
}

function extremes(result: RunResult): { low: number; lowAt: number; high: number; highAt: number } {
  const found = { low: result.initialEquity, lowAt: result.fromMs, high: result.initialEquity, highAt: result.fromMs }
  for (let row = 0; row < result.equity.length; row++) {
    const value = result.equity[row]!
    const at = result.time[row]! + result.timeframeMs
    if (value < found.low) Object.assign(found, { low: value, lowAt: at })
    if (value > found.high) Object.assign(found, { high: value, highAt: at })
  }
  return found
}

/** What the dotted line is, where there is one. */
function held({ candles, symbols }: RunResult): string {
  const isPriced = candles[0]?.open.some((price) => price > 0) === true
  return isPriced ? ` Dotted: buying ${symbols[0]} at the first open and holding it, without costs.` : ''
}

/** What the drawdown curve says in words. */
export interface DeepestDrawdown {
  readonly fraction: number
  readonly atMs: number
}

/** The three panels. */
export function curveSections(result: RunResult, deepest: DeepestDrawdown): Html {
  const money = (value: number) => `${formatMoney(value, result.quote)} ${result.quote}`
  const { low, lowAt, high, highAt } = extremes(result)
  const words = `Equity from ${money(result.initialEquity)} to ${money(result.finalEquity)}; highest ${money(high)} at ${formatTime(highAt)} UTC, lowest ${money(low)} at ${formatTime(lowAt)} UTC.${held(result)}`
  const underwater =
    deepest.fraction < 0
      ? `Deepest drawdown ${formatFraction(deepest.fraction)} at ${formatTime(deepest.atMs)} UTC. The five deepest are shaded.`
      : 'Equity never closed a bar below an earlier high.'
  const logOff = low <= 0
  const scale = html`<div class="buttons" role="group" aria-label="Scale"><button type="button" class="quiet" data-scale="linear" aria-pressed="true">Linear</button><button type="button" class="quiet" data-scale="log" aria-pressed="false"${
    logOff ? html` disabled title="A log scale needs equity above zero throughout"` : null
  }>Log</button></div>`
  let mostExposed = 0
  let exposedBars = 0
  for (const value of result.exposure) {
    if (value > mostExposed) mostExposed = value
    if (value > 0) exposedBars++
  }
  const share = result.exposure.length === 0 ? 0 : exposedBars / result.exposure.length
  const exposed = `In the market on ${formatFraction(share, 1)} of bars; highest exposure ${formatFraction(mostExposed, 1)} of equity.`
  return html`${panel(
    { id: 'equity', title: 'Equity', intro: words, dataset: 'curve', chart: 'equity', controls: scale },
    chartPlace('equity', `Equity over time. ${words}`, 'curve'),
  )}${panel(
    { id: 'drawdown', title: 'Drawdown', intro: underwater, dataset: 'curve', chart: 'drawdown' },
    chartPlace('drawdown', `Drawdown from the highest equity so far. ${underwater}`),
  )}${panel(
    { id: 'exposure', title: 'Exposure', intro: exposed, dataset: 'curve', chart: 'exposure' },
    chartPlace('exposure', `Position value over equity. ${exposed}`),
  )}`
}
