/** What an alert is, and what carries it. */

/** `alarm` must wake somebody: a halt, an emergency liquidation, a demotion, silence. */
export type AlertLevel = 'info' | 'warn' | 'alarm'

export interface Alert {
  readonly level: AlertLevel
  /** Machine-readable: HALTED, EMERGENCY, DEMOTED, SILENT, … */
  readonly code: string
  readonly text: string
  readonly session: string
  readonly atMs: number
  /** How often the same was told since it was last delivered. */
  readonly times: number
}

/** One way out. `send` resolves once the other side has taken it; it must end when `signal` does. */
export interface AlertChannel {
  readonly name: string
  send(alert: Alert, signal: AbortSignal): Promise<void>
}

/** The alert as one or two lines for a human. */
export function alertText({ level, code, text, session, atMs, times }: Alert): string {
  const head = { info: 'tandem', warn: 'tandem: warning', alarm: 'tandem: ALARM' }[level]
  const often = times > 1 ? ` (${times} times)` : ''
  return `${head} ${code} in ${session}${often}\n${text}\n${new Date(atMs).toISOString()}`
}
