/** What a session is made of. */

import type { Dec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { OrderFields } from '../core/order.ts'
import type { AccountView } from './account-view.ts'
import type { Rates } from './booking.ts'
import type { Patience, SendPoint } from './context.ts'
import type { Decider } from './decider.ts'
import type { Environment } from './environment.ts'
import type { ExchangePort, VenueMarket, VenueTrade } from './exchange.ts'
import type { Journal } from './journal.ts'
import type { MarginView } from './liquidation.ts'
import type { OrderTable } from './order-table.ts'
import type { Alerts, CandleFeed, ClosedRow, OrderGate } from './ports.ts'
import type { Baseline } from './reconcile.ts'

/** A trade of the venue's, the order that it belongs to, and the position after it, in units. */
export interface BookedFill {
  readonly trade: VenueTrade
  readonly order: OrderFields
  readonly position: Dec
}

export interface SessionPorts {
  readonly environment: Environment
  readonly exchange: ExchangePort
  readonly feed: CandleFeed
  readonly gate: OrderGate
  readonly alerts: Alerts
}

export interface SessionOptions extends SessionPorts {
  readonly decider: Decider
  readonly journal: Journal
  readonly table: OrderTable
  readonly clientId: (orderId: number, leg: number) => string
  readonly prefix: string | null
  readonly leverage: number
  /** How the account borrows; absent or null where nothing is known of it. */
  readonly margin?: MarginView | null
  readonly account: AccountView
  readonly markets: readonly VenueMarket[]
  readonly rates: readonly Rates[]
  readonly baseline: Baseline
  /** Trades before this time are not the session's. */
  readonly sinceMs: number
  readonly patience?: Patience
  readonly at?: (point: SendPoint) => void
  /** Called with each row before anything of it is looked at; a venue on paper learns of it so. */
  readonly onRow?: (row: ClosedRow) => void
  /** Called after every look at the venue, with what is out there. */
  readonly onSettled?: (resting: { readonly entries: number; readonly protective: number }) => void
  /** Called with each fill once it is in the books. */
  readonly onFill?: (fill: BookedFill) => void
  /** Where the report of a halt goes. */
  readonly onReport?: (text: string) => void
  /** Compare the venue's balances with the books this often, ms; 0 for never. Default: a quarter of an hour. */
  readonly reconcileMs?: number
}

/** What a caller may not do with a session. */
export function sessionError(code: string, message: string, hint: string, where?: string): TandemError {
  return new TandemError(message, { code, hint, ...(where === undefined ? {} : { where }) })
}
