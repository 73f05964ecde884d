/** The charts of a ladder: one place across for each account size, smallest first. */

import type { TopLevelSpec } from 'vega-lite'
import { signColour } from './still.ts'
import { worded } from './worded.ts'

const x = {
  field: 'equity',
  type: 'ordinal' as const,
  sort: null,
  axis: { title: '@xTitle', labelAngle: 0, labelOverlap: true as const, grid: false },
}

const zero = {
  data: { values: [{ zero: 0 }] },
  mark: { type: 'rule' as const, color: '@muted', strokeWidth: 1 },
  encoding: { y: { datum: 0, type: 'quantitative' as const } },
}

/** Rows: `{equity, returnAfterCosts, text, viable}`; a ring around what is viable. */
export const ladderReturns: TopLevelSpec = {
  ...worded,
  height: 230,
  layer: [
    {
      mark: { type: 'bar', width: { band: 0.66 } },
      encoding: {
        x,
        y: { field: 'returnAfterCosts', type: 'quantitative', axis: { title: 'Return after costs', format: '~%' } },
        fill: signColour('returnAfterCosts'),
        fillOpacity: { condition: { test: "datum.viable === 'yes'", value: 1 }, value: 0.5 },
        tooltip: [
          { field: 'equity', title: 'Equity' },
          { field: 'returnAfterCosts', title: 'Return', format: '.2%' },
          { field: 'viable', title: 'Viable' },
        ],
      },
    },
    zero,
    {
      transform: [{ filter: "datum.viable === 'yes'" }],
      mark: { type: 'text', dy: -8, fontSize: 11, color: '@ink', text: 'viable' },
      encoding: { x, y: { field: 'top', type: 'quantitative' } },
    },
  ],
}

/** Most reasons that have a colour of their own; the rest is one group. */
export const REASONS_DRAWN = 5

/** Rows: `{equity, reason, count, place}`; reasons in the order of `place`. */
export const ladderRefusals: TopLevelSpec = {
  ...worded,
  height: 250,
  mark: { type: 'bar', width: { band: 0.66 }, stroke: '@panel', strokeWidth: 1 },
  encoding: {
    x,
    y: { field: 'count', type: 'quantitative', axis: { title: 'Refusals', format: '~s' } },
    order: { field: 'place', type: 'quantitative' },
    color: {
      field: 'reason',
      type: 'nominal',
      sort: null,
      scale: { range: ['@loss', '@accent', '@candle', '@ink', '@wheat', '@rule'] },
      legend: { title: null, orient: 'top', columns: 2 },
    },
    tooltip: [
      { field: 'equity', title: 'Equity' },
      { field: 'reason', title: 'Reason' },
      { field: 'count', title: 'Refusals', format: ',' },
    ],
  },
}

function share(field: string, title: string, rule: number): TopLevelSpec {
  return {
    ...worded,
    height: 200,
    layer: [
      {
        data: { values: [{ at: rule }] },
        mark: { type: 'rule', color: '@muted', strokeDash: [3, 3] },
        encoding: { y: { field: 'at', type: 'quantitative' } },
      },
      {
        mark: { type: 'line', color: '@accent', strokeWidth: 1.6, point: { filled: true, size: 40, color: '@accent' } },
        encoding: {
          x,
          y: { field, type: 'quantitative', axis: { title, format: '~%' } },
          tooltip: [
            { field: 'equity', title: 'Equity' },
            { field, title, format: '.2%' },
          ],
        },
      },
    ],
  }
}

/** Rows: `{equity, feeShareOfGross}`; dashed: all of it. */
export const ladderFees = share('feeShareOfGross', 'Fees over gross profit', 1)
/** Rows: `{equity, tradeableShare}`; dashed: what a viable account must be able to trade. */
export const ladderTradeable = share('tradeableShare', 'Signals not refused for size', 0.9)

/** Rows: `{equity, what, share}`: what rounding took and what is left as dust, over equity. */
export const ladderLosses: TopLevelSpec = {
  ...worded,
  height: 200,
  mark: { type: 'bar', stroke: '@panel', strokeWidth: 1 },
  encoding: {
    x,
    xOffset: { field: 'what', type: 'nominal', sort: null },
    y: { field: 'share', type: 'quantitative', axis: { title: 'Share of equity', format: '.2~%' } },
    color: {
      field: 'what',
      type: 'nominal',
      sort: null,
      scale: { range: ['@accent', '@loss'] },
      legend: { title: null, orient: 'top' },
    },
    tooltip: [
      { field: 'equity', title: 'Equity' },
      { field: 'what', title: 'What' },
      { field: 'share', title: 'Share', format: '.3%' },
    ],
  },
}
