/**
 * The Venue port, a port of messages: `submit` and `cancel` return nothing; what became of an order comes back as a
 * fact on the FactQueue that the venue was made with. The kernel never awaits.
 */

import type { ApprovedOrder } from './order.ts'

/** Per symbol, the levels at which a bar would matter to a venue; a bar strictly inside can be skipped. */
export interface VenueLevels {
  /** The bar matters where its low ≤ low level or its high ≥ high level, by instrument. */
  readonly low: Float64Array
  readonly high: Float64Array
}

export interface Venue {
  submit(order: ApprovedOrder): void
  cancel(orderId: number, decidedMs: number): void
}

/**
 * A venue that lives on bars: the kernel drives it through each row. A live venue answers these with nothing, since
 * its facts come by themselves.
 */
export interface BarVenue extends Venue {
  /** Arrivals at the open of `row`, and resting orders that the open has already passed. */
  open(row: number): void
  /** The next thing that happens inside the bar; true when something did, and the kernel should look and call again. */
  range(row: number): boolean
  /** Writes the levels of resting orders; returns the next row that matters whatever its prices (an arrival). */
  arm(levels: VenueLevels, row: number): number
}
