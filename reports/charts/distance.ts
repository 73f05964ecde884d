/** Distance of the mark price from the nearest liquidation price. Rows: `{time, distance}`; null where nothing is held. */

import type { TopLevelSpec } from 'vega-lite'
import { cursorLayer, frame, timeAxis, valueAxis, windowParams } from './common.ts'

export const distanceChart: TopLevelSpec = {
  ...frame,
  height: 90,
  params: [...windowParams],
  data: { name: 'rows' },
  encoding: { x: timeAxis },
  layer: [
    {
      mark: {
        type: 'line',
        color: '@loss',
        strokeWidth: 1.3,
        strokeJoin: 'round',
        clip: true,
        invalid: 'break-paths-show-domains',
      },
      encoding: { y: valueAxis('distance', 'linear', '%') },
    },
    {
      // A position of one bar is a point, which no line shows.
      mark: { type: 'point', filled: true, color: '@loss', size: 4, clip: true, invalid: 'filter' },
      encoding: { y: valueAxis('distance', 'linear', '%') },
    },
    cursorLayer,
  ],
}
