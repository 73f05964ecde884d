/** What a loopback exchange is asked to be. */

import type { Tier } from '../../loopback/spot/limits.ts'
import type { AmbiguityModel } from '../../sim/matching.ts'

export interface ExchangeOptions {
  readonly store: string
  /** Whose candles are played; they become Kraken's. */
  readonly venue: string
  /** `BTC/USD` for spot, `BTC/USD:USD` for Kraken Futures. */
  readonly symbols: readonly string[]
  readonly timeframe: string
  readonly from?: string
  readonly to?: string
  /** When the exchange opens; what is before is history. Default: `from`, or the first bar. */
  readonly start?: string
  /** A file of candles in place of the store: of one symbol. */
  readonly csv?: string
  /** A made-up market from this seed in place of the store. */
  readonly synthetic?: number
  readonly bars?: number
  /** Of the account `main`, by currency. */
  readonly balances: Readonly<Record<string, string>>
  /** More accounts: by name, balances by currency. */
  readonly accounts?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Where keys are read from, or written to where the file isn't there. */
  readonly keysFile: string
  readonly port: number
  /** `virtual`, `max`, or a multiple of the wall clock's speed. */
  readonly speed: 'virtual' | 'max' | number
  readonly tier: Tier
  readonly rateLimits: 'wall' | 'exchange' | 'off'
  /** Whether spot can be leveraged. */
  readonly margin: boolean
  readonly fees: 'schedule' | { readonly maker: number; readonly taker: number }
  readonly minimums: boolean
  readonly spreadBps: number
  readonly slippageBps: number
  readonly ambiguous: AmbiguityModel
  readonly participation: number
  readonly seed: number
  /** As `parseFaults` reads them: `all`, or `lost-response=0.1,funding`. Absent for none. */
  readonly faults?: string
  readonly faultSeed: number
  /** How late a late request or answer is at the most, ms by the wall clock. */
  readonly lateMs: number
  readonly log: (line: string) => void
}
