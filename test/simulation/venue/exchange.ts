/**
 * The honest exchange: one account, a price that moves in ticks, orders that fill at it. It knows nothing of networks
 * and faults, and its arithmetic is its own: what it exports is the truth that live code is judged by.
 */

import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder, VenueOrderStatus } from '../../../engine/live/exchange.ts'
import { floorTo, least, ONE, times, timesUp, units } from './amount.ts'
import { type ExchangeOrder, type ExchangeTrade, type MarketTerms, Refusal } from './records.ts'
import { SpotAccount } from './spot-account.ts'

export interface ExchangeOptions {
  readonly markets: readonly MarketTerms[]
  readonly balances: ReadonlyMap<string, bigint>
  readonly startMs: number
  /** In units of 1e-8. */
  readonly makerRate: bigint
  readonly takerRate: bigint
  /** Half of what lies between bid and ask, in ticks. */
  readonly spreadTicks: bigint
  /** Base that a tick of the price can fill, by symbol; what is more waits for the next. 0 for no bound. */
  readonly depth: bigint
  /** Where a stop holds back what it would sell, a target beside it may find nothing left. */
  readonly stopsReserve: boolean
  /** What fees are taken in. */
  readonly feeIn: 'quote' | 'base' | 'third'
}

/** A fee asset that is neither side of any pair. */
export const THIRD_COIN = 'FEE'
/** Of it per unit of quote. */
const THIRD_RATE = ONE / 2n

export class Exchange {
  readonly account: SpotAccount
  readonly orders: ExchangeOrder[] = []
  readonly trades: ExchangeTrade[] = []
  readonly markets: ReadonlyMap<string, MarketTerms>
  readonly price = new Map<string, bigint>()
  private readonly options: ExchangeOptions
  private depthLeft = new Map<string, bigint>()
  private nowMs: number

  constructor(options: ExchangeOptions) {
    this.options = options
    this.nowMs = options.startMs
    this.markets = new Map(options.markets.map((market) => [market.symbol, market]))
    this.account = new SpotAccount(options.balances, options.startMs)
  }

  /** Takes an order or throws a `Refusal`. `clientId` null: somebody else's, by hand. */
  place(order: OutgoingOrder, atMs: number, clientId: string | null = order.clientId): ExchangeOrder {
    this.nowMs = atMs
    const terms = this.terms(order.symbol)
    const placed = this.newOrder(order, clientId)
    const refusal = this.refusal(placed, order, terms)
    if (refusal !== null) throw refusal
    this.orders.push(placed)
    this.reserve(placed, terms)
    this.version(placed)
    this.match(placed, this.price.get(order.symbol)!, terms, true)
    this.account.note(atMs)
    return placed
  }

  cancel(venueId: string | null, clientId: string, atMs: number): ExchangeOrder {
    this.nowMs = atMs
    const order = this.orders.find((one) => one.status === 'open' && isOf(one, venueId, clientId))
    if (order === undefined) throw new Refusal(RejectCode.unknownOrder, 'EOrder:Unknown order')
    this.end(order, 'cancelled')
    this.account.note(atMs)
    return order
  }

  amend(venueId: string | null, clientId: string, to: OutgoingOrder, atMs: number): void {
    this.nowMs = atMs
    const order = this.orders.find((one) => one.status === 'open' && isOf(one, venueId, clientId))
    if (order === undefined) throw new Refusal(RejectCode.unknownOrder, 'EOrder:Unknown order')
    const terms = this.terms(order.symbol)
    const quantity = units(to.quantity ?? '0')
    if (quantity <= order.filled) throw new Refusal(RejectCode.belowMinimum, 'EOrder:Invalid volume')
    const before = { quantity: order.quantity, limitPrice: order.limitPrice, stopPrice: order.stopPrice }
    const { reserved } = order
    Object.assign(order, { quantity, limitPrice: units(to.limitPrice ?? '0'), stopPrice: units(to.stopPrice ?? '0') })
    this.account.hold(order, terms, 0n)
    if (!this.affordable(order, terms)) {
      Object.assign(order, before)
      this.account.hold(order, terms, reserved)
      throw new Refusal(RejectCode.insufficientFunds, 'EOrder:Insufficient funds')
    }
    this.reserve(order, terms)
    this.version(order)
    this.account.note(atMs)
  }

  /** The venue ends an order by itself. */
  endByItself(order: ExchangeOrder, status: VenueOrderStatus, atMs: number): void {
    this.nowMs = atMs
    if (order.status === 'open') this.end(order, status)
    this.account.note(atMs)
  }

  /** The price moves; whatever it reaches fills. */
  tick(symbol: string, price: bigint, atMs: number): void {
    this.nowMs = atMs
    const terms = this.terms(symbol)
    this.price.set(symbol, price)
    this.depthLeft.set(symbol, this.options.depth)
    for (const order of this.openOrders(symbol)) {
      if (order.expiresMs !== null && order.expiresMs <= atMs) this.end(order, 'expired')
      else this.match(order, price, terms, false)
    }
    this.account.note(atMs)
  }

  openOrders(symbol?: string): ExchangeOrder[] {
    return this.orders.filter((order) => order.status === 'open' && (symbol === undefined || order.symbol === symbol))
  }

  terms(symbol: string): MarketTerms {
    const terms = this.markets.get(symbol)
    if (terms === undefined) throw new Refusal(RejectCode.notListed, 'EQuery:Unknown asset pair')
    return terms
  }

  private newOrder(order: OutgoingOrder, clientId: string | null): ExchangeOrder {
    return {
      venueId: `V${this.orders.length + 1}`,
      clientId,
      symbol: order.symbol,
      side: order.side === Side.buy ? 1 : -1,
      type: order.type,
      timeInForce: order.timeInForce,
      expiresMs: order.expiresMs,
      reduceOnly: order.reduceOnly,
      placedMs: this.nowMs,
      quantity: units(order.quantity ?? '0'),
      quoteLeft: units(order.quoteAmount ?? '0'),
      limitPrice: units(order.limitPrice ?? '0'),
      stopPrice: units(order.stopPrice ?? '0'),
      trailAmount: units(order.trailAmount ?? '0'),
      filled: 0n,
      status: 'open',
      triggered: false,
      reserved: 0n,
      versions: [],
    }
  }

  private refusal(placed: ExchangeOrder, order: OutgoingOrder, terms: MarketTerms): Refusal | null {
    const price = placed.limitPrice || placed.stopPrice || this.price.get(placed.symbol)!
    const size = placed.quantity > 0n ? placed.quantity : (placed.quoteLeft * ONE) / price
    const open = (one: ExchangeOrder): boolean => one.status === 'open' && one.clientId === placed.clientId
    if (terms.status !== 'online') return new Refusal(RejectCode.notListed, 'EService:Market in cancel_only mode')
    if (order.deadlineMs !== null && this.nowMs > order.deadlineMs) {
      return new Refusal(RejectCode.unavailable, 'EService:Deadline elapsed')
    }
    if (placed.clientId !== null && this.orders.some(open)) {
      return new Refusal(RejectCode.duplicateId, 'EOrder:Duplicate client order id')
    }
    if (placed.quantity % terms.step !== 0n) return new Refusal(RejectCode.offStep, 'EOrder:Invalid volume')
    if (placed.limitPrice % terms.tick !== 0n || placed.stopPrice % terms.tick !== 0n) {
      return new Refusal(RejectCode.offTick, 'EOrder:Invalid price')
    }
    if (size < terms.minQuantity || times(size, price) < terms.minCost) {
      return new Refusal(RejectCode.belowMinimum, 'EOrder:Order minimum not met')
    }
    if (order.postOnly && this.crosses(placed, this.price.get(placed.symbol)!, terms)) {
      return new Refusal(RejectCode.postOnly, 'EOrder:Post only order')
    }
    if (!this.affordable(placed, terms)) {
      return new Refusal(RejectCode.insufficientFunds, 'EOrder:Insufficient funds')
    }
    return null
  }

  /** What an order would hold back. */
  private need(order: ExchangeOrder, terms: MarketTerms): bigint {
    const left = order.quantity - order.filled
    if (order.side < 0) return isStop(order) && !this.options.stopsReserve ? 0n : left
    if (order.quoteLeft > 0n) return order.quoteLeft
    const price = order.limitPrice || order.stopPrice || this.asked(order, this.price.get(order.symbol)!, terms)
    const value = times(left, price)
    return value + timesUp(value, this.options.takerRate)
  }

  private affordable(order: ExchangeOrder, terms: MarketTerms): boolean {
    const asset = order.side > 0 ? terms.quote : terms.base
    return this.need(order, terms) <= this.account.free(asset)
  }

  private reserve(order: ExchangeOrder, terms: MarketTerms): void {
    this.account.hold(order, terms, this.need(order, terms))
  }

  /** What a taker pays or gets. */
  private asked(order: ExchangeOrder, price: bigint, terms: MarketTerms): bigint {
    return price + BigInt(order.side) * this.options.spreadTicks * terms.tick
  }

  private crosses(order: ExchangeOrder, price: bigint, terms: MarketTerms): boolean {
    if (order.limitPrice === 0n) return true
    const asked = this.asked(order, price, terms)
    return order.side > 0 ? asked <= order.limitPrice : asked >= order.limitPrice
  }

  private match(order: ExchangeOrder, price: bigint, terms: MarketTerms, arriving: boolean): void {
    if (isStop(order) && !order.triggered) {
      if (!meets(order, price)) return
      order.triggered = true
    }
    if (this.crosses(order, price, terms)) {
      const maker = !arriving && order.type === OrderType.limit
      this.fill(order, maker ? order.limitPrice : this.asked(order, price, terms), maker, terms)
    }
    if (order.status === 'open' && arriving && isAtOnce(order)) this.end(order, 'cancelled')
  }

  private fill(order: ExchangeOrder, price: bigint, maker: boolean, terms: MarketTerms): void {
    const rate = maker ? this.options.makerRate : this.options.takerRate
    const wanted = this.wanted(order, price, rate, terms)
    const depth = this.options.depth === 0n ? wanted : (this.depthLeft.get(order.symbol) ?? 0n)
    let quantity = floorTo(least(wanted, depth), terms.step)
    if (order.timeInForce === TimeInForce.fok && quantity < wanted) quantity = 0n
    if (!this.covers(order, quantity, price, rate, terms)) {
      this.end(order, 'cancelled')
      return
    }
    if (quantity > 0n) this.book(order, quantity, price, rate, maker, terms)
    const isDone = order.quoteLeft > 0n ? this.wanted(order, price, rate, terms) === 0n : order.filled >= order.quantity
    if (isDone) this.end(order, 'filled')
  }

  /** What other orders have sold meanwhile isn't there, nor is money for a price that has run away: the order ends. */
  private covers(order: ExchangeOrder, quantity: bigint, price: bigint, rate: bigint, terms: MarketTerms): boolean {
    if (order.side < 0) return quantity <= this.account.free(terms.base) + order.reserved
    const value = times(quantity, price)
    return value + timesUp(value, rate) <= this.account.free(terms.quote) + order.reserved
  }

  private wanted(order: ExchangeOrder, price: bigint, rate: bigint, terms: MarketTerms): bigint {
    if (order.quoteLeft === 0n) return order.quantity - order.filled
    return floorTo((order.quoteLeft * ONE * ONE) / (price * (ONE + rate)), terms.step)
  }

  private book(
    order: ExchangeOrder,
    quantity: bigint,
    price: bigint,
    rate: bigint,
    maker: boolean,
    terms: MarketTerms,
  ): void {
    const value = times(quantity, price)
    const { fee, feeAsset } = this.fee(order, quantity, value, rate, terms)
    const trade: ExchangeTrade = {
      tradeId: `T${this.trades.length + 1}`,
      venueId: order.venueId,
      clientId: order.clientId,
      symbol: order.symbol,
      side: order.side,
      ...{ quantity, price, value, fee, feeAsset, maker },
      liquidation: false,
      atMs: this.nowMs,
    }
    order.filled += quantity
    if (order.quoteLeft > 0n) order.quoteLeft -= least(order.quoteLeft, value + timesUp(value, rate))
    this.depthLeft.set(order.symbol, (this.depthLeft.get(order.symbol) ?? 0n) - quantity)
    this.trades.push(trade)
    this.account.settle(trade, terms)
    if (order.filled < order.quantity || order.quoteLeft > 0n) this.reserve(order, terms)
    this.version(order)
  }

  private fee(order: ExchangeOrder, quantity: bigint, value: bigint, rate: bigint, terms: MarketTerms) {
    if (this.options.feeIn === 'base' && order.side > 0) return { fee: timesUp(quantity, rate), feeAsset: terms.base }
    const fee = timesUp(value, rate)
    if (this.options.feeIn === 'third') return { fee: timesUp(fee, THIRD_RATE), feeAsset: THIRD_COIN }
    return { fee, feeAsset: terms.quote }
  }

  private end(order: ExchangeOrder, status: VenueOrderStatus): void {
    order.status = status
    this.account.hold(order, this.terms(order.symbol), 0n)
    this.version(order)
  }

  private version(order: ExchangeOrder): void {
    order.versions.push({ atMs: this.nowMs, status: order.status, filled: order.filled })
  }
}

function isOf(order: ExchangeOrder, venueId: string | null, clientId: string): boolean {
  return venueId === null ? order.clientId === clientId : order.venueId === venueId
}

function isStop(order: ExchangeOrder): boolean {
  return order.type !== OrderType.market && order.type !== OrderType.limit
}

/** Whether the price has met the trigger. A stop waits where prices get worse for what it closes, others the reverse. */
function meets(order: ExchangeOrder, price: bigint): boolean {
  const waitsForBetter = order.type === OrderType.takeProfit || order.type === OrderType.takeProfitLimit
  const above = waitsForBetter ? order.side < 0 : order.side > 0
  return above ? price >= order.stopPrice : price <= order.stopPrice
}

/** Whether what can't fill on arrival ends. A market order waits for the next tick's depth. */
function isAtOnce(order: ExchangeOrder): boolean {
  return order.timeInForce === TimeInForce.ioc || order.timeInForce === TimeInForce.fok
}
