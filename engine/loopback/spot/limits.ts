/**
 * Kraken's two rate counters: one a key for REST calls, one an account and pair in the matching engine. Both fall by
 * themselves with time (docs.kraken.com: guides/rest/ratelimits and guides/general/ratelimits).
 */

import { KrakenError } from './errors.ts'

export type Tier = 'starter' | 'intermediate' | 'pro'

interface Rates {
  readonly restMax: number
  readonly restDecay: number
  readonly engineMax: number
  readonly engineDecay: number
}

/** Maxima, and how much falls off a second. */
export const TIERS: Readonly<Record<Tier, Rates>> = {
  starter: { restMax: 15, restDecay: 0.33, engineMax: 60, engineDecay: 1 },
  intermediate: { restMax: 20, restDecay: 0.5, engineMax: 125, engineDecay: 2.34 },
  pro: { restMax: 20, restDecay: 1, engineMax: 180, engineDecay: 3.75 },
}

/** Calls that the REST counter doesn't count, and those that it counts twice. */
const UNCOUNTED = [
  ...['AddOrder', 'AddOrderBatch', 'AmendOrder', 'EditOrder', 'CancelOrder', 'CancelOrderBatch', 'CancelAll'],
  'CancelAllOrdersAfter',
]
const HISTORY = ['Ledgers', 'QueryLedgers', 'TradesHistory', 'QueryTrades']

/** What changing an order costs by its age: the first bound that it is below, in seconds. */
const AMEND: readonly (readonly [number, number])[] = [
  [5, 3],
  [10, 2],
  [15, 1],
]
const EDIT: readonly (readonly [number, number])[] = [
  [5, 6],
  [10, 5],
  [15, 4],
  [45, 2],
  [90, 1],
]
const CANCEL: readonly (readonly [number, number])[] = [
  [5, 8],
  [10, 6],
  [15, 5],
  [45, 4],
  [90, 2],
  [300, 1],
]

class Counter {
  private value = 0
  private atMs = Number.NEGATIVE_INFINITY

  now(nowMs: number, decayPerSecond: number): number {
    if (nowMs > this.atMs) {
      const fallen = this.atMs === Number.NEGATIVE_INFINITY ? 0 : ((nowMs - this.atMs) / 1000) * decayPerSecond
      this.value = Math.max(0, this.value - fallen)
      this.atMs = nowMs
    }
    return this.value
  }

  add(cost: number): void {
    this.value += cost
  }
}

export class RateLimits {
  readonly rates: Rates
  private readonly enabled: boolean
  private readonly nowMs: () => number
  private readonly rest = new Map<string, Counter>()
  private readonly engine = new Map<string, Counter>()

  /** `nowMs`: the clock by which the counters fall. */
  constructor(tier: Tier, enabled: boolean, nowMs: () => number) {
    this.rates = TIERS[tier]
    this.enabled = enabled
    this.nowMs = nowMs
  }

  /** Counts a private call of a key. Throws `EAPI:Rate limit exceeded`. */
  call(key: string, method: string): void {
    if (!this.enabled || UNCOUNTED.includes(method)) return
    const counter = counterOf(this.rest, key)
    const cost = HISTORY.includes(method) ? 2 : 1
    if (counter.now(this.nowMs(), this.rates.restDecay) + cost > this.rates.restMax) {
      throw new KrakenError('EAPI:Rate limit exceeded')
    }
    counter.add(cost)
  }

  /** Counts an order, an amendment, an edit or a cancel of an order of that age. Throws `EOrder:Rate limit exceeded`. */
  order(account: string, pair: string, what: 'add' | 'amend' | 'edit' | 'cancel', ageMs = 0): void {
    if (!this.enabled) return
    const counter = counterOf(this.engine, `${account} ${pair}`)
    const cost =
      what === 'add'
        ? 1
        : what === 'amend'
          ? 1 + byAge(AMEND, ageMs)
          : what === 'edit'
            ? 1 + byAge(EDIT, ageMs)
            : byAge(CANCEL, ageMs)
    const value = counter.now(this.nowMs(), this.rates.engineDecay)
    // A cancel counts, but is never what is refused.
    if (what !== 'cancel' && value + cost > this.rates.engineMax) throw new KrakenError('EOrder:Rate limit exceeded')
    counter.add(cost)
  }
}

function counterOf(all: Map<string, Counter>, name: string): Counter {
  const found = all.get(name) ?? new Counter()
  all.set(name, found)
  return found
}

function byAge(table: readonly (readonly [number, number])[], ageMs: number): number {
  return table.find(([seconds]) => ageMs < seconds * 1000)?.[1] ?? 0
}
