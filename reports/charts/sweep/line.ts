/**
 * A measure along one axis. Rows: `{x, median, low, high, slice, trials}`: the middle half of the trials with that value,
 * their median, and the trial that differs from the best in this axis alone. `at` of `chosen` is the best's own value.
 */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS } from '../still.ts'
import { worded } from '../worded.ts'

function lineChart(type: 'quantitative' | 'ordinal'): TopLevelSpec {
  const x = {
    field: 'x',
    type,
    ...(type === 'ordinal'
      ? { sort: null, scale: { type: 'point' as const } }
      : { scale: { zero: false, nice: false } }),
    axis: {
      title: '@xTitle',
      grid: false,
      labelOverlap: true as const,
      ...(type === 'ordinal' ? {} : { tickCount: FEW_TICKS }),
    },
  }
  const y = (field: string) => ({
    field,
    type: 'quantitative' as const,
    scale: { zero: false },
    axis: { title: '@measure', format: '@format' },
  })
  return {
    ...worded,
    height: 240,
    layer: [
      {
        mark: { type: 'area', color: '@accent', opacity: 0.14 },
        encoding: { x, y: y('low'), y2: { field: 'high' } },
      },
      {
        data: { name: 'chosen' },
        mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
        encoding: { x: { ...x, field: 'at' } },
      },
      {
        mark: { type: 'line', color: '@accent', strokeWidth: 1.8, strokeJoin: 'round' },
        encoding: { x, y: y('median'), order: { field: 'index', type: 'quantitative' } },
      },
      {
        mark: { type: 'line', color: '@loss', strokeWidth: 1.4, strokeDash: [5, 3] },
        encoding: { x, y: y('slice'), order: { field: 'index', type: 'quantitative' } },
      },
      {
        mark: { type: 'point', filled: true, size: 34, color: '@accent', opacity: 1 },
        encoding: {
          x,
          y: y('median'),
          tooltip: [
            { field: 'label', title: 'At' },
            { field: 'median', title: 'Median', format: '.4~g' },
            { field: 'low', title: 'Lower quarter', format: '.4~g' },
            { field: 'high', title: 'Upper quarter', format: '.4~g' },
            { field: 'trials', title: 'Trials' },
          ],
        },
      },
    ],
  }
}

export const lineOfNumbers = lineChart('quantitative')
export const lineOfWords = lineChart('ordinal')
