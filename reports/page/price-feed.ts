/** What the chart of prices and the panes below it draw for the current window and symbol. */

import type { DrawnLine } from '../analysis/prices.ts'
import { formatNumber } from '../format.ts'
import { type DrawnCandle, mergeCandles, thinRows } from '../thin.ts'
import { domainOf, extent, type Feed, rowsIn } from './feeds.ts'
import { model, numbers, values } from './model.ts'
import { state } from './state.ts'

const CANDLES_MOST = 240
const BUCKETS_MOST = 900
const TRADES_MOST = 800
const LEVELS_MOST = 400
const LINE_POINTS = 2000

interface Drawn {
  readonly row: number
  readonly size: number
}

/** Trades of the symbol that touch the window: all, or the ones with the largest profits and losses. */
function tradesIn(symbol: string): { rows: number[]; total: number } {
  const symbols = values('trades', 'symbol')
  const entry = numbers('trades', 'entryTime')
  const exit = numbers('trades', 'exitTime')
  const pnl = numbers('trades', 'pnl')
  const touching: Drawn[] = []
  for (let row = 0; row < symbols.length; row++) {
    if (symbols[row] !== symbol || entry[row]! > state.toMs || (exit[row] ?? model.toMs) < state.fromMs) continue
    touching.push({ row, size: Math.abs(pnl[row] ?? 0) })
  }
  const total = touching.length
  if (total > TRADES_MOST) touching.sort((a, b) => b.size - a.size || a.row - b.row).length = TRADES_MOST
  return { rows: touching.map((trade) => trade.row), total }
}

function tradeMarks(rows: readonly number[]): { marks: unknown[]; links: unknown[] } {
  const column = (name: string) => numbers('trades', name)
  const [entry, exit, bought, sold, pnl] = ['entryTime', 'exitTime', 'entryPrice', 'exitPrice', 'pnl'].map(column)
  const side = values('trades', 'side')
  const reason = values('trades', 'exitReason')
  const marks: unknown[] = []
  const links: unknown[] = []
  for (const row of rows) {
    const outcome = pnl![row]! < 0 ? 'loss' : 'gain'
    marks.push({ time: entry![row], price: bought![row], kind: `${side[row]} entry` })
    if (exit![row] === null || sold![row] === null) continue
    const ended = outcome === 'loss' ? 'exit at a loss' : 'exit in profit'
    marks.push({ time: exit![row], price: sold![row], kind: reason[row] === 'LIQUIDATION' ? 'liquidated' : ended })
    links.push({ time: entry![row], price: bought![row], endTime: exit![row], endPrice: sold![row], outcome })
  }
  return { marks, links }
}

interface Level {
  readonly time: number
  readonly endTime: number
  readonly price: number
  readonly kind: string
}

/** What rested in the window; none where there is too much of it to be told apart. */
function levelsIn(symbol: string): { levels: Level[]; total: number } {
  const symbols = values('levels', 'symbol')
  const kinds = values('levels', 'kind')
  const [price, from, to] = ['price', 'from', 'to'].map((name) => numbers('levels', name))
  const levels: Level[] = []
  let total = 0
  for (let row = 0; row < symbols.length; row++) {
    if (symbols[row] !== symbol || from![row]! > state.toMs || to![row]! < state.fromMs) continue
    total += 1
    if (total > LEVELS_MOST) continue
    levels.push({ time: from![row]!, endTime: to![row]!, price: price![row]!, kind: String(kinds[row]) })
  }
  return total > LEVELS_MOST ? { levels: [], total } : { levels, total }
}

export interface LineRow {
  readonly time: number | null
  readonly value: number | null
  readonly place: number
}

/** Points of lines in the window: lowest and highest of each stretch. */
function linesIn(lines: readonly DrawnLine[]): LineRow[] {
  const dataset = `indicators-${state.symbol}`
  const times = numbers(dataset, 'time')
  const [first, end] = rowsIn(times, state.fromMs, state.toMs)
  return lines.flatMap(({ column }, place) => {
    const series = numbers(dataset, column)
    return thinRows([series], first, end, LINE_POINTS).map((row) => ({
      time: times[row] ?? null,
      value: series[row] ?? null,
      place,
    }))
  })
}

/** Room for stops and targets near the candles: at most as much again as these span, on each side. */
function widened(least: number, most: number, levels: readonly Level[]): [number, number] {
  if (!(least <= most)) return [least, most]
  const span = most - least || Math.abs(least) * 0.05
  const near = levels.map(({ price }) => price).filter((price) => price > least - span && price < most + span)
  return [Math.min(least, ...near), Math.max(most, ...near)]
}

/** A candle stands over its bar, from open to close: fills at opens and values at closes are at its edges. */
function centred(rows: readonly DrawnCandle[]): DrawnCandle[] {
  return rows.map((row) => ({ ...row, time: row.time + model.timeframeMs / 2 }))
}

/** Candles or band, with lines, resting orders and trades of the chosen symbol. */
export function priceFeed(plotWidth: number): Feed {
  const dataset = `price-${state.symbol}`
  const [time, open, high, low, close] = ['time', 'open', 'high', 'low', 'close'].map((name) => numbers(dataset, name))
  const columns = { time: time!, open: open!, high: high!, low: low!, close: close! }
  const [first, end] = rowsIn(columns.time, state.fromMs, state.toMs)
  const asCandles = end - first <= Math.min(CANDLES_MOST, Math.max(30, plotWidth / 4))
  const rows = mergeCandles(columns, first, end, asCandles ? CANDLES_MOST : BUCKETS_MOST)
  const symbol = model.symbols[state.symbol] ?? ''
  const trades = tradesIn(symbol)
  const { levels, total } = levelsIn(symbol)
  const [least, most] = widened(...extent(rows.flatMap((row) => [row.low, row.high])), levels)
  const notes: string[] = []
  if (rows.length === 0) notes.push('There is no candle in this window.')
  if (trades.total > trades.rows.length) {
    const counts = [trades.rows.length, trades.total].map((count) => formatNumber(count, 0))
    notes.push(`${counts.join(' of ')} trades drawn, those with the largest profit or loss; zoom in for all.`)
  }
  if (levels.length < total)
    notes.push(`${formatNumber(total, 0)} resting orders are too many to be drawn here; zoom in.`)
  const thinned = model.datasets[dataset]?.note
  if (thinned !== undefined) notes.push(thinned)
  return {
    data: {
      rows: asCandles ? centred(rows) : rows,
      ...tradeMarks(trades.rows),
      levels,
      overlays: linesIn(model.layers[state.symbol]?.overlays ?? []),
    },
    signals: {
      from: state.fromMs,
      to: state.toMs,
      ...domainOf(least, most, false),
      candles: asCandles,
      markSize: asCandles ? 120 : 60,
      barWidth: Math.max(1, Math.min(14, (plotWidth / Math.max(1, rows.length)) * 0.66)),
    },
    note: notes.length === 0 ? null : notes.join(' '),
  }
}

/** The lines of one pane of the chosen symbol; null where it has no such pane. */
export function paneFeed(pane: number): Feed | null {
  const lines = model.layers[state.symbol]?.panes[pane]?.lines
  if (lines === undefined) return null
  const rows = linesIn(lines)
  const inside = rows.filter(({ time }) => time !== null && time >= state.fromMs && time <= state.toMs)
  const [low, high] = extent(inside.map(({ value }) => value))
  return {
    data: { rows },
    signals: { from: state.fromMs, to: state.toMs, ...domainOf(low, high, false) },
    note: model.datasets[`indicators-${state.symbol}`]?.note ?? null,
  }
}
