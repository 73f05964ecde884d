/** The report of a validation as one self-contained HTML file without scripts. */

import {
  deflationChart,
  degradationChart,
  fanChart,
  logitChart,
  stitchedChart,
  trialsChart,
} from './charts/validation.ts'
import { formatFraction, formatNumber } from './format.ts'
import { html } from './html.ts'
import { panel } from './sections/panel.ts'
import {
  bandsTable,
  circumstancesTable,
  foldsTable,
  gatesTable,
  haircutsTable,
  headOfValidation,
  monteCarloTable,
} from './sections/validation.ts'
import { staticChart } from './static-chart.ts'
import { renderStaticPage } from './static-page.ts'
import type { ValidationInput } from './validation-input.ts'

const YEAR = Math.sqrt(365)
/** Points of a curve: more can't be seen. */
const MOST_POINTS = 500

/** The page: the same validation gives the same bytes. */
export async function renderValidationReport(input: ValidationInput): Promise<string> {
  const parts = [
    headOfValidation(input),
    panel(
      { id: 'gates', title: 'Gates', intro: `Policy: ${input.policy}. What should be known and isn’t fails.` },
      gatesTable(input),
    ),
    await walkForwardPanel(input),
    await crossValidationPanel(input),
    await overfittingPanel(input),
    await trialsPanel(input),
    panel(
      {
        id: 'circumstances',
        title: 'Other circumstances',
        intro:
          input.noEdge === null
            ? 'The same configuration, dearer, slower, later, elsewhere.'
            : `The same configuration, dearer, slower, later, elsewhere. On ${input.noEdge.markets} driftless random walks it earned clearly on ${formatFraction(input.noEdge.share, 0)}.`,
      },
      circumstancesTable(input),
    ),
    panel(
      { id: 'luck', title: 'Order and draw of the trades; haircuts' },
      html`<div class="pair">${monteCarloTable(input)}${haircutsTable(input)}</div>`,
    ),
    panel({ id: 'bands', title: 'What live must look like' }, bandsTable(input)),
  ]
  return renderStaticPage(`${input.name} – validation report`, html`${parts}`)
}

/** Every n-th row, and the last. */
function thinned<T>(rows: readonly T[]): T[] {
  const step = Math.max(1, Math.ceil(rows.length / MOST_POINTS))
  return rows.filter((_, i) => i % step === 0 || i === rows.length - 1)
}

async function walkForwardPanel(input: ValidationInput) {
  const { walkForwards } = input
  if (walkForwards.length === 0) {
    return panel(
      { id: 'walk-forward', title: 'Walk-forward' },
      html`<p class="empty">The data is too short for two folds.</p>`,
    )
  }
  const curve = walkForwards.flatMap(({ anchored, dayMs, unit }) =>
    thinned(dayMs.map((time, i) => ({ time, unit: unit[i]!, series: anchored ? 'anchored' : 'rolling' }))),
  )
  const edges = walkForwards[0]!.folds.map(({ outOfSample }) => ({ time: outOfSample.fromMs }))
  const words = walkForwards.map(({ anchored, summary, sharpe }) => {
    const efficiency = summary.efficiency.value
    return `${anchored ? 'Anchored' : 'Rolling'}: ${formatFraction(summary.stitched)} out of sample, Sharpe ratio ${number(sharpe)}, ${formatFraction(summary.shareProfitable, 0)} of folds gain, efficiency ${number(efficiency)} (information, no gate).`
  })
  const intro = `${words.join(' ')} Every fold chooses anew, starts flat after real warm-up bars, and is closed and charged at its end.`
  return panel(
    { id: 'walk-forward', title: 'Walk-forward, stitched out of sample', intro },
    html`${await staticChart(stitchedChart, { curve, edges }, `Stitched out-of-sample equity. ${words.join(' ')}`)}${foldsTable(walkForwards[0]!)}`,
  )
}

async function crossValidationPanel({ crossValidation }: ValidationInput) {
  if (crossValidation === null) return null
  const { groups, testGroups, splits, paths, dayMs, purgeDays, embargoDays } = crossValidation
  const rows = paths.flatMap(({ unit }, path) =>
    thinned(dayMs.map((time, i) => ({ time, unit: unit[i] ?? null, path }))),
  )
  const middle = thinned(
    dayMs.map((time, i) => {
      const values = paths.map(({ unit }) => unit[i] ?? 1).sort((a, b) => a - b)
      return { time, unit: values[Math.floor(values.length / 2)]! }
    }),
  )
  const sharpes = paths.flatMap(({ sharpe }) => (sharpe === null ? [] : [sharpe])).sort((a, b) => a - b)
  const range =
    sharpes.length === 0
      ? 'none is defined'
      : `${number(sharpes[0]!)} to ${number(sharpes.at(-1)!)}, middle ${number(sharpes[Math.floor(sharpes.length / 2)]!)}`
  const intro = `${paths.length} paths from ${splits} splits (${testGroups} of ${groups} groups held out, ${purgeDays} days purged, ${embargoDays} embargoed). Sharpe ratios: ${range}. Training after the test is fine here and no simulation of live.`
  return panel(
    { id: 'paths', title: 'Cross-validation paths', intro },
    await staticChart(fanChart, { paths: rows, middle }, `Out-of-sample equity of every path. ${intro}`),
  )
}

async function overfittingPanel({ overfitting }: ValidationInput) {
  if (overfitting === null) return null
  const { probability, lossProbability, halves, blocks, slope, intercept, dominance, logits, points } = overfitting
  const intro = `What is best in one half ranks at or below the median of the other in ${formatFraction(probability, 1)} of ${formatNumber(halves, 0)} halves (${blocks} blocks; noise gives about half) and loses there in ${formatFraction(lossProbability, 1)}. ${dominance.second ? 'The chosen ones dominate all trials to second order.' : 'The chosen ones do not dominate all trials.'}`
  const bins = logits.map(({ from, to, count }) => ({
    from,
    to,
    count,
    overfitted: to <= 1e-9 ? 'at or below the median' : 'above',
  }))
  const annual = points.map((point) => ({ inSample: point.inSample * YEAR, outOfSample: point.outOfSample * YEAR }))
  const ends = annual.map(({ inSample }) => inSample)
  const line =
    slope === null || intercept === null
      ? []
      : [Math.min(...ends), Math.max(...ends)].map((x) => ({ inSample: x, outOfSample: intercept * YEAR + slope * x }))
  return panel(
    { id: 'overfitting', title: 'Overfitting', intro },
    html`<div class="pair">${await staticChart(logitChart, { logits: bins }, `Logits. ${intro}`)}${await staticChart(
      degradationChart,
      { points: annual, line },
      `Sharpe ratio out of sample against in sample; slope ${number(slope)}`,
    )}</div>`,
  )
}

async function trialsPanel(input: ValidationInput) {
  const { trials, trialCount, deflation, gates, interval, trackRecordDays } = input
  const ranked = trials
    .flatMap(({ sharpe, chosen }) => (sharpe === null ? [] : [{ sharpe, chosen: chosen ? 'chosen' : 'others' }]))
    .sort((a, b) => b.sharpe - a.sharpe)
    .map((row, i) => ({ rank: i + 1, ...row }))
  const gate = gates.find(({ name }) => name === 'deflatedSharpe')
  const luck = gate?.inputs['benchmark']
  const curve = deflation.filter(
    (point): point is { trials: number; probability: number } => point.probability !== null,
  )
  const now = curve.filter((point) => point.trials === trialCount.total)
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
  const charts = [
    await staticChart(
      trialsChart,
      { trials: ranked, luck: typeof luck === 'number' ? [{ at: luck * YEAR }] : [] },
      'Sharpe ratios of all trials, best first',
    ),
    await staticChart(
      deflationChart,
      { curve, now, limit: [{ at: gate?.limit ?? 0.95 }] },
      'Deflated Sharpe ratio against the number of trials',
    ),
  ]
  return panel(
    { id: 'trials', title: 'Trials and what they cost', intro: words.filter((one) => one !== '').join(' ') },
    html`<div class="pair">${charts}</div>`,
  )
}

function number(value: number | null): string {
  return value === null ? 'n/a' : formatNumber(value, 2)
}
