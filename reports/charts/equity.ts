/** Equity at each bar's close. Rows: `{time, equity}`; `base` is the initial equity, drawn as a line. */

import type { TopLevelSpec } from 'vega-lite'
import { cursorLayer, frame, timeAxis, valueAxis, windowParams } from './common.ts'

function equityChart(scale: 'linear' | 'log'): TopLevelSpec {
  return {
    ...frame,
    height: 250,
    params: [...windowParams, { name: 'base', value: 0 }],
    data: { name: 'rows' },
    encoding: { x: timeAxis },
    layer: [
      {
        data: { values: [{ at: 0 }] },
        transform: [{ calculate: 'base', as: 'equity' }],
        mark: { type: 'rule', color: '@muted', strokeWidth: 1, strokeDash: [1, 3], clip: true },
        encoding: { x: { value: 0 }, x2: { value: { expr: 'width' } }, y: valueAxis('equity', scale, null) },
      },
      {
        mark: { type: 'line', color: '@accent', strokeWidth: 1.6, strokeJoin: 'round', clip: true },
        encoding: { y: valueAxis('equity', scale, null) },
      },
      cursorLayer,
    ],
  }
}

export const equityLinear = equityChart('linear')
export const equityLog = equityChart('log')
