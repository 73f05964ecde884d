/** All trials against chance. Bins: `{from, to, count}`; `marks`: `{at, what}`, what luck shows and what the best shows. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS } from '../still.ts'
import { worded } from '../worded.ts'

/** What the marks stand for. */
export const MARKS = ['expected of luck', 'the best'] as const

export const distributionChart: TopLevelSpec = {
  ...worded,
  height: 210,
  layer: [
    {
      mark: { type: 'bar', orient: 'vertical', binSpacing: 1, color: '@candle' },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          scale: { zero: false, nice: false },
          axis: { title: '@measure', grid: false, tickCount: FEW_TICKS },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', axis: { title: 'Trials', format: '~s', tickMinStep: 1 } },
        y2: { datum: 0 },
        tooltip: [
          { field: 'from', title: 'From', format: '.3f' },
          { field: 'to', title: 'To', format: '.3f' },
          { field: 'count', title: 'Trials' },
        ],
      },
    },
    {
      data: { name: 'marks' },
      mark: { type: 'rule', strokeWidth: 2 },
      encoding: {
        x: { field: 'at', type: 'quantitative' },
        color: {
          field: 'what',
          type: 'nominal',
          scale: { domain: [...MARKS], range: ['@loss', '@accent'] },
          legend: { title: null, orient: 'top' },
        },
        strokeDash: {
          field: 'what',
          type: 'nominal',
          scale: {
            domain: [...MARKS],
            range: [
              [5, 3],
              [1, 0],
            ],
          },
          legend: { title: null, orient: 'top' },
        },
      },
    },
  ],
}

/** Deflated Sharpe ratio of the best by the number of trials. Rows: `{trials, probability}`; `now`: those on record. */
export const deflationCurve: TopLevelSpec = {
  ...worded,
  height: 210,
  layer: [
    {
      data: { values: [{ at: 0.95 }] },
      mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
      encoding: { y: { field: 'at', type: 'quantitative' } },
    },
    {
      mark: { type: 'line', color: '@accent', strokeWidth: 1.6 },
      encoding: {
        x: {
          field: 'trials',
          type: 'quantitative',
          scale: { type: 'log' },
          axis: { title: 'Trials that were tried', grid: false, format: '~s', tickCount: FEW_TICKS },
        },
        y: {
          field: 'probability',
          type: 'quantitative',
          scale: { domain: [0, 1] },
          axis: { title: 'Deflated Sharpe ratio' },
        },
      },
    },
    {
      data: { name: 'now' },
      mark: { type: 'point', filled: true, size: 70, color: '@loss', opacity: 1 },
      encoding: {
        x: { field: 'trials', type: 'quantitative' },
        y: { field: 'probability', type: 'quantitative' },
      },
    },
  ],
}
