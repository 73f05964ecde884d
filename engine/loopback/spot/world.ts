/** What Kraken's spot calls have in their hands. */

import type { Desk } from '../desk.ts'
import type { Ids } from '../ids.ts'
import type { ApiKey } from '../keys.ts'
import type { Form } from './form.ts'
import type { RateLimits } from './limits.ts'
import type { MarketStatus, SpotMarkets } from './markets.ts'

/** How far behind the truth an account's reads are, ms; what happened since isn't told yet. */
export interface ReadLag {
  readonly ordersMs: number
  readonly balancesMs: number
}

export interface SpotWorld {
  readonly markets: SpotMarkets
  readonly limits: RateLimits
  readonly ids: Ids
  /** Of the whole exchange. */
  status: MarketStatus
  /** Arms the dead man's switch of an account for `atMs`; null disarms it. */
  setDeadMan(account: string, atMs: number | null): void
  /** A token for the private websocket. */
  socketToken(key: ApiKey): string
}

export interface SpotCall {
  readonly world: SpotWorld
  readonly desk: Desk
  readonly key: ApiKey
  readonly form: Form
  readonly nowMs: number
}
