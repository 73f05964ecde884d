/** The page of a ladder: one configuration at several account sizes. */

import { ladderFees, ladderLosses, ladderRefusals, ladderReturns, ladderTradeable } from './charts/ladder.ts'
import { refusalWords } from './codes.ts'
import { describe } from './config.ts'
import { tableHtml } from './dataset.ts'
import { figuresOf, figuresSection } from './figures.ts'
import { figuresDataset } from './figures-dataset.ts'
import { formatDuration, formatFraction, formatMoney, formatNumber, formatTime } from './format.ts'
import { type Html, html } from './html.ts'
import { drawnDatasets, reasonsOf, refusalsDataset, rungsDataset, sizeOf } from './ladder/datasets.ts'
import { ladderFigures, shownFigures, verdictOf } from './ladder/figures.ts'
import type { LadderInput, LadderRung } from './ladder-input.ts'
import type { PanelsModel } from './panels/model.ts'
import {
  chartOf,
  factsHtml,
  masthead,
  type RenderedPage,
  renderPanels,
  reproduceHtml,
  safeFileName,
  tablePlace,
  tilesHtml,
  verdictHtml,
} from './panels/render.ts'
import { chartPlace, panel } from './sections/panel.ts'

function tilesOf(input: LadderInput): Html {
  const { rungs, smallestViable, quote } = input
  const best = rungs.reduce<LadderRung | null>(
    (top, one) => (top === null || one.returnAfterCosts > top.returnAfterCosts ? one : top),
    null,
  )
  const refused = rungs.reduce((sum, one) => sum + one.sizeRefusals, 0)
  const range = (pick: (one: LadderRung) => number | null, text: (value: number) => string): string => {
    const known = rungs.map(pick).filter((value) => value !== null)
    return known.length === 0 ? 'n/a' : `${text(Math.min(...known))} – ${text(Math.max(...known))}`
  }
  const percent = (value: number) => formatFraction(value, 0)
  return tilesHtml([
    {
      label: 'Smallest viable account',
      value: smallestViable === null ? 'none' : formatMoney(smallestViable, quote).replace(/\.00$/, ''),
      detail: 'of the list; defined below',
      ...(smallestViable === null ? {} : { unit: quote }),
    },
    {
      label: 'Account sizes',
      value: formatNumber(rungs.length, 0),
      detail: rungs.length === 0 ? 'none' : `${sizeOf(rungs[0]!, quote)} to ${sizeOf(rungs.at(-1)!, quote)} ${quote}`,
    },
    {
      label: 'Best return',
      value: best === null ? 'n/a' : formatFraction(best.returnAfterCosts),
      detail: best === null ? '' : `at ${sizeOf(best, quote)} ${quote}`,
    },
    { label: 'Fees over gross profit', value: range((one) => one.feeShareOfGross, percent), detail: 'over the sizes' },
    { label: 'Refused for size', value: formatNumber(refused, 0), detail: 'all sizes together' },
    {
      label: 'Closed trades',
      value: range(
        (one) => one.trades,
        (value) => formatNumber(value, 0),
      ),
      detail: 'over the sizes',
    },
  ])
}

function chartPanels(input: LadderInput, hasRefusals: boolean): Html {
  const place = (id: string, title: string, intro: string, dataset: string) =>
    panel({ id, title, intro, dataset, chart: id }, chartPlace(id, `${title}. ${intro}`, dataset))
  const words = reasonsOf(input.rungs).flatMap(([code]) => {
    const text = refusalWords(code)
    return text === null ? [] : [html`<div><dt><code>${code}</code></dt><dd>${text}</dd></div>`]
  })
  const refusals = hasRefusals
    ? panel(
        {
          id: 'refusals',
          title: 'Refusals by reason',
          intro: 'What the rules or the venue did not let through, by account size; the rarest reasons together.',
          dataset: 'refusals',
          chart: 'refusals',
        },
        html`${chartPlace('refusals', 'Refusals by reason and account size', 'refusals')}${words.length === 0 ? null : html`<details class="behind"><summary>What they mean</summary><dl class="words-list">${words}</dl></details>`}`,
      )
    : panel(
        { id: 'refusals', title: 'Refusals by reason', dataset: 'refusals' },
        html`<p class="empty">Nothing was refused at any size.</p>`,
      )
  return html`${place('returns', 'Return after costs', 'Pale: not viable.', 'drawn')}
<div class="pair">${place('fees', 'What fees take', 'Fees as a share of what winners made before fees; dashed: all of it. No point where no trade gained.', 'drawn')}${place('tradeable', 'What size lets through', 'Share of the entries behind the gates that were not refused for their size; dashed: what viable asks for.', 'drawn')}</div>
${refusals}
${place('losses', 'Rounding and dust', 'Value that lot steps kept out of entries, summed, and what is left too small to sell, both over the equity at the start.', 'losses')}`
}

/** The page, and the figures that stand beside it. */
export async function renderLadderReport(input: LadderInput): Promise<RenderedPage> {
  const figures = figuresOf('ladder', input.name, ladderFigures(input))
  const words = { xTitle: `Equity at the start (${input.quote})` }
  const hasRefusals = input.rungs.some(({ refusals }) => Object.keys(refusals).length > 0)
  const rungs = rungsDataset(input)
  const model: PanelsModel<null> = {
    fileName: safeFileName(`${input.name}-ladder`, 'ladder'),
    quote: input.quote,
    datasets: { rungs, refusals: refusalsDataset(input), ...drawnDatasets(input), figures: figuresDataset(figures) },
    charts: {
      returns: await chartOf(ladderReturns, { rows: 'drawn' }, { words }),
      fees: await chartOf(ladderFees, { rows: 'drawn' }, { words }),
      tradeable: await chartOf(ladderTradeable, { rows: 'drawn' }, { words }),
      refusals: await chartOf(ladderRefusals, { rows: 'reasons' }, { words }),
      losses: await chartOf(ladderLosses, { rows: 'losses' }, { words }),
    },
    tables: { rungs: { dataset: 'rungs', rowsPerPage: 50 } },
    more: null,
  }
  const span = input.toMs - input.fromMs
  const body = html`${masthead('Ladder', input.name, `${input.strategy.name} (${describe(input.strategy.params)}) on ${input.symbols.join(', ')} at ${input.venue}, ${input.timeframe} candles`)}
${tilesOf(input)}${verdictHtml('The ladder in plain words', verdictOf(input))}
${factsHtml([
  [
    'Period',
    `${formatTime(input.fromMs)} – ${formatTime(input.toMs)} UTC`,
    `${formatNumber(input.bars, 0)} bars, ${formatDuration(span)}`,
  ],
  ['Profile', input.profile, 'of the account'],
  ['Viable', input.definition],
])}
${chartPanels(input, hasRefusals)}
${panel({ id: 'rungs', title: 'Account sizes', dataset: 'rungs', intro: 'Money in the quote currency.' }, tablePlace('rungs', tableHtml(rungs, 50, input.quote)))}
${figuresSection(shownFigures(input, figures.figures), input.quote)}
${panel(
  { id: 'reproduce', title: 'Reproduce', intro: 'The same configuration on the same data gives the same ladder.' },
  reproduceHtml(
    input.command,
    [
      ['Configuration', input.hashes.config],
      ['Strategy', input.hashes.strategy],
      ['Data', input.hashes.data],
    ],
    input.configText,
  ),
)}`
  return {
    html: await renderPanels({
      title: `${input.name} – ladder`,
      body,
      script: 'panels',
      model,
      figures,
      closing: 'A simulation of the past, not a promise.',
    }),
    figures,
  }
}
