/** A clock that can be set to a venue's: deadlines and windows of trades are judged by the venue's time, not by ours. */

import type { Environment, Timer } from '../../live/environment.ts'
import type { ExchangePort } from '../../live/exchange.ts'

export class VenueClock implements Environment {
  private readonly ours: Environment
  private aheadMs = 0

  constructor(ours: Environment) {
    this.ours = ours
  }

  nowMs(): number {
    return this.ours.nowMs() + this.aheadMs
  }

  monotonicMs(): number {
    return this.ours.monotonicMs()
  }

  after(delayMs: number, then: () => void): Timer {
    return this.ours.after(delayMs, then)
  }

  /** Sets it by one question, good to the time that its answer takes. */
  async setBy(exchange: Pick<ExchangePort, 'serverTimeMs'>): Promise<void> {
    const beforeMs = this.ours.nowMs()
    const venueMs = await exchange.serverTimeMs()
    this.aheadMs = venueMs - (beforeMs + this.ours.nowMs()) / 2
  }
}
