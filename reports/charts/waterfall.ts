/** From gross to net. Rows: `{label, from, to, kind}`; see waterfallDataset. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, MONEY_LABELS, still, zeroLine } from './still.ts'

export const waterfallChart: TopLevelSpec = {
  ...still,
  height: 180,
  layer: [
    {
      mark: { type: 'bar', height: { band: 0.62 } },
      encoding: {
        y: { field: 'label', type: 'ordinal', sort: null, axis: { title: null, minExtent: 92 } },
        x: {
          field: 'from',
          type: 'quantitative',
          axis: { title: null, labelExpr: MONEY_LABELS, tickCount: FEW_TICKS },
        },
        x2: { field: 'to' },
        fill: {
          condition: [
            { test: "datum.kind === 'sum'", value: '@ink' },
            { test: "datum.kind === 'paid'", value: '@loss' },
          ],
          value: '@gain',
        },
        fillOpacity: { condition: { test: "datum.kind === 'sum'", value: 0.55 }, value: 1 },
        tooltip: [
          { field: 'label', title: 'Step' },
          { field: 'from', title: 'From', format: ',.2f' },
          { field: 'to', title: 'To', format: ',.2f' },
        ],
      },
    },
    zeroLine('x'),
  ],
}
