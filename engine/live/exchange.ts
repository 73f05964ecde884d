/**
 * The Exchange port: what live code asks of a venue, in tandem's words. Every call is asynchronous and can fail in the
 * middle, so that nobody knows what became of it: an `ExchangeError` says what is known. Implementations: ccxt's
 * clients, and a faulty simulated venue in the tests. Amounts are decimal text, exact; symbols are `BASE/QUOTE`.
 */

import type { RejectCode } from '../core/fact.ts'
import type { OrderType, Side, TimeInForce } from '../core/order.ts'

/** An order as it leaves for a venue. Amounts are null where the order has none. */
export interface OutgoingOrder {
  /** Ours, the same for ever for the same intent. */
  readonly clientId: string
  readonly symbol: string
  readonly side: Side
  readonly type: OrderType
  /** Base quantity; null where `quoteAmount` says how much. */
  readonly quantity: string | null
  /** A market buy sized in quote, fee included. */
  readonly quoteAmount: string | null
  readonly limitPrice: string | null
  /** Trigger of a stop or take-profit. */
  readonly stopPrice: string | null
  readonly timeInForce: TimeInForce
  /** When a GTD order ends, ms UTC; null for never. */
  readonly expiresMs: number | null
  readonly postOnly: boolean
  readonly reduceOnly: boolean
  /** Distance of a trailing stop, as an amount of price or a share of it. */
  readonly trailAmount: string | null
  readonly trailRate: string | null
  /** 1 where nothing is borrowed. */
  readonly leverage: number
  /** The venue must refuse it when it comes later, ms UTC; null where the venue can't. */
  readonly deadlineMs: number | null
  /** A recent price, for venues whose market orders need one. */
  readonly referencePrice: string | null
  /** Orders of one name cancel each other, for venues that link orders themselves (`abilities.pairs`: native). */
  readonly group?: string | null
}

export type VenueOrderStatus = 'open' | 'filled' | 'cancelled' | 'rejected' | 'expired'

/** What the venue says of an order. */
export interface VenueOrder {
  readonly venueId: string
  /** Null where the venue holds none: the order isn't ours. */
  readonly clientId: string | null
  readonly symbol: string
  readonly side: Side
  readonly status: VenueOrderStatus
  readonly quantity: string | null
  readonly filled: string
  readonly limitPrice: string | null
  readonly stopPrice: string | null
  /** Placed at, ms UTC; null where the venue doesn't say. */
  readonly placedMs: number | null
  /** Its last change, ms UTC; null where the venue doesn't say. */
  readonly changedMs: number | null
  /** Why it was rejected after it had been taken, and the least size in quote that the refusal names. */
  readonly reject?: RejectCode
  readonly leastQuote?: string | null
}

/** A trade, the only source of the ledger. */
export interface VenueTrade {
  readonly tradeId: string
  readonly venueId: string
  readonly clientId: string | null
  readonly symbol: string
  readonly side: Side
  readonly quantity: string
  readonly price: string
  /** Quote; null where the venue doesn't say, and it is price × quantity. */
  readonly value: string | null
  /** Null where the venue doesn't say (yet). */
  readonly fee: string | null
  readonly feeAsset: string | null
  /** Null where the venue doesn't say. */
  readonly maker: boolean | null
  /** The venue closed a position by force (a liquidation, a deleveraging), by no order of ours. */
  readonly liquidation: boolean
  readonly atMs: number
}

/** What a position paid or received for being held: a funding of a perpetual, or a fee for what it borrows. */
export interface VenueCharge {
  readonly chargeId: string
  readonly kind: 'funding' | 'borrowing'
  readonly symbol: string
  /** What was paid, positive; what was received, negative. */
  readonly amount: string
  readonly asset: string
  readonly atMs: number
}

export interface VenueBalance {
  readonly asset: string
  readonly free: string
  readonly total: string
}

export interface VenuePosition {
  readonly symbol: string
  /** Signed base quantity: negative is short. */
  readonly quantity: string
  readonly entryPrice: string | null
  readonly leverage: number | null
  readonly marginMode: 'cross' | 'isolated' | null
  /** Null is "unknown", never 0. */
  readonly liquidationPrice: string | null
  readonly markPrice: string | null
  readonly unrealised: string | null
}

/** What the account is worth to the venue, beside its balances; null where it doesn't say. */
export interface VenueMargin {
  readonly equity: string | null
  readonly usedMargin: string | null
  readonly freeMargin: string | null
  /** Kraken's margin level, percent. */
  readonly marginLevel: string | null
}

/** A market's demands today; null where the venue names none. */
export interface VenueMarket {
  readonly symbol: string
  readonly tick: string | null
  readonly step: string | null
  readonly minQuantity: string | null
  readonly minCost: string | null
  /** Least cost of a buy alone, beside `minCost`; absent or null where there is none. */
  readonly minBuyCost?: string | null
  /** Most significant digits of a price that isn't whole; absent or null where the tick alone decides. */
  readonly significantDigits?: number | null
  /** Leverages that can be asked for; [1] where none. */
  readonly leverages: readonly number[]
  readonly status: 'online' | 'cancel_only' | 'post_only' | 'limit_only' | 'reduce_only' | 'closed'
}

/** What a key may do; null where the venue doesn't say. */
export interface KeyRights {
  readonly query: boolean | null
  readonly trade: boolean | null
  readonly withdraw: boolean | null
}

/** A closed or still forming candle: open time (ms UTC), open, high, low, close, base volume. */
export interface VenueCandle {
  readonly openMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

/** How an order can be found by our own id. */
export type Lookup = 'by-client-id' | 'by-scan' | 'none'

/** What a venue can do for live trading, beside the orders that its order profile lists. */
export interface ExchangeAbilities {
  readonly lookup: Lookup
  readonly cancelByClientId: boolean
  /** Longest client id, and whether it must be a UUID or hex. */
  readonly clientIdLength: number
  readonly clientIdForm: 'text' | 'hex128' | 'uuid'
  /** For how long the venue refuses a second order of the same client id. */
  readonly clientIdUnique: 'open-orders' | 'for-ever' | 'unknown'
  /** Whether it refuses an order that comes after its deadline. */
  readonly deadline: boolean
  readonly amend: boolean
  readonly quoteAmount: boolean
  /** How coarse the venue's clock is as `serverTimeMs` reads it, ms; absent where it tells milliseconds. */
  readonly clockStepMs?: number
  readonly cancelAllAfter: boolean
  /**
   * How often orders and trades can be looked at with a quarter of its request budget left over, ms; absent where every
   * two seconds is well within.
   */
  readonly lookMs?: number
  readonly keyRights: boolean
  readonly positions: boolean
  /** Whether it tells what positions paid for being held: `ExchangePort.charges`. */
  readonly charges?: boolean
  /** False where the venue doesn't tell the account's fees, so that `fees` are those of the dated schedule. */
  readonly fees?: boolean
  /**
   * Stop and target of one position. `native`: the venue links orders of one `group`. `both`: both may rest, and we
   * cancel the other one (default). `one`: the second would be refused for want of what it sells: the stop rests, the
   * target is watched at closes.
   */
  readonly pairs?: 'native' | 'both' | 'one'
}

export interface OrderKey {
  readonly clientId: string
  /** Null where the venue's answer never came. */
  readonly venueId: string | null
  readonly symbol: string
}

export interface ExchangePort {
  /** As in the run file. */
  readonly venue: string
  readonly abilities: ExchangeAbilities
  /** Today's demands of these symbols; throws `UNKNOWN_SYMBOL`. Before anything else that names a symbol. */
  markets(symbols: readonly string[]): Promise<readonly VenueMarket[]>
  /** As `markets`, without those that the venue doesn't list; earlier ones stay known. */
  listed(symbols: readonly string[]): Promise<readonly VenueMarket[]>
  serverTimeMs(): Promise<number>
  keyRights(): Promise<KeyRights>
  /** The account's real rates today. */
  fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }>
  /** Resolves with the venue's id, and its time where it says one, once the venue has taken it. Sent once: never repeated in here. */
  submit(order: OutgoingOrder): Promise<{ readonly venueId: string; readonly atMs?: number | null }>
  /** Resolves once the venue has taken the cancel; what was filled before is told by `trades`. */
  cancel(key: OrderKey): Promise<void>
  amend(key: OrderKey, order: OutgoingOrder): Promise<void>
  /** Every order of ours with that id since `sinceMs`, open or ended; empty where the venue knows none. */
  lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]>
  openOrders(): Promise<readonly VenueOrder[]>
  /** Trades from `sinceMs` on, oldest first, all pages. May hold trades told before: they carry ids. */
  trades(sinceMs: number): Promise<readonly VenueTrade[]>
  balances(): Promise<readonly VenueBalance[]>
  positions(): Promise<readonly VenuePosition[]>
  /** Fundings and borrowing fees from `sinceMs` on, oldest first; absent where the venue has none, or doesn't tell. */
  charges?(sinceMs: number): Promise<readonly VenueCharge[]>
  margin(): Promise<VenueMargin>
  /** Before an entry only; null `VenuePosition.leverage` or another one afterwards means it didn't take. */
  setLeverage(symbol: string, leverage: number): Promise<void>
  /** Dead man's switch: all open orders end unless called again within `timeoutMs`; 0 disarms. */
  cancelAllAfter(timeoutMs: number): Promise<void>
  /** Candles from `sinceMs` on, oldest first; the last may still be forming. */
  candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]>
  /** Whether the venue is open for business. */
  status(): Promise<'online' | 'cancel_only' | 'post_only' | 'limit_only' | 'maintenance'>
  close(): Promise<void>
}

/** What a feed needs of a venue: public data, no key. */
export type PublicExchange = Pick<ExchangePort, 'venue' | 'markets' | 'serverTimeMs' | 'candles' | 'status' | 'close'>

/**
 * What is known after a failure: `rejected` the venue has said no, nothing happened · `exists` it holds an order of
 * that client id · `unknown` it may or may not have happened: look it up, never send again blindly · `local` refused
 * here, nothing was sent.
 */
export type FailureKind = 'rejected' | 'exists' | 'unknown' | 'local'

export interface ExchangeErrorOptions {
  readonly kind: FailureKind
  /** SCREAMING_SNAKE_CASE, ours. */
  readonly code: string
  /** What a rejection means to the kernel. */
  readonly reject?: RejectCode
  /** The venue's own words, cleaned of secrets; null where it said nothing. */
  readonly venueText?: string | null
  /** Wait this long before asking again, ms; null where the venue doesn't say. */
  readonly retryAfterMs?: number | null
}

export class ExchangeError extends Error {
  readonly kind: FailureKind
  readonly code: string
  readonly reject: RejectCode | null
  readonly venueText: string | null
  readonly retryAfterMs: number | null

  constructor(message: string, options: ExchangeErrorOptions) {
    super(message)
    this.name = 'ExchangeError'
    this.kind = options.kind
    this.code = options.code
    this.reject = options.reject ?? null
    this.venueText = options.venueText ?? null
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}
