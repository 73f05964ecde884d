/** The page on which runs stand side by side: configuration, metrics, curves, and the trades that they share or don't. */

import { compareDrawdown, compareEquity, compareEquityLog } from './charts/compare.ts'
import { compareDatasets } from './compare/datasets.ts'
import { type CompareInput, runLabels } from './compare-input.ts'
import { type Dataset, type Datasets, rowCount, tableHtml } from './dataset.ts'
import { type Figures, figure, figuresOf, type ReportFigure } from './figures.ts'
import { formatMetric, formatMoney, formatNumber } from './format.ts'
import { type Html, html } from './html.ts'
import { packDataset } from './pack.ts'
import type { PanelsModel } from './panels/model.ts'
import {
  chartOf,
  masthead,
  type RenderedPage,
  renderPanels,
  reproduceHtml,
  type Statement,
  safeFileName,
  tablePlace,
  tilesHtml,
  verdictHtml,
} from './panels/render.ts'
import { chartPlace, panel } from './sections/panel.ts'

export type { CompareInput } from './compare-input.ts'

/** Every metric of every run, and what the runs' trades have in common. */
function figuresOfComparison(input: CompareInput): Figures {
  const { runs, metrics, trades } = input
  const labels = runLabels(input)
  const own = metrics.flatMap(({ id, label, unit, basis, definition, values }) =>
    runs.map((_, i) => figure(`${id}@${i + 1}`, `${label}, ${labels[i]}`, values[i], unit, basis, definition)),
  )
  const shared = trades.flatMap((one, i): ReportFigure[] => {
    const at = `@${i + 2}`
    const basis = `trades of ${labels[0]} and ${labels[i + 1]}`
    return [
      figure(
        `matched${at}`,
        'Shared trades',
        one.matched,
        'count',
        basis,
        'same symbol and side, entered at the same time',
      ),
      figure(
        `sameExit${at}`,
        'of these, same exit',
        one.sameExit,
        'count',
        basis,
        'and left at the same time and price',
      ),
      figure(`onlyFirst${at}`, 'Only in the first', one.onlyFirst, 'count', basis, 'trades that the other run lacks'),
      figure(`onlyOther${at}`, 'Only in the other', one.onlySecond, 'count', basis, 'trades that the first run lacks'),
      figure(
        `pnlMatched${at}`,
        'Difference of shared',
        one.pnlMatched,
        'quote',
        basis,
        'results of the other less those of the first',
      ),
      figure(
        `pnlOnlyFirst${at}`,
        'Difference by those of the first',
        one.pnlOnlyFirst,
        'quote',
        basis,
        'their results, with the sign turned',
      ),
      figure(
        `pnlOnlyOther${at}`,
        'Difference by those of the other',
        one.pnlOnlySecond,
        'quote',
        basis,
        'their results',
      ),
    ]
  })
  return figuresOf('comparison', labels.join(' and '), [...own, ...shared])
}

function statements(input: CompareInput): Statement[] {
  const { same, trades } = input
  const labels = runLabels(input)
  const words = (wanted: boolean): string =>
    Object.keys(same)
      .filter((what) => same[what] === wanted)
      .join(', ')
  const [alike, unlike] = [words(true), words(false)]
  const quote = input.runs[0]!.quote
  const money = (value: number): string => `${formatMoney(value, quote)} ${quote}`
  return [
    ...(alike === '' ? [] : [{ tone: 'plain' as const, text: `The runs have the same ${alike}.` }]),
    ...(unlike === '' ? [] : [{ tone: 'bad' as const, text: `They differ in ${unlike}.` }]),
    ...trades.map(({ matched, sameExit, onlyFirst, onlySecond, pnlMatched, pnlOnlyFirst, pnlOnlySecond }, i) => {
      const all = pnlMatched + pnlOnlyFirst + pnlOnlySecond
      const side = all < 0 ? 'less' : 'more'
      const text = `The trades of ${labels[i + 1]} made ${money(Math.abs(all))} ${side} than those of ${labels[0]}: ${money(pnlMatched)} on the ${formatNumber(matched, 0)} trades that both have (${formatNumber(sameExit, 0)} with the same exit), ${money(pnlOnlySecond)} on ${formatNumber(onlySecond, 0)} of its own, ${money(pnlOnlyFirst)} by the ${formatNumber(onlyFirst, 0)} that it lacks.`
      return { tone: 'plain' as const, text }
    }),
  ]
}

function tilesOf({ runs }: CompareInput, labels: readonly string[]): Html {
  return tilesHtml(
    runs.slice(0, 6).map(({ initialEquity, finalEquity, quote }, i) => ({
      label: labels[i]!,
      value: formatMoney(finalEquity, quote),
      unit: quote,
      detail: `from ${formatMoney(initialEquity, quote)}${initialEquity > 0 ? `, ${formatMetric(finalEquity / initialEquity - 1, 'fraction', quote)}` : ''}`,
    })),
  )
}

/** A table that the script makes sortable, or a sentence where it would be empty. */
function place(id: string, dataset: Dataset, quote: string, empty: string): Html {
  if (rowCount(dataset) === 0) return html`<p class="empty">${empty}</p>`
  return tablePlace(id, tableHtml(dataset, 25, quote))
}

/** By metric, with each run's value in the metric's own unit. */
function metricsTable({ metrics, runs }: CompareInput, labels: readonly string[]): Html {
  const [first] = runs
  const difference = (values: readonly (number | null)[], unit: string): string => {
    const [a, b] = [values[0] ?? null, values[1] ?? null]
    return a === null || b === null ? '–' : formatMetric(b - a, unit, first!.quote)
  }
  const rows = metrics.map(
    ({ label, unit, definition, values }) =>
      html`<tr><th scope="row" title="${definition}">${label}</th>${runs.map(
        ({ quote }, i) => html`<td class="number">${formatMetric(values[i] ?? null, unit, quote)}</td>`,
      )}${runs.length === 2 ? html`<td class="number soft">${difference(values, unit)}</td>` : null}</tr>`,
  )
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Metrics"><table><thead><tr><th scope="col">Metric</th>${labels.map(
    (label) => html`<th scope="col" class="number">${label}</th>`,
  )}${runs.length === 2 ? html`<th scope="col" class="number">Difference</th>` : null}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function body(input: CompareInput, datasets: Datasets, labels: readonly string[]): Html {
  const { quote } = input.runs[0]!
  const table = (id: string, empty: string): Html => place(id, datasets[id]!, quote, empty)
  const curves = 'Equity of each run over its start; the same for all would be one line.'
  const positive = input.runs.every(({ equity }) => equity.every((value) => value > 0))
  return html`${masthead('Comparison', labels.join(' · '), `${input.runs.length} runs, the first against the others`)}
${tilesOf(input, labels)}
${verdictHtml('The comparison in plain words', statements(input))}
${panel({ id: 'equity', title: 'Equity', intro: curves, dataset: 'curves', chart: 'equity' }, chartPlace('equity', curves, 'curves'))}
${positive ? panel({ id: 'equity-log', title: 'Equity, on a log scale', dataset: 'curves', chart: 'equity-log', intro: 'Equal steps are equal growth.' }, chartPlace('equity-log', 'The same curves on a log scale.')) : null}
${panel({ id: 'drawdown', title: 'Drawdown', dataset: 'curves', chart: 'drawdown', intro: 'How far each run was below its highest equity so far.' }, chartPlace('drawdown', 'Drawdown of each run.'))}
${panel({ id: 'configuration', title: 'Configuration', intro: 'Keys of the resolved configurations that differ.', dataset: 'config' }, table('config', 'The resolved configurations are the same.'))}
${panel({ id: 'metrics', title: 'Metrics', intro: 'Point at a name for its definition.', dataset: 'metrics' }, metricsTable(input, labels))}
${panel({ id: 'trades', title: 'Trades in common', intro: 'Shared: the same symbol and side, entered at the same time.', dataset: 'matches' }, html`<div class="scroll" tabindex="0" role="region" aria-label="Trades in common">${tableHtml(datasets['matches']!, 20, quote)}</div>`)}
${panel({ id: 'shared-trades', title: 'Shared trades', dataset: 'shared', intro: 'Where their results part.' }, table('shared', 'The runs share no trade.'))}
${panel({ id: 'alone-trades', title: 'Trades that only one run has', dataset: 'alone' }, table('alone', 'Every trade of one is a trade of the other.'))}
${panel(
  { id: 'reproduce', title: 'Make this page again' },
  reproduceHtml(
    input.command,
    input.runs.map(({ runId }, i) => [labels[i]!, runId] as const),
    null,
  ),
)}`
}

/** The page, and its figures; the same input gives the same bytes. */
export async function renderCompareReport(input: CompareInput): Promise<RenderedPage> {
  const labels = runLabels(input)
  const datasets = compareDatasets(input)
  const { quote } = input.runs[0]!
  const sorted = { rowsPerPage: 25, filter: 'Filter: long STOP pnl<0' }
  const model: PanelsModel<null> = {
    fileName: safeFileName(`compare-${labels.join('-')}`, 'compare'),
    quote,
    // The script reads packed columns as it reads plain ones.
    datasets: Object.fromEntries(
      Object.entries(datasets).map(([id, dataset]) => [id, packDataset(dataset)]),
    ) as unknown as Datasets,
    charts: {
      equity: await chartOf(compareEquity, { rows: 'curves' }),
      'equity-log': await chartOf(compareEquityLog, { rows: 'curves' }),
      drawdown: await chartOf(compareDrawdown, { rows: 'curves' }),
    },
    tables: {
      config: { dataset: 'config', rowsPerPage: 50 },
      shared: { dataset: 'shared', ...sorted },
      alone: { dataset: 'alone', ...sorted },
    },
    more: null,
  }
  const figures = figuresOfComparison(input)
  const text = await renderPanels({
    title: `${labels.join(' and ')} – comparison`,
    body: body(input, datasets, labels),
    script: 'panels',
    model,
    figures,
    closing: 'A comparison of simulations of the past, not a promise.',
  })
  return { html: text, figures }
}
