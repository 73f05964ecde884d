/**
 * What the live session asks of its neighbours. Everything that it doesn't do itself comes in through one of these, by
 * its constructor, so that the same code runs against exchanges, on paper, and in simulation on a virtual clock.
 */

import type { OutgoingOrder, VenueCandle } from './exchange.ts'

/** The candles of one closed row, by the session's symbols; null where a symbol has no bar in it. */
export interface ClosedRow {
  /** Open of the bars, ms UTC; they closed one timeframe later. */
  readonly openMs: number
  readonly candles: readonly (VenueCandle | null)[]
  /** Symbols whose candle had not come by the deadline: their bar is missing in this row for good. */
  readonly late: readonly string[]
}

export interface FeedListener {
  /** Rows ascend, each comes once. The session takes them one after the other, whenever it is ready. */
  row(row: ClosedRow): void
  /** Something is wrong with the feed, or well again: for alerts and for the gate. */
  trouble(code: string, text: string): void
}

/** Closed candles, repaired and in order, for all symbols of a session. */
export interface CandleFeed {
  /** Rows that open at `fromMs` or later; those that have closed already come at once. */
  start(fromMs: number, listener: FeedListener): void
  stop(): Promise<void>
}

export type SafetyState = 'ACTIVE' | 'REDUCING' | 'HALTED'

/** What the gate is told of an order on its way out. */
export interface GateOrder {
  readonly order: OutgoingOrder
  /** It can only make the position smaller. */
  readonly reducing: boolean
  /** Position of its symbol before it, signed base as a double; and its size, ≥ 0, with all working entries of the symbol. */
  readonly position: number
  readonly exposed: number
  /** Value of the order in quote at `price`. */
  readonly notional: number
  /** Last close of its symbol. */
  readonly price: number
  /**
   * Distance to the nearest liquidation price of the position as it is and as the order would leave it, as a fraction of
   * `price`: Infinity where nothing liquidates it, null where that isn't known, absent where nothing is borrowed.
   */
  readonly liquidationDistance?: number | null
}

/** The account as it stands when an order goes out, in quote as doubles. */
export interface GateAccount {
  readonly nowMs: number
  readonly equity: number
  /** Σ |position| × price over all symbols and the value of working orders that may enlarge one; and that value alone. */
  readonly gross: number
  readonly pending: number
  readonly openOrders: number
  /** Age of the newest closed row when it was decided on: now − its close, ms. */
  readonly rowAgeMs: number
  readonly timeframeMs: number
  /** Since the venue last answered everything that was asked of it about orders and trades, ms. */
  readonly bookAgeMs: number
}

export type GateVerdict =
  | { readonly allowed: true }
  | { readonly allowed: false; readonly code: string; readonly text: string }

/** How sending an order ended, for breakers. */
export type SendOutcome = 'taken' | 'rejected' | 'unknown' | 'settled'

/**
 * The limits that nothing passes: asked for every order just before it is journaled, after the rules, by the executor
 * alone. Cancels always pass and are only told. It answers at once and throws never.
 */
export interface OrderGate {
  readonly state: SafetyState
  check(order: GateOrder, account: GateAccount): GateVerdict
  /** `settled`: an order whose fate was unknown is known now. */
  outcome(symbol: string, outcome: SendOutcome, code: string | null): void
  /** A step of the session's that must stop everything (an unexplained difference, a journal that can't be written). */
  halt(code: string, text: string): void
  /** Equity at a row's close, for the daily loss and the like. */
  marked(atMs: number, equity: number): void
  /**
   * How far a leveraged position is from its liquidation, as `GateOrder` has it; Infinity once it is closed. And margin
   * in use as a share of equity, null where the venue doesn't tell.
   */
  leveraged?(symbol: string, distance: number | null, utilisation: number | null): void
}

export type AlertLevel = 'info' | 'warn' | 'alarm'

/** Told at once, delivered when it can be; never throws, never waited for. */
export interface Alerts {
  tell(level: AlertLevel, code: string, text: string): void
}

/** Holds one account for one process. */
export interface AccountLock {
  release(): Promise<void>
}

/** A file that grows at its end. Every call is synchronous and throws what the system says. */
export interface GrowingFile {
  append(bytes: Uint8Array): void
  /** Everything appended is on the disk when it returns. Never to be called again after it threw. */
  sync(): void
  close(): void
}

/** The file system, as far as a session writes to it. */
export interface Files {
  exists(path: string): boolean
  read(path: string): Uint8Array
  /** Opens for appending; `create`: the file must not be there yet. */
  open(path: string, create: boolean): GrowingFile
  truncate(path: string, bytes: number): void
  /** The whole file or the old one: temporary name, sync, rename, sync of the directory. */
  replace(path: string, bytes: Uint8Array): void
  remove(path: string): void
}
