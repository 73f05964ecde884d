/** Final equity at other costs. Rows: see sensitivityDataset; `initial` is where the account began, drawn as a line. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, MONEY_LABELS, still } from './still.ts'

export const sensitivityChart: TopLevelSpec = {
  ...still,
  height: 110,
  params: [{ name: 'initial', value: 0 }],
  layer: [
    {
      mark: { type: 'bar', height: { band: 0.6 } },
      encoding: {
        y: { field: 'label', type: 'ordinal', sort: null, axis: { title: null, minExtent: 64 } },
        x: {
          field: 'finalEquity',
          type: 'quantitative',
          axis: { title: null, labelExpr: MONEY_LABELS, tickCount: FEW_TICKS },
        },
        fill: { condition: { test: 'datum.finalEquity < initial', value: '@loss' }, value: '@gain' },
        fillOpacity: { condition: { test: 'datum.factor === 1', value: 1 }, value: 0.55 },
        tooltip: [
          { field: 'label', title: 'Costs' },
          { field: 'finalEquity', title: 'Final equity', format: ',.2f' },
          { field: 'trades', title: 'Closed trades' },
        ],
      },
    },
    {
      data: { values: [{ at: 0 }] },
      transform: [{ calculate: 'initial', as: 'finalEquity' }],
      mark: { type: 'rule', color: '@ink', strokeWidth: 1.4, strokeDash: [4, 3] },
      encoding: { x: { field: 'finalEquity', type: 'quantitative' } },
    },
  ],
}
