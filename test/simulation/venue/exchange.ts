/**
 * The honest exchange: one account, a price that moves in ticks, orders that fill at it. It knows nothing of networks
 * and faults, and its arithmetic is its own: what it exports is the truth that live code is judged by.
 */

import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder, VenueOrderStatus } from '../../../engine/live/exchange.ts'
import type { Closure } from '../judge/margin.ts'
import type { Account, Asked } from './account.ts'
import { floorTo, least, ONE, times, timesUp, units } from './amount.ts'
import { MarginAccount, type MarginTerms } from './margin-account.ts'
import { type ExchangeCharge, type ExchangeOrder, type ExchangeTrade, type MarketTerms, Refusal } from './records.ts'
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
  /** Worth that a tick of the price can fill of a symbol; what is more waits for the next. 0 for no bound. */
  readonly depth: bigint
  /** Where a stop holds back what it would sell, a target beside it may find nothing left. */
  readonly stopsReserve: boolean
  /** Null for spot. */
  readonly margin: MarginTerms | null
  /** What fees are taken in. */
  readonly feeIn: 'quote' | 'base' | 'third'
}

/** A fee asset that is neither side of any pair. */
export const THIRD_COIN = 'FEE'
/** Of it per unit of quote. */
const THIRD_RATE = ONE / 2n

export class Exchange {
  readonly account: Account
  readonly orders: ExchangeOrder[] = []
  readonly trades: ExchangeTrade[] = []
  readonly markets: ReadonlyMap<string, MarketTerms>
  readonly price = new Map<string, bigint>()
  readonly charges: ExchangeCharge[] = []
  /** Each time that the account was closed by force, as it stood then. */
  readonly closures: Closure[] = []
  /** Money that came or went by itself: funding, withdrawals. */
  moved = 0n
  private readonly options: ExchangeOptions
  private readonly begun: bigint
  private depthLeft = new Map<string, bigint>()
  private nowMs: number

  constructor(options: ExchangeOptions) {
    this.options = options
    this.nowMs = options.startMs
    this.begun = options.balances.get('USD') ?? 0n
    this.markets = new Map(options.markets.map((market) => [market.symbol, market]))
    const { margin, balances, stopsReserve, startMs } = options
    this.account =
      margin === null
        ? new SpotAccount(balances, stopsReserve, startMs)
        : new MarginAccount(balances.get(margin.quote)!, margin, this.price, startMs)
  }

  /** Takes an order or throws a `Refusal`. `clientId` null: somebody else's, by hand. */
  place(order: OutgoingOrder, atMs: number, clientId: string | null = order.clientId): ExchangeOrder {
    this.nowMs = atMs
    const terms = this.terms(order.symbol)
    const placed = this.newOrder(order, clientId)
    const refusal = this.refusal(placed, order, terms)
    if (refusal !== null) throw refusal
    this.orders.push(placed)
    this.account.reserve(this.asking(placed, terms))
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
    Object.assign(order, { quantity, limitPrice: units(to.limitPrice ?? '0'), stopPrice: units(to.stopPrice ?? '0') })
    const refusal = this.account.refuses(this.asking(order, terms))
    if (refusal !== null) {
      Object.assign(order, before)
      throw refusal
    }
    this.account.reserve(this.asking(order, terms))
    this.version(order)
    this.account.note(atMs)
  }

  /** The market comes to an order and fills it, for whatever reason: true where there was one. */
  fillNow(venueId: string | null, clientId: string, atMs: number): boolean {
    this.nowMs = atMs
    const order = this.orders.find((one) => one.status === 'open' && isOf(one, venueId, clientId))
    if (order === undefined) return false
    order.triggered = true
    const price = order.limitPrice || this.price.get(order.symbol)!
    const terms = this.terms(order.symbol)
    this.depthLeft.set(order.symbol, this.depthAt(price, terms))
    this.fill(order, price, order.limitPrice > 0n, terms)
    this.account.note(atMs)
    return true
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
    this.depthLeft.set(symbol, this.depthAt(price, terms))
    for (const order of this.openOrders(symbol)) {
      if (order.expiresMs !== null && order.expiresMs <= atMs) this.end(order, 'expired')
      else this.match(order, price, terms, false)
    }
    this.liquidate()
    this.account.note(atMs)
  }

  /** Money that comes or goes by itself, such as funding. */
  move(amount: bigint, atMs: number): void {
    this.nowMs = atMs
    this.moved += amount
    this.account.add('USD', amount)
    this.liquidate()
    this.account.note(atMs)
  }

  /** A position pays for being held, or receives. */
  charge(symbol: string, amount: bigint, atMs: number): void {
    this.charges.push({ chargeId: `C${this.charges.length + 1}`, symbol, amount, atMs })
    this.move(-amount, atMs)
  }

  /** Where the market would have to go for a position to be closed by force; null for never, or without one. */
  liquidationPrice(symbol: string): bigint | null {
    const { account } = this
    return account instanceof MarginAccount ? account.liquidationPrice(symbol) : null
  }

  /** Closes what the account can't carry any more, at the price of the moment. */
  private liquidate(): void {
    const { account } = this
    if (!(account instanceof MarginAccount) || account.positions.size === 0) return
    if (account.equity >= account.maintenance) return
    const { price, trades } = this
    this.closures.push({ trades: trades.length, money: this.begun + this.moved, prices: new Map(price) })
    for (const order of this.openOrders()) this.end(order, 'cancelled')
    for (const [symbol, { quantity }] of [...account.positions]) this.closeByForce(symbol, quantity)
  }

  /** The venue trades in the account's name: all of a position, or a part. */
  closeByForce(symbol: string, quantity: bigint, atMs = this.nowMs): void {
    this.nowMs = atMs
    if (quantity === 0n) return
    const size = quantity < 0n ? -quantity : quantity
    const side = quantity < 0n ? 1 : -1
    const price = this.price.get(symbol)!
    const value = times(size, price)
    const fee = timesUp(value, this.options.takerRate)
    const terms = this.terms(symbol)
    const venueId = `L${this.trades.length + 1}`
    const trade: ExchangeTrade = {
      ...{ tradeId: `T${this.trades.length + 1}`, venueId, clientId: null, symbol, side, quantity: size, price, value },
      ...{ fee, feeAsset: terms.quote, maker: false, liquidation: true, atMs: this.nowMs },
    }
    this.trades.push(trade)
    this.account.settle(trade, terms)
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

  private depthAt(price: bigint, { step }: MarketTerms): bigint {
    const quantity = floorTo((this.options.depth * ONE) / price, step)
    return quantity < step ? step : quantity
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
    return this.account.refuses(this.asking(placed, terms))
  }

  /** An order as the account is asked about it: at its own price, else the market's. */
  private asking(order: ExchangeOrder, terms: MarketTerms, price?: bigint, rate = this.options.takerRate): Asked {
    const own = order.limitPrice || order.stopPrice || this.asked(order, this.price.get(order.symbol)!, terms)
    return { order, terms, price: price ?? own, rate }
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
    const carried = this.account.carries(this.asking(order, terms, price, rate), quantity)
    if (carried > 0n) this.book(order, carried, price, rate, maker, terms)
    if (carried < quantity) {
      this.end(order, 'cancelled')
      return
    }
    const isDone = order.quoteLeft > 0n ? this.wanted(order, price, rate, terms) === 0n : order.filled >= order.quantity
    if (isDone) this.end(order, 'filled')
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
    if (order.filled < order.quantity || order.quoteLeft > 0n) this.account.reserve(this.asking(order, terms))
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
    this.account.release(order, this.terms(order.symbol))
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
