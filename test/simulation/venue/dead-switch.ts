/** The venue's dead man's switch: when its time is over, every open order of the account ends. */

import type { VirtualTime } from '../world/virtual-time.ts'
import type { Exchange } from './exchange.ts'

export class DeadSwitch {
  /** When it goes off; null while it isn't armed. */
  atMs: number | null = null
  private readonly time: VirtualTime
  private readonly exchange: Exchange
  private readonly fired: () => void

  constructor(time: VirtualTime, exchange: Exchange, fired: () => void) {
    this.time = time
    this.exchange = exchange
    this.fired = fired
  }

  set(atMs: number | null): void {
    this.atMs = atMs
    if (atMs === null) return
    this.time.at(atMs, () => {
      if (this.atMs === atMs) this.goOff()
    })
  }

  private goOff(): void {
    this.atMs = null
    const open = this.exchange.openOrders()
    for (const order of open) this.exchange.endByItself(order, 'cancelled', this.time.nowMs)
    if (open.length > 0) this.fired()
  }
}
