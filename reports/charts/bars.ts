/** Net profit by group, in the order of the rows: `{key, trades, netProfit, winRate}`. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, MONEY_LABELS, signColour, still, zeroLine } from './still.ts'

export const groupBars: TopLevelSpec = {
  ...still,
  height: 100,
  layer: [
    {
      mark: { type: 'bar', height: { band: 0.72 } },
      encoding: {
        y: { field: 'key', type: 'ordinal', sort: null, axis: { title: null, labelLimit: 110, minExtent: 64 } },
        x: {
          field: 'netProfit',
          type: 'quantitative',
          axis: { title: null, labelExpr: MONEY_LABELS, tickCount: FEW_TICKS },
        },
        fill: signColour('netProfit'),
        tooltip: [
          { field: 'key', title: 'Group' },
          { field: 'trades', title: 'Trades' },
          { field: 'netProfit', title: 'Net profit', format: ',.2f' },
          { field: 'winRate', title: 'Win rate', format: '.1%' },
        ],
      },
    },
    zeroLine('x'),
  ],
}
