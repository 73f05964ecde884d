/** The page on data quality: what checks found in a file, a series or a whole store, and where in time. */

import { calendarMap, stripsChart } from './charts/quality.ts'
import { column, type Dataset, type Datasets, tableHtml } from './dataset.ts'
import { figure, figuresOf, figuresSection, type ReportFigure } from './figure-list.ts'
import { figuresDataset } from './figures-dataset.ts'
import { formatNumber, formatTime } from './format.ts'
import { type Html, html } from './html.ts'
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
import type { QualityInput, QualitySeries } from './quality-input.ts'
import { chartPlace, panel } from './sections/panel.ts'

/** Series that stand on a page of the map and of the table. */
const SERIES_A_PAGE = 30
/** Findings that the page tells one by one; `data check --json` has all that are told at all. */
const FINDINGS_MOST = 4000
const CALENDAR_PIXELS = 17

const total = (series: readonly QualitySeries[], pick: (one: QualitySeries) => number): number =>
  series.reduce((sum, one) => sum + pick(one), 0)

/** The worst first: errors, then outages, then warnings. */
function worstFirst(series: readonly QualitySeries[]): QualitySeries[] {
  return series.toSorted(
    (a, b) =>
      b.errors - a.errors ||
      b.outageRows - a.outageRows ||
      b.warnings - a.warnings ||
      (a.target < b.target ? -1 : a.target > b.target ? 1 : 0),
  )
}

function seriesDataset(series: readonly QualitySeries[]): Dataset {
  const of = (name: keyof QualitySeries & string, label: string, kind: Parameters<typeof column>[2]) =>
    column(
      name,
      label,
      kind,
      series.map((one) => one[name] as number | string | null),
    )
  const share = (one: QualitySeries): number => one.rows + one.outageRows + one.noTradeRows
  return {
    title: 'Series',
    columns: [
      of('target', 'Series', 'text'),
      of('rows', 'Rows', 'count'),
      column(
        'first',
        'First (UTC)',
        'time',
        series.map((one) => one.firstMs),
      ),
      column(
        'last',
        'Last (UTC)',
        'time',
        series.map((one) => one.lastMs),
      ),
      of('errors', 'Errors', 'count'),
      of('warnings', 'Warnings', 'count'),
      of('outageRows', 'Missing: outage', 'count'),
      column(
        'outageShare',
        'of all',
        'fraction',
        series.map((one) => (share(one) === 0 ? null : one.outageRows / share(one))),
      ),
      of('noTradeRows', 'Missing: no trades', 'count'),
      of('emptyBars', 'Empty bars', 'count'),
      column(
        'kinds',
        'Found',
        'text',
        series.map(({ counts }) =>
          Object.entries(counts)
            .map(([code, count]) => `${code} ${count}`)
            .join(', '),
        ),
      ),
      { ...of('dataHash', 'Content hash', 'text'), extra: true },
    ],
  }
}

function findingsDataset(series: readonly QualitySeries[]): Dataset {
  const all = series.flatMap((one) => one.findings.map((finding) => ({ target: one.target, ...finding })))
  const ranked = all.toSorted((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  const shown = ranked.slice(0, FINDINGS_MOST)
  const of = (name: keyof (typeof shown)[number] & string, label: string, kind: Parameters<typeof column>[2]) =>
    column(
      name,
      label,
      kind,
      shown.map((one) => one[name] as number | string | null),
    )
  const counted = total(series, (one) => one.errors + one.warnings)
  return {
    title: 'Findings',
    ...(counted > shown.length
      ? {
          note: `${formatNumber(shown.length, 0)} of ${formatNumber(counted, 0)} findings: of each kind in a series the first are told, errors before warnings.`,
        }
      : {}),
    columns: [
      of('target', 'Series', 'text'),
      of('severity', 'Severity', 'text'),
      of('code', 'Kind', 'text'),
      of('timeMs', 'Time (UTC)', 'time'),
      of('row', 'Row', 'count'),
      of('rows', 'Rows', 'count'),
      of('message', 'What', 'text'),
      of('suggestion', 'What to do', 'text'),
      {
        ...column(
          'fixable',
          'Mended by --fix',
          'text',
          shown.map((one) => (one.fixable ? 'yes' : 'no')),
        ),
        extra: true,
      },
    ],
  }
}

/** Segments of all series; `place` is the series' row in its table. */
function segmentsDataset(series: readonly QualitySeries[]): Dataset {
  const rows = series.flatMap(({ segments }, place) => segments.map((one) => ({ place, ...one })))
  return {
    title: 'Stretches in one state',
    columns: [
      column(
        'place',
        'Row of the series',
        'count',
        rows.map((row) => row.place),
      ),
      column(
        'from',
        'From (UTC)',
        'time',
        rows.map((row) => row.fromMs),
      ),
      column(
        'to',
        'To (UTC)',
        'time',
        rows.map((row) => row.toMs),
      ),
      column(
        'state',
        'State',
        'text',
        rows.map((row) => row.state),
      ),
      column(
        'share',
        'Share of its rows at least',
        'fraction',
        rows.map((row) => row.share),
      ),
    ],
  }
}

const two = (value: number): string => String(value).padStart(2, '0')

/** Days by month, or months by year. */
function calendarDataset({ calendar }: QualityInput): Dataset {
  const cells = calendar?.cells ?? []
  const isDay = calendar?.unit === 'day'
  const date = (ms: number): string => formatTime(ms).slice(0, isDay ? 10 : 7)
  const weight = (one: (typeof cells)[number]): number => {
    if (one.state === 'present') return 0
    const rows = { error: one.errors, outage: one.outage, suspicious: one.suspicious, 'no trades': one.noTrades }[
      one.state
    ]
    return 0.35 + 0.65 * Math.min(1, rows / Math.max(1, one.expected))
  }
  return {
    title: isDay ? 'Rows by day' : 'Rows by month',
    columns: [
      column(
        'date',
        'Date (UTC)',
        'text',
        cells.map((one) => date(one.fromMs)),
      ),
      column(
        'state',
        'State',
        'text',
        cells.map((one) => one.state),
      ),
      column(
        'expected',
        'Expected',
        'count',
        cells.map((one) => one.expected),
      ),
      column(
        'present',
        'Present',
        'count',
        cells.map((one) => one.present),
      ),
      column(
        'outage',
        'Missing: outage',
        'count',
        cells.map((one) => one.outage),
      ),
      column(
        'noTrades',
        'Missing: no trades',
        'count',
        cells.map((one) => one.noTrades),
      ),
      column(
        'suspicious',
        'Suspicious',
        'count',
        cells.map((one) => one.suspicious),
      ),
      column(
        'errors',
        'Wrong',
        'count',
        cells.map((one) => one.errors),
      ),
      {
        ...column(
          'across',
          'Across',
          'text',
          cells.map((one) => two(isDay ? new Date(one.fromMs).getUTCDate() : new Date(one.fromMs).getUTCMonth() + 1)),
        ),
        extra: true,
      },
      {
        ...column(
          'down',
          'Down',
          'text',
          cells.map((one) => formatTime(one.fromMs).slice(0, isDay ? 7 : 4)),
        ),
        extra: true,
      },
      { ...column('weight', 'Weight', 'ratio', cells.map(weight)), extra: true },
      {
        ...column(
          'text',
          'Rows',
          'text',
          cells.map((one) => `${one.present} of ${one.expected}`),
        ),
        extra: true,
      },
    ],
  }
}

function qualityFigures({ series }: QualityInput): ReportFigure[] {
  const basis = 'all that was checked'
  const of = (id: string, label: string, value: number, definition: string): ReportFigure =>
    figure(id, label, value, 'count', basis, definition)
  const known = series.filter(({ firstMs }) => firstMs !== null)
  return [
    of('series', 'Series', series.length, 'Files or stored series that were checked.'),
    of(
      'rows',
      'Rows',
      total(series, (one) => one.rows),
      'Rows that they have together.',
    ),
    of(
      'errors',
      'Errors',
      total(series, (one) => one.errors),
      'Findings that are wrong and must be mended before the data is used.',
    ),
    of(
      'warnings',
      'Warnings',
      total(series, (one) => one.warnings),
      'Findings that are probably wrong, or holes to know of.',
    ),
    of(
      'seriesWithErrors',
      'Series with errors',
      series.filter((one) => one.errors > 0).length,
      'Series with at least one error.',
    ),
    of(
      'outageRows',
      'Rows missing in outages',
      total(series, (one) => one.outageRows),
      'Rows that are missing where the venue writes every interval, or in a run that chance explains with less than 0.001 expected such runs.',
    ),
    of(
      'outageRuns',
      'Outages',
      total(series, (one) => one.outageRuns),
      'Runs of such rows.',
    ),
    of(
      'noTradeRows',
      'Rows missing for want of trades',
      total(series, (one) => one.noTradeRows),
      'Rows that a venue leaves out when nobody trades, by how often rows are empty around them.',
    ),
    of(
      'emptyBars',
      'Empty bars',
      total(series, (one) => one.emptyBars),
      'Bars that are there, flat and without volume.',
    ),
    figure(
      'first',
      'First row',
      known.length === 0
        ? null
        : formatTime(known.reduce((a, one) => Math.min(a, one.firstMs!), Number.POSITIVE_INFINITY)),
      'UTC time',
      basis,
      'Open of the earliest row of all.',
      { reason: 'nothing has rows' },
    ),
    figure(
      'last',
      'Last row’s end',
      known.length === 0
        ? null
        : formatTime(known.reduce((a, one) => Math.max(a, one.lastMs!), Number.NEGATIVE_INFINITY)),
      'UTC time',
      basis,
      'End of the latest row of all.',
      { reason: 'nothing has rows' },
    ),
    ...series.flatMap((one) => [
      figure(`errors@${one.target}`, 'Errors', one.errors, 'count', one.target, 'Findings that are wrong.'),
      figure(
        `warnings@${one.target}`,
        'Warnings',
        one.warnings,
        'count',
        one.target,
        'Findings that are probably wrong, or holes to know of.',
      ),
      figure(
        `outageRows@${one.target}`,
        'Rows missing in outages',
        one.outageRows,
        'count',
        one.target,
        'Rows missing that a market without trades doesn’t explain.',
      ),
    ]),
  ]
}

function verdictOf({ series }: QualityInput): Statement[] {
  if (series.length === 0)
    return [
      {
        tone: 'plain',
        text: 'There is nothing to check: the store is empty. tandem data import, pull or synth put series there.',
      },
    ]
  const bad = series.filter((one) => one.errors > 0)
  const gaps = worstFirst(series).toSorted((a, b) => b.outageRows - a.outageRows)[0]!
  const statements: Statement[] = [
    bad.length === 0
      ? {
          tone: 'good',
          text:
            series.length === 1
              ? 'No error was found.'
              : `No error was found in ${formatNumber(series.length, 0)} series.`,
        }
      : {
          tone: 'bad',
          text:
            series.length === 1
              ? `${formatNumber(bad[0]!.errors, 0)} ${bad[0]!.errors === 1 ? 'error was' : 'errors were'} found.`
              : `${formatNumber(bad.length, 0)} of ${formatNumber(series.length, 0)} series ${bad.length === 1 ? 'has' : 'have'} errors; most: ${worstFirst(bad)[0]!.target} with ${formatNumber(worstFirst(bad)[0]!.errors, 0)}.`,
        },
  ]
  if (gaps.outageRows > 0) {
    statements.push({
      tone: 'plain',
      text: `Most is missing of ${gaps.target}: ${formatNumber(gaps.outageRows, 0)} rows in ${formatNumber(gaps.outageRuns, 0)} ${gaps.outageRuns === 1 ? 'outage' : 'outages'}.`,
    })
  }
  return statements
}

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
