/** A venue that doesn't answer for the account: people are told once, and once when it answers again. */

import type { SessionContext } from './context.ts'

/** Looks in a row without an answer after which they are told. */
const MOST_UNHEARD = 3

export class Reach {
  private readonly context: Pick<SessionContext, 'alerts' | 'exchange'>
  private unheard = 0

  constructor(context: Pick<SessionContext, 'alerts' | 'exchange'>) {
    this.context = context
  }

  /** The venue was looked at; `failure` says why it didn't answer, null that it did. */
  heard(failure: string | null): void {
    const { alerts, exchange } = this.context
    if (failure === null) {
      if (this.unheard >= MOST_UNHEARD) alerts.tell('info', 'VENUE_BACK', `${exchange.venue} answers again`)
      this.unheard = 0
      return
    }
    this.unheard += 1
    if (this.unheard !== MOST_UNHEARD) return
    alerts.tell('warn', 'VENUE_DOWN', `${exchange.venue} doesn't answer for the account: ${failure}`)
  }
}
