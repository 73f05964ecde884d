/**
 * Breakers over what venues answer: refusals that repeat, and outcomes that nobody knows. They stop what would otherwise
 * be tried again and again; what they raised stays until an operator resumes, but for an outcome that becomes known.
 */

import type { Conditions } from './conditions.ts'

export interface BreakerConfig {
  /** Equal refusals in a row that turn a symbol off. */
  readonly equalRejects: number
  /** Refusals of any kind within `windowMs` that leave only orders that lower exposure. */
  readonly rejects: number
  readonly windowMs: number
  /** Unresolved outcomes that halt the session; fewer block their symbols. */
  readonly unknowns: number
}

export const BREAKERS: BreakerConfig = { equalRejects: 3, rejects: 5, windowMs: 600_000, unknowns: 2 }

export class Breakers {
  private readonly conditions: Conditions
  private readonly config: BreakerConfig
  private times: number[] = []
  private readonly runs = new Map<string, { code: string; count: number }>()
  /** Client ids of unresolved orders, with their symbols. */
  private readonly open = new Map<string, string>()

  constructor(conditions: Conditions, config: BreakerConfig = BREAKERS) {
    this.conditions = conditions
    this.config = config
  }

  /** The venue has definitely refused an order; `code` is ours and the same for the same reason. */
  rejected(symbol: string, code: string, atMs: number): void {
    const { equalRejects, rejects, windowMs } = this.config
    const run = this.runs.get(symbol)
    const count = run?.code === code ? run.count + 1 : 1
    this.runs.set(symbol, { code, count })
    if (count >= equalRejects) {
      const why = `${count} refusals in a row: ${code}`
      this.conditions.raiseSymbol({ symbol, key: 'EQUAL_REJECTS', level: 'off', why, sinceMs: atMs, latched: true })
    }
    this.times = [...this.times.filter((time) => time > atMs - windowMs), atMs]
    if (this.times.length < rejects) return
    const why = `${this.times.length} refusals within ${windowMs / 60_000} minutes, the last ${code} in ${symbol}`
    this.conditions.raise({ key: 'MANY_REJECTS', level: 'reducing', why, sinceMs: atMs, latched: true })
  }

  /** The venue has taken an order: a run of equal refusals ends. */
  accepted(symbol: string): void {
    this.runs.delete(symbol)
  }

  /** Nobody knows what became of an order: its symbol takes no other until `resolved`. */
  unknown(clientId: string, symbol: string, atMs: number): void {
    this.open.set(clientId, symbol)
    const why = `it isn't known what became of order ${clientId}`
    this.conditions.raiseSymbol({
      symbol,
      key: 'UNKNOWN_OUTCOME',
      level: 'blocked',
      why,
      sinceMs: atMs,
      latched: false,
    })
    if (this.open.size < this.config.unknowns) return
    const text = `it isn't known what became of ${this.open.size} orders: ${[...this.open.keys()].join(', ')}`
    this.conditions.raise({ key: 'UNKNOWN_OUTCOMES', level: 'halted', why: text, sinceMs: atMs, latched: true })
  }

  /** It is known now, whatever it was. */
  resolved(clientId: string): void {
    const symbol = this.open.get(clientId)
    if (symbol === undefined) return
    this.open.delete(clientId)
    if ([...this.open.values()].includes(symbol)) return
    this.conditions.clearSymbol(symbol, 'UNKNOWN_OUTCOME', `order ${clientId} was found out about`)
  }

  /** An operator resumed: what was counted is forgotten, but not what is unknown. */
  resumed(): void {
    this.times = []
    this.runs.clear()
  }

  get unresolved(): readonly string[] {
    return [...this.open.keys()]
  }
}
