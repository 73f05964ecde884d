/**
 * Pacing by category (RULES C2, C3, C5): entry, exit, monitoring and query each wait for their own interval and for no
 * other. Rules use logical time, so an interval shorter than a bar is satisfied at the next bar.
 */

export const PACED = ['entry', 'exit', 'monitoring', 'query'] as const
export type Paced = (typeof PACED)[number]

export interface PacingConfig {
  readonly entryMs: number
  readonly exitMs: number
  readonly monitoringMs: number
  readonly queryMs: number
  /** An unfilled entry order is stale from this age on. */
  readonly staleEntryMs: number
}

/** When each category was last used; null before its first time. */
export type PacingSnapshot = Readonly<Record<Paced, number | null>>

export class Pacing {
  private config: PacingConfig
  private last: Record<Paced, number | null> = { entry: null, exit: null, monitoring: null, query: null }

  constructor(config: PacingConfig) {
    this.config = config
  }

  /** Another profile's intervals, over the same memory. */
  configure(config: PacingConfig): void {
    this.config = config
  }

  intervalMs(category: Paced): number {
    return this.config[`${category}Ms`]
  }

  /** First time at which the category may be used again; -Infinity where it never was. */
  dueMs(category: Paced): number {
    const last = this.last[category]
    return last === null ? Number.NEGATIVE_INFINITY : last + this.intervalMs(category)
  }

  /** Whether the category may be used at `atMs`; exactly an interval later it may. */
  due(category: Paced, atMs: number): boolean {
    return atMs >= this.dueMs(category)
  }

  used(category: Paced, atMs: number): void {
    this.last[category] = atMs
  }

  /** From this time on an unfilled entry order approved at `approvedMs` is stale and is cancelled. */
  staleFromMs(approvedMs: number): number {
    return approvedMs + this.config.staleEntryMs
  }

  snapshot(): PacingSnapshot {
    return { ...this.last }
  }

  restore(state: PacingSnapshot): void {
    this.last = { ...state }
  }
}
