/** The panels of a sweep's report. */

import { refusalWords } from '../codes.ts'
import { tableHtml } from '../dataset.ts'
import { formatNumber, formatTime } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { PanelsModel } from '../panels/model.ts'
import { reproduceHtml, tablePlace } from '../panels/render.ts'
import type { SweepFacts } from '../sweep/figures.ts'
import type { SweepMore } from '../sweep/model.ts'
import { neighbourWords } from '../sweep/plateau.ts'
import type { SweepReportInput } from '../sweep-input.ts'
import { chartPlace, panel } from './panel.ts'

type Model = PanelsModel<SweepMore>

/** Rows of a table that are seen without a script. */
const STATIC_ROWS = 20

interface Choice {
  readonly id: string
  readonly label: string
  readonly options: readonly (readonly [string, string])[]
  readonly chosen?: string
}

function picker({ id, label, options, chosen }: Choice): Html {
  return html`<label class="pick">${label} <select id="${id}">${options.map(([value, text]) =>
    value === chosen
      ? html`<option value="${value}" selected>${text}</option>`
      : html`<option value="${value}">${text}</option>`,
  )}</select></label>`
}

const STATISTICS = [
  ['median', 'Median of all'],
  ['best', 'Best of all'],
  ['worst', 'Worst of all'],
  ['mean', 'Mean of all'],
  ['slice', 'Others as in the best'],
] as const

const measureOptions = ({ more }: Model) => more.measures.map(({ name, label }) => [name, label] as const)
const axisOptions = ({ more }: Model) => more.axes.map((name) => [name, name] as const)

function heatPanel(input: SweepReportInput, model: Model): Html | null {
  const { axes, hasInfeasible } = model.more
  if (axes.length < 2) return null
  const intro =
    'Cells: the chosen statistic over all trials with that pair of values. Outlined: where the best trial lies. Empty: no trial there, or none with a value.'
  const controls = html`<div class="pickers" role="group" aria-label="What the heat map shows">${picker({ id: 'heat-x', label: 'Across', options: axisOptions(model), chosen: axes[0]! })}${picker({ id: 'heat-y', label: 'Down', options: axisOptions(model), chosen: axes[1]! })}${picker({ id: 'heat-measure', label: 'Measure', options: measureOptions(model) })}${picker({ id: 'heat-statistic', label: 'Statistic', options: STATISTICS })}${hasInfeasible ? html`<label class="pick"><input type="checkbox" id="heat-feasible"> only feasible</label>` : null}</div>`
  return panel(
    { id: 'heat', title: 'Two parameters', intro, dataset: 'heat', chart: 'heat' },
    html`${controls}${chartPlace('heat', `Heat map of ${input.objectives[0]!.text} over two of the parameters ${axes.join(', ')}; the table behind it has every cell.`, 'heat')}`,
  )
}

function linePanel(input: SweepReportInput, model: Model): Html | null {
  const { axes } = model.more
  if (axes.length === 0) return null
  const several = axes.length > 1
  const slice = input.isGrid
    ? 'Dashed: the trials that differ from the best in this parameter alone.'
    : 'Dashed: the trials whose other parameters lie in the same stretch as the best’s, where there are some.'
  const intro = several
    ? `Solid: the median of all trials with that value, in the band of their middle half. ${slice} Dotted upright: the best’s own value.`
    : 'One trial for each value. Dotted upright: the best’s own value.'
  const controls = html`<div class="pickers" role="group" aria-label="What the line shows">${several ? picker({ id: 'line-axis', label: 'Parameter', options: axisOptions(model), chosen: axes[0]! }) : null}${picker({ id: 'line-measure', label: 'Measure', options: measureOptions(model) })}</div>`
  return panel(
    { id: 'line', title: 'One parameter', intro, dataset: 'line', chart: 'line' },
    html`${controls}${chartPlace('line', `${input.objectives[0]!.text} along one parameter; the table behind it has every value.`, 'line')}`,
  )
}

function parallelPanel(model: Model): Html | null {
  const { axes } = model.more
  if (axes.length === 0) return null
  const intro =
    'One line a trial, vermilion the best quarter by the first objective, blue the next. Drag along an axis to keep trials in that range, click it to let all through; the table below follows. Or by hand:'
  const shares = [
    ['1', 'All'],
    ['0.5', 'Best half'],
    ['0.25', 'Best quarter'],
    ['0.1', 'Best tenth'],
    ['0.01', 'Best hundredth'],
  ] as const
  return panel(
    { id: 'parallel', title: 'All parameters', intro, dataset: 'parallel', chart: 'parallel' },
    html`<div class="pickers"><div class="buttons" role="group" aria-label="Share of the trials">${shares.map(([share, text]) => html`<button type="button" class="quiet" data-share="${share}" aria-pressed="${share === '1' ? 'true' : 'false'}">${text}</button>`)}</div></div>
${chartPlace('parallel', `Parallel coordinates over ${axes.join(', ')} and the measures; ranges can be set in the fields below.`)}
<p class="note" id="brushed" role="status"></p>
<details class="behind" id="ranges"><summary>Set ranges by numbers</summary><div></div></details>`,
  )
}

function luckPanels(input: SweepReportInput, model: Model, { luck, plateau }: SweepFacts): Html {
  const expected =
    luck.expectedMaximum === null
      ? 'With fewer than two Sharpe ratios there is nothing to expect of luck.'
      : `Dashed: the Sharpe ratio that the best of ${formatNumber(luck.trials, 0)} worthless trials shows on average, ${formatNumber(luck.expectedMaximum, 2)}; that many are on record for this data. Solid: the best trial.`
  const distribution =
    input.sharpes.length === 0
      ? html`<p class="empty">No trial has a Sharpe ratio.</p>`
      : chartPlace('distribution', `Distribution of the Sharpe ratios of all trials. ${expected}`, 'distribution')
  const deflation =
    luck.curve.length === 0
      ? html`<p class="empty">Not defined: ${luck.deflatedReason}.</p>`
      : chartPlace('deflation', 'Deflated Sharpe ratio of the best trial by the number of trials', 'deflation')
  const words = neighbourWords(input.isGrid, input.table.axes.length)
  const steps =
    plateau.steps.length < 2
      ? html`<p class="empty">There is no other trial to compare the best with.</p>`
      : chartPlace('plateau', `The first objective by distance from the best. ${words}`, 'plateau')
  return html`<div class="pair">${panel({ id: 'distribution', title: 'All trials against luck', intro: expected, dataset: 'distribution', ...(input.sharpes.length === 0 ? {} : { chart: 'distribution' }) }, distribution)}${panel({ id: 'deflation', title: 'What the number of trials costs', intro: `The best trial’s deflated Sharpe ratio had there been so many trials; the point is ${formatNumber(luck.trials, 0)}. Dashed: 0.95.`, dataset: 'deflation', ...(luck.curve.length === 0 ? {} : { chart: 'deflation' }) }, deflation)}</div>
<div class="pair">${panel({ id: 'plateau', title: 'Plateau or peak', intro: `Median and middle half of the trials at each distance from the best. ${words}`, dataset: 'plateau', ...(plateau.steps.length < 2 ? {} : { chart: 'plateau' }) }, steps)}${panel({ id: 'neighbourhoods', title: 'The best beside their neighbours', intro: 'A best trial that stands alone is chance more often than skill.', dataset: 'neighbourhoods' }, plateau.neighbourhoods.length === 0 ? html`<p class="empty">No trial is feasible.</p>` : tablePlace('neighbourhoods', staticTable(model, 'neighbourhoods')))}</div>
`
}

function staticTable({ datasets, quote }: Model, id: string): Html {
  return tableHtml(datasets[id]!, STATIC_ROWS, quote)
}

function samplePanels(input: SweepReportInput, { split }: SweepFacts): Html {
  const { overfitting } = input
  const splitBody =
    split === null || split.trials === 0
      ? html`<p class="empty">Not defined: ${input.splitReason ?? 'no trial has both ratios'}.</p>`
      : chartPlace(
          'split',
          `Sharpe ratio of each trial after ${formatTime(input.split!.cutMs)} against before`,
          'split',
        )
  const splitIntro =
    input.split === null
      ? 'The same trials in two parts of the window.'
      : `Each point a trial: its Sharpe ratio before ${formatTime(input.split.cutMs).slice(0, 10)} and after. Diamond: the best. Line: least squares. Both parts were seen by this sweep; for unseen data there is tandem validate.`
  const logitBody =
    overfitting === null
      ? html`<p class="empty">Not defined: ${input.overfittingReason}.</p>`
      : chartPlace('logits', 'Logits of the rank in the other half of the trial that is best in one half', 'logits')
  const logitIntro =
    overfitting === null
      ? 'Does what is best in one half of the days stay good in the other?'
      : `${formatNumber(overfitting.halves, 0)} ways to take half of ${overfitting.blocks} blocks of days: where the best of that half ranks in the other. Left of 0: at or below the median.`
  return html`<div class="pair">${panel({ id: 'split', title: 'In sample against out of sample', intro: splitIntro, dataset: 'split', ...(split === null || split.trials === 0 ? {} : { chart: 'split' }) }, splitBody)}${panel({ id: 'logits', title: 'Overfitting', intro: logitIntro, dataset: 'logits', ...(overfitting === null ? {} : { chart: 'logits' }) }, logitBody)}</div>
`
}

function frontPanel(input: SweepReportInput, model: Model): Html | null {
  const { objectives } = model.more
  if (objectives.length < 2) return null
  const options = objectives.map(({ column, label }) => [column, label] as const)
  const controls =
    objectives.length === 2
      ? null
      : html`<div class="pickers">${picker({ id: 'front-x', label: 'Across', options, chosen: options[0]![0] })}${picker({ id: 'front-y', label: 'Up', options, chosen: options[1]![0] })}</div>`
  const wanted = objectives.map(({ label, sign }) => `${sign === 1 ? 'most' : 'least'} ${label}`).join(', ')
  const intro = `${formatNumber(input.front.length, 0)} feasible trials that no other beats in one objective without losing in another (${wanted}).`
  return panel(
    { id: 'front', title: 'Pareto front', intro, dataset: 'front-best', chart: 'front' },
    html`${controls}${chartPlace('front', intro, 'front-best')}`,
  )
}

function trialsPanel(input: SweepReportInput, model: Model, folder: string): Html {
  const links =
    input.reported.length === 0
      ? html`Run reports of the best are made by <code>tandem report ${folder} --best 10</code>; then each stands behind its number.`
      : html`Numbers of trials lead to their run reports.`
  return panel(
    {
      id: 'trials',
      title: 'Trials',
      intro: html`Best first; sort by any head, filter by words and conditions. ${links}`,
      dataset: 'trials',
    },
    tablePlace('trials', staticTable(model, 'trials')),
  )
}

function troublePanels(input: SweepReportInput, model: Model): Html {
  const { errors, refusals, count } = input
  const drawn = Math.min(20, refusals.length)
  const words = refusals.slice(0, drawn).flatMap(({ code }) => {
    const text = refusalWords(code)
    return text === null ? [] : [html`<div><dt><code>${code}</code></dt><dd>${text}</dd></div>`]
  })
  return html`<div class="pair">${panel(
    {
      id: 'refusals',
      title: 'Refusals',
      intro: 'Orders that the rules or the venue didn’t let through, over all trials.',
      dataset: 'refusals',
      ...(refusals.length === 0 ? {} : { chart: 'refusals' }),
    },
    refusals.length === 0
      ? html`<p class="empty">Nothing was refused.</p>`
      : html`${chartPlace('refusals', 'Refusals by reason', 'refusals')}${words.length === 0 ? null : html`<details class="behind"><summary>What they mean</summary><dl class="words-list">${words}</dl></details>`}`,
  )}${panel(
    {
      id: 'errors',
      title: 'Errors',
      intro: `${formatNumber(count.failed, 0)} of ${formatNumber(count.trials, 0)} trials failed.`,
      dataset: 'errors',
    },
    errors.length === 0
      ? html`<p class="empty">No trial failed.</p>`
      : tablePlace('errors', staticTable(model, 'errors')),
  )}</div>
`
}

function spacePanel(input: SweepReportInput): Html {
  const rows = input.space.map(
    ({ key, text }) => html`<tr><th scope="row"><code>${key}</code></th><td>${text}</td></tr>`,
  )
  const list = (label: string, texts: readonly string[]): Html | null =>
    texts.length === 0 ? null : html`<tr><th scope="row">${label}</th><td>${texts.join('; ')}</td></tr>`
  return panel(
    { id: 'space', title: 'Space and objective' },
    html`<div class="scroll"><table><thead><tr><th scope="col">Key</th><th scope="col">Values</th></tr></thead><tbody>${rows}${list('where', input.where)}${list(
      'objective',
      input.objectives.map(({ text, sign }) => `${sign === 1 ? 'most' : 'least'} ${text}`),
    )}${list('constraints', input.constraints)}</tbody></table></div>`,
  )
}

/** All panels but the figures. */
export function sweepSections(input: SweepReportInput, model: Model, facts: SweepFacts): Html {
  const folder = input.command.replace(/^tandem sweep /, '').replace(/\/config\.yaml$/, '')
  const compared = input.table.trial.length > 0
  return html`${compared ? html`${heatPanel(input, model)}${linePanel(input, model)}${parallelPanel(model)}` : null}
${trialsPanel(input, model, folder)}${luckPanels(input, model, facts)}${samplePanels(input, facts)}${frontPanel(input, model)}${troublePanels(input, model)}${spacePanel(input)}${panel(
  {
    id: 'reproduce',
    title: 'Reproduce',
    intro:
      'The same run file on the same data gives the same files, to the byte, whatever the number of threads and machines.',
  },
  reproduceHtml(
    input.command,
    [
      ['Sweep', input.sweepId],
      ['Strategy', input.hashes.strategy],
      ['Data', input.hashes.data],
      ['Results', input.hashes.results],
    ],
    input.configText,
  ),
)}`
}
