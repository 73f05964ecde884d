/** Two objectives against each other. Rows: `{x, y}` of all trials; `front`: `{x, y, trial}`, none of them beaten. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS } from '../still.ts'
import { worded } from '../worded.ts'

const x = {
  field: 'x',
  type: 'quantitative' as const,
  scale: { zero: false },
  axis: { title: '@xTitle', format: '@xFormat', grid: false, tickCount: FEW_TICKS },
}
const y = {
  field: 'y',
  type: 'quantitative' as const,
  scale: { zero: false },
  axis: { title: '@yTitle', format: '@yFormat' },
}

export const frontChart: TopLevelSpec = {
  ...worded,
  height: 280,
  layer: [
    { mark: { type: 'point', filled: true, size: 14, color: '@candle', opacity: 0.35 }, encoding: { x, y } },
    {
      data: { name: 'front' },
      mark: { type: 'line', color: '@accent', strokeWidth: 1, opacity: 0.6 },
      encoding: { x, y },
    },
    {
      data: { name: 'front' },
      mark: { type: 'point', shape: 'diamond', filled: true, size: 46, color: '@accent', opacity: 1 },
      encoding: {
        x,
        y,
        tooltip: [
          { field: 'trial', title: 'Trial' },
          { field: 'x', title: 'Across', format: '.4~g' },
          { field: 'y', title: 'Up', format: '.4~g' },
        ],
      },
    },
  ],
}
