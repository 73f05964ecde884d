/** In sample against out of sample. Rows: `{inSample, outOfSample}`; `line`: its ends; `best`: the chosen trial. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS, zeroLine } from '../still.ts'
import { worded } from '../worded.ts'

export const splitChart: TopLevelSpec = {
  ...worded,
  height: 260,
  layer: [
    zeroLine('x'),
    zeroLine('y'),
    {
      mark: { type: 'point', filled: true, size: 14, color: '@candle', opacity: 0.4 },
      encoding: {
        x: {
          field: 'inSample',
          type: 'quantitative',
          scale: { zero: false },
          axis: { title: 'Sharpe ratio before', grid: false, tickCount: FEW_TICKS },
        },
        y: {
          field: 'outOfSample',
          type: 'quantitative',
          scale: { zero: false },
          axis: { title: 'Sharpe ratio after' },
        },
      },
    },
    {
      data: { name: 'line' },
      mark: { type: 'line', color: '@accent', strokeWidth: 1.6 },
      encoding: {
        x: { field: 'inSample', type: 'quantitative' },
        y: { field: 'outOfSample', type: 'quantitative' },
      },
    },
    {
      data: { name: 'best' },
      mark: { type: 'point', shape: 'diamond', filled: true, size: 90, color: '@loss', stroke: '@panel', opacity: 1 },
      encoding: {
        x: { field: 'inSample', type: 'quantitative' },
        y: { field: 'outOfSample', type: 'quantitative' },
      },
    },
  ],
}

/** Logits of the rank out of sample. Rows: `{from, to, count, where}`. */
export const logitBars: TopLevelSpec = {
  ...worded,
  height: 235,
  layer: [
    {
      mark: { type: 'bar', orient: 'vertical', binSpacing: 1 },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          axis: { title: 'Logit of the rank in the other half', grid: false, tickCount: FEW_TICKS },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', axis: { title: 'Halves', format: '~s' } },
        y2: { datum: 0 },
        color: {
          field: 'where',
          type: 'nominal',
          scale: { domain: ['at or below the median', 'above'], range: ['@loss', '@candle'] },
          legend: { title: null, orient: 'top' },
        },
      },
    },
    zeroLine('x'),
  ],
}
