/**
 * What the charts over time share. Colours are roles (`@ink`) that the page fills in by theme. The page owns the window:
 * it sets `from`, `to` (ms), `low`, `high` (y) and `cursor` (ms or null) and hands over the rows to draw, so charts
 * stay aligned and a degenerate domain never reaches a scale.
 */

export const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif'

/** Every y axis takes the same room, so that the plots of stacked charts line up. */
const AXIS_ROOM = 64

/** Shortest unambiguous labels, on the 24-hour clock; the window above the charts names the year. */
const TIME_FORMAT = {
  year: '%Y',
  quarter: '%b',
  month: '%b',
  week: '%d %b',
  date: '%d %b',
  hours: '%H:%M',
  minutes: '%H:%M',
  seconds: '%H:%M:%S',
  milliseconds: '.%L',
}

export const windowParams = [
  { name: 'from', value: 0 },
  { name: 'to', value: 1 },
  { name: 'low', value: 0 },
  { name: 'high', value: 1 },
  { name: 'cursor', value: 0 },
  { name: 'cursorShown', value: false },
]

export const config = {
  background: '@panel',
  font: FONT,
  view: { stroke: null },
  axis: {
    labelColor: '@muted',
    labelFontSize: 11,
    gridColor: '@grid',
    domain: false,
    ticks: false,
    labelPadding: 8,
    titleColor: '@muted',
    titleFontSize: 11,
    titleFontWeight: 'normal',
  },
} as const

export const frame = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 600,
  padding: { left: 0, right: 10, top: 8, bottom: 2 },
  autosize: { type: 'fit-x' as const, contains: 'padding' as const },
  config,
}

export const timeAxis = {
  field: 'time',
  type: 'temporal' as const,
  scale: { type: 'utc' as const, domainMin: { expr: 'from' }, domainMax: { expr: 'to' }, nice: false, padding: 0 },
  axis: {
    title: null,
    grid: false,
    labelOverlap: true,
    labelFlush: true,
    format: TIME_FORMAT,
    tickCount: { expr: 'max(2, width / 110)' },
  },
}

/** A y axis over [low, high] on `scale`. `format` is a d3 number format. */
export function valueAxis(field: string, scale: 'linear' | 'log', format: string | null) {
  return {
    field,
    type: 'quantitative' as const,
    scale: {
      type: scale,
      domainMin: { expr: 'low' },
      domainMax: { expr: 'high' },
      nice: false,
      ...(scale === 'linear' ? { zero: false } : {}),
    },
    axis: {
      title: null,
      orient: 'left' as const,
      minExtent: AXIS_ROOM,
      maxExtent: AXIS_ROOM,
      tickCount: { expr: 'max(3, height / 40)' },
      labelOverlap: true,
      // Long figures would push the plot out of line with its neighbours.
      labelExpr: "abs(datum.value) >= 1e6 ? format(datum.value, '.4~s') : datum.label",
      ...(format === null ? {} : { format }),
    },
  }
}

/** The deepest drawdowns, as stretches of time behind a curve. Rows: `{time, until}`. */
export const shadeLayer = {
  data: { name: 'shades' },
  mark: { type: 'rect' as const, color: '@muted', opacity: 0.1, clip: true },
  encoding: { x2: { field: 'until' } },
}

/** A vertical hair line at `cursor`, while `cursorShown`. */
export const cursorLayer = {
  data: { values: [{ at: 0 }] },
  transform: [{ filter: 'cursorShown' }, { calculate: 'cursor', as: 'time' }],
  mark: { type: 'rule' as const, color: '@muted', strokeDash: [3, 3], strokeWidth: 1, clip: true },
  encoding: { x: { field: 'time', type: 'temporal' as const } },
}
