/** A clock that can be set to a venue's: deadlines and windows of trades are judged by the venue's time, not by ours. */

import { type Environment, pause, type Timer } from '../../live/environment.ts'
import type { ExchangePort } from '../../live/exchange.ts'

export class VenueClock implements Environment {
  private readonly ours: Environment
  /** So many ms of the venue's time pass in one of ours. */
  rate = 1
  /** Their time is `venueMs` at ours of `oursMs`. */
  private venueMs = 0
  private oursMs = 0

  constructor(ours: Environment) {
    this.ours = ours
    this.oursMs = ours.nowMs()
    this.venueMs = this.oursMs
  }

  nowMs(): number {
    return this.venueMs + (this.ours.nowMs() - this.oursMs) * this.rate
  }

  monotonicMs(): number {
    return this.ours.monotonicMs()
  }

  after(delayMs: number, then: () => void): Timer {
    return this.ours.after(delayMs, then)
  }

  /**
   * Sets it by two questions, good to the time that their answers take. A practice exchange may play its candles faster
   * than life: deadlines of seconds are then over in a moment, unless this clock goes as fast.
   */
  async setBy(exchange: Pick<ExchangePort, 'serverTimeMs'>): Promise<void> {
    const first = await this.ask(exchange)
    await pause(this.ours, APART_MS)
    const second = await this.ask(exchange)
    const rate = (second.venueMs - first.venueMs) / (second.oursMs - first.oursMs)
    // Venues tell whole seconds: what looks a little fast is not.
    this.rate = rate > FASTER ? rate : 1
    this.venueMs = second.venueMs
    this.oursMs = second.oursMs
  }

  private async ask(exchange: Pick<ExchangePort, 'serverTimeMs'>): Promise<{ venueMs: number; oursMs: number }> {
    const beforeMs = this.ours.nowMs()
    const venueMs = await exchange.serverTimeMs()
    return { venueMs, oursMs: (beforeMs + this.ours.nowMs()) / 2 }
  }
}

const APART_MS = 400
const FASTER = 5
