/** Round trips as they open and close: exact money in units, one row of a table a trade. */

import { type Dec, toDec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { DoubleTable } from '../core/table.ts'

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
  private readonly tags: (string | null)[] = []
  private readonly profiles: (string | null)[] = []
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
    return this.open.filter((row) => row !== undefined && row !== NONE).map((row) => this.record(row))
  }

  /** Books the opening part of a fill. */
  enter(
    instrument: number,
    side: 1 | -1,
    row: number,
    atMs: number,
    tag: string | null,
    profile: string | null,
    quantity: Dec,
    value: Dec,
    fee: Dec,
    spreadCost: Dec,
    slippageCost: Dec,
  ): void {
    const { table } = this
    let at = this.open[instrument] ?? NONE
    if (at === NONE) {
      at = table.add()
      while (this.open.length <= instrument) this.open.push(NONE)
      this.open[instrument] = at
      this.tags.push(tag)
      this.profiles.push(profile)
      table.set(at, C.instrument, instrument)
      table.set(at, C.side, side)
      table.set(at, C.entryRow, row)
      table.set(at, C.entryMs, atMs)
      table.set(at, C.exitRow, -1)
    }
    table.increase(at, C.entryQuantity, quantity)
    table.increase(at, C.entryValue, value)
    table.increase(at, C.entryFee, fee)
    table.increase(at, C.spreadCost, spreadCost)
    table.increase(at, C.slippageCost, slippageCost)
  }

  /** Books the closing part of a fill; `flat` when nothing is left of the position. */
  exit(
    instrument: number,
    row: number,
    atMs: number,
    purpose: number,
    flat: boolean,
    quantity: Dec,
    value: Dec,
    fee: Dec,
    spreadCost: Dec,
    slippageCost: Dec,
  ): void {
    const { table } = this
    const at = this.open[instrument] ?? NONE
    assert(at !== NONE, 'a fill closes a position that has no open trade')
    table.increase(at, C.exitQuantity, quantity)
    table.increase(at, C.exitValue, value)
    table.increase(at, C.exitFee, fee)
    table.increase(at, C.spreadCost, spreadCost)
    table.increase(at, C.slippageCost, slippageCost)
    if (!flat) return
    table.set(at, C.exitRow, row)
    table.set(at, C.exitMs, atMs)
    table.set(at, C.exitPurpose, purpose)
    this.order.push(at)
    this.open[instrument] = NONE
  }

  private record(row: number): TradeRecord {
    const number = (column: number): number => this.table.get(row, column)
    const money = (column: number): Dec => toDec(number(column))
    return {
      instrument: number(C.instrument),
      side: number(C.side) as 1 | -1,
      entryRow: number(C.entryRow),
      entryMs: number(C.entryMs),
      tag: this.tags[row]!,
      profile: this.profiles[row]!,
      entryQuantity: money(C.entryQuantity),
      entryValue: money(C.entryValue),
      entryFee: money(C.entryFee),
      exitQuantity: money(C.exitQuantity),
      exitValue: money(C.exitValue),
      exitFee: money(C.exitFee),
      funding: money(C.funding),
      spreadCost: money(C.spreadCost),
      slippageCost: money(C.slippageCost),
      exitRow: number(C.exitRow),
      exitMs: number(C.exitMs),
      exitPurpose: number(C.exitPurpose),
    }
  }
}
