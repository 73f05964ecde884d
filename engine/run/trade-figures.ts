/**
 * A run's trades in money and fractions, out of the kernel's table in units: as objects for results, or as columns for
 * the metrics of a trial, by one arithmetic.
 */

import { pow10 } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import type { Trade } from '../core/result.ts'
import { TradeCell } from '../kernel/trades.ts'
import type { TradeColumns } from '../stats/trade-columns.ts'
import type { Executed } from './execute.ts'
import { EXIT_REASON } from './exit-reason.ts'
import { Extremes, Span, widen } from './extremes.ts'

/** Figures of a trade. */
const F = {
  quantity: 0,
  entryPrice: 1,
  /** NaN while open. */
  exitPrice: 2,
  entryValue: 3,
  pnl: 4,
  mae: 5,
  mfe: 6,
  entryFee: 7,
  exitFee: 8,
  funding: 9,
  spread: 10,
  slippage: 11,
} as const
const WIDTH = 12

/** Highs and lows of each symbol of a grid, in blocks: worth their making where many runs ask. */
export class GridExtremes {
  private readonly found: Extremes[] = []

  of({ symbols }: Grid, symbol: number): Extremes {
    const { high, low } = symbols[symbol]!
    return (this.found[symbol] ??= new Extremes(low, high))
  }
}

/** Memory for columns of trades: the next run's are written over them. */
export class TradeMemory {
  private cells = new Float64Array(0)

  /** Room for so many doubles, with whatever was in them. */
  room(doubles: number): Float64Array {
    if (this.cells.length < doubles) this.cells = new Float64Array(2 * doubles)
    return this.cells
  }
}

/** Closed trades in the order of their exits, then the open ones, marked at the last close. */
export function tradesOf(executed: Executed, grid: Grid): Trade[] {
  const { trades } = executed.kernel.portfolio
  const figures = new Float64Array(WIDTH)
  const several = executed.venues.length > 1
  return trades.rows().map((row) => {
    const trade = trades.record(row)
    const instrument = executed.instruments[trade.instrument]!
    figure(trades.table.chunk(row), trades.table.offset(row), instrument, grid, null, figures)
    const open = trade.exitRow < 0
    return {
      symbol: instrument.symbol,
      ...(several ? { venue: instrument.venue } : {}),
      side: trade.side > 0 ? 'long' : 'short',
      entryTimeMs: trade.entryMs,
      entryPrice: figures[F.entryPrice]!,
      exitTimeMs: open ? null : trade.exitMs,
      exitPrice: open ? null : figures[F.exitPrice]!,
      quantity: figures[F.quantity]!,
      entryFee: figures[F.entryFee]!,
      exitFee: figures[F.exitFee]!,
      funding: figures[F.funding]!,
      pnl: figures[F.pnl]!,
      returnFraction: figures[F.pnl]! / figures[F.entryValue]!,
      entryRow: trade.entryRow,
      exitRow: open ? null : trade.exitRow,
      exitReason: open ? null : (EXIT_REASON[trade.exitPurpose] ?? 'SIGNAL'),
      tag: trade.tag,
      profile: trade.profile,
      maeFraction: figures[F.mae]!,
      mfeFraction: figures[F.mfe]!,
      spreadCost: figures[F.spread]!,
      slippageCost: figures[F.slippage]!,
    }
  })
}

/** What metrics want of the trades; null where they didn't close in the order of their times, which they are sorted by. */
export function tradeColumns(
  executed: Executed,
  grid: Grid,
  extremes: GridExtremes,
  memory: TradeMemory,
): TradeColumns | null {
  const { trades } = executed.kernel.portfolio
  const rows = trades.rows()
  const count = trades.closedCount
  const cells = memory.room(4 * (count + rows.length))
  const closed = fourOf(cells, 0, count)
  const all = fourOf(cells, 4 * count, rows.length)
  const figures = new Float64Array(WIDTH)
  let lastMs = Number.NEGATIVE_INFINITY
  for (let i = 0; i < rows.length; i++) {
    const trade = trades.table.chunk(rows[i]!)
    const at = trades.table.offset(rows[i]!)
    const instrument = trade[at + TradeCell.instrument]!
    figure(trade, at, executed.instruments[instrument]!, grid, extremes.of(grid, instrument), figures)
    const pnl = figures[F.pnl]!
    const spread = figures[F.spread]!
    const slippage = figures[F.slippage]!
    all[0][i] = pnl
    all[1][i] = figures[F.entryFee]! + figures[F.exitFee]! + figures[F.funding]! + spread + slippage
    all[2][i] = spread
    all[3][i] = slippage
    if (i >= count) continue
    const exitMs = trade[at + TradeCell.exitMs]!
    if (exitMs < lastMs) return null
    lastMs = exitMs
    closed[0][i] = pnl
    closed[1][i] = exitMs - trade[at + TradeCell.entryMs]!
    closed[2][i] = figures[F.mae]!
    closed[3][i] = figures[F.mfe]!
  }
  return {
    closed: { pnl: closed[0], holdingMs: closed[1], mae: closed[2], mfe: closed[3] },
    all: { pnl: all[0], cost: all[1], spread: all[2], slippage: all[3] },
  }
}

/** Four columns of so many rows, side by side from `from` on. */
function fourOf(
  cells: Float64Array,
  from: number,
  rows: number,
): [Float64Array, Float64Array, Float64Array, Float64Array] {
  const column = (k: number) => cells.subarray(from + k * rows, from + (k + 1) * rows)
  return [column(0), column(1), column(2), column(3)]
}

/** How often each reason closed a trade. */
export function exitsOf({ kernel }: Executed): Record<string, number> {
  const { trades } = kernel.portfolio
  const exits: Record<string, number> = {}
  for (const row of trades.rows()) {
    if (trades.table.get(row, TradeCell.exitRow) < 0) continue
    const reason = EXIT_REASON[trades.table.get(row, TradeCell.exitPurpose)] ?? 'SIGNAL'
    exits[reason] = (exits[reason] ?? 0) + 1
  }
  return exits
}

/** Prices seen while a trade was open. */
const span = new Float64Array(2)

/** The figures of the trade whose cells begin at `at`. */
function figure(
  cells: Float64Array,
  at: number,
  instrument: Instrument,
  grid: Grid,
  extremes: Extremes | null,
  out: Float64Array,
): void {
  const perMoney = pow10(instrument.quoteDec)
  const perBase = pow10(instrument.qtyDec)
  const side = cells[at + TradeCell.side]!
  const exitRow = cells[at + TradeCell.exitRow]!
  const open = exitRow < 0
  const quantity = cells[at + TradeCell.entryQuantity]! / perBase
  const entryValue = cells[at + TradeCell.entryValue]! / perMoney
  const exitValue = cells[at + TradeCell.exitValue]! / perMoney
  const entryFee = cells[at + TradeCell.entryFee]! / perMoney
  const exitFee = cells[at + TradeCell.exitFee]! / perMoney
  const funding = cells[at + TradeCell.funding]! / perMoney
  const left = (cells[at + TradeCell.entryQuantity]! - cells[at + TradeCell.exitQuantity]!) / perBase
  const marked = open ? left * grid.symbols[instrument.id]!.mark[grid.rows - 1]! : 0
  const gross = side * (exitValue + marked - entryValue)
  const entryPrice = entryValue / quantity
  const exitPrice = open ? Number.NaN : exitValue / quantity
  out[F.quantity] = quantity
  out[F.entryPrice] = entryPrice
  out[F.exitPrice] = exitPrice
  out[F.entryValue] = entryValue
  out[F.pnl] = gross - entryFee - exitFee - funding
  out[F.entryFee] = entryFee
  out[F.exitFee] = exitFee
  out[F.funding] = funding
  out[F.spread] = cells[at + TradeCell.spreadCost]! / perMoney
  out[F.slippage] = cells[at + TradeCell.slippageCost]! / perMoney
  // Worst and best price while open against the entry; of the exit's bar only the exit's price is known to belong.
  // Whole numbers to V8 as well: columns are found by them, row after row.
  const from = cells[at + TradeCell.entryRow]! | 0
  const end = (open ? grid.rows : exitRow) | 0
  const last = open ? entryPrice : exitPrice
  const { high, low } = grid.symbols[instrument.id]!
  span[Span.lowest] = Math.min(entryPrice, last)
  span[Span.highest] = Math.max(entryPrice, last)
  if (extremes === null) widen(span, low, high, from, end)
  else extremes.widen(span, from, end)
  const up = span[Span.highest]! / entryPrice - 1
  const down = span[Span.lowest]! / entryPrice - 1
  out[F.mae] = side > 0 ? down : 0 - up
  out[F.mfe] = side > 0 ? up : 0 - down
}
