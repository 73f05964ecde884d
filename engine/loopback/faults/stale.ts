/** Reads that lag behind the truth: an account's orders, balances, positions or trades as they were before a change. */

import type { Faults } from './faults.ts'

const LAGS = ['read-lag-orders', 'read-lag-balances', 'read-lag-positions', 'read-lag-trades'] as const
type Lag = (typeof LAGS)[number]

/** Calls that each lag holds back, by protocol. */
const METHODS: Readonly<Record<Lag, readonly string[]>> = {
  'read-lag-orders': ['OpenOrders', 'GET openorders'],
  'read-lag-balances': ['BalanceEx', 'Balance', 'GET accounts'],
  'read-lag-positions': ['OpenPositions', 'GET openpositions'],
  'read-lag-trades': ['TradesHistory', 'GET fills'],
}
/** Reads that see the old state. */
const READS = 2

export class StaleReads {
  private readonly faults: Faults
  private readonly held = new Map<string, { readonly lag: Lag; readonly body: unknown; left: number }>()

  constructor(faults: Faults) {
    this.faults = faults
  }

  /** Before a change of the account's: what it would be told now, by method, is perhaps what it is told for a while. */
  before(account: string, methods: readonly string[], peek: (method: string) => unknown): void {
    for (const lag of LAGS) {
      if (!this.faults.draws(lag)) continue
      for (const method of METHODS[lag]) {
        if (methods.includes(method)) this.held.set(`${account} ${method}`, { lag, body: peek(method), left: READS })
      }
    }
  }

  /** The old answer; undefined where the true one is due. */
  take(account: string, method: string): unknown {
    const one = this.held.get(`${account} ${method}`)
    if (one === undefined) return undefined
    one.left -= 1
    if (one.left === 0) this.held.delete(`${account} ${method}`)
    this.faults.note(one.lag)
    return one.body
  }
}
