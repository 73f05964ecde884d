/** The charts of a validation, as specifications without data. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS } from './still.ts'
import { worded } from './worded.ts'

const days = {
  field: 'time',
  type: 'temporal' as const,
  scale: { type: 'utc' as const },
  axis: { title: null, grid: false, labelOverlap: true as const, tickCount: FEW_TICKS },
}

/** Rows of `curve`: `{time, unit, series}`; of `edges`: `{time}`. */
export const stitchedChart: TopLevelSpec = {
  ...worded,
  height: 280,
  layer: [
    {
      data: { name: 'edges' },
      mark: { type: 'rule', color: '@rule', strokeWidth: 1 },
      encoding: { x: days },
    },
    {
      data: { name: 'curve' },
      mark: { type: 'line', strokeWidth: 1.6, strokeJoin: 'round' },
      encoding: {
        x: days,
        y: { field: 'unit', type: 'quantitative', scale: { zero: false }, axis: { title: 'Value of 1' } },
        color: {
          field: 'series',
          type: 'nominal',
          scale: { domain: ['rolling', 'anchored'], range: ['@accent', '@loss'] },
          legend: { title: null, orient: 'top-left' },
        },
      },
    },
  ],
}

/** Rows of `paths`: `{time, unit, path}`; of `middle`: `{time, unit}`, the median. */
export const fanChart: TopLevelSpec = {
  ...worded,
  height: 260,
  layer: [
    {
      data: { name: 'paths' },
      mark: { type: 'line', color: '@accent', strokeWidth: 0.9, opacity: 0.45 },
      encoding: {
        x: days,
        y: { field: 'unit', type: 'quantitative', scale: { zero: false }, axis: { title: 'Value of 1' } },
        detail: { field: 'path', type: 'nominal' },
      },
    },
    {
      data: { name: 'middle' },
      mark: { type: 'line', color: '@ink', strokeWidth: 1.6 },
      encoding: { x: days, y: { field: 'unit', type: 'quantitative' } },
    },
  ],
}

/** Rows of `logits`: `{from, to, count, overfitted}`. */
export const logitChart: TopLevelSpec = {
  ...worded,
  height: 240,
  layer: [
    {
      data: { name: 'logits' },
      mark: { type: 'bar', binSpacing: 1 },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          bin: { binned: true },
          axis: { title: 'Logit of the rank out of sample' },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', axis: { title: 'Halves' } },
        color: {
          field: 'overfitted',
          type: 'nominal',
          scale: { domain: ['at or below the median', 'above'], range: ['@loss', '@candle'] },
          legend: { title: null, orient: 'top' },
        },
      },
    },
    {
      data: { values: [{ at: 0 }] },
      mark: { type: 'rule', color: '@ink', strokeDash: [3, 3] },
      encoding: { x: { field: 'at', type: 'quantitative' } },
    },
  ],
}

/** Rows of `points`: `{inSample, outOfSample}`; of `line`: its two ends. Annual Sharpe ratios. */
export const degradationChart: TopLevelSpec = {
  ...worded,
  height: 240,
  layer: [
    {
      data: { values: [{ at: 0 }] },
      mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
      encoding: { y: { field: 'at', type: 'quantitative' } },
    },
    {
      data: { name: 'points' },
      mark: { type: 'circle', color: '@accent', opacity: 0.35, size: 14 },
      encoding: {
        x: {
          field: 'inSample',
          type: 'quantitative',
          scale: { zero: false },
          axis: { title: 'Sharpe ratio in sample' },
        },
        y: { field: 'outOfSample', type: 'quantitative', axis: { title: 'out of sample' } },
      },
    },
    {
      data: { name: 'line' },
      mark: { type: 'line', color: '@loss', strokeWidth: 1.6 },
      encoding: {
        x: { field: 'inSample', type: 'quantitative' },
        y: { field: 'outOfSample', type: 'quantitative' },
      },
    },
  ],
}

/** Rows of `curve`: `{trials, probability}`; of `now`: this validation's point; of `limit`: `{at}`. */
export const deflationChart: TopLevelSpec = {
  ...worded,
  height: 240,
  layer: [
    {
      data: { name: 'limit' },
      mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
      encoding: { y: { field: 'at', type: 'quantitative' } },
    },
    {
      data: { name: 'curve' },
      mark: { type: 'line', color: '@accent', strokeWidth: 1.6 },
      encoding: {
        x: {
          field: 'trials',
          type: 'quantitative',
          scale: { type: 'log' },
          axis: { title: 'Trials', grid: false, format: '~s' },
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
      mark: { type: 'point', color: '@loss', filled: true, size: 60 },
      encoding: { x: { field: 'trials', type: 'quantitative' }, y: { field: 'probability', type: 'quantitative' } },
    },
  ],
}

/** Rows of `trials`: `{rank, sharpe, chosen}`; of `luck`: `{at}`, what the best of so many shows by luck. */
export const trialsChart: TopLevelSpec = {
  ...worded,
  height: 240,
  layer: [
    {
      data: { name: 'luck' },
      mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
      encoding: { y: { field: 'at', type: 'quantitative' } },
    },
    {
      data: { name: 'trials' },
      mark: { type: 'circle', size: 30 },
      encoding: {
        x: { field: 'rank', type: 'quantitative', axis: { title: 'Trial, best first', grid: false, tickMinStep: 1 } },
        y: { field: 'sharpe', type: 'quantitative', axis: { title: 'Sharpe ratio a year' } },
        color: {
          field: 'chosen',
          type: 'nominal',
          scale: { domain: ['chosen', 'others'], range: ['@loss', '@accent'] },
          legend: { title: null, orient: 'top-right' },
        },
      },
    },
  ],
}

/** Windows of the folds. Rows: `{fold, from, to, part, kind}`: one line a fold, rolling or anchored. */
export const foldsChart: TopLevelSpec = {
  ...worded,
  height: 120,
  mark: { type: 'bar', height: { band: 0.7 } },
  encoding: {
    x: { ...days, field: 'from' },
    x2: { field: 'to' },
    y: { field: 'fold', type: 'ordinal', sort: null, axis: { title: null, labelLimit: 120 } },
    color: {
      field: 'part',
      type: 'nominal',
      scale: { domain: ['in sample', 'out of sample'], range: ['@sound', '@loss'] },
      legend: { title: null, orient: 'top' },
    },
  },
}

/** Chosen values fold by fold. Rows: `{time, key, share, text}`, share the place of the value between least and most. */
export const driftChart: TopLevelSpec = {
  ...worded,
  height: 170,
  encoding: {
    x: days,
    y: {
      field: 'share',
      type: 'quantitative',
      scale: { domain: [-0.08, 1.08], nice: false },
      axis: { title: 'least to most chosen', labels: false, grid: false },
    },
    color: {
      field: 'key',
      type: 'nominal',
      sort: null,
      scale: { range: ['@accent', '@loss', '@candle', '@ink', '@wheat'] },
      legend: { title: null, orient: 'top' },
    },
  },
  layer: [
    { mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.4 } },
    { mark: { type: 'point', filled: true, size: 30, opacity: 1 } },
    {
      mark: { type: 'text', dy: -9, align: 'left', fontSize: 10.5 },
      encoding: { text: { field: 'text', type: 'nominal' } },
    },
  ],
}

/** Counts of the paths' Sharpe ratios. Rows: `{from, to, count}`. */
export const pathSharpes: TopLevelSpec = {
  ...worded,
  height: 240,
  layer: [
    {
      data: { name: 'bins' },
      mark: { type: 'bar', orient: 'vertical', binSpacing: 1, color: '@candle' },
      encoding: {
        x: {
          field: 'from',
          type: 'quantitative',
          scale: { zero: false, nice: false },
          axis: { title: 'Sharpe ratio of a path', grid: false, tickCount: FEW_TICKS },
        },
        x2: { field: 'to' },
        y: { field: 'count', type: 'quantitative', axis: { title: 'Paths', tickMinStep: 1, format: '~s' } },
        y2: { datum: 0 },
      },
    },
    {
      data: { values: [{ at: 0 }] },
      mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
      encoding: { x: { field: 'at', type: 'quantitative' } },
    },
  ],
}
