/** A figure over moving windows of 30 (solid) and 90 days (dashed). Rows: `{time, sharpe30, sharpe90, …}`. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, still, zeroLine } from './still.ts'

function rollingChart(figure: 'sharpe' | 'volatility', format: string): TopLevelSpec {
  const y = (window: number) => ({
    field: `${figure}${window}`,
    type: 'quantitative' as const,
    axis: { title: null, format, minExtent: 64, maxExtent: 64 },
  })
  return {
    ...still,
    height: 130,
    encoding: {
      x: {
        field: 'time',
        type: 'temporal',
        scale: { type: 'utc' },
        axis: { title: null, grid: false, labelOverlap: true, tickCount: FEW_TICKS },
      },
    },
    layer: [
      zeroLine('y'),
      {
        mark: { type: 'line', color: '@ink', strokeWidth: 1.2, strokeDash: [5, 3], clip: true },
        encoding: { y: y(90) },
      },
      { mark: { type: 'line', color: '@accent', strokeWidth: 1.4, clip: true }, encoding: { y: y(30) } },
    ],
  }
}

export const rollingSharpe = rollingChart('sharpe', '.2~f')
export const rollingVolatility = rollingChart('volatility', '~%')
