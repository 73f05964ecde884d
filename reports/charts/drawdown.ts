/** The underwater curve. Rows: `{time, drawdown}`, fractions ≤ 0. */

import type { TopLevelSpec } from 'vega-lite'
import { cursorLayer, frame, shadeLayer, timeAxis, valueAxis, windowParams } from './common.ts'

export const drawdownChart: TopLevelSpec = {
  ...frame,
  height: 120,
  params: [...windowParams],
  data: { name: 'rows' },
  encoding: { x: timeAxis },
  layer: [
    shadeLayer,
    {
      mark: { type: 'area', color: '@loss', opacity: 0.16, clip: true },
      encoding: { y: valueAxis('drawdown', 'linear', '%'), y2: { datum: 0 } },
    },
    {
      mark: { type: 'line', color: '@loss', strokeWidth: 1.2, strokeJoin: 'round', clip: true },
      encoding: { y: valueAxis('drawdown', 'linear', '%') },
    },
    cursorLayer,
  ],
}
