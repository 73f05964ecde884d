/** The whole run at a glance with a brush in x, which sets the window of every chart over time. Rows: `{time, equity}`. */

import type { TopLevelSpec } from 'vega-lite'
import { frame, timeAxis, valueAxis, windowParams } from './common.ts'

export const overviewChart: TopLevelSpec = {
  ...frame,
  height: 44,
  params: [...windowParams],
  data: { name: 'rows' },
  layer: [
    {
      params: [
        {
          name: 'brush',
          select: {
            type: 'interval',
            encodings: ['x'],
            mark: { fill: '@accent', fillOpacity: 0.14, stroke: '@accent', strokeOpacity: 0.7, cursor: 'grab' },
          },
        },
      ],
      mark: { type: 'line', color: '@muted', strokeWidth: 1, clip: true },
      encoding: {
        x: timeAxis,
        y: {
          ...valueAxis('equity', 'linear', null),
          axis: { ...valueAxis('equity', 'linear', null).axis, labels: false, grid: false },
        },
      },
    },
  ],
}
