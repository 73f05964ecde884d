/**
 * What the express lanes have carried out and nobody has written down yet: a slip each, in order. A lane changes at once
 * what the strategy can see, cash and positions; records, trades and equity at the closes between follow together, each
 * kind in a loop of its own, before anybody looks at them. That is several times as fast as all of it at every order.
 */

import { pow10 } from '../core/dec.ts'
import type { Purpose } from '../core/order.ts'
import { emptyArray } from '../core/table.ts'
import { EXPRESS_SLOTS, ExpressSlot } from '../core/venue.ts'
import { recordGuard, recordMet, recordOrders, recordUnguard } from './express-records.ts'
import type { Marker } from './marker.ts'
import type { PlainTape } from './plain-tape.ts'
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
  private readonly slips = emptyArray<Float64Array>()
  /** Of entries: the signal's tag and the account's profile. */
  private readonly tags = emptyArray<string | null>()
  private readonly profiles = emptyArray<string | null>()
  private count = 0
  /** The plain lane's tape; at any time one of the two is empty. */
  plain: PlainTape | null = null
  private readonly recorder: Recorder
  private readonly portfolio: Portfolio
  private readonly marker: Marker
  /** Units of quote in 1. */
  private readonly unit: number
  /** Whether equity follows as well: of an account with one instrument, whose slips say all that it needs. */
  readonly marks: boolean

  constructor(recorder: Recorder, portfolio: Portfolio, marker: Marker) {
    this.recorder = recorder
    this.portfolio = portfolio
    this.marker = marker
    this.unit = pow10(portfolio.ledger.quoteDec)
    this.marks = portfolio.instruments.length === 1
    for (let i = 0; i < KEPT; i++) this.addSlip()
    recorder.ahead = this
  }

  private addSlip(): void {
    this.slips.push(new Float64Array(EXPRESS_SLOTS))
    this.tags.push(null)
    this.profiles.push(null)
  }

  /** A slip to write on. */
  next(): Float64Array {
    if (this.count >= KEPT) this.settle()
    return this.slips[this.count]!
  }

  /** Makes room for that many slips side by side, and returns the first one's place. */
  room(slips: number): number {
    if (this.count + slips > KEPT) this.settle()
    while (this.slips.length < slips) this.addSlip()
    return this.count
  }

  at(place: number): Float64Array {
    return this.slips[place]!
  }

  /**
   * The next slip was carried out, as an order at market that opened a position out of nothing, from the open of its row
   * on. The position changes with this.
   */
  open(slip: Float64Array, tag: string | null, profile: string | null = null): void {
    this.tags[this.count] = tag
    this.profiles[this.count] = profile
    slip[ExpressSlot.deed] = Deed.order
    this.push(slip)
    this.portfolio.openWhole(slip)
  }

  /** The same of an order that closed a whole position. */
  close(slip: Float64Array, deed: Deed = Deed.order): void {
    slip[ExpressSlot.deed] = deed
    this.push(slip)
    this.portfolio.closeWhole(slip)
  }

  private push(slip: Float64Array): void {
    const { portfolio } = this
    slip[ExpressSlot.held] = portfolio.heldWithDust(slip[ExpressSlot.instrument]!)
    slip[ExpressSlot.heldCash] = portfolio.ledger.cash / this.unit
    this.count += 1
  }

  /** Writes on a slip which order it was that filled it. */
  name(slip: Float64Array, instrument: number, side: 1 | -1, orderId: number, purpose: Purpose, row: number): void {
    slip[ExpressSlot.instrument] = instrument
    slip[ExpressSlot.side] = side
    slip[ExpressSlot.orderId] = orderId
    slip[ExpressSlot.purpose] = purpose
    slip[ExpressSlot.row] = row
  }

  get isEmpty(): boolean {
    return this.count === 0
  }

  /** Writes everything down. */
  settle(): void {
    const { count, slips } = this
    if (this.plain !== null) this.plain.settle()
    if (count === 0) return
    // First, since what follows may look whether anything is ahead of it.
    this.count = 0
    if (this.marks) this.marker.replay(slips, count)
    this.record(count)
    for (let i = 0; i < count; i++) this.portfolio.bookWhole(slips[i]!, this.tags[i]!, this.profiles[i]!)
  }

  private record(count: number): void {
    const { recorder, slips } = this
    recorder.flush()
    let from = 0
    for (let i = 0; i < count; i++) {
      const slip = slips[i]!
      const deed = slip[ExpressSlot.deed]!
      if (deed === Deed.order) continue
      // Orders at market side by side are written together.
      if (from < i) recordOrders(recorder, slips, from, i)
      from = i + 1
      if (deed === Deed.met) recordMet(recorder, slip)
      else {
        if (deed === Deed.released) recordUnguard(recorder, slip)
        recordOrders(recorder, slips, i, i + 1)
        if (deed === Deed.guarded) recordGuard(recorder, slip)
      }
    }
    if (from < count) recordOrders(recorder, slips, from, count)
  }
}
