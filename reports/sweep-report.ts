/** The report of a finished sweep as one self-contained HTML file. */

import { groupCounts } from './charts/counts.ts'
import { frontChart } from './charts/sweep/front.ts'
import { heatAroundMiddle, heatFromGround } from './charts/sweep/heat.ts'
import { lineOfNumbers, lineOfWords } from './charts/sweep/line.ts'
import { deflationCurve, distributionChart } from './charts/sweep/luck.ts'
import { parallelChart } from './charts/sweep/parallel.ts'
import { plateauChart } from './charts/sweep/plateau.ts'
import { logitBars, splitChart } from './charts/sweep/samples.ts'
import { column, type Dataset, type Datasets } from './dataset.ts'
import { figuresOf, figuresSection } from './figures.ts'
import { figuresDataset } from './figures-dataset.ts'
import { formatNumber } from './format.ts'
import { html } from './html.ts'
import type { PanelChart, PanelsModel, PanelTable } from './panels/model.ts'
import {
  chartOf,
  chartOfVariants,
  factsHtml,
  masthead,
  type RenderedPage,
  renderPanels,
  safeFileName,
  tilesHtml,
  verdictHtml,
} from './panels/render.ts'
import { sweepSections } from './sections/sweep.ts'
import { metricsKept, smallDatasets, trialsDataset } from './sweep/datasets.ts'
import { type SweepFacts, sweepFigures, sweepVerdict } from './sweep/figures.ts'
import { luckOf } from './sweep/luck.ts'
import { measuresOf } from './sweep/measures.ts'
import type { SweepMore } from './sweep/model.ts'
import { plateauOf } from './sweep/plateau.ts'
import { splitFacts } from './sweep/split.ts'
import { sweepTiles } from './sweep/tiles.ts'
import type { SweepReportInput } from './sweep-input.ts'

/** Height of a bar of counts. */
const BAR_PIXELS = 20

/** Datasets that the script fills by what the reader chose. */
const MADE: Datasets = Object.fromEntries(
  [
    'heat',
    'line',
    'line-chosen',
    'parallel',
    'parallel-frames',
    'parallel-ticks',
    'parallel-brushes',
    'front',
    'front-best',
  ].map((name) => [name, { title: name, columns: [] }]),
)

async function chartsOf(input: SweepReportInput): Promise<Record<string, PanelChart>> {
  const measure = objectiveLabel(input)
  const words = { measure, format: '.3~f' }
  const distance = input.isGrid ? 'Steps from the best' : 'Distance from the best (share of ranks)'
  return {
    heat: await chartOfVariants(
      { diverging: heatAroundMiddle, sequential: heatFromGround },
      { rows: 'heat' },
      { variant: 'diverging' },
    ),
    line: await chartOfVariants(
      { numbers: lineOfNumbers, words: lineOfWords },
      { rows: 'line', chosen: 'line-chosen' },
      { variant: 'numbers' },
    ),
    parallel: await chartOf(
      parallelChart,
      { rows: 'parallel', frames: 'parallel-frames', ticks: 'parallel-ticks', brushes: 'parallel-brushes' },
      { renderer: 'canvas' },
    ),
    distribution: await chartOf(
      distributionChart,
      { rows: 'distribution', marks: 'marks' },
      { words: { measure: 'Sharpe ratio a year' } },
    ),
    deflation: await chartOf(deflationCurve, { rows: 'deflation', now: 'now' }),
    plateau: await chartOf(plateauChart, { rows: 'plateau', best: 'plateau-best' }, { words: { ...words, distance } }),
    split: await chartOf(splitChart, { rows: 'split', line: 'split-line', best: 'split-best' }, { renderer: 'canvas' }),
    logits: await chartOf(logitBars, { rows: 'logits' }),
    front: await chartOf(frontChart, { rows: 'front', front: 'front-best' }, { renderer: 'canvas' }),
    refusals: await chartOf(
      groupCounts,
      { rows: 'refusals' },
      { height: BAR_PIXELS * Math.max(1, Math.min(20, input.refusals.length)), words: { measure: 'Refusals' } },
    ),
  }
}

export function objectiveLabel({ table, objectives }: SweepReportInput): string {
  const { column: name, text } = objectives[0]!
  return table.metrics.find((one) => one.name === name)?.label ?? text
}

function splitDatasets({ split, best, table }: SweepReportInput, facts: SweepFacts): Datasets {
  const rows =
    split === null
      ? []
      : table.trial
          .map((_, row) => row)
          .filter((row) => split.inSample[row] !== null && split.outOfSample[row] !== null)
  const of = (
    title: string,
    points: readonly { trial: number | null; inSample: number; outOfSample: number }[],
  ): Dataset => ({
    title,
    columns: [
      column(
        'trial',
        'Trial',
        'count',
        points.map((one) => one.trial),
      ),
      column(
        'inSample',
        'Sharpe before',
        'ratio',
        points.map((one) => one.inSample),
      ),
      column(
        'outOfSample',
        'Sharpe after',
        'ratio',
        points.map((one) => one.outOfSample),
      ),
    ],
  })
  const points = rows.map((row) => ({
    trial: table.trial[row]!,
    inSample: split!.inSample[row]!,
    outOfSample: split!.outOfSample[row]!,
  }))
  return {
    split: of('Sharpe ratios before and after the cut', points),
    'split-line': of(
      'Least squares',
      (facts.split?.line ?? []).map((one) => ({ trial: null, ...one })),
    ),
    'split-best': of(
      'The best trial',
      points.filter(({ trial }) => trial === best[0]),
    ),
  }
}

function tablesOf(input: SweepReportInput): Record<string, PanelTable> {
  const { column: by, sign } = input.objectives[0]!
  return {
    trials: {
      dataset: 'trials',
      rowsPerPage: 25,
      filter: 'Filter: fast<20 sharpe>=1 feasible=yes',
      sorted: { column: by, down: sign === 1 },
      ...(input.reported.length === 0 ? {} : { link: { column: 'trial', href: 'report' } }),
    },
    neighbourhoods: { dataset: 'neighbourhoods', rowsPerPage: 10 },
    errors: { dataset: 'errors', rowsPerPage: 10 },
  }
}

/** The page: the same sweep gives the same bytes. */
export async function renderSweepReport(input: SweepReportInput): Promise<RenderedPage> {
  const plateau = plateauOf(input)
  const luck = luckOf(input)
  const facts: SweepFacts = { luck, plateau, split: splitFacts(input) }
  const figures = figuresOf('sweep', input.name, sweepFigures(input, facts))
  const measures = measuresOf(input.objectives, [...input.table.objectives, ...metricsKept(input)])
  const model: PanelsModel<SweepMore> = {
    fileName: safeFileName(input.name, 'sweep'),
    quote: input.quote,
    datasets: {
      ...MADE,
      trials: trialsDataset(input),
      ...smallDatasets(input, luck, plateau),
      ...splitDatasets(input, facts),
      figures: figuresDataset(figures),
    },
    charts: await chartsOf(input),
    tables: tablesOf(input),
    more: {
      axes: input.table.axes.map(({ name }) => name),
      measures,
      best: input.best[0] ?? null,
      objectives: input.objectives.map(({ column: name, sign, text }) => ({
        column: name,
        sign,
        label: measures.find((one) => one.name === name)?.label ?? text,
      })),
      front: input.front,
      hasInfeasible: input.table.feasible.includes(false) && input.table.feasible.includes(true),
    },
  }
  const window = `${input.from ?? 'the first bar'} to ${input.to ?? 'the last'}`
  const body = html`${masthead('Sweep report', input.name, `${input.strategy} on ${input.symbols.join(', ')} at ${input.venue}, ${input.timeframe} candles, ${window}`)}
${tilesHtml(sweepTiles(input, facts))}${verdictHtml('The sweep in plain words', sweepVerdict(input, facts))}
${factsHtml([
  [
    'Objective',
    input.objectives.map(({ text, sign }) => `${sign === 1 ? 'most' : 'least'} ${text}`).join(', '),
    input.constraints.length === 0 ? 'no constraints' : `with ${input.constraints.join(', ')}`,
  ],
  [
    'Method',
    input.method,
    input.samples === null ? '' : `${formatNumber(input.samples, 0)} drawn, seed ${input.seed ?? 'none'}`,
  ],
  ['Parameters', `${input.table.axes.length}`, input.table.axes.map(({ name }) => name).join(', ')],
])}
${sweepSections(input, model, facts)}
${figuresSection(figures.figures, input.quote)}`
  return {
    html: await renderPanels({
      title: `${input.name} – sweep report`,
      body,
      script: 'sweep',
      model,
      figures,
      closing: 'What was best in the past was chosen for it.',
    }),
    figures,
  }
}
