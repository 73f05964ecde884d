/**
 * I1 and I10: at most one order at the venue for each that was sent, and what is put down as never taken never was. What
 * a venue with a short memory took, ended with nothing filled and has forgotten, is as if it had never been there: nobody
 * could know, and nothing can come of it any more.
 */

import type { Witness } from '../world/surroundings.ts'

export class FateWatch {
  private readonly orders: () => Witness['orders']
  /** How many orders of a client id the venue has forgotten. */
  private readonly forgotten: (clientId: string) => number
  /** How often each id was sent, and how often the session has put down that it isn't at the venue. */
  private readonly sent = new Map<string, number>()
  private readonly rejected = new Map<string, number>()
  /** Orders that were forgotten by the time at which they were given up. */
  private readonly excused = new Map<string, number>()
  private seen = 0

  constructor(orders: FateWatch['orders'], forgotten: FateWatch['forgotten']) {
    this.orders = orders
    this.forgotten = forgotten
  }

  /** It was handed to the line. */
  sending(clientId: string): void {
    this.sent.set(clientId, (this.sent.get(clientId) ?? 0) + 1)
  }

  /** The session has put down that an order isn't at the venue. What is wrong with it, or null. */
  givenUp(clientId: string): string | null {
    // It may have died between putting down that it sends and sending.
    const sent = this.sent.get(clientId) ?? 0
    const rejected = Math.min(sent, (this.rejected.get(clientId) ?? 0) + 1)
    this.rejected.set(clientId, rejected)
    const there = this.orders().filter((order) => order.clientId === clientId).length
    if (there <= sent - rejected) return null
    const excused = this.forgotten(clientId)
    this.excused.set(clientId, excused)
    return there - excused > sent - rejected ? `${clientId} is put down as never taken, and was taken` : null
  }

  /** What is wrong with orders that have come to the venue since the last time. */
  placed(): { readonly invariant: string; readonly text: string }[] {
    const wrong: { readonly invariant: string; readonly text: string }[] = []
    const orders = this.orders()
    for (; this.seen < orders.length; this.seen++) {
      const { clientId } = orders[this.seen]!
      if (clientId === null || !this.sent.has(clientId)) continue
      const same = orders.filter((one) => one.clientId === clientId).length - (this.excused.get(clientId) ?? 0)
      if (same > 1) wrong.push({ invariant: 'I1', text: `${clientId} is ${same} orders at the venue` })
      const awaited = (this.sent.get(clientId) ?? 0) - (this.rejected.get(clientId) ?? 0)
      if (awaited < 1) wrong.push({ invariant: 'I10', text: `${clientId} was given up, and comes to the venue now` })
    }
    return wrong
  }
}
