/** Round trips as they open and close: exact money in units, one row of a table a trade. */

import { type Dec, toDec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import type { Fact } from '../core/fact.ts'
import { DoubleTable, emptyArray } from '../core/table.ts'
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

/** Columns of the table. */
const C = {
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
  private readonly table = new DoubleTable(WIDTH)
  private readonly tags = emptyArray<string | null>()
  private readonly profiles = emptyArray<string | null>()
  /** Row of each instrument's open trade; NONE when flat. */
  private readonly open: number[] = []
  /** Rows of closed trades, in the order of their exits. */
  private readonly order: number[] = []

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
    return toDec(row === NONE ? 0 : this.table.get(row, C.entryFee))
  }

  /** Books a fill that only opens or enlarges a position. */
  enter(fact: Fact, side: 1 | -1, row: number, tag: string | null, profile: string | null): void {
    const at = this.openRow(fact, side, row, tag, profile)
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + C.entryQuantity]! += fact.quantity
    cells[first + C.entryValue]! += fact.value
    cells[first + C.entryFee]! += fact.fee
    cells[first + C.spreadCost]! += fact.spreadCost
    cells[first + C.slippageCost]! += fact.slippageCost
  }

  /** Books a fill that only reduces a position; `flat` when nothing is left of it. */
  exit(fact: Fact, row: number, purpose: number, flat: boolean): void {
    const at = this.open[fact.instrument] ?? NONE
    assert(at !== NONE, 'a fill closes a position that has no open trade')
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + C.exitQuantity]! += fact.quantity
    cells[first + C.exitValue]! += fact.value
    cells[first + C.exitFee]! += fact.fee
    cells[first + C.spreadCost]! += fact.spreadCost
    cells[first + C.slippageCost]! += fact.slippageCost
    if (!flat) return
    cells[first + C.exitRow] = row
    cells[first + C.exitMs] = fact.atMs
    cells[first + C.exitPurpose] = purpose
    this.order.push(at)
    this.open[fact.instrument] = NONE
  }

  /** What is left of the instrument's trade is no part of it any more: less was bought, and the trade is over. */
  setAside(instrument: number, quantity: Dec, cost: Dec, end: TradeEnd): void {
    const at = this.open[instrument] ?? NONE
    assert(at !== NONE, 'what is left of a position has no open trade')
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + C.entryQuantity]! -= quantity
    cells[first + C.entryValue]! -= cost
    cells[first + C.exitRow] = end.row
    cells[first + C.exitMs] = end.atMs
    cells[first + C.exitPurpose] = end.purpose
    this.order.push(at)
    this.open[instrument] = NONE
  }

  /** What an earlier trade left belongs to the instrument's open one. */
  carry(instrument: number, quantity: Dec, cost: Dec): void {
    const at = this.open[instrument]!
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + C.entryQuantity]! += quantity
    cells[first + C.entryValue]! += cost
  }

  /** Books funding or a borrowing fee of the trade that was open at `atMs`: it may be learned of after it was closed. */
  fund(instrument: number, amount: Dec, atMs: number): void {
    const row = this.heldAt(instrument, atMs)
    if (row !== NONE) this.table.set(row, C.funding, this.table.get(row, C.funding) + amount)
  }

  private heldAt(instrument: number, atMs: number): number {
    const { table, order } = this
    const now = this.open[instrument] ?? NONE
    if (now !== NONE && table.get(now, C.entryMs) <= atMs) return now
    const last = order.findLast((row) => table.get(row, C.instrument) === instrument) ?? NONE
    if (last !== NONE && table.get(last, C.entryMs) <= atMs && atMs <= table.get(last, C.exitMs)) return last
    return now
  }

  /** Books an express fill out of nothing: a trade of its own. */
  opened(instrument: number, side: 1 | -1, row: number, tag: string | null, slip: Float64Array): void {
    const { table } = this
    const at = this.newRow(instrument, tag, null)
    const cells = table.chunk(at)
    const first = table.offset(at)
    cells[first + C.instrument] = instrument
    cells[first + C.side] = side
    cells[first + C.entryRow] = row
    cells[first + C.entryMs] = slip[ExpressSlot.atMs]!
    cells[first + C.entryQuantity] = slip[ExpressSlot.quantity]!
    cells[first + C.entryValue] = slip[ExpressSlot.value]!
    cells[first + C.entryFee] = slip[ExpressSlot.fee]!
    cells[first + C.spreadCost] = slip[ExpressSlot.spreadCost]!
    cells[first + C.slippageCost] = slip[ExpressSlot.slippageCost]!
    cells[first + C.exitRow] = -1
  }

  /** Books an express fill that ends the instrument's trade. */
  closedWhole(instrument: number, row: number, purpose: number, slip: Float64Array): void {
    const at = this.open[instrument]!
    const cells = this.table.chunk(at)
    const first = this.table.offset(at)
    cells[first + C.exitQuantity]! += slip[ExpressSlot.quantity]!
    cells[first + C.exitValue]! += slip[ExpressSlot.value]!
    cells[first + C.exitFee]! += slip[ExpressSlot.fee]!
    cells[first + C.spreadCost]! += slip[ExpressSlot.spreadCost]!
    cells[first + C.slippageCost]! += slip[ExpressSlot.slippageCost]!
    cells[first + C.exitRow] = row
    cells[first + C.exitMs] = slip[ExpressSlot.atMs]!
    cells[first + C.exitPurpose] = purpose
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
    cells[first + C.instrument] = fact.instrument
    cells[first + C.side] = side
    cells[first + C.entryRow] = row
    cells[first + C.entryMs] = fact.atMs
    cells[first + C.exitRow] = -1
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

  private record(row: number): TradeRecord {
    const cells = this.table.chunk(row)
    const first = this.table.offset(row)
    return {
      instrument: cells[first + C.instrument]!,
      side: cells[first + C.side] as 1 | -1,
      entryRow: cells[first + C.entryRow]!,
      entryMs: cells[first + C.entryMs]!,
      tag: this.tags[row]!,
      profile: this.profiles[row]!,
      entryQuantity: toDec(cells[first + C.entryQuantity]!),
      entryValue: toDec(cells[first + C.entryValue]!),
      entryFee: toDec(cells[first + C.entryFee]!),
      exitQuantity: toDec(cells[first + C.exitQuantity]!),
      exitValue: toDec(cells[first + C.exitValue]!),
      exitFee: toDec(cells[first + C.exitFee]!),
      funding: toDec(cells[first + C.funding]!),
      spreadCost: toDec(cells[first + C.spreadCost]!),
      slippageCost: toDec(cells[first + C.slippageCost]!),
      exitRow: cells[first + C.exitRow]!,
      exitMs: cells[first + C.exitMs]!,
      exitPurpose: cells[first + C.exitPurpose]!,
    }
  }
}
