/** Curves of several runs over time. Rows: `{time, value, drawdown, run}`; told apart by colour and dash. */

import type { TopLevelSpec } from 'vega-lite'
import { LINE_DASHES, LINE_ROLES } from '../palette.ts'
import { FEW_TICKS } from './still.ts'
import { worded } from './worded.ts'

function compareChart(field: 'value' | 'drawdown', height: number, scale: 'linear' | 'log'): TopLevelSpec {
  return {
    ...worded,
    height,
    mark: { type: 'line', strokeWidth: 1.6, strokeJoin: 'round', clip: true },
    encoding: {
      x: {
        field: 'time',
        type: 'temporal',
        scale: { type: 'utc' },
        axis: { title: null, grid: false, labelOverlap: true, tickCount: FEW_TICKS },
      },
      y: {
        field,
        type: 'quantitative',
        scale: scale === 'log' ? { type: 'log', nice: false } : { zero: false },
        axis: { title: null, format: '~%', minExtent: 64, maxExtent: 64 },
      },
      color: {
        field: 'run',
        type: 'nominal',
        sort: null,
        scale: { range: LINE_ROLES.map((role) => `@${role}`) },
        legend: { title: null, orient: 'top', columns: { expr: 'width < 500 ? 1 : 3' } },
      },
      strokeDash: {
        field: 'run',
        type: 'nominal',
        sort: null,
        scale: { range: LINE_DASHES.map((dash) => [...dash]) },
        legend: { title: null, orient: 'top', columns: { expr: 'width < 500 ? 1 : 3' } },
      },
    },
  }
}

export const compareEquity = compareChart('value', 300, 'linear')
export const compareEquityLog = compareChart('value', 300, 'log')
export const compareDrawdown = compareChart('drawdown', 150, 'linear')
