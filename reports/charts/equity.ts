/**
 * Equity at each bar's close, and what buying and holding would have made of the same money, dotted. Rows: `{time,
 * equity, benchmark}`; `base` is the initial equity, drawn as a line; `events` are `{time, sign}`, marked from top to
 * bottom.
 */

import type { TopLevelSpec } from 'vega-lite'
import { cursorLayer, frame, shadeLayer, timeAxis, valueAxis, windowParams } from './common.ts'

function equityChart(scale: 'linear' | 'log'): TopLevelSpec {
  return {
    ...frame,
    height: 250,
    params: [...windowParams, { name: 'base', value: 0 }],
    data: { name: 'rows' },
    encoding: { x: timeAxis },
    layer: [
      shadeLayer,
      {
        data: { values: [{ at: 0 }] },
        transform: [{ calculate: 'base', as: 'equity' }],
        mark: { type: 'rule', color: '@muted', strokeWidth: 1, strokeDash: [1, 3], clip: true },
        encoding: { x: { value: 0 }, x2: { value: { expr: 'width' } }, y: valueAxis('equity', scale, null) },
      },
      {
        mark: { type: 'line', color: '@muted', strokeWidth: 1.1, strokeDash: [2, 2], clip: true },
        encoding: { y: valueAxis('benchmark', scale, null) },
      },
      {
        mark: { type: 'line', color: '@accent', strokeWidth: 1.6, strokeJoin: 'round', clip: true },
        encoding: { y: valueAxis('equity', scale, null) },
      },
      {
        data: { name: 'events' },
        mark: { type: 'rule', color: '@muted', strokeWidth: 1, strokeDash: [1, 2], clip: true },
      },
      {
        data: { name: 'events' },
        mark: {
          type: 'text',
          color: '@ink',
          fontSize: 10,
          fontWeight: 600,
          dx: 4,
          align: 'left',
          baseline: 'top',
          clip: true,
        },
        encoding: { y: { value: 0 }, text: { field: 'sign', type: 'nominal' } },
      },
      cursorLayer,
    ],
  }
}

export const equityLinear = equityChart('linear')
export const equityLog = equityChart('log')
