/** What Kraken Futures' calls have in their hands. */

import type { Desk } from '../desk.ts'
import type { ApiKey } from '../keys.ts'
import type { TokenBuckets } from './limits.ts'
import type { FuturesMarkets } from './markets.ts'

export interface FuturesWorld {
  readonly markets: FuturesMarkets
  readonly limits: TokenBuckets
  setDeadMan(account: string, atMs: number | null): void
}

export interface FuturesCall {
  readonly world: FuturesWorld
  readonly desk: Desk
  readonly key: ApiKey
  /** Query and body together. */
  readonly form: URLSearchParams
  readonly nowMs: number
}
