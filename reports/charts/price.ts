/**
 * Trades on price, over the lines of indicators and what rested at the venue (`levels`: from `time` to `endTime`, by
 * kind). The page gives `rows` (candles: time, open, high, low, close) and says by `candles` whether they
 * are few enough to be drawn as candles `barWidth` pixels wide or as the close in its high–low band; `links` are round
 * trips from entry to exit, `marks` their ends: shape by side and outcome, so that colour is never the only sign.
 */

import type { TopLevelSpec } from 'vega-lite'
import { cursorLayer, frame, timeAxis, valueAxis, windowParams } from './common.ts'
import { lineLook } from './pane.ts'

const price = (field: string) => valueAxis(field, 'linear', null)
const outcome = { condition: { test: "datum.outcome === 'loss'", value: '@loss' }, value: '@gain' } as const

/** Names of the marks, and their shapes. */
export const MARK_KINDS = ['long entry', 'short entry', 'exit in profit', 'exit at a loss', 'liquidated'] as const

/** Levels by kind: a test, a colour and a dash. Entries have the rest. */
const levelLooks: readonly (readonly [test: string, colour: string, dash: number[]])[] = [
  ["datum.kind === 'stop'", '@loss', [3, 2]],
  ["datum.kind === 'target'", '@gain', [6, 2]],
  ["datum.kind === 'liquidation price'", '@ink', [9, 2, 2, 2]],
]

export const priceChart: TopLevelSpec = {
  ...frame,
  height: 340,
  params: [
    ...windowParams,
    { name: 'candles', value: false },
    { name: 'barWidth', value: 3 },
    { name: 'markSize', value: 60 },
  ],
  data: { name: 'rows' },
  encoding: { x: timeAxis },
  layer: [
    {
      transform: [{ filter: '!candles' }],
      mark: { type: 'area', color: '@candle', opacity: 0.22, clip: true },
      encoding: { y: price('low'), y2: { field: 'high' } },
    },
    {
      transform: [{ filter: '!candles' }],
      mark: { type: 'line', color: '@candle', strokeWidth: 1, strokeJoin: 'round', clip: true },
      encoding: { y: price('close') },
    },
    {
      transform: [{ filter: 'candles' }],
      mark: { type: 'rule', color: '@candle', strokeWidth: 1, clip: true },
      encoding: { y: price('low'), y2: { field: 'high' } },
    },
    {
      transform: [{ filter: 'candles' }],
      mark: { type: 'bar', stroke: '@candle', strokeWidth: 1, size: { expr: 'barWidth' }, clip: true },
      encoding: {
        y: price('open'),
        y2: { field: 'close' },
        fill: { condition: { test: 'datum.close >= datum.open', value: '@panel' }, value: '@candle' },
      },
    },
    {
      data: { name: 'overlays' },
      // Faint where candles are too many to be told apart: the price comes first.
      mark: {
        type: 'line',
        strokeWidth: { expr: 'candles ? 1.4 : 1' },
        opacity: { expr: 'candles ? 1 : 0.6' },
        strokeJoin: 'round',
        clip: true,
      },
      encoding: { y: price('value'), ...lineLook },
    },
    {
      data: { name: 'levels' },
      mark: { type: 'rule', clip: true },
      encoding: {
        x2: { field: 'endTime' },
        y: price('price'),
        color: { condition: levelLooks.map(([test, value]) => ({ test, value })), value: '@muted' },
        strokeDash: { condition: levelLooks.map(([test, , value]) => ({ test, value })), value: [1, 2] },
        strokeWidth: { condition: { test: "datum.kind === 'liquidation price'", value: 1.6 }, value: 1.2 },
      },
    },
    {
      data: { name: 'links' },
      mark: { type: 'rule', strokeWidth: 1.5, opacity: 0.8, clip: true },
      encoding: { x2: { field: 'endTime' }, y: price('price'), y2: { field: 'endPrice' }, color: outcome },
    },
    {
      data: { name: 'marks' },
      mark: {
        type: 'point',
        filled: true,
        opacity: 1,
        size: { expr: 'markSize' },
        stroke: '@panel',
        strokeWidth: 1,
        clip: true,
      },
      encoding: {
        y: price('price'),
        fill: {
          condition: [
            { test: "datum.kind === 'exit in profit'", value: '@gain' },
            { test: "datum.kind === 'exit at a loss' || datum.kind === 'liquidated'", value: '@loss' },
          ],
          value: '@ink',
        },
        shape: {
          field: 'kind',
          type: 'nominal',
          scale: { domain: [...MARK_KINDS], range: ['triangle-up', 'triangle-down', 'circle', 'diamond', 'cross'] },
          legend: null,
        },
      },
    },
    cursorLayer,
  ],
}
