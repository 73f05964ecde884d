/**
 * What the express lanes have carried out and nobody has written down yet: a slip an order, side by side in one block. A
 * lane changes at once what the strategy can see, cash and position; records, trades, sums and equity at the closes
 * between follow together, each kind in a loop of its own, before anybody looks at them. That is several times as fast
 * as all of it at every order.
 */

import { type Dec, pow10, toDec } from '../core/dec.ts'
import { Purpose } from '../core/order.ts'
import { type ChunkPool, emptyArray } from '../core/table.ts'
import { EXPRESS_SLOTS, ExpressSlot, type ExpressVenue } from '../core/venue.ts'
import { recordGuard, recordMet, recordOrders, recordUnguard } from './express-records.ts'
import type { Marker } from './marker.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'

/** What a slip stands for. */
export const Deed = {
  /** An order at market. */
  order: 0,
  /** An entry whose exits wait as levels. */
  guarded: 1,
  /** Exits that were taken back, and the order at market that closed their position. */
  released: 2,
  /** An exit that was met. */
  met: 3,
} as const
export type Deed = (typeof Deed)[keyof typeof Deed]

/** Slips that are kept at most: few enough to stay near the processor. */
const KEPT = 32

export class Tape {
  /** The slips, EXPRESS_SLOTS each. */
  cells: Float64Array
  /** The same one by one, as far as they have been asked for: most runs need none. */
  private slips = emptyArray<Float64Array>()
  /** Of entries: the signal's tag and the account's profile. */
  readonly tags = emptyArray<string | null>()
  readonly profiles = emptyArray<string | null>()
  count = 0
  private readonly recorder: Recorder
  private readonly portfolio: Portfolio
  private readonly marker: Marker
  /** Units of quote in 1. */
  private readonly unit: number
  /** A venue that isn't asked to carry some orders out, and hears of them here. */
  follower: ExpressVenue | null = null
  /** Whether equity follows as well: of an account with one instrument, whose slips say all that it needs. */
  readonly marks: boolean

  /** `pool` has its memory; default: fresh. */
  constructor(recorder: Recorder, portfolio: Portfolio, marker: Marker, pool: ChunkPool | null = null) {
    this.recorder = recorder
    this.portfolio = portfolio
    this.marker = marker
    this.unit = pow10(portfolio.ledger.quoteDec)
    this.marks = portfolio.instruments.length === 1
    const length = KEPT * EXPRESS_SLOTS
    this.cells = pool === null ? new Float64Array(length) : pool.take(length)
    recorder.ahead = this
  }

  /** A slip to write on. */
  next(): Float64Array {
    if (this.count >= KEPT) this.settle()
    return this.at(this.count)
  }

  /** Where the next slip begins in `cells`. */
  begin(): number {
    if (this.count >= KEPT) this.settle()
    return this.count * EXPRESS_SLOTS
  }

  /** Makes room for that many slips side by side, and returns the first one's place. */
  room(slips: number): number {
    const cells = slips * EXPRESS_SLOTS
    if (this.count * EXPRESS_SLOTS + cells > this.cells.length) {
      this.settle()
      if (cells > this.cells.length) {
        this.cells = new Float64Array(cells)
        this.slips = emptyArray()
      }
    }
    return this.count
  }

  at(place: number): Float64Array {
    const { slips } = this
    while (slips.length <= place) {
      const from = slips.length * EXPRESS_SLOTS
      slips.push(this.cells.subarray(from, from + EXPRESS_SLOTS))
    }
    return slips[place]!
  }

  /** The newest slip. */
  get last(): Float64Array {
    return this.at(this.count - 1)
  }

  /** Writes on a slip which order it was that filled it. */
  name(slip: Float64Array, instrument: number, side: 1 | -1, orderId: number, purpose: Purpose, row: number): void {
    slip[ExpressSlot.instrument] = instrument
    slip[ExpressSlot.side] = side
    slip[ExpressSlot.orderId] = orderId
    slip[ExpressSlot.purpose] = purpose
    slip[ExpressSlot.row] = row
  }

  /**
   * The next slip was carried out by the venue, as an order at market that opened a position out of nothing, from the
   * open of its row on. The position changes with this.
   */
  open(slip: Float64Array, tag: string | null, profile: string | null = null): void {
    this.tags[this.count] = tag
    this.profiles[this.count] = profile
    this.push(slip, Deed.order)
    this.portfolio.openWhole(slip)
  }

  /** The same of an order that closed a whole position. */
  close(slip: Float64Array, deed: Deed = Deed.order): void {
    this.push(slip, deed)
    this.portfolio.closeWhole(slip)
  }

  private push(slip: Float64Array, deed: Deed): void {
    const { portfolio } = this
    slip[ExpressSlot.deed] = deed
    slip[ExpressSlot.untold] = 0
    slip[ExpressSlot.held] = portfolio.heldWithDust(slip[ExpressSlot.instrument]!)
    slip[ExpressSlot.heldCash] = portfolio.ledger.cash / this.unit
    this.count += 1
  }

  /** Writes everything down. */
  settle(): void {
    const { count, cells } = this
    if (count === 0) return
    // First, since what follows may look whether anything is ahead of it.
    this.count = 0
    if (this.marks) this.marker.replay(cells, count)
    this.recorder.flush()
    this.record(count)
    this.book(count)
    if (this.follower !== null) this.tell(this.follower, count)
  }

  private record(count: number): void {
    const { recorder, cells } = this
    let from = 0
    for (let i = 0; i < count; i++) {
      const at = i * EXPRESS_SLOTS
      const deed = cells[at + ExpressSlot.deed]!
      if (deed === Deed.order) continue
      // Orders at market side by side are written together.
      if (from < i) recordOrders(recorder, cells, from, i)
      from = i + 1
      if (deed === Deed.met) recordMet(recorder, cells, at)
      else {
        if (deed === Deed.released) recordUnguard(recorder, cells, at)
        recordOrders(recorder, cells, i, i + 1)
        if (deed === Deed.guarded) recordGuard(recorder, cells, at)
      }
    }
    if (from < count) recordOrders(recorder, cells, from, count)
  }

  private book(count: number): void {
    const { cells, portfolio, recorder } = this
    const { ledger, trades } = portfolio
    let entries = 0
    for (let i = 0; i < count; i++) {
      const at = i * EXPRESS_SLOTS
      if (cells[at + ExpressSlot.purpose] === Purpose.entry) {
        entries += 1
        trades.opened(cells, at, this.tags[i] ?? null, this.profiles[i] ?? null)
      } else trades.closedWhole(cells, at)
      ledger.sumUp(cells, at)
      portfolio.step(cells, at)
    }
    recorder.entrySignals += entries
    recorder.entryOrders += entries
  }

  /** Tells the venue what it wasn't asked to do. */
  private tell(venue: ExpressVenue, count: number): void {
    const { cells } = this
    let base = 0
    let cash = 0
    for (let i = 0; i < count; i++) {
      const at = i * EXPRESS_SLOTS
      if (cells[at + ExpressSlot.untold] === 0) continue
      const side = cells[at + ExpressSlot.side]!
      base += side * cells[at + ExpressSlot.quantity]!
      cash -= side * cells[at + ExpressSlot.value]! + cells[at + ExpressSlot.fee]!
      venue.see(cells[at + ExpressSlot.orderId]!, cells[at + ExpressSlot.instrument]!)
    }
    venue.follow(0, toDec(base) as Dec, toDec(cash) as Dec)
  }
}
