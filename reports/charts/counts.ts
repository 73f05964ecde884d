/** Counts by name, in the order of the rows: `{code, count}`. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, MONEY_LABELS } from './still.ts'
import { worded } from './worded.ts'

export const groupCounts: TopLevelSpec = {
  ...worded,
  height: 100,
  mark: { type: 'bar', height: { band: 0.7 }, color: '@candle' },
  encoding: {
    y: { field: 'code', type: 'ordinal', sort: null, axis: { title: null, labelLimit: 190, minExtent: 64 } },
    x: {
      field: 'count',
      type: 'quantitative',
      axis: { title: '@measure', labelExpr: MONEY_LABELS, tickCount: FEW_TICKS },
    },
    tooltip: [
      { field: 'code', title: 'Reason' },
      { field: 'count', title: 'Count', format: ',' },
    ],
  },
}
