/** What becomes of a websocket message. */

import type { Faults } from './faults.ts'

export type MessageFate = 'sent' | 'dropped' | 'silent' | 'lost' | 'twice' | 'held'

export class SocketFaults {
  private readonly faults: Faults
  private readonly held = new WeakMap<object, unknown>()

  constructor(faults: Faults) {
    this.faults = faults
  }

  /** Of data alone: answers to the client's own requests come as they should. */
  fate(message: object): MessageFate {
    const { channel } = message as { readonly channel?: unknown }
    if (channel !== 'ohlc' && channel !== 'executions') return 'sent'
    if (this.faults.fires('ws-drop')) return 'dropped'
    if (this.faults.fires('ws-silent')) return 'silent'
    if (this.faults.fires('ws-gap')) return 'lost'
    if (this.faults.fires('ws-duplicate')) return 'twice'
    return this.faults.fires('ws-reorder') ? 'held' : 'sent'
  }

  /** What goes out on the connection now, in this order. */
  order(connection: object, message: unknown, fate: MessageFate): readonly unknown[] {
    const before = this.held.get(connection)
    this.held.delete(connection)
    const behind = before === undefined ? [] : [before]
    if (fate === 'lost') return behind
    if (fate === 'twice') return [message, message, ...behind]
    if (fate === 'held' && before === undefined) {
      this.held.set(connection, message)
      return []
    }
    return [message, ...behind]
  }
}
