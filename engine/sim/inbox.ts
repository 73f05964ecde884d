/** Messages on their way to the venue, in order of arrival; and the ids it has seen. */

import type { ApprovedOrder } from '../core/order.ts'
import { emptyArray } from '../core/table.ts'

/** One on its way; used again once it was read. */
export class Message {
  arriveMs = Number.NaN
  /** An order, or null for the cancel of `cancelId`. */
  order: ApprovedOrder | null = null
  cancelId = 0
  /** Whether `order` is what a resting order of its id is to become. */
  amends = false
}

export class Inbox {
  /** Those on their way, then those to use again. */
  private readonly messages = emptyArray<Message>()
  /** How many are on their way. */
  length = 0
  /** Instrument + 1 by id; 0 for one never seen. Ids are dense, and a Map of them would be most of an order's cost. */
  private seen = new Uint16Array(1024)

  get empty(): boolean {
    return this.length === 0
  }

  /** Adds an order, an amendment, or the cancel of `cancelId`, behind what arrives at the same time or earlier. */
  add(arriveMs: number, order: ApprovedOrder | null, cancelId: number, amends = false): void {
    const { messages } = this
    let at = this.length++
    if (at === messages.length) messages.push(new Message())
    const message = messages[at]!
    message.arriveMs = arriveMs
    message.order = order
    message.cancelId = cancelId
    message.amends = amends
    for (; at > 0 && messages[at - 1]!.arriveMs > arriveMs; at--) {
      messages[at] = messages[at - 1]!
      messages[at - 1] = message
    }
  }

  at(index: number): Message {
    return this.messages[index]!
  }

  /** Moves a message that stays from `from` to `to`, while a pass over the messages closes the ranks. */
  keep(to: number, from: number): void {
    if (to === from) return
    const { messages } = this
    const message = messages[from]!
    messages[from] = messages[to]!
    messages[to] = message
  }

  /** Ends a pass: only the first `kept` messages stay. */
  trim(kept: number): void {
    this.length = kept
  }

  /** Whether a cancel of this order is on its way. */
  hasCancel(orderId: number): boolean {
    for (let i = 0; i < this.length; i++) {
      const { order, cancelId } = this.messages[i]!
      if (order === null && cancelId === orderId) return true
    }
    return false
  }

  /** Whether the first `kept` messages hold a cancel for an order of this instrument. */
  cancelAhead(instrument: number, kept: number): boolean {
    for (let i = 0; i < kept; i++) {
      const { order, cancelId } = this.messages[i]!
      if (order === null && this.instrumentOf(cancelId) === instrument) return true
    }
    return false
  }

  /** Whether an order of this id came before; remembers it. */
  seenBefore({ id, instrument }: ApprovedOrder): boolean {
    if (id < this.seen.length && this.seen[id] !== 0) return true
    this.see(id, instrument)
    return false
  }

  /** Remembers an order's id. */
  see(id: number, instrument: number): void {
    if (id >= this.seen.length) this.grow(id)
    this.seen[id] = instrument + 1
  }

  private grow(id: number): void {
    const grown = new Uint16Array(Math.max(id + 1, this.seen.length * 2))
    grown.set(this.seen)
    this.seen = grown
  }

  /** The instrument of an order that came before; -1 where none did. */
  instrumentOf(orderId: number): number {
    return (this.seen[orderId] ?? 0) - 1
  }

  /** Changes the order of this id, where it waits for its symbol's bar among the first `kept` messages; whether it did. */
  amendWaiting(amended: ApprovedOrder, kept: number): boolean {
    for (let i = 0; i < kept; i++) {
      const message = this.messages[i]!
      if (message.order === null || message.amends || message.order.id !== amended.id) continue
      message.order = amended
      return true
    }
    return false
  }

  /** Takes the order of this id out of the first `kept` messages, where it waits for its symbol's bar; null for none. */
  withdraw(orderId: number, kept: number): ApprovedOrder | null {
    for (let i = 0; i < kept; i++) {
      const { order, amends } = this.messages[i]!
      if (order === null || amends || order.id !== orderId) continue
      for (let k = i + 1; k < kept; k++) this.keep(k - 1, k)
      return order
    }
    return null
  }
}
