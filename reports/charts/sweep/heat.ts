/**
 * One cell for each pair of values of two axes. Rows: `{x, y, value, text, strong, best, trials}`, complete and in order,
 * value null where no trial is. The page sets `low`, `mid` and `high`, and whether figures fit into cells. Around a
 * middle the colour runs from vermilion to blue, otherwise from the ground to the accent.
 */

import type { TopLevelSpec } from 'vega-lite'
import { worded } from '../worded.ts'

function heatChart(range: readonly string[]): TopLevelSpec {
  const axis = { labelAngle: 0, labelOverlap: true as const, labelLimit: 90, labelFlush: false }
  return {
    ...worded,
    height: 300,
    params: [
      { name: 'low', value: 0 },
      { name: 'mid', value: 0.5 },
      { name: 'high', value: 1 },
      { name: 'texts', value: true },
      { name: 'fontPixels', value: 11 },
    ],
    encoding: {
      x: { field: 'x', type: 'ordinal', sort: null, axis: { ...axis, title: '@xTitle', orient: 'bottom' } },
      y: { field: 'y', type: 'ordinal', sort: null, axis: { ...axis, title: '@yTitle' } },
    },
    layer: [
      {
        // All cells, so that the axes have their values in order and cells without a trial are seen as such.
        mark: { type: 'rect', color: '@raised', opacity: 0.5, stroke: '@panel', strokeWidth: 1 },
      },
      {
        transform: [{ filter: 'isValid(datum.value)' }],
        mark: { type: 'rect', stroke: '@panel', strokeWidth: 1 },
        encoding: {
          color: {
            field: 'value',
            type: 'quantitative',
            scale: {
              domainMin: { expr: 'low' },
              ...(range.length === 3 ? { domainMid: { expr: 'mid' } } : {}),
              domainMax: { expr: 'high' },
              range: [...range],
              interpolate: 'rgb',
              clamp: true,
              nice: false,
              zero: false,
            },
            legend: {
              title: '@measure',
              orient: 'top',
              direction: 'horizontal',
              gradientLength: 170,
              gradientThickness: 8,
              format: '@format',
              tickCount: 4,
            },
          },
          tooltip: [
            { field: 'x', title: 'Across' },
            { field: 'y', title: 'Down' },
            { field: 'text', title: 'Value' },
            { field: 'trials', title: 'Trials' },
          ],
        },
      },
      {
        transform: [{ filter: 'texts && isValid(datum.value)' }],
        mark: { type: 'text', fontSize: { expr: 'fontPixels' } },
        encoding: {
          text: { field: 'text', type: 'nominal' },
          color: { condition: { test: 'datum.strong', value: '@panel' }, value: '@ink' },
        },
      },
      {
        transform: [{ filter: 'datum.best' }],
        mark: { type: 'rect', fill: null, stroke: '@ink', strokeWidth: 2 },
      },
    ],
  }
}

export const heatAroundMiddle = heatChart(['@loss', '@panel', '@gain'])
export const heatFromGround = heatChart(['@raised', '@accent'])
