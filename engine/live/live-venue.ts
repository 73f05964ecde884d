/** The venue as the kernel of a live session sees it: what it is told goes to an outbox, and its facts come by themselves. */

import type { ApprovedOrder } from '../core/order.ts'
import type { BarVenue, VenueLevels } from '../core/venue.ts'

/** What the engine wants of the venue, in the order in which it decided. */
export type Want =
  | { readonly op: 'submit'; readonly order: ApprovedOrder }
  | { readonly op: 'cancel'; readonly orderId: number; readonly decidedMs: number }
  | { readonly op: 'amend'; readonly order: ApprovedOrder; readonly decidedMs: number }

export class LiveVenue implements BarVenue {
  private wants: Want[] = []

  /** What has been wanted since the last call. */
  take(): readonly Want[] {
    const { wants } = this
    this.wants = []
    return wants
  }

  submit(order: ApprovedOrder): void {
    this.wants.push({ op: 'submit', order })
  }

  cancel(orderId: number, decidedMs: number): void {
    this.wants.push({ op: 'cancel', orderId, decidedMs })
  }

  amend(order: ApprovedOrder, decidedMs: number): void {
    this.wants.push({ op: 'amend', order, decidedMs })
  }

  open(): void {}

  range(): boolean {
    return false
  }

  /** A live session looks at every row: no level has to be watched. */
  arm(levels: VenueLevels): number {
    levels.low.fill(Number.NEGATIVE_INFINITY)
    levels.high.fill(Number.POSITIVE_INFINITY)
    for (const trail of levels.trails) trail.side = 0
    return Number.POSITIVE_INFINITY
  }
}
