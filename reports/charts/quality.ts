/** Maps of what a series has and lacks. States are told apart by colour and, where they are few, by their height. */

import type { TopLevelSpec } from 'vega-lite'
import { FEW_TICKS } from './still.ts'
import { worded } from './worded.ts'

/** From the gravest down. */
export const STATES = ['error', 'outage', 'suspicious', 'no trades', 'present'] as const

const state = {
  field: 'state',
  type: 'nominal' as const,
  scale: { domain: [...STATES], range: ['@loss', '@ink', '@wheat', '@rule', '@sound'] },
  legend: {
    title: null,
    orient: 'top' as const,
    symbolType: 'square' as const,
    columns: { expr: 'width < 360 ? 2 : 5' },
  },
}

/** One strip a series. Rows: `{series, from, to, state, weight}`, weight from 0 to 1: how much of the stretch it concerns. */
export const stripsChart: TopLevelSpec = {
  ...worded,
  height: 100,
  padding: { left: 0, right: 10, top: 4, bottom: 2 },
  encoding: {
    x: {
      field: 'from',
      type: 'temporal',
      scale: { type: 'utc', nice: false },
      axis: { title: null, orient: 'top', grid: false, labelOverlap: true, tickCount: FEW_TICKS },
    },
    x2: { field: 'to' },
    y: {
      field: 'series',
      type: 'ordinal',
      sort: null,
      scale: { paddingInner: 0.3, paddingOuter: 0.15 },
      axis: { title: null, labelLimit: { expr: 'width < 420 ? 110 : 220' }, labelOverlap: false, minExtent: 64 },
    },
  },
  layer: [
    {
      mark: { type: 'rect', color: '@sound' },
    },
    {
      transform: [{ filter: "datum.state !== 'present'" }],
      mark: { type: 'rect' },
      encoding: {
        color: state,
        opacity: { field: 'weight', type: 'quantitative', scale: { domain: [0, 1], range: [0, 1] }, legend: null },
        tooltip: [
          { field: 'series', title: 'Series' },
          { field: 'state', title: 'State' },
          { field: 'from', title: 'From', type: 'temporal', format: '%Y-%m-%d %H:%M' },
          { field: 'to', title: 'To', type: 'temporal', format: '%Y-%m-%d %H:%M' },
        ],
      },
    },
  ],
}

/** One cell a day, or a month of long rows. Rows: `{across, down, state, present, text}`. */
export const calendarMap: TopLevelSpec = {
  ...worded,
  height: 200,
  encoding: {
    x: {
      field: 'across',
      type: 'ordinal',
      sort: 'ascending',
      axis: { title: null, orient: 'top', labelAngle: 0, labelOverlap: true },
    },
    y: { field: 'down', type: 'ordinal', sort: null, axis: { title: null, labelOverlap: true } },
  },
  layer: [
    {
      mark: { type: 'rect', color: '@sound', stroke: '@panel', strokeWidth: 1 },
    },
    {
      mark: { type: 'rect', stroke: '@panel', strokeWidth: 1 },
      encoding: {
        color: state,
        opacity: { field: 'weight', type: 'quantitative', scale: { domain: [0, 1], range: [0, 1] }, legend: null },
        tooltip: [
          { field: 'date', title: 'Date' },
          { field: 'state', title: 'State' },
          { field: 'text', title: 'Rows' },
        ],
      },
    },
  ],
}
