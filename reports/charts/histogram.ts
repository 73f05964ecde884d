/** Counts of returns in bins. Rows: `{from, to, count}`; `loss95` is where the worst 5 % begin, drawn while it is known. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, still } from './still.ts'

export const histogramChart: TopLevelSpec = {
  ...still,
  height: 180,
  params: [
    { name: 'loss95', value: 0 },
    { name: 'loss95Known', value: false },
  ],
  layer: [
    {
      mark: { type: 'bar', orient: 'vertical', binSpacing: 1 },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          scale: { zero: false, nice: false },
          axis: { title: null, format: '~%', grid: false, tickCount: FEW_TICKS },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', axis: { title: null, format: '~s', tickMinStep: 1 } },
        y2: { datum: 0 },
        fill: { condition: { test: 'datum.to <= 0', value: '@loss' }, value: '@gain' },
        tooltip: [
          { field: 'from', title: 'From', format: '.2%' },
          { field: 'to', title: 'To', format: '.2%' },
          { field: 'count', title: 'Count' },
        ],
      },
    },
    {
      data: { values: [{ at: 0 }] },
      transform: [{ filter: 'loss95Known' }, { calculate: 'loss95', as: 'from' }],
      mark: { type: 'rule', color: '@ink', strokeWidth: 1.4, strokeDash: [4, 3], clip: true },
      encoding: { x: { field: 'from', type: 'quantitative' } },
    },
  ],
}
