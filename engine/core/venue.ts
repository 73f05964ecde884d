/**
 * The Venue port, a port of messages: `submit` and `cancel` return nothing; what became of an order comes back as a
 * fact on the FactQueue that the venue was made with. The kernel never awaits.
 */

import type { Dec } from './dec.ts'
import type { ApprovedOrder, Purpose } from './order.ts'

/** Per symbol, the levels at which a bar would matter to a venue; a bar strictly inside can be skipped. */
export interface VenueLevels {
  /** The bar matters where its low ≤ low level or its high ≥ high level, by instrument. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** By instrument, a trailing stop for the scan to watch; `side` 0 for none. */
  readonly trails: readonly TrailLevel[]
}

/**
 * A trailing stop between two looks of the venue. A bar matters where it may have met the level: for a sell where
 * low ≤ max(best, high) × (1 − rate) − amount, for a buy where high ≥ min(best, low) × (1 + rate) + amount.
 */
export interface TrailLevel {
  /** Side of the order: 1 buys, -1 sells; 0 for none. */
  side: number
  /** Best price so far, as the candles have it: the highest for a sell. */
  best: number
  amount: number
  rate: number
}

export interface Venue {
  submit(order: ApprovedOrder): void
  cancel(orderId: number, decidedMs: number): void
  /** Changes a resting order's quantity, limit or trigger to those of `order`, which has its id. */
  amend(order: ApprovedOrder, decidedMs: number): void
}

/**
 * A venue that lives on bars: the kernel drives it through each row. A live venue answers these with nothing, since
 * its facts come by themselves.
 */
export interface BarVenue extends Venue {
  /** Arrivals at the open of `row`, and resting orders that the open has already passed. */
  open(row: number): void
  /** The next thing that happens inside the bar; true when something did, and the kernel should look and call again. */
  range(row: number): boolean
  /** Writes the levels of resting orders; returns the next row that matters whatever its prices (an arrival). */
  arm(levels: VenueLevels, row: number): number
}

/**
 * Slots of the slip that an express order is written on: each room reads what it needs of it and adds its own. Doubles
 * that are passed from function to function would cost an allocation each.
 */
export const ExpressSlot = {
  /** Free cash (or buying power) and the row's close, as sizing sees them, and the taker rate, in units of 1e-12. */
  cash: 0,
  close: 1,
  takerRate: 2,
  /** What is ordered: base, or quote where that isn't 0. */
  asked: 3,
  quoteAmount: 4,
  decidedMs: 5,
  /** What the fill came to. */
  atMs: 6,
  quantity: 7,
  price: 8,
  value: 9,
  fee: 10,
  spreadCost: 11,
  slippageCost: 12,
  /** Triggers and limits of the exits that guard what was bought, in price units; NaN for none. */
  stop: 13,
  target: 14,
  /** The same as doubles that compare exactly with candle columns. */
  stopLevel: 15,
  targetLevel: 16,
  /** Total equity at the row's close, as sizing sees it, and what an entry ties up until it is carried out. */
  equity: 17,
  reserved: 18,
  /** What was carried out, for the books: see tape.ts. */
  deed: 19,
  /** Whether the venue hasn't heard of it, and what closing a position earned, before fees. */
  untold: 28,
  earned: 29,
  /** First row that the position is another one in, and the account's only position and its cash before, as doubles. */
  row: 20,
  held: 21,
  heldCash: 22,
  instrument: 23,
  side: 24,
  purpose: 25,
  orderId: 26,
  /** Number of the stop; the target has the next. */
  stopId: 27,
} as const
export const EXPRESS_SLOTS = 32

/**
 * A venue that can carry out a market order decided at a close at once, as it would be at the next open. It spares the
 * messages between; what comes of it is the same, to the bit.
 */
export interface ExpressVenue extends BarVenue {
  /** Whether its terms allow it at all: no latency, no cap by volume, no rulebook, nothing scripted. */
  readonly hasExpress: boolean
  /**
   * Fills order `orderId`, as `slip` asks, at the open of `row`, and writes what came of it there. False, with nothing done, where anything rests or is under way, the symbol has no bar in the row,
   * or the order wouldn't be filled whole: then it goes the usual way.
   */
  express(orderId: number, instrument: number, side: 1 | -1, row: number, slip: Float64Array): boolean
  /**
   * The taker rate where a market order comes to its price and that fee and no more, always (see market-fill.ts): then a
   * lane may carry orders out itself while `isClear`. Else null.
   */
  readonly plainTaker: Dec | null
  /** Whether nothing of the account's rests or is under way. */
  readonly isClear: boolean
  /** A lane has carried out an order itself; and what such orders changed of base and cash together. */
  see(orderId: number, instrument: number): void
  follow(instrument: number, base: Dec, cash: Dec): void
}

/**
 * An express venue that also keeps the exits of what it has just filled, a stop and a limit of which one cancels the
 * other, as no more than their levels: while nothing but prices can happen to them, they needn't be orders.
 */
export interface CounterVenue extends ExpressVenue {
  /**
   * Lets the slip's stop and target rest from the open of `row` on, at which the slip was filled, and writes their levels
   * on it; the stop has the number `stopId`, the target the next. False, with nothing done, where that open meets one of
   * them. They are over with the next fill.
   */
  guard(stopId: number, instrument: number, row: number, slip: Float64Array): boolean
  /**
   * Fills the one exit that the bar of `row` reaches after its open, where nothing else can happen in it, and writes
   * what came of it on the slip. Returns its purpose, or 0, with nothing done, where the row has to be looked at in full.
   */
  meet(row: number, slip: Float64Array): Purpose | 0
  /** The exits become the orders that they stand for, which rest from now on as if they always had. */
  rest(orders: readonly ApprovedOrder[]): void
}

export function isCounter(venue: Venue): venue is CounterVenue {
  return isExpress(venue) && 'guard' in venue
}

export function isExpress(venue: Venue): venue is ExpressVenue {
  return 'hasExpress' in venue && (venue as ExpressVenue).hasExpress
}
