/** Messages on their way to the venue, in order of arrival; and the ids it has seen. */

import type { ApprovedOrder } from '../core/order.ts'

export interface Message {
  readonly arriveMs: number
  /** An order, or null for the cancel of `cancelId`. */
  readonly order: ApprovedOrder | null
  readonly cancelId: number
}

export class Inbox {
  private readonly messages: Message[] = []
  /** Instrument + 1 by id; 0 for one never seen. Ids are dense, and a Map of them would be most of an order's cost. */
  private seen = new Uint16Array(1024)

  get empty(): boolean {
    return this.messages.length === 0
  }

  /** Adds a message behind those that arrive at the same time or earlier. */
  add(message: Message): void {
    const { messages } = this
    messages.push(message)
    for (let i = messages.length - 1; i > 0 && messages[i - 1]!.arriveMs > message.arriveMs; i--) {
      messages[i] = messages[i - 1]!
      messages[i - 1] = message
    }
  }

  get length(): number {
    return this.messages.length
  }

  at(index: number): Message {
    return this.messages[index]!
  }

  /** Puts a message that stays at `index`, while a pass over the messages closes the ranks. */
  keep(index: number, message: Message): void {
    this.messages[index] = message
  }

  /** Ends a pass: only the first `kept` messages stay. */
  trim(kept: number): void {
    // Popped one by one: setting `length` is a slow call into the runtime.
    while (this.messages.length > kept) this.messages.pop()
  }

  /** Whether a cancel of this order is on its way. */
  hasCancel(orderId: number): boolean {
    for (const { order, cancelId } of this.messages) if (order === null && cancelId === orderId) return true
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
    if (id >= this.seen.length) {
      const grown = new Uint16Array(Math.max(id + 1, this.seen.length * 2))
      grown.set(this.seen)
      this.seen = grown
    }
    if (this.seen[id] !== 0) return true
    this.seen[id] = instrument + 1
    return false
  }

  /** The instrument of an order that came before; -1 where none did. */
  instrumentOf(orderId: number): number {
    return (this.seen[orderId] ?? 0) - 1
  }

  /** Takes the order of this id out of the first `kept` messages, where it waits for its symbol's bar; null for none. */
  withdraw(orderId: number, kept: number): ApprovedOrder | null {
    for (let i = 0; i < kept; i++) {
      const { order } = this.messages[i]!
      if (order === null || order.id !== orderId) continue
      for (let k = i + 1; k < kept; k++) this.messages[k - 1] = this.messages[k]!
      return order
    }
    return null
  }
}
