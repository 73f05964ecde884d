/** Round trips as they open and close: exact money in units, one row of a table a trade. */

import { type Dec, toDec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import type { Fact } from '../core/fact.ts'
import { type ChunkPool, DoubleTable, emptyArray } from '../core/table.ts'
import { ExpressSlot } from '../core/venue.ts'

/** A trade in units of its instrument; `exitRow` -1 while open. */
export interface TradeRecord {
  readonly instrument: number
  readonly side: 1 | -1
  readonly entryRow: number
  readonly entryMs: number
  readonly tag: string | null
  readonly profile: string | null
  readonly entryQuantity: Dec
  readonly entryValue: Dec
  readonly entryFee: Dec
  readonly exitQuantity: Dec
  readonly exitValue: Dec
  readonly exitFee: Dec
  readonly funding: Dec
  readonly spreadCost: Dec
  readonly slippageCost: Dec
  readonly exitRow: number
  readonly exitMs: number
  /** Purpose of the order that closed it; 0 while open. */
  readonly exitPurpose: number
}

/** How a trade ended. */
export interface TradeEnd {
  readonly row: number
  readonly atMs: number
  /** Purpose of the order that closed it. */
  readonly purpose: number
}

/** Columns of the table of trades. */
export const TradeCell = {
  instrument: 0,
  side: 1,
  entryRow: 2,
  entryMs: 3,
  entryQuantity: 4,
  entryValue: 5,
  entryFee: 6,
  exitQuantity: 7,
  exitValue: 8,
  exitFee: 9,
  funding: 10,
  spreadCost: 11,
  slippageCost: 12,
  exitRow: 13,
  exitMs: 14,
  exitPurpose: 15,
} as const
const WIDTH = 16
const NONE = -1

export class TradeBook {
  /** One row a trade, columns as TradeCell says. */
  readonly table: DoubleTable
  private readonly tags = emptyArray<string | null>()
  private readonly profiles = emptyArray<string | null>()
  /** Row of each instrument's open trade; NONE when flat. */
  private readonly open: number[] = []
  /** Rows of closed trades, in the order of their exits. */
  private readonly order: number[] = []

  constructor(pool: ChunkPool | null = null) {
    this.table = new DoubleTable(WIDTH, pool)
  }

  /** Rows of all trades in the table: the closed ones in the order of their exits, then the open ones. */
  rows(): number[] {
    return [...this.order, ...this.open.filter((row) => row !== NONE)]
  }

  get closedCount(): number {
    return this.order.length
  }

  /** Closed trades in the order of their exits. */
  closed(): TradeRecord[] {
    return this.order.map((row) => this.record(row))
  }

  /** Trades still open, in order of instrument. */
  stillOpen(): TradeRecord[] {
    return this.open.filter((row) => row !== NONE).map((row) => this.record(row))
  }

  /** Entry fees of the instrument's open trade so far; 0 when flat. */
  entryFeeOf(instrument: number): Dec {
    const row = this.open[instrument] ?? NONE
    return toDec(row === NONE ? 0 : this.table.get(row, TradeCell.entryFee))
  }

  /** Books a fill that only opens or enlarges a position. */
  enter(fact: Fact, side: 1 | -1, row: number, tag: string | null, profile: string | null): void {
    const at = this.openRow(fact, side, row, tag, profile)
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + TradeCell.entryQuantity]! += fact.quantity
    cells[first + TradeCell.entryValue]! += fact.value
    cells[first + TradeCell.entryFee]! += fact.fee
    cells[first + TradeCell.spreadCost]! += fact.spreadCost
    cells[first + TradeCell.slippageCost]! += fact.slippageCost
  }

  /** Books a fill that only reduces a position; `flat` when nothing is left of it. */
  exit(fact: Fact, row: number, purpose: number, flat: boolean): void {
    const at = this.open[fact.instrument] ?? NONE
    assert(at !== NONE, 'a fill closes a position that has no open trade')
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + TradeCell.exitQuantity]! += fact.quantity
    cells[first + TradeCell.exitValue]! += fact.value
    cells[first + TradeCell.exitFee]! += fact.fee
    cells[first + TradeCell.spreadCost]! += fact.spreadCost
    cells[first + TradeCell.slippageCost]! += fact.slippageCost
    if (!flat) return
    cells[first + TradeCell.exitRow] = row
    cells[first + TradeCell.exitMs] = fact.atMs
    cells[first + TradeCell.exitPurpose] = purpose
    this.order.push(at)
    this.open[fact.instrument] = NONE
  }

  /** What is left of the instrument's trade is no part of it any more: less was bought, and the trade is over. */
  setAside(instrument: number, quantity: Dec, cost: Dec, end: TradeEnd): void {
    const at = this.open[instrument] ?? NONE
    assert(at !== NONE, 'what is left of a position has no open trade')
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + TradeCell.entryQuantity]! -= quantity
    cells[first + TradeCell.entryValue]! -= cost
    cells[first + TradeCell.exitRow] = end.row
    cells[first + TradeCell.exitMs] = end.atMs
    cells[first + TradeCell.exitPurpose] = end.purpose
    this.order.push(at)
    this.open[instrument] = NONE
  }

  /** What an earlier trade left belongs to the instrument's open one. */
  carry(instrument: number, quantity: Dec, cost: Dec): void {
    const at = this.open[instrument]!
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + TradeCell.entryQuantity]! += quantity
    cells[first + TradeCell.entryValue]! += cost
  }

  /** Books funding or a borrowing fee of the trade that was open at `atMs`: it may be learned of after it was closed. */
  fund(instrument: number, amount: Dec, atMs: number): void {
    const row = this.heldAt(instrument, atMs)
    if (row !== NONE) this.table.set(row, TradeCell.funding, this.table.get(row, TradeCell.funding) + amount)
  }

  private heldAt(instrument: number, atMs: number): number {
    const { table, order } = this
    const now = this.open[instrument] ?? NONE
    if (now !== NONE && table.get(now, TradeCell.entryMs) <= atMs) return now
    const last = order.findLast((row) => table.get(row, TradeCell.instrument) === instrument) ?? NONE
    if (last !== NONE && table.get(last, TradeCell.entryMs) <= atMs && atMs <= table.get(last, TradeCell.exitMs))
      return last
    return now
  }

  /** Books an express fill out of nothing, whose slip begins at `from`: a trade of its own. */
  opened(slips: Float64Array, from: number, tag: string | null, profile: string | null): void {
    const { table } = this
    const instrument = slips[from + ExpressSlot.instrument]! | 0
    const at = this.newRow(instrument, tag, profile)
    const cells = table.chunk(at)
    const first = table.offset(at)
    cells[first + TradeCell.instrument] = instrument
    cells[first + TradeCell.side] = slips[from + ExpressSlot.side]!
    cells[first + TradeCell.entryRow] = slips[from + ExpressSlot.row]!
    cells[first + TradeCell.entryMs] = slips[from + ExpressSlot.atMs]!
    cells[first + TradeCell.entryQuantity] = slips[from + ExpressSlot.quantity]!
    cells[first + TradeCell.entryValue] = slips[from + ExpressSlot.value]!
    cells[first + TradeCell.entryFee] = slips[from + ExpressSlot.fee]!
    cells[first + TradeCell.spreadCost] = slips[from + ExpressSlot.spreadCost]!
    cells[first + TradeCell.slippageCost] = slips[from + ExpressSlot.slippageCost]!
    cells[first + TradeCell.exitRow] = -1
  }

  /** Books an express fill that ends the instrument's trade. */
  closedWhole(slips: Float64Array, from: number): void {
    const instrument = slips[from + ExpressSlot.instrument]! | 0
    const at = this.open[instrument]!
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + TradeCell.exitQuantity]! += slips[from + ExpressSlot.quantity]!
    cells[first + TradeCell.exitValue]! += slips[from + ExpressSlot.value]!
    cells[first + TradeCell.exitFee]! += slips[from + ExpressSlot.fee]!
    cells[first + TradeCell.spreadCost]! += slips[from + ExpressSlot.spreadCost]!
    cells[first + TradeCell.slippageCost]! += slips[from + ExpressSlot.slippageCost]!
    cells[first + TradeCell.exitRow] = slips[from + ExpressSlot.row]!
    cells[first + TradeCell.exitMs] = slips[from + ExpressSlot.atMs]!
    cells[first + TradeCell.exitPurpose] = slips[from + ExpressSlot.purpose]!
    this.order.push(at)
    this.open[instrument] = NONE
  }

  /** Row of the instrument's open trade; a new one where it was flat. */
  private openRow(fact: Fact, side: 1 | -1, row: number, tag: string | null, profile: string | null): number {
    const { table, open } = this
    const now = open[fact.instrument] ?? NONE
    if (now !== NONE) return now
    const at = this.newRow(fact.instrument, tag, profile)
    const cells = table.chunk(at)
    const first = table.offset(at)
    cells[first + TradeCell.instrument] = fact.instrument
    cells[first + TradeCell.side] = side
    cells[first + TradeCell.entryRow] = row
    cells[first + TradeCell.entryMs] = fact.atMs
    cells[first + TradeCell.exitRow] = -1
    return at
  }

  /** A new row for the instrument's trade, open from now on. */
  private newRow(instrument: number, tag: string | null, profile: string | null): number {
    const { open } = this
    while (open.length <= instrument) open.push(NONE)
    const at = this.table.add()
    open[instrument] = at
    this.tags.push(tag)
    this.profiles.push(profile)
    return at
  }

  /** The trade in a row of the table. */
  record(row: number): TradeRecord {
    const cells = this.table.chunk(row)
    const first = this.table.offset(row)
    return {
      instrument: cells[first + TradeCell.instrument]!,
      side: cells[first + TradeCell.side] as 1 | -1,
      entryRow: cells[first + TradeCell.entryRow]!,
      entryMs: cells[first + TradeCell.entryMs]!,
      tag: this.tags[row]!,
      profile: this.profiles[row]!,
      entryQuantity: toDec(cells[first + TradeCell.entryQuantity]!),
      entryValue: toDec(cells[first + TradeCell.entryValue]!),
      entryFee: toDec(cells[first + TradeCell.entryFee]!),
      exitQuantity: toDec(cells[first + TradeCell.exitQuantity]!),
      exitValue: toDec(cells[first + TradeCell.exitValue]!),
      exitFee: toDec(cells[first + TradeCell.exitFee]!),
      funding: toDec(cells[first + TradeCell.funding]!),
      spreadCost: toDec(cells[first + TradeCell.spreadCost]!),
      slippageCost: toDec(cells[first + TradeCell.slippageCost]!),
      exitRow: cells[first + TradeCell.exitRow]!,
      exitMs: cells[first + TradeCell.exitMs]!,
      exitPurpose: cells[first + TradeCell.exitPurpose]!,
    }
  }
}
