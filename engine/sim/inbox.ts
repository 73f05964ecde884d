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
  /** One byte an id: ids are dense, and a Set of them would be most of an order's cost. */
  private seen = new Uint8Array(1024)

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

  /** Whether an order of this id came before; remembers it. */
  seenBefore(orderId: number): boolean {
    if (orderId >= this.seen.length) {
      const grown = new Uint8Array(Math.max(orderId + 1, this.seen.length * 2))
      grown.set(this.seen)
      this.seen = grown
    }
    if (this.seen[orderId] === 1) return true
    this.seen[orderId] = 1
    return false
  }
}
