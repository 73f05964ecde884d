/**
 * Lines of indicators, by the window above: over the candles (a layer of the chart of prices) or in a pane of their own.
 * Rows: `{time, value, place}`; `place` is the line's place in its key, which gives it colour and dash.
 */

import type { TopLevelSpec } from 'vega-lite'
import { LINE_DASHES, LINE_ROLES } from '../palette.ts'
import { cursorLayer, frame, timeAxis, valueAxis, windowParams } from './common.ts'

const places = LINE_ROLES.map((_, place) => place)

/** A line of each place in its colour and dash, so that colour is never the only sign. */
export const lineLook = {
  color: {
    field: 'place',
    type: 'nominal' as const,
    scale: { domain: [...places], range: LINE_ROLES.map((role) => `@${role}`) },
    legend: null,
  },
  strokeDash: {
    field: 'place',
    type: 'nominal' as const,
    scale: { domain: [...places], range: LINE_DASHES.map((dash) => [...dash]) },
    legend: null,
  },
}

export const paneChart: TopLevelSpec = {
  ...frame,
  height: 88,
  params: [...windowParams],
  data: { name: 'rows' },
  encoding: { x: timeAxis },
  layer: [
    {
      mark: { type: 'line', strokeWidth: 1.3, strokeJoin: 'round', clip: true },
      encoding: { y: valueAxis('value', 'linear', null), ...lineLook },
    },
    cursorLayer,
  ],
}
