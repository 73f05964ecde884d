/**
 * What the plain lane has carried out and nobody has written down: a few cells an order. Records, trades, steps of the
 * position, sums of the ledger, the venue's books and equity at the closes between follow together, each in a loop of
 * its own.
 */

import { toDec } from '../core/dec.ts'
import { FactKind } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import { recordHead } from '../core/record.ts'
import type { ExpressVenue } from '../core/venue.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Marker } from './marker.ts'
import type { Portfolio } from './portfolio.ts'
import { COMPLETE, DecisionKind, REDUCE_ONLY, type Recorder } from './recorder.ts'

/** Cells of an order. */
export const PlainSlot = {
  /** Row of the fill. */
  row: 0,
  side: 1,
  asked: 2,
  quoteAmount: 3,
  quantity: 4,
  price: 5,
  value: 6,
  fee: 7,
  /** The position and the account's cash before, as doubles. */
  held: 8,
  heldCash: 9,
  orderId: 10,
} as const
export const STRIDE = 16
const KEPT = 64

const MARKET = OrderType.market << 4
const BUY = recordHead(DecisionKind.order, Purpose.entry | MARKET, 1)
const SELL = recordHead(DecisionKind.order, Purpose.exit | MARKET | REDUCE_ONLY, -1)
const BOUGHT = recordHead(FactKind.filled, COMPLETE, 1)
const SOLD = recordHead(FactKind.filled, COMPLETE, -1)

export class PlainTape {
  readonly cells = new Float64Array(KEPT * STRIDE)
  /** Of entries. */
  readonly tags: (string | null)[] = []
  count = 0
  private realised = 0
  private readonly recorder: Recorder
  private readonly portfolio: Portfolio
  private readonly marker: Marker
  private readonly venue: ExpressVenue
  private readonly time: Float64Array
  private readonly gapless: boolean
  private readonly firstMs: number
  private readonly timeframeMs: number

  constructor({ grid, recorder }: DeskOptions, venue: ExpressVenue, portfolio: Portfolio, marker: Marker) {
    this.recorder = recorder
    this.portfolio = portfolio
    this.marker = marker
    this.venue = venue
    this.time = grid.time
    this.gapless = grid.gapless
    this.firstMs = grid.time[0]!
    this.timeframeMs = grid.timeframeMs
    for (let i = 0; i < KEPT; i++) this.tags.push(null)
  }

  /** The next order's cells are filled in. */
  push(): void {
    this.count += 1
    if (this.count === KEPT) this.settle()
  }

  /** Profit of a position that was closed, in units, before fees. */
  earned(units: number): void {
    this.realised += units
  }

  settle(): void {
    const { count } = this
    if (count === 0) return
    // First, since what follows may look whether anything is ahead of it.
    this.count = 0
    this.marker.replayCells(this.cells, count)
    this.recorder.flush()
    this.record(count)
    this.book(count)
  }

  /** When the row opens. Computed where it can be: a load from the time column would wait for memory. */
  private openMs(row: number): number {
    return this.gapless ? this.firstMs + row * this.timeframeMs : this.time[row]!
  }

  private record(count: number): void {
    const { cells } = this
    const { decisions, outcomes } = this.recorder
    const order = decisions.floats
    const orderInts = decisions.ints
    const first = decisions.room(count)
    const fill = outcomes.floats
    const fillInts = outcomes.ints
    const firstFill = outcomes.room(count)
    for (let k = 0; k < count; k++) {
      const from = k * STRIDE
      const row = cells[from + PlainSlot.row]!
      const buys = cells[from + PlainSlot.side]! > 0
      const id = cells[from + PlainSlot.orderId]!
      let at = first + 8 * k
      orderInts[2 * at + 2] = buys ? BUY : SELL
      orderInts[2 * at + 3] = 0
      orderInts[2 * at + 4] = id
      orderInts[2 * at + 5] = 0
      order[at] = this.openMs(row - 1) + this.timeframeMs
      order[at + 3] = cells[from + PlainSlot.asked]!
      order[at + 4] = cells[from + PlainSlot.quoteAmount]!
      order[at + 5] = 0
      order[at + 6] = 0
      order[at + 7] = 0
      at = firstFill + 8 * k
      const atMs = this.openMs(row)
      fillInts[2 * at + 2] = buys ? BOUGHT : SOLD
      fillInts[2 * at + 3] = 0
      fillInts[2 * at + 4] = id
      fillInts[2 * at + 5] = 1
      fill[at] = atMs
      fill[at + 3] = cells[from + PlainSlot.quantity]!
      fill[at + 4] = cells[from + PlainSlot.price]!
      fill[at + 5] = cells[from + PlainSlot.value]!
      fill[at + 6] = cells[from + PlainSlot.fee]!
      fill[at + 7] = atMs
    }
  }

  /** Trades, steps and sums. */
  private book(count: number): void {
    const { cells, portfolio, recorder } = this
    let entries = 0
    let fees = 0
    let spent = 0
    let opened = 0
    let closed = 0
    for (let k = 0; k < count; k++) {
      const at = k * STRIDE
      const atMs = this.openMs(cells[at + PlainSlot.row]!)
      const quantity = cells[at + PlainSlot.quantity]!
      fees += cells[at + PlainSlot.fee]!
      if (cells[at + PlainSlot.side]! > 0) {
        entries += 1
        opened += quantity
        spent += cells[at + PlainSlot.value]!
        portfolio.trades.openPlain(cells, at, atMs, this.tags[k]!)
      } else {
        closed += quantity
        spent -= cells[at + PlainSlot.value]!
        portfolio.trades.closePlain(cells, at, atMs)
      }
      portfolio.stepPlain(cells, at)
    }
    recorder.entrySignals += entries
    recorder.entryOrders += entries
    portfolio.ledger.sumUp(0, toDec(opened - closed), toDec(fees), toDec(this.realised))
    this.realised = 0
    const firstId = cells[PlainSlot.orderId]!
    this.venue.follow(0, firstId, firstId + count - 1, toDec(opened - closed), toDec(0 - spent - fees))
  }
}
