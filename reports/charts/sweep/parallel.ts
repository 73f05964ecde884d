/**
 * Parallel coordinates: one vertical axis for each parameter and measure, one line for each trial. Rows: `{axis, at,
 * class}` with `at` in [0, 1], trials one after the other with a row without `at` between them, which breaks the line:
 * so that ten thousand lines are four paths. `ticks`: `{axis, at, text}`; `brushes`: `{axis, from, to}`.
 */

import type { TopLevelSpec } from 'vega-lite'
import { worded } from '../worded.ts'

/** Quarters of the trials by the first objective, and those outside the brush. */
export const CLASSES = ['outside', 'fourth quarter', 'third quarter', 'second quarter', 'best quarter'] as const

const y = (field: string) => ({
  field,
  type: 'quantitative' as const,
  scale: { domain: [0, 1], nice: false },
  axis: null,
})
const x = {
  field: 'axis',
  type: 'ordinal' as const,
  sort: null,
  scale: { type: 'point' as const, padding: 0.35 },
  axis: {
    title: null,
    orient: 'top' as const,
    labelAngle: 0,
    labelLimit: 132,
    labelColor: '@ink',
    grid: false,
    domain: false,
    labelOverlap: false,
  },
}

export const parallelChart: TopLevelSpec = {
  ...worded,
  height: 280,
  padding: { left: 4, right: 10, top: 8, bottom: 8 },
  layer: [
    {
      data: { name: 'frames' },
      mark: { type: 'rule', color: '@rule', strokeWidth: 1 },
      encoding: { x, y: y('low'), y2: { field: 'high' } },
    },
    {
      mark: { type: 'line', strokeWidth: 1, strokeJoin: 'round', invalid: 'break-paths-show-domains' },
      encoding: {
        x,
        y: y('at'),
        order: { field: 'index', type: 'quantitative' },
        color: {
          field: 'class',
          type: 'nominal',
          scale: { domain: [...CLASSES], range: ['@rule', '@candle', '@candle', '@accent', '@loss'] },
          legend: null,
        },
        opacity: {
          condition: [
            { test: "datum.class === 'best quarter'", value: 0.4 },
            { test: "datum.class === 'outside'", value: 0.4 },
          ],
          value: 0.25,
        },
      },
    },
    {
      data: { name: 'brushes' },
      mark: {
        type: 'bar',
        size: 18,
        color: '@accent',
        opacity: 0.18,
        stroke: '@accent',
        strokeWidth: 1,
        orient: 'vertical',
      },
      encoding: { x, y: y('from'), y2: { field: 'to' } },
    },
    {
      data: { name: 'ticks' },
      mark: { type: 'text', align: 'left', dx: 5, fontSize: 10.5, color: '@muted', stroke: '@panel', strokeWidth: 3 },
      encoding: { x, y: y('at'), text: { field: 'text', type: 'nominal' } },
    },
    {
      data: { name: 'ticks' },
      mark: { type: 'text', align: 'left', dx: 5, fontSize: 10.5, color: '@muted' },
      encoding: { x, y: y('at'), text: { field: 'text', type: 'nominal' } },
    },
  ],
}
