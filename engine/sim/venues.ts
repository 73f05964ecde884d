/**
 * Several simulated venues behind one Venue port: each has its own books, terms and latency, and hears only of its own
 * orders. Inside a bar they play one after the other in their order, since nothing that happens at one of them can
 * reach another before the engine has spoken.
 */

import { assert } from '../core/errors.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { BarVenue, VenueLevels } from '../core/venue.ts'

export class VenueSet implements BarVenue {
  private readonly venues: readonly BarVenue[]
  /** Place in `venues` by instrument. */
  private readonly venueOf: readonly number[]
  /** Place in `venues` + 1 by order number; 0 for one never sent. */
  private sentTo = new Uint8Array(1024)
  private readonly scratch: VenueLevels

  constructor(venues: readonly BarVenue[], venueOf: readonly number[]) {
    this.venues = venues
    this.venueOf = venueOf
    this.scratch = {
      low: new Float64Array(venueOf.length),
      high: new Float64Array(venueOf.length),
      trails: venueOf.map(() => ({ side: 0, best: 0, amount: 0, rate: 0 })),
    }
  }

  submit(order: ApprovedOrder): void {
    const at = this.venueOf[order.instrument]!
    if (order.id >= this.sentTo.length) {
      const grown = new Uint8Array(Math.max(order.id + 1, this.sentTo.length * 2))
      grown.set(this.sentTo)
      this.sentTo = grown
    }
    this.sentTo[order.id] = at + 1
    this.venues[at]!.submit(order)
  }

  cancel(orderId: number, decidedMs: number): void {
    this.venueThatHas(orderId).cancel(orderId, decidedMs)
  }

  amend(order: ApprovedOrder, decidedMs: number): void {
    this.venueThatHas(order.id).amend(order, decidedMs)
  }

  private venueThatHas(orderId: number): BarVenue {
    const at = (this.sentTo[orderId] ?? 0) - 1
    assert(at >= 0, `a message about order ${orderId}, which was never sent`)
    return this.venues[at]!
  }

  open(row: number): void {
    for (const venue of this.venues) venue.open(row)
  }

  range(row: number): boolean {
    for (const venue of this.venues) if (venue.range(row)) return true
    return false
  }

  arm(levels: VenueLevels, row: number): number {
    const { scratch, venueOf } = this
    let next = Number.POSITIVE_INFINITY
    for (let at = 0; at < this.venues.length; at++) {
      next = Math.min(next, this.venues[at]!.arm(scratch, row))
      for (let id = 0; id < venueOf.length; id++) {
        if (venueOf[id] !== at) continue
        levels.low[id] = scratch.low[id]!
        levels.high[id] = scratch.high[id]!
        Object.assign(levels.trails[id]!, scratch.trails[id]!)
      }
    }
    return next
  }
}
