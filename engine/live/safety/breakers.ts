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
  /** Unresolved orders by symbol. */
  private readonly open = new Map<string, number>()

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
      this.conditions.raiseSymbol({ symbol, key: 'EQUAL_REJECTS', why, sinceMs: atMs, latched: true })
    }
    this.times = [...this.times.filter((time) => time > atMs - windowMs), atMs]
    if (this.times.length < rejects) return
    const why = `${this.times.length} refusals within ${windowMs / 60_000} minutes, the last ${code} in ${symbol}`
    this.conditions.raise({ key: 'MANY_REJECTS', level: 'REDUCING', why, sinceMs: atMs, latched: true })
  }

  /** The venue has taken an order: a run of equal refusals ends. */
  accepted(symbol: string): void {
    this.runs.delete(symbol)
  }

  /**
   * Nobody knows what became of an order: its symbol takes no entry until `resolved`. Exits go: the executor holds a
   * second one back while the first may live, and what protects a position must not wait.
   */
  unknown(symbol: string, atMs: number): void {
    this.open.set(symbol, (this.open.get(symbol) ?? 0) + 1)
    const why = "it isn't known what became of an order"
    this.conditions.raiseSymbol({
      symbol,
      key: 'UNKNOWN_OUTCOME',
      why,
      sinceMs: atMs,
      latched: false,
    })
    if (this.unresolved < this.config.unknowns) return
    const text = `it isn't known what became of ${this.unresolved} orders, in ${[...this.open.keys()].join(', ')}`
    this.conditions.raise({ key: 'UNKNOWN_OUTCOMES', level: 'HALTED', why: text, sinceMs: atMs, latched: true })
  }

  /** It is known now, whatever it was. */
  resolved(symbol: string): void {
    const left = (this.open.get(symbol) ?? 0) - 1
    if (left > 0) {
      this.open.set(symbol, left)
      return
    }
    if (this.open.delete(symbol)) this.conditions.clearSymbol(symbol, 'UNKNOWN_OUTCOME', 'it became known')
  }

  /** An operator resumed: what was counted is forgotten, but not what is unknown. */
  resumed(): void {
    this.times = []
    this.runs.clear()
  }

  /** Orders whose fate isn't known. */
  get unresolved(): number {
    return [...this.open.values()].reduce((sum, count) => sum + count, 0)
  }
}
