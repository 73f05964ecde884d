/**
 * What an adapter checks before anything is sent: that the venue can do what the order asks, and that steps, ticks and
 * minimums are kept, by the code that the simulated venue uses. Nothing is rounded, nothing left out.
 */

import type { RulebookRecord } from '../../core/dated.ts'
import { MAX_SCALE, parseDec } from '../../core/dec.ts'
import { TandemError } from '../../core/errors.ts'
import { RejectCode } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import { ORDER_KINDS, TIMES_IN_FORCE } from '../../core/order-profile.ts'
import { checkRules } from '../../market/order-form.ts'
import { toRulebook } from '../../market/rulebooks.ts'
import type { ExchangeAbilities, OutgoingOrder, VenueMarket } from '../exchange.ts'
import { refuse } from './failure.ts'
import { compare, decimalsOf, divideTruncated, isMultiple, multiply, plain } from './plain.ts'

/** What of orders an adapter sends; all else is refused. */
export interface OrderFeatures {
  /** Kinds, each with the times in force it can have. */
  readonly kinds: ReadonlyMap<OrderType, readonly TimeInForce[]>
  readonly postOnly: boolean
  /** `flag`: sent; `held`: no flag, but a sell of what is held can't open anything; `none`: refused. */
  readonly reduceOnly: 'flag' | 'held' | 'none'
  /** Market buys sized in quote. */
  readonly quoteAmount: boolean
  readonly trailAmount: boolean
  readonly trailRate: boolean
  /** Whether orders may borrow. */
  readonly leverage: boolean
}

const FORMS: Readonly<Record<ExchangeAbilities['clientIdForm'], RegExp>> = {
  text: /^[\w-]+$/,
  hex128: /^0x[0-9a-f]{32}$/,
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
}

/** Throws an `ExchangeError` (local) unless the venue can do what the order asks. */
export function checkFeatures(
  venue: string,
  features: OrderFeatures,
  abilities: ExchangeAbilities,
  order: OutgoingOrder,
): void {
  const lack = lackOf(features, order)
  if (lack !== null) throw refuse(venue, 'UNSUPPORTED', `${lack}, so the order isn't sent`, RejectCode.unsupported)
  const { clientIdForm, clientIdLength } = abilities
  if (!FORMS[clientIdForm].test(order.clientId) || order.clientId.length > clientIdLength) {
    throw refuse(venue, 'BAD_CLIENT_ID', `'${order.clientId}' can't be a client order id here`, RejectCode.unsupported)
  }
  if (order.deadlineMs !== null && !abilities.deadline) {
    throw refuse(venue, 'UNSUPPORTED', 'takes no deadline with an order', RejectCode.unsupported)
  }
}

/** What the order asks that isn't on offer; null where all is. */
function lackOf(features: OrderFeatures, order: OutgoingOrder): string | null {
  const kind = ORDER_KINDS[order.type - 1]!
  const times = features.kinds.get(order.type)
  if (times === undefined) return `has no ${kind} order`
  if (!times.includes(order.timeInForce)) return `has no ${TIMES_IN_FORCE[order.timeInForce - 1]} ${kind} order`
  if ((order.timeInForce === TimeInForce.gtd) !== (order.expiresMs !== null))
    return 'an end and good-till-date go together'
  return priceLack(order, kind) ?? flagLack(features, order, kind)
}

const LIMITED: readonly OrderType[] = [OrderType.limit, OrderType.stopLimit, OrderType.takeProfitLimit]
const TRIGGERED: readonly OrderType[] = [
  OrderType.stop,
  OrderType.stopLimit,
  OrderType.takeProfit,
  OrderType.takeProfitLimit,
]

function priceLack(order: OutgoingOrder, kind: string): string | null {
  if (LIMITED.includes(order.type) !== (order.limitPrice !== null)) return `a ${kind} order and its limit don't match`
  const mayWait = TRIGGERED.includes(order.type) || order.type === OrderType.trailingStop
  if (TRIGGERED.includes(order.type) && order.stopPrice === null) return `a ${kind} order needs a trigger`
  if (!mayWait && order.stopPrice !== null) return `a ${kind} order has no trigger`
  return null
}

function flagLack(features: OrderFeatures, order: OutgoingOrder, kind: string): string | null {
  const { trailAmount, trailRate, quoteAmount, leverage } = order
  if (order.postOnly && (!features.postOnly || order.type !== OrderType.limit)) return `has no post-only ${kind} order`
  if (order.postOnly && (order.timeInForce === TimeInForce.ioc || order.timeInForce === TimeInForce.fok)) {
    return "what is post-only can't end at once"
  }
  const trails = (trailAmount !== null ? 1 : 0) + (trailRate !== null ? 1 : 0)
  if (trails !== (order.type === OrderType.trailingStop ? 1 : 0)) return 'a trailing stop has one distance, others none'
  if (trailAmount !== null && !features.trailAmount) return 'has no trailing stop at an amount'
  if (trailRate !== null && !features.trailRate) return 'has no trailing stop at a rate'
  if (!(leverage >= 1) || (leverage !== 1 && !features.leverage)) return `has no leverage of ${leverage}`
  if ((quoteAmount === null) === (order.quantity === null)) return 'an order has a quantity or a quote amount'
  if (quoteAmount !== null && !(features.quoteAmount && order.type === OrderType.market && order.side === Side.buy)) {
    return `has no ${kind} ${order.side === Side.buy ? 'buy' : 'sell'} sized in quote`
  }
  return reduceLack(features, order)
}

function reduceLack({ reduceOnly }: OrderFeatures, order: OutgoingOrder): string | null {
  if (!order.reduceOnly || reduceOnly === 'flag') return null
  if (reduceOnly === 'held' && order.side === Side.sell) return null
  return 'has no reduce-only order'
}

const CODES: Readonly<Record<number, string>> = {
  [RejectCode.offStep]: "the quantity isn't a multiple of the step",
  [RejectCode.offTick]: "a price isn't on the tick",
  [RejectCode.belowMinimum]: "is below the venue's minimum",
}

/** Throws an `ExchangeError` (local) where steps, ticks or minimums aren't kept. */
export function checkForm(venue: string, market: VenueMarket, order: OutgoingOrder): void {
  const amounts = [
    order.quantity,
    order.quoteAmount,
    order.limitPrice,
    order.stopPrice,
    order.trailAmount,
    order.trailRate,
  ]
  for (const amount of amounts) {
    if (amount !== null && (plain(amount) !== amount || compare(amount, '0') <= 0)) {
      throw refuse(venue, 'BAD_AMOUNT', `'${amount}' is no plain amount above zero`, RejectCode.unsupported)
    }
  }
  if (market.tick !== null && order.trailAmount !== null && !isMultiple(order.trailAmount, market.tick)) {
    throw refuse(venue, 'OFF_TICK', `a distance of ${order.trailAmount} isn't on the tick`, RejectCode.offTick)
  }
  const code = exactly(venue, () => formOf(venue, market, order))
  if (code === RejectCode.none) return
  const demands = `tick ${market.tick}, step ${market.step}, least quantity ${market.minQuantity}, least value ${market.minCost}`
  const name = code === RejectCode.offStep ? 'OFF_STEP' : code === RejectCode.offTick ? 'OFF_TICK' : 'BELOW_MINIMUM'
  throw refuse(venue, name, `${market.symbol}: ${CODES[code]} (${demands})`, code)
}

/** Amounts too large to be exact are refused like others. */
function exactly<T>(venue: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    throw refuse(venue, 'BAD_AMOUNT', error.message, RejectCode.unsupported)
  }
}

function formOf(venue: string, market: VenueMarket, order: OutgoingOrder): RejectCode {
  const price = order.limitPrice ?? order.stopPrice ?? order.referencePrice
  const quantity = order.quantity ?? quantityOf(order.quoteAmount!, price, market.step)
  const pxDec = Math.max(
    ...[order.limitPrice, order.stopPrice, price].map((one) => (one === null ? 0 : decimalsOf(one))),
  )
  const qtyDec = decimalsOf(quantity)
  const isHuge = compare(multiply(price ?? '0', quantity), '50000000') > 0
  const instrument = unitsOf(venue, market, pxDec, qtyDec, isHuge)
  const units = (text: string | null, k: number) => parseDec(text ?? '0', k)
  const rulebook = toRulebook(recordOf(venue, market, price !== null), instrument)
  const form = {
    quoteAmount: units(order.quoteAmount === null ? null : '1', 0),
    limitPrice: units(order.limitPrice, pxDec),
    stopPrice: order.type === OrderType.trailingStop ? units(null, 0) : units(order.stopPrice, pxDec),
    type: order.type,
    side: order.side,
  }
  return checkRules(form, units(quantity, qtyDec), false, instrument, rulebook, units(price, pxDec))
}

/** What a quote amount buys, to the step; the amount itself at a price of 1 where none is known. */
function quantityOf(quoteAmount: string, price: string | null, step: string | null): string {
  const decimals = step === null ? 8 : decimalsOf(step)
  return price === null ? quoteAmount : divideTruncated(quoteAmount, price, decimals)
}

/** The market's demands as a record; minimums of value hold only where something values the order. */
function recordOf(venue: string, market: VenueMarket, isValued: boolean): RulebookRecord {
  return {
    venue,
    symbol: market.symbol,
    fromMs: 0,
    toMs: null,
    tick: market.tick ?? '0.000000000000001',
    step: market.step ?? '0.000000000000001',
    minQty: market.minQuantity ?? '0',
    minCost: isValued ? (market.minCost ?? '0') : '0',
    minBuyCost: isValued ? (market.minBuyCost ?? '0') : '0',
    significantDigits: market.significantDigits ?? null,
    listedMs: null,
    delistedMs: null,
    approximate: false,
    source: 'the venue today',
  }
}

/** Units just fine enough for this order, so that amounts of any size stay exact. */
function unitsOf(venue: string, market: VenueMarket, pxDec: number, qtyDec: number, isHuge: boolean): Instrument {
  const [base = '', quote = ''] = market.symbol.split(':')[0]!.split('/')
  if (pxDec > MAX_SCALE || qtyDec > MAX_SCALE) {
    throw refuse(venue, 'BAD_AMOUNT', `an amount has more than ${MAX_SCALE} decimals`, RejectCode.offStep)
  }
  // So large a value is above every minimum, and needs no fine units to be told so.
  const quoteDec = Math.min(isHuge ? 2 : 8, pxDec + qtyDec)
  return { id: 0, account: '', venue, symbol: market.symbol, base, quote, kind: 'spot', pxDec, qtyDec, quoteDec }
}
