/** Clocks drift apart: the venue is asked for its time now and then. */

import { ask, type SessionContext } from './context.ts'
import type { SteadyClock } from './steady-clock.ts'

/** How often the venue is asked. */
const EVERY_MS = 600_000

export class VenueTime {
  private readonly context: SessionContext & { readonly environment: SteadyClock }
  private nextMs: number

  constructor(context: SessionContext & { readonly environment: SteadyClock }) {
    this.context = context
    this.nextMs = context.environment.nowMs() + EVERY_MS
  }

  /** It is asked at the next look, whenever it was asked last. */
  soon(): void {
    this.nextMs = 0
  }

  /** Asks where it is time to. */
  async look(): Promise<void> {
    const { environment, exchange } = this.context
    if (environment.nowMs() < this.nextMs) return
    this.nextMs = environment.nowMs() + EVERY_MS
    const askedMs = environment.monotonicMs()
    const time = await ask(this.context, () => exchange.serverTimeMs())
    if (time.ok) environment.told(time.value, askedMs, exchange.abilities.clockStepMs)
  }
}
