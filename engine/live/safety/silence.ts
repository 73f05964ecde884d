/** Silence is the worst message: an alarm when nothing was heard of the market for long, and a word when it is over. */

import type { Environment } from '../environment.ts'
import type { Alerts } from '../ports.ts'

export class SilenceGuard {
  private readonly environment: Environment
  private readonly alerts: Alerts
  private readonly limitMs: number
  private heardMs: number
  private silent = false

  constructor(environment: Environment, alerts: Alerts, limitMs: number) {
    this.environment = environment
    this.alerts = alerts
    this.limitMs = limitMs
    this.heardMs = environment.monotonicMs()
  }

  heard(): void {
    this.heardMs = this.environment.monotonicMs()
    if (this.silent) this.alerts.tell('info', 'HEARD', 'the market is heard again')
    this.silent = false
  }

  check(): void {
    const silentMs = this.environment.monotonicMs() - this.heardMs
    if (this.silent || silentMs <= this.limitMs) return
    this.silent = true
    this.alerts.tell('alarm', 'SILENT', `nothing was heard of the market for ${Math.round(silentMs / 60_000)} minutes`)
  }
}
