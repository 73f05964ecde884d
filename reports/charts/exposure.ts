/** Absolute position value over equity. Rows: `{time, exposure}`. */

import type { TopLevelSpec } from 'vega-lite'
import { cursorLayer, frame, timeAxis, valueAxis, windowParams } from './common.ts'

export const exposureChart: TopLevelSpec = {
  ...frame,
  height: 80,
  params: [...windowParams],
  data: { name: 'rows' },
  encoding: { x: timeAxis },
  layer: [
    {
      mark: { type: 'area', color: '@candle', opacity: 0.4, interpolate: 'step-before', clip: true },
      encoding: { y: valueAxis('exposure', 'linear', '%'), y2: { datum: 0 } },
    },
    cursorLayer,
  ],
}
