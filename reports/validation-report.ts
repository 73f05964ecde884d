/** The report of a validation as one self-contained HTML file: gates, walk-forward, cross-validation, overfitting. */

import {
  deflationChart,
  degradationChart,
  driftChart,
  fanChart,
  foldsChart,
  logitChart,
  pathSharpes,
  stitchedChart,
  trialsChart,
} from './charts/validation.ts'
import { rowCount, tableHtml } from './dataset.ts'
import { figuresOf, figuresSection } from './figures.ts'
import { figuresDataset } from './figures-dataset.ts'
import { formatFraction, formatNumber } from './format.ts'
import { type Html, html } from './html.ts'
import type { PanelChart, PanelsModel } from './panels/model.ts'
import { chartOf, type RenderedPage, renderPanels, reproduceHtml, safeFileName, tablePlace } from './panels/render.ts'
import { chartPlace, panel } from './sections/panel.ts'
import {
  bandsTable,
  circumstancesTable,
  gatesTable,
  haircutsTable,
  headOfValidation,
  monteCarloTable,
} from './sections/validation.ts'
import { validationDatasets } from './validation/datasets.ts'
import { validationFigures } from './validation/figures.ts'
import type { ValidationInput } from './validation-input.ts'

type Model = PanelsModel<null>

const YEAR = Math.sqrt(365)
/** Height of a fold's line. */
const FOLD_PIXELS = 16

async function chartsOf(folds: number): Promise<Record<string, PanelChart>> {
  return {
    stitched: await chartOf(stitchedChart, { curve: 'stitched', edges: 'edges' }),
    windows: await chartOf(foldsChart, { rows: 'windows' }, { height: Math.max(30, folds * FOLD_PIXELS) }),
    drift: await chartOf(driftChart, { rows: 'drift' }),
    paths: await chartOf(fanChart, { paths: 'paths', middle: 'middle' }),
    'path-sharpes': await chartOf(pathSharpes, { bins: 'path-sharpes' }),
    logits: await chartOf(logitChart, { logits: 'logits' }),
    points: await chartOf(degradationChart, { points: 'points', line: 'line' }, { renderer: 'canvas' }),
    trials: await chartOf(trialsChart, { trials: 'trials', luck: 'luck' }),
    deflation: await chartOf(deflationChart, { curve: 'deflation', now: 'now', limit: 'limit' }),
  }
}

/** A panel with one chart and the table behind it, or a sentence where it has no rows. */
function chartPanel(model: Model, id: string, title: string, intro: string, empty = 'There is nothing to draw.'): Html {
  if (rowCount(model.datasets[id]!) === 0) return panel({ id, title, intro }, html`<p class="empty">${empty}</p>`)
  return panel({ id, title, intro, dataset: id, chart: id }, chartPlace(id, `${title}. ${intro}`, id))
}

/** The page: the same validation gives the same bytes. */
export async function renderValidationReport(input: ValidationInput): Promise<RenderedPage> {
  const figures = figuresOf('validation', input.name, validationFigures(input))
  const folds = input.walkForwards.reduce((sum, one) => sum + one.folds.length, 0)
  const model: Model = {
    fileName: safeFileName(`${input.name}-validation`, 'validation'),
    quote: '',
    datasets: { ...validationDatasets(input), figures: figuresDataset(figures) },
    charts: await chartsOf(folds),
    tables: { folds: { dataset: 'folds', rowsPerPage: 30 } },
    more: null,
  }
  const circumstances =
    input.noEdge === null
      ? 'The same configuration, dearer, slower, later, elsewhere.'
      : `The same configuration, dearer, slower, later, elsewhere. On ${input.noEdge.markets} driftless random walks it earned clearly on ${formatFraction(input.noEdge.share, 0)}.`
  const body = html`${headOfValidation(input)}
${panel({ id: 'gates', title: 'Gates', intro: `Policy: ${input.policy}. What should be known and isn’t fails.` }, gatesTable(input))}
${walkForwardPanels(input, model)}${pathPanels(input, model)}${overfittingPanels(input, model)}${trialPanels(input, model)}
${panel({ id: 'circumstances', title: 'Other circumstances', intro: circumstances }, circumstancesTable(input))}
${panel({ id: 'luck', title: 'Order and draw of the trades; haircuts' }, html`<div class="pair wide-gap"><div class="scroll-in">${monteCarloTable(input)}</div><div class="scroll-in">${haircutsTable(input)}</div></div>`)}
${panel({ id: 'bands', title: 'What live must look like' }, html`<div class="scroll-in">${bandsTable(input)}</div>`)}
${figuresSection(figures.figures, '')}
${panel(
  {
    id: 'reproduce',
    title: 'Reproduce',
    intro:
      'The same run on the same data, with the same trials on record, gives the same gates. A validation counts as a trial itself.',
  },
  reproduceHtml(
    `tandem validate runs/${input.runId}`,
    [
      ['Run', input.runId],
      ['Configuration', input.hashes.config],
      ['Strategy', input.hashes.strategy],
      ['Data', input.hashes.data],
      ['Seed', String(input.seed)],
    ],
    null,
  ),
)}`
  const closing = 'A test of the past, not a promise.'
  const title = `${input.name} – validation report`
  return { html: await renderPanels({ title, body, script: 'panels', model, figures, closing }), figures }
}

function walkForwardPanels({ walkForwards }: ValidationInput, model: Model): Html {
  if (walkForwards.length === 0) {
    return panel(
      { id: 'walk-forward', title: 'Walk-forward' },
      html`<p class="empty">The data is too short for two folds.</p>`,
    )
  }
  const words = walkForwards.map(({ anchored, summary, sharpe }) => {
    const efficiency = summary.efficiency.value
    return `${anchored ? 'Anchored' : 'Rolling'}: ${formatFraction(summary.stitched)} out of sample, Sharpe ratio ${number(sharpe)}, ${formatFraction(summary.shareProfitable, 0)} of folds gain, efficiency ${number(efficiency)} (information, no gate).`
  })
  const intro = `${words.join(' ')} Every fold chooses anew, starts flat after real warm-up bars, and is closed and charged at its end. Upright: where a fold begins.`
  const drift = 'What each fold of the first walk-forward chose; a configuration that is good stays.'
  return html`${chartPanel(model, 'stitched', 'Walk-forward, stitched out of sample', intro)}
<div class="pair">${chartPanel(model, 'windows', 'Windows of the folds', 'Chosen on the pale stretch, judged on the other.')}${chartPanel(model, 'drift', 'Drift of the choice', drift, 'No number was chosen.')}</div>
${panel({ id: 'folds', title: 'Folds', dataset: 'folds' }, tablePlace('folds', tableHtml(model.datasets['folds']!, 30, '')))}`
}

function pathPanels({ crossValidation }: ValidationInput, model: Model): Html | null {
  if (crossValidation === null) return null
  const { groups, testGroups, splits, paths, purgeDays, embargoDays } = crossValidation
  const sharpes = paths.flatMap(({ sharpe }) => sharpe ?? []).sort((a, b) => a - b)
  const range =
    sharpes.length === 0
      ? 'none is defined'
      : `${number(sharpes[0]!)} to ${number(sharpes.at(-1)!)}, middle ${number(sharpes[Math.floor(sharpes.length / 2)]!)}`
  const intro = `${paths.length} paths from ${splits} splits (${testGroups} of ${groups} groups held out, ${purgeDays} days purged, ${embargoDays} embargoed). Dark: the middle.`
  return html`<div class="pair">${chartPanel(model, 'paths', 'Cross-validation paths', intro)}${chartPanel(model, 'path-sharpes', 'Their Sharpe ratios', `Sharpe ratios: ${range}. Training after the test is fine here and no simulation of live.`, 'No path has a Sharpe ratio.')}</div>`
}

function overfittingPanels({ overfitting }: ValidationInput, model: Model): Html | null {
  if (overfitting === null) return null
  const { probability, lossProbability, halves, blocks, slope, dominance } = overfitting
  const intro = `What is best in one half ranks at or below the median of the other in ${formatFraction(probability, 1)} of ${formatNumber(halves, 0)} halves (${blocks} blocks; noise gives about half) and loses there in ${formatFraction(lossProbability, 1)}.`
  const degradation = `Of what was best in a half: Sharpe ratio out of sample against in sample; slope ${number(slope)}. ${dominance.second ? 'The chosen ones dominate all trials to second order.' : 'The chosen ones do not dominate all trials.'}`
  return html`<div class="pair">${chartPanel(model, 'logits', 'Overfitting', intro)}${chartPanel(model, 'points', 'Degradation', degradation)}</div>`
}

function trialPanels(input: ValidationInput, model: Model): Html {
  const { trialCount, gates, interval, trackRecordDays } = input
  const luck = gates.find(({ name }) => name === 'deflatedSharpe')?.inputs['benchmark']
  const words = [
    `${trialCount.total} trials: ${trialCount.space} in the space, ${trialCount.elsewhere} told of, ${trialCount.ledger} on record for this data.`,
    interval === null
      ? ''
      : `Sharpe ratio ${number(interval.sharpe)}, 95 % between ${number(interval.low)} and ${number(interval.high)}.`,
    trackRecordDays === null
      ? ''
      : `A record of ${formatNumber(trackRecordDays, 0)} days would show that it is above 0.`,
    typeof luck === 'number' ? `The best of so many worthless ones would show about ${number(luck * YEAR)}.` : '',
  ]
  const intro = words.filter((one) => one !== '').join(' ')
  return html`<div class="pair">${chartPanel(model, 'trials', 'Trials', intro, 'No trial has a Sharpe ratio.')}${chartPanel(model, 'deflation', 'What the number of trials costs', 'Deflated Sharpe ratio had there been so many trials; dashed: the limit, the point: now.', 'Not defined for these returns.')}</div>`
}

function number(value: number | null): string {
  return value === null ? 'n/a' : formatNumber(value, 2)
}
