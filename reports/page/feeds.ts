/** What each chart draws for the current window: rows, thinned, and a y domain that is never degenerate. */

import { formatNumber } from '../format.ts'
import { firstAtOrAfter, mergeCandles, thinRows } from '../thin.ts'
import { model, numbers, values } from './model.ts'
import { state } from './state.ts'

export interface Feed {
  readonly data: Readonly<Record<string, readonly unknown[]>>
  readonly signals: Readonly<Record<string, unknown>>
  /** A sentence on what is left out; null if everything is drawn. */
  readonly note: string | null
}

/** A y domain around [low, high] with some air; a flat or missing range gets one of its own, `flat` each way around 0. */
function domainOf(low: number, high: number, log: boolean, flat = 1): { low: number; high: number } {
  if (!(low <= high)) return log ? { low: 1, high: 10 } : { low: 0, high: 1 }
  if (log)
    return low === high
      ? { low: low / 1.1, high: high * 1.1 }
      : { low: low / (high / low) ** 0.05, high: high * (high / low) ** 0.05 }
  const air = low === high ? Math.abs(low) * 0.05 || flat : (high - low) * 0.06
  return { low: low - air, high: high + air }
}

/** First and past-last row of ascending times inside [from, to], with one neighbour each side so that lines reach the edge. */
function rowsIn(times: readonly (number | null)[], fromMs: number, toMs: number): [number, number] {
  const first = Math.max(0, firstAtOrAfter(times, fromMs) - 1)
  return [first, Math.min(times.length, firstAtOrAfter(times, toMs + 1) + 1)]
}

function extent(found: Iterable<number | null>): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of found) {
    if (value === null) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

export interface CurveOptions {
  readonly log?: boolean
  /** The whole run rather than the window. */
  readonly whole?: boolean
  /** Ends of the axis that stay where they are, such as 0 above a drawdown. */
  readonly floor?: number
  readonly ceiling?: number
  /** A second column that is drawn with it. */
  readonly beside?: string
  /** Whether the deepest drawdowns are shaded behind it. */
  readonly shaded?: boolean
}

const SHADED = 5

/** The deepest drawdowns as stretches of time; an ongoing one lasts to the end. */
function shades(): readonly unknown[] {
  const [peak, recovery] = [numbers('drawdowns', 'peak'), numbers('drawdowns', 'recovery')]
  return peak.slice(0, SHADED).map((from, i) => ({ time: from, until: recovery[i] ?? model.toMs }))
}

/** Rows of one column of the curve, at most about `points`. */
export function curveFeed(column: string, points: number, options: CurveOptions): Feed {
  const { log = false, whole = false, floor, ceiling, beside, shaded = false } = options
  const times = numbers('curve', 'time')
  const series = numbers('curve', column)
  const [from, to] = whole ? [model.fromMs, model.toMs] : [state.fromMs, state.toMs]
  const [first, end] = rowsIn(times, from, to)
  const second = beside === undefined ? null : numbers('curve', beside)
  const drawn = second === null || second.length === 0 ? [series] : [series, second]
  const rows = thinRows(drawn, first, end, points)
    .filter((row) => series[row] !== null && (!log || series[row]! > 0))
    .map((row) => ({
      time: times[row],
      [column]: series[row],
      ...(beside === undefined ? {} : { [beside]: second?.[row] ?? null }),
    }))
  const [low, high] = extent(
    rows.flatMap((row) => [row[column] as number, ...(beside === undefined ? [] : [row[beside] as number | null])]),
  )
  const domain = domainOf(Math.min(low, floor ?? low), Math.max(high, ceiling ?? high), log, 0.1)
  if (floor !== undefined) domain.low = Math.min(low, floor)
  if (ceiling !== undefined) domain.high = Math.max(high, ceiling)
  return {
    data: { rows, ...(shaded ? { shades: shades() } : {}) },
    signals: { from, to, ...domain },
    note: model.datasets['curve']?.note ?? null,
  }
}

const CANDLES_MOST = 240
const BUCKETS_MOST = 900
const TRADES_MOST = 800

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
  const marks: unknown[] = []
  const links: unknown[] = []
  for (const row of rows) {
    const outcome = pnl![row]! < 0 ? 'loss' : 'gain'
    marks.push({ time: entry![row], price: bought![row], kind: `${side[row]} entry` })
    if (exit![row] === null || sold![row] === null) continue
    marks.push({ time: exit![row], price: sold![row], kind: outcome === 'loss' ? 'exit at a loss' : 'exit in profit' })
    links.push({ time: entry![row], price: bought![row], endTime: exit![row], endPrice: sold![row], outcome })
  }
  return { marks, links }
}

/** Candles or band, and the trades of the chosen symbol. */
export function priceFeed(plotWidth: number): Feed {
  const dataset = `price-${state.symbol}`
  const [time, open, high, low, close] = ['time', 'open', 'high', 'low', 'close'].map((name) => numbers(dataset, name))
  const columns = { time: time!, open: open!, high: high!, low: low!, close: close! }
  const [first, end] = rowsIn(columns.time, state.fromMs, state.toMs)
  const asCandles = end - first <= Math.min(CANDLES_MOST, Math.max(30, plotWidth / 4))
  const rows = mergeCandles(columns, first, end, asCandles ? CANDLES_MOST : BUCKETS_MOST)
  const trades = tradesIn(model.symbols[state.symbol] ?? '')
  const drawn = tradeMarks(trades.rows)
  const [least, most] = extent(rows.flatMap((row) => [row.low, row.high]))
  const notes: string[] = []
  if (rows.length === 0) notes.push('There is no candle in this window.')
  if (trades.total > trades.rows.length) {
    const counts = [trades.rows.length, trades.total].map((count) => formatNumber(count, 0))
    notes.push(`${counts.join(' of ')} trades drawn, those with the largest profit or loss; zoom in for all.`)
  }
  const thinned = model.datasets[dataset]?.note
  if (thinned !== undefined) notes.push(thinned)
  return {
    data: { rows, ...drawn },
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
