/**
 * When a balance may and must be asked for again (RULES F2): cached for 60 s, never refreshed more often than every 5 s;
 * a fill or a refused order makes it stale. Failures back off from 1 s by × 1.2 up to 60 s; five in a row open the
 * breaker for 60 s, after which one attempt decides. Times are monotonic, in ms.
 */

export interface RefreshConfig {
  readonly cacheMs: number
  readonly spacingMs: number
  readonly backoffMs: number
  readonly backoffFactor: number
  readonly backoffMaxMs: number
  /** Failures in a row that open the breaker. */
  readonly failures: number
  readonly breakerMs: number
}

export const REFRESH: RefreshConfig = {
  cacheMs: 60_000,
  spacingMs: 5_000,
  backoffMs: 1_000,
  backoffFactor: 1.2,
  backoffMaxMs: 60_000,
  failures: 5,
  breakerMs: 60_000,
}

export class RefreshPolicy {
  private readonly config: RefreshConfig
  private refreshedMs = Number.NEGATIVE_INFINITY
  private failedMs = Number.NEGATIVE_INFINITY
  private failures = 0
  private stale = true

  constructor(config: RefreshConfig = REFRESH) {
    this.config = config
  }

  /** Whether what is cached may be used at `atMs`. */
  isFresh(atMs: number): boolean {
    return !this.stale && atMs - this.refreshedMs < this.config.cacheMs
  }

  /** The first moment at which the venue may be asked; in the past where it may be at once. */
  mayAskFromMs(): number {
    const { spacingMs, breakerMs, failures } = this.config
    const wait = this.failures === 0 ? 0 : this.failures >= failures ? breakerMs : this.backoff()
    return Math.max(this.refreshedMs + spacingMs, this.failedMs + wait)
  }

  get breakerOpen(): boolean {
    return this.failures >= this.config.failures
  }

  /** Wait after the failures so far, ms. */
  backoff(): number {
    const { backoffMs, backoffFactor, backoffMaxMs } = this.config
    let wait = backoffMs
    for (let i = 1; i < this.failures && wait < backoffMaxMs; i++) wait *= backoffFactor
    return Math.min(wait, backoffMaxMs)
  }

  /** A fill or a refused order: what is cached is no longer true. */
  invalidate(): void {
    this.stale = true
  }

  succeeded(atMs: number): void {
    this.refreshedMs = atMs
    this.failures = 0
    this.failedMs = Number.NEGATIVE_INFINITY
    this.stale = false
  }

  failed(atMs: number): void {
    this.failedMs = atMs
    this.failures += 1
  }
}
