/** One point a closed trade. Rows: see scatterDataset. Profits are circles, losses diamonds. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, signColour, still, zeroLine } from './still.ts'

function scatterChart(field: 'mae' | 'mfe' | 'hours', title: string): TopLevelSpec {
  return {
    ...still,
    height: 230,
    layer: [
      zeroLine('y'),
      {
        mark: { type: 'point', filled: true, size: 28, opacity: 0.65, clip: true },
        encoding: {
          x: {
            field,
            type: 'quantitative',
            axis: {
              title,
              grid: false,
              tickCount: FEW_TICKS,
              ...(field === 'hours' ? { format: '~s' } : { format: '~%' }),
            },
          },
          y: { field: 'returnFraction', type: 'quantitative', axis: { title: 'Return', format: '~%' } },
          fill: signColour('pnl'),
          shape: { condition: { test: 'datum.pnl < 0', value: 'diamond' }, value: 'circle' },
        },
      },
    ],
  }
}

export const maeChart = scatterChart('mae', 'Worst while open')
export const mfeChart = scatterChart('mfe', 'Best while open')
export const durationChart = scatterChart('hours', 'Hours held')
