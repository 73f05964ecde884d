/** The page on data quality: what checks found in a file, a series or a whole store, and where in time. */

import { calendarMap, stripsChart } from './charts/quality.ts'
import { type Datasets, tableHtml } from './dataset.ts'
import { figuresOf, figuresSection } from './figures.ts'
import { figuresDataset } from './figures-dataset.ts'
import { formatNumber } from './format.ts'
import { type Html, html } from './html.ts'
import type { PanelsModel } from './panels/model.ts'
import {
  chartOf,
  masthead,
  type RenderedPage,
  renderPanels,
  reproduceHtml,
  safeFileName,
  tablePlace,
  tilesHtml,
  verdictHtml,
} from './panels/render.ts'
import {
  calendarDataset,
  findingsDataset,
  segmentsDataset,
  seriesDataset,
  total,
  worstFirst,
} from './quality/datasets.ts'
import { qualityFigures, verdictOf } from './quality/figures.ts'
import type { QualityInput, QualitySeries } from './quality-input.ts'
import { chartPlace, panel } from './sections/panel.ts'

/** Series that stand on a page of the map and of the table. */
const SERIES_A_PAGE = 30

const CALENDAR_PIXELS = 17

function tilesOf({ series }: QualityInput): Html {
  const sum = (pick: (one: QualitySeries) => number) => formatNumber(total(series, pick), 0)
  const bad = series.filter((one) => one.errors > 0).length
  return tilesHtml([
    { label: 'Series', value: formatNumber(series.length, 0), detail: `${formatNumber(bad, 0)} with errors` },
    { label: 'Rows', value: sum((one) => one.rows), detail: 'checked' },
    { label: 'Errors', value: sum((one) => one.errors), detail: 'must be mended' },
    { label: 'Warnings', value: sum((one) => one.warnings), detail: 'to be looked at' },
    {
      label: 'Missing in outages',
      value: sum((one) => one.outageRows),
      detail: `rows; outages: ${sum((one) => one.outageRuns)}`,
    },
    {
      label: 'Missing: no trades',
      value: sum((one) => one.noTradeRows),
      detail: `and ${sum((one) => one.emptyBars)} empty bars`,
    },
  ])
}

const LEGEND =
  'Faint: all rows are there. The stronger a mark, the more of its stretch is wrong, missing or suspicious; a stretch shows the gravest that holds of it.'

function mapPanels(input: QualityInput): Html | null {
  if (input.series.length === 0) return null
  const strips = panel(
    {
      id: 'strips',
      title: 'Map of gaps',
      intro: `${LEGEND} The map shows the series of the table below, as it is sorted, filtered and paged.`,
      dataset: 'segments',
      chart: 'strips',
    },
    chartPlace('strips', `Strips over time, one a series, ${LEGEND}`, 'segments'),
  )
  if (input.calendar === null) return strips
  const unit =
    input.calendar.unit === 'day' ? 'One cell a day, one line a month.' : 'One cell a month, one line a year.'
  const calendar = panel(
    {
      id: 'calendar-map',
      title: 'Calendar of gaps',
      intro: `${unit} ${LEGEND}`,
      dataset: 'calendar',
      chart: 'calendar',
    },
    chartPlace('calendar', `Calendar of rows. ${unit} ${LEGEND}`, 'calendar'),
  )
  return html`${calendar}${strips}`
}

/** The page, and the figures that stand beside it. */
export async function renderQualityReport(input: QualityInput): Promise<RenderedPage> {
  const series = worstFirst(input.series)
  const figures = figuresOf('data quality', input.name, qualityFigures({ ...input, series }))
  const datasets: Datasets = {
    series: seriesDataset(series),
    findings: findingsDataset(series),
    segments: segmentsDataset(series),
    strips: { title: 'Strips', columns: [] },
    calendar: calendarDataset(input),
    figures: figuresDataset(figures),
  }
  const lines = new Set(datasets['calendar']!.columns.find(({ name }) => name === 'down')!.values).size
  const model: PanelsModel<null> = {
    fileName: safeFileName(`${input.name}-quality`, 'data-quality'),
    quote: '',
    datasets,
    charts: {
      strips: await chartOf(stripsChart, { rows: 'strips' }),
      calendar: await chartOf(
        calendarMap,
        { rows: 'calendar' },
        { height: Math.max(30, lines * CALENDAR_PIXELS), renderer: 'canvas' },
      ),
    },
    tables: {
      series: { dataset: 'series', rowsPerPage: SERIES_A_PAGE, filter: 'Filter: kraken errors>0' },
      findings: { dataset: 'findings', rowsPerPage: 25, filter: 'Filter: OUTAGE severity=error' },
    },
    more: null,
  }
  const shown = figures.figures.filter(({ id }) => !id.includes('@'))
  const about =
    input.series.length === 1
      ? 'what the checks found, and where in time'
      : `${formatNumber(series.length, 0)} series, worst first`
  const nothing = html`<p class="empty">Nothing was found.</p>`
  const body = html`${masthead('Data quality', input.name, about)}
${tilesOf(input)}${verdictHtml('The data in plain words', verdictOf(input))}<br>
${mapPanels(input)}
${series.length === 0 ? null : panel({ id: 'series', title: 'Series', dataset: 'series', intro: 'Worst first: errors, then rows missing in outages, then warnings.' }, tablePlace('series', tableHtml(datasets['series']!, SERIES_A_PAGE, '')))}
${panel({ id: 'findings', title: 'Findings', dataset: 'findings', ...(datasets['findings']!.note === undefined ? {} : { intro: datasets['findings']!.note }) }, datasets['findings']!.columns[0]!.values.length === 0 ? nothing : tablePlace('findings', tableHtml(datasets['findings']!, 25, '')))}
${figuresSection(shown, '')}
${panel({ id: 'reproduce', title: 'Reproduce', intro: 'The same data gives the same page.' }, reproduceHtml(input.command, series.length === 1 ? [['Content', series[0]!.dataHash]] : [], null))}`
  return {
    html: await renderPanels({
      title: `${input.name} – data quality`,
      body,
      script: 'quality',
      model,
      figures,
      closing: 'What no check finds can still be wrong.',
    }),
    figures,
  }
}
