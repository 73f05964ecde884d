/** Equity of several runs over time. Rows: `{time, value, run}`; runs are told apart by colour and dash. */

import type { TopLevelSpec } from 'vega-lite'
import { config } from './common.ts'

export const compareChart: TopLevelSpec = {
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  width: 1080,
  height: 320,
  padding: { left: 4, right: 12, top: 8, bottom: 4 },
  autosize: { type: 'fit', contains: 'padding' },
  config: {
    ...config,
    legend: { labelColor: '@muted', titleColor: '@muted', symbolStrokeWidth: 2, labelLimit: 320, orient: 'top-left' },
  },
  data: { name: 'rows' },
  mark: { type: 'line', strokeWidth: 1.6, strokeJoin: 'round' },
  encoding: {
    x: { field: 'time', type: 'temporal', scale: { type: 'utc' }, axis: { title: null, grid: false } },
    y: {
      field: 'value',
      type: 'quantitative',
      scale: { zero: false },
      axis: { title: 'Equity over its start', format: '~%' },
    },
    color: {
      field: 'run',
      type: 'nominal',
      sort: null,
      scale: { range: ['@accent', '@loss', '@ink', '@candle'] },
      legend: { title: null },
    },
    strokeDash: {
      field: 'run',
      type: 'nominal',
      sort: null,
      scale: {
        range: [
          [1, 0],
          [6, 3],
          [2, 2],
          [8, 3, 2, 3],
        ],
      },
      legend: { title: null },
    },
  },
}
