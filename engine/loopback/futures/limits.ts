/** Kraken Futures' token buckets: 500 per 10 s for trading, 100 per 10 min for history (docs, rate limits). */

import { FuturesError } from './errors.ts'

const COSTS: Readonly<Record<string, number>> = {
  sendorder: 10,
  editorder: 10,
  cancelorder: 10,
  cancelallorders: 25,
  cancelallordersafter: 25,
  accounts: 2,
  openpositions: 2,
  openorders: 2,
  fills: 2,
}
const TRADING = { tokens: 500, windowMs: 10_000 }
const HISTORY = { tokens: 100, windowMs: 600_000 }

interface Bucket {
  tokens: number
  atMs: number
}

export class TokenBuckets {
  private readonly enabled: boolean
  private readonly nowMs: () => number
  private readonly buckets = new Map<string, Bucket>()

  constructor(enabled: boolean, nowMs: () => number) {
    this.enabled = enabled
    this.nowMs = nowMs
  }

  /** Throws `apiLimitExceeded`. */
  take(key: string, method: string): void {
    if (!this.enabled) return
    const isHistory = method.startsWith('history/')
    const size = isHistory ? HISTORY : TRADING
    const name = `${key} ${isHistory ? 'history' : 'trading'}`
    const now = this.nowMs()
    const bucket = this.buckets.get(name) ?? { tokens: size.tokens, atMs: now }
    bucket.tokens = Math.min(size.tokens, bucket.tokens + ((now - bucket.atMs) / size.windowMs) * size.tokens)
    bucket.atMs = now
    this.buckets.set(name, bucket)
    const cost = COSTS[method] ?? 1
    if (bucket.tokens < cost) throw new FuturesError('apiLimitExceeded', 429)
    bucket.tokens -= cost
  }
}
