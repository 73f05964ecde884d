/** The first objective by distance from the best. Rows: `{distance, low, median, high, trials}`; `best`: its own value. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS } from '../still.ts'
import { worded } from '../worded.ts'

const x = {
  field: 'distance',
  type: 'quantitative' as const,
  axis: { title: '@distance', grid: false, tickCount: FEW_TICKS, tickMinStep: 0.05 },
}
const y = (field: string) => ({
  field,
  type: 'quantitative' as const,
  scale: { zero: false },
  axis: { title: '@measure', format: '@format' },
})

export const plateauChart: TopLevelSpec = {
  ...worded,
  height: 220,
  layer: [
    { mark: { type: 'area', color: '@accent', opacity: 0.14 }, encoding: { x, y: y('low'), y2: { field: 'high' } } },
    { mark: { type: 'line', color: '@accent', strokeWidth: 1.8 }, encoding: { x, y: y('median') } },
    {
      mark: { type: 'point', filled: true, size: 26, color: '@accent', opacity: 1 },
      encoding: {
        x,
        y: y('median'),
        tooltip: [
          { field: 'distance', title: 'Distance' },
          { field: 'median', title: 'Median', format: '.4~g' },
          { field: 'trials', title: 'Trials' },
        ],
      },
    },
    {
      data: { name: 'best' },
      mark: { type: 'point', shape: 'diamond', filled: true, size: 90, color: '@loss', opacity: 1 },
      encoding: { x, y: y('median') },
    },
  ],
}
