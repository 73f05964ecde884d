/**
 * What the conformance suite needs of a venue. A harness wraps one: the simulated venue answers at once, a loopback or
 * live one through the network, so everything may be a promise. Amounts are Dec in the instrument's units.
 */

import { type Dec, decFromNumber, ZERO } from '../../../engine/core/dec.ts'
import type { Fact } from '../../../engine/core/fact.ts'
import { FREE_RULEBOOK, type Instrument, type Rulebook } from '../../../engine/core/instrument.ts'
import {
  type ApprovedOrder,
  type OrderFields,
  type OrderTerms,
  OrderType,
  Purpose,
  Side,
  TimeInForce,
} from '../../../engine/core/order.ts'

/** Open, high, low, close, volume; the volume may be left out. */
export type ScriptedCandle = readonly [number, number, number, number, number?]

/** What a venue can do. A case that needs what is `false` here is skipped, and says so. */
export interface VenueCapabilities {
  /** Candles can be scripted, and fill exactly as written: prices and times are compared. */
  readonly scripted: boolean
  readonly stop: boolean
  readonly oco: boolean
  readonly stopLimit: boolean
  readonly takeProfit: boolean
  readonly trailing: boolean
  /** A trailing stop's first trigger can be given. */
  readonly trailingFrom: boolean
  readonly postOnly: boolean
  /** IOC and FOK, of limit orders; of market orders. */
  readonly atOnce: boolean
  readonly marketAtOnce: boolean
  readonly gtd: boolean
  readonly amend: boolean
  readonly reduceOnly: boolean
  readonly quoteSized: boolean
  readonly margin: boolean
  /** A share of a bar's volume bounds its fills. */
  readonly participation: boolean
  /** The delay of messages can be set. */
  readonly latency: boolean
  /** What is bought is owned: base must be there to be sold, and what rests holds what it needs. */
  readonly owned: boolean
  /** Says why it refuses by the codes of core; else only that it does. */
  readonly rejectCodes: boolean
  /** Says as much of an order that it cancels by itself. */
  readonly cancelCodes: boolean
}

export type Capability = keyof VenueCapabilities

/** The world of one case. Numbers are in currency. */
export interface VenueSetup {
  readonly candles: readonly ScriptedCandle[]
  readonly cash: number
  readonly base: number
  readonly kind: Instrument['kind']
  readonly leverage: number
  readonly makerFee: number
  readonly takerFee: number
  readonly latencyMs: number
  /** 0 for no bound. */
  readonly participation: number
}

export interface Balances {
  readonly cash: Dec
  readonly freeCash: Dec
  readonly base: Dec
  readonly freeBase: Dec
}

export interface VenueHarness {
  readonly instrument: Instrument
  /** The time it is, ms UTC: the open of the next candle. */
  readonly nowMs: number
  submit(order: ApprovedOrder): void | Promise<void>
  cancel(orderId: number): void | Promise<void>
  /** Asks for a resting order to become this one, which has its id. */
  amend(order: ApprovedOrder): void | Promise<void>
  /** Plays the next candle to its close. */
  advance(): void | Promise<void>
  /** Every fact that we have learned of so far, in order. */
  facts(): readonly Fact[] | Promise<readonly Fact[]>
  /** The account as the venue has it. */
  balances(): Balances | Promise<Balances>
  /** Ends the case. */
  close(): void | Promise<void>
}

export type MakeHarness = (setup: VenueSetup) => VenueHarness | Promise<VenueHarness>

export const TIMEFRAME_MS = 60_000
export const START_MS = Date.UTC(2024, 0, 1)

/** Scales with room below tick and step, so that "off tick" and "off step" can be said. */
export const INSTRUMENT: Instrument = {
  id: 0,
  account: 'main',
  venue: 'test',
  symbol: 'SOL/USD',
  base: 'SOL',
  quote: 'USD',
  kind: 'spot',
  pxDec: 4,
  qtyDec: 8,
  quoteDec: 8,
}

export const price = (value: number): Dec => decFromNumber(value, INSTRUMENT.pxDec)
export const base = (value: number): Dec => decFromNumber(value, INSTRUMENT.qtyDec)
export const money = (value: number): Dec => decFromNumber(value, INSTRUMENT.quoteDec)

/** Tick 0.01, step 0.0001, at least 0.001 of base and 5.00 of quote. */
export const RULEBOOK: Rulebook = {
  ...FREE_RULEBOOK,
  fromMs: 0,
  tick: price(0.01),
  step: base(0.0001),
  minQty: base(0.001),
  minCost: money(5),
}

const PLAIN: OrderFields = {
  id: 1,
  instrument: 0,
  side: Side.buy,
  type: OrderType.market,
  purpose: Purpose.entry,
  quantity: ZERO,
  quoteAmount: ZERO,
  limitPrice: ZERO,
  stopPrice: ZERO,
  reduceOnly: false,
  ocoGroup: 0,
  decidedMs: 0,
  expiresMs: Number.POSITIVE_INFINITY,
  answersIntrabar: false,
  tag: null,
  terms: null,
}

type Extra = Partial<OrderFields>

/** A market order; the sign of `quantity` is its side. */
export function market(id: number, quantity: number, extra: Extra = {}): OrderFields {
  return { ...PLAIN, id, side: quantity < 0 ? Side.sell : Side.buy, quantity: base(Math.abs(quantity)), ...extra }
}

export function limit(id: number, quantity: number, at: number, extra: Extra = {}): OrderFields {
  return { ...market(id, quantity), type: OrderType.limit, limitPrice: price(at), ...extra }
}

export function stop(id: number, quantity: number, at: number, extra: Extra = {}): OrderFields {
  return { ...market(id, quantity), type: OrderType.stop, stopPrice: price(at), ...extra }
}

/** Becomes a limit order at `at` once `trigger` is met. */
export function stopLimit(id: number, quantity: number, trigger: number, at: number, extra: Extra = {}): OrderFields {
  return { ...stop(id, quantity, trigger), type: OrderType.stopLimit, limitPrice: price(at), ...extra }
}

export function takeProfit(id: number, quantity: number, trigger: number, extra: Extra = {}): OrderFields {
  return { ...stop(id, quantity, trigger), type: OrderType.takeProfit, ...extra }
}

export function takeProfitLimit(
  id: number,
  quantity: number,
  trigger: number,
  at: number,
  extra: Extra = {},
): OrderFields {
  return { ...stopLimit(id, quantity, trigger, at), type: OrderType.takeProfitLimit, ...extra }
}

/** Terms with something about them. */
export function terms(changes: Partial<OrderTerms>): OrderTerms {
  return { timeInForce: TimeInForce.gtc, postOnly: false, trailAmount: ZERO, trailRate: ZERO, ...changes }
}

/** A trailing stop whose first trigger follows from the market; `distance` in quote, or `rate` a fraction. */
export function trailing(
  id: number,
  quantity: number,
  { distance = 0, rate = 0, first = 0 }: { distance?: number; rate?: number; first?: number },
  extra: Extra = {},
): OrderFields {
  const trail = terms({ trailAmount: price(distance), trailRate: decFromNumber(rate, 12) })
  return { ...stop(id, quantity, first), type: OrderType.trailingStop, terms: trail, ...extra }
}
