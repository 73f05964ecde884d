/** Checked series as the datasets of their page. */

import { column, type Dataset } from '../dataset.ts'
import { formatNumber, formatTime } from '../format.ts'
import type { QualityInput, QualitySeries } from '../quality-input.ts'

/** Findings that the page tells one by one; `data check --json` has all that are told at all. */
const FINDINGS_MOST = 4000

export const total = (series: readonly QualitySeries[], pick: (one: QualitySeries) => number): number =>
  series.reduce((sum, one) => sum + pick(one), 0)

/** The worst first: errors, then outages, then warnings. */
export function worstFirst(series: readonly QualitySeries[]): QualitySeries[] {
  return series.toSorted(
    (a, b) =>
      b.errors - a.errors ||
      b.outageRows - a.outageRows ||
      b.warnings - a.warnings ||
      (a.target < b.target ? -1 : a.target > b.target ? 1 : 0),
  )
}

export function seriesDataset(series: readonly QualitySeries[]): Dataset {
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

export function findingsDataset(series: readonly QualitySeries[]): Dataset {
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
export function segmentsDataset(series: readonly QualitySeries[]): Dataset {
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
export function calendarDataset({ calendar }: QualityInput): Dataset {
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
