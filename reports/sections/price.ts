/** Candles with what the strategy looked at, what rested at the venue, and the trades. */

import { formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { symbolsWords } from './header.ts'
import { chartPlace, panel, saveButtons } from './panel.ts'

const shape = (className: string, path: string, label: string): Html =>
  html`<li><svg viewBox="0 0 12 12" aria-hidden="true"><path class="${className}" d="${path}"/></svg>${label}</li>`
const line = (className: string, label: string): Html =>
  html`<li><svg viewBox="0 0 18 12" class="wide" aria-hidden="true"><path class="${className}" d="M0 6 H18"/></svg>${label}</li>`

function key({ result, detail }: RunView): Html {
  const kinds = new Set((detail?.levels ?? []).map(({ kind }) => kind))
  return html`<ul class="key" aria-label="Key to the marks">
${shape('ink', 'M6 2 L11 10 H1 Z', 'Long entry')}
${shape('ink', 'M6 10 L11 2 H1 Z', 'Short entry')}
${shape('gain', 'M6 2 A4 4 0 1 1 5.99 2 Z', 'Exit in profit')}
${shape('loss', 'M6 1 L11 6 L6 11 L1 6 Z', 'Exit at a loss')}
${result.liquidations > 0 ? shape('loss', 'M4.5 1 H7.5 V4.5 H11 V7.5 H7.5 V11 H4.5 V7.5 H1 V4.5 H4.5 Z', 'Liquidated') : null}
${kinds.has('stop') ? line('level stop', 'Stop resting') : null}
${kinds.has('target') ? line('level target', 'Target resting') : null}
${kinds.has('entry') ? line('level entry', 'Entry resting') : null}
${kinds.has('liquidation') ? line('level liquidation', 'Liquidation price') : null}
</ul>`
}

/** Why some of what one might look for isn't drawn. */
function notes({ prices, result, detail }: RunView): string {
  const left = result.candles.length - prices.symbols.length
  const undrawn = [...new Set(prices.layers.flatMap((one) => one.undrawn))]
  return [
    ...(detail?.levelNotes ?? []),
    ...(left > 0 ? [`${formatNumber(left, 0)} symbols with fewer trades have no candles on this page.`] : []),
    ...(undrawn.length === 0 ? [] : [`In the data table only: ${undrawn.join(', ')}.`]),
  ].join(' ')
}

/** The panel, with a choice of symbol where there are several, and a pane for each kind of indicator. */
export function priceSection(view: RunView): Html {
  const { result, prices } = view
  const picker =
    prices.symbols.length < 2
      ? null
      : html`<label class="pick">Symbol <select id="symbol">${prices.symbols.map(
          (symbol, index) => html`<option value="${index}">${result.symbols[symbol]!}</option>`,
        )}</select></label>`
  const label = `Price of ${symbolsWords(result.symbols)} with ${formatNumber(result.trades.length, 0)} trades. Every trade is in the table of trades below.`
  const panes = Math.max(0, ...prices.layers.map((one) => one.panes.length))
  const words = notes(view)
  return panel(
    {
      id: 'price',
      title: 'Trades on price',
      dataset: 'price',
      chart: 'price',
      controls: picker,
      ...(words === '' ? {} : { intro: words }),
    },
    html`${key(view)}<ul class="key lines" id="overlay-key" aria-label="Key to the lines"></ul>${chartPlace('price', label, 'price')}${Array.from(
      { length: panes },
      (_, pane) =>
        html`<div class="pane" id="pane-${pane}"><div class="part-head"><h3 id="pane-title-${pane}"></h3><ul class="key lines" id="pane-key-${pane}"></ul>${saveButtons({ title: `indicators, pane ${pane + 1},`, chart: `pane-${pane}` })}</div>${chartPlace(`pane-${pane}`, `Indicators below the candles, pane ${pane + 1}; the data table of indicators has the values.`)}</div>`,
    )}${
      prices.layers.some((one) => one.overlays.length + one.panes.length > 0)
        ? html`<details class="behind" data-behind="indicators"><summary>Indicators</summary><div></div></details>`
        : null
    }${
      view.detail !== null && view.detail.levels.length > 0
        ? html`<details class="behind" data-behind="levels"><summary>Resting orders</summary><div></div></details>`
        : null
    }`,
  )
}
