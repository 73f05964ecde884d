/** Fills: price after costs, value, fee, the venue's books, and the facts that tell of it. */

import { type Dec, decToNumber, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, type FactRecord, RejectCode } from '../core/fact.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, Side, TimeInForce } from '../core/order.ts'
import type { SimAccount } from './account.ts'
import { cashNeeded, reducible } from './admission.ts'
import type { Bars } from './bars.ts'
import { bookInBase, type FeeModel, feeOn, fillValue, quantityForQuote, type SpreadModel, takerPrice } from './costs.ts'
import type { LatencyModel } from './latency.ts'
import type { MarketCosts } from './market-costs.ts'
import { endsAsLimit } from './matching.ts'
import { becomeLimit, newResting, type RestingOrder, type RestingOrders } from './resting.ts'

export interface ExecutionOptions {
  readonly instruments: readonly Instrument[]
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  readonly fees: FeeModel
  readonly spread: SpreadModel
  readonly latency: LatencyModel
  /** Half-spread and impact that change from bar to bar; null where `spread` is all there is. */
  readonly market?: MarketCosts | null
  /** Largest share of a bar's volume that our fills may take; 0 for no cap. */
  readonly participation: number
}

export class Execution {
  private readonly instruments: readonly Instrument[]
  private readonly rulebook: ExecutionOptions['rulebook']
  private readonly fees: FeeModel
  private readonly inBaseOf: NonNullable<FeeModel['inBase']> | null
  private readonly spread: SpreadModel
  private readonly market: MarketCosts | null
  private readonly latency: LatencyModel
  private readonly participation: number
  private readonly bars: Bars
  private readonly account: SimAccount
  private readonly resting: RestingOrders
  private readonly facts: FactQueue
  private readonly volumeUsed: Float64Array

  constructor(options: ExecutionOptions, bars: Bars, account: SimAccount, resting: RestingOrders, facts: FactQueue) {
    this.instruments = options.instruments
    this.rulebook = options.rulebook
    this.fees = options.fees
    this.inBaseOf = options.fees.inBase ?? null
    this.spread = options.spread
    this.market = options.market ?? null
    this.latency = options.latency
    this.participation = options.participation
    this.bars = bars
    this.account = account
    this.resting = resting
    this.facts = facts
    this.volumeUsed = new Float64Array(options.instruments.length)
  }

  /** A new bar has its volume still to give. */
  begin(): void {
    if (this.participation > 0) this.volumeUsed.fill(0)
  }

  /** When a fill of this bar is said to have happened: at its open, or inside it and so by its close. */
  fillMs(intrabar: boolean): number {
    return intrabar ? this.bars.closeMs : this.bars.openMs
  }

  /** Whether the account can pay a buy of `quantity` filled at `base`, costs and fee included, out of `funds`. */
  affords(order: ApprovedOrder, quantity: Dec, base: Dec, maker: boolean, intrabar: boolean, funds: Dec): boolean {
    const value = fillValue(this.instruments[order.instrument]!, this.priceOf(order, base, maker, quantity), quantity)
    return value + feeOn(value, this.rateInQuote(order, this.fillMs(intrabar), maker)) <= funds
  }

  /** Whether the fee of a fill of the order is taken in base: it takes no cash then. */
  private inBase({ instrument, side }: ApprovedOrder, atMs: number): boolean {
    return this.inBaseOf?.(instrument, atMs, side) === true
  }

  /** Fee that a fill of the order takes in cash, as a rate. */
  private rateInQuote(order: ApprovedOrder, atMs: number, maker: boolean): Dec {
    return this.inBase(order, atMs) ? ZERO : this.fees.rate(order.instrument, atMs, maker)
  }

  /** Base that a sale of `quantity` takes, a taker fee in base included. */
  baseNeeded(order: ApprovedOrder, quantity: Dec): Dec {
    const { openMs } = this.bars
    if (this.inBaseOf === null || order.side === Side.buy || !this.inBase(order, openMs)) return quantity
    return toDec(quantity + Math.max(0, feeOn(quantity, this.fees.rate(order.instrument, openMs, false))))
  }

  /** Base that `quoteAmount`, fee included, buys at `base` before a taker's costs, on the step of the day. */
  quantityFor(order: ApprovedOrder, quoteAmount: Dec, base: Dec, intrabar: boolean): Dec {
    const atMs = this.fillMs(intrabar)
    const instrument = this.instruments[order.instrument]!
    // Impact grows with the size: without costs it buys the most that it could, and moves the price by the most.
    const most = this.market === null ? ZERO : quantityForQuote(instrument, quoteAmount, base, ZERO)
    const model = this.modelOf(order.instrument, most)
    const price = model.costly ? takerPrice(model, base, order.side).price : base
    const quantity = quantityForQuote(instrument, quoteAmount, price, this.rateInQuote(order, atMs, false))
    const { step } = this.rulebook(order.instrument, atMs)
    return step > 1 ? toDec(quantity - (quantity % step)) : quantity
  }

  /** The market came to a resting order at `base`: it fills, or becomes the limit order that it had in waiting. */
  meet(resting: RestingOrder, base: Dec, maker: boolean, intrabar: boolean): void {
    const { order } = resting
    if (!resting.trigger || !endsAsLimit(order.type)) {
      this.fillResting(resting, base, maker, intrabar)
      return
    }
    becomeLimit(resting, decToNumber(order.limitPrice, this.instruments[order.instrument]!.pxDec))
    resting.insideRow = intrabar ? this.bars.row : -1
    const allowed = order.side === Side.buy ? base <= order.limitPrice : base >= order.limitPrice
    this.takeNow(resting, base, allowed, intrabar)
  }

  /** A limit order meets the market for the first time: it takes what its limit and its time in force allow. */
  takeNow(resting: RestingOrder, base: Dec, marketable: boolean, intrabar: boolean): void {
    const { order, remaining } = resting
    const isWhole = order.terms?.timeInForce !== TimeInForce.fok || this.capacity(order, remaining) >= remaining
    if (marketable && isWhole) this.fillResting(resting, base, false, intrabar)
    if (isAtOnce(order) && this.resting.find(order.id) === resting)
      this.drop(resting, RejectCode.notFilledAtOnce, intrabar)
  }

  /**
   * Fills a resting order with what the bar's volume allows, at `base` before a taker's costs. What an order can no
   * longer do when its price comes (a reduce-only one without a position, a buy that a gap made too dear) is cancelled.
   */
  fillResting(resting: RestingOrder, base: Dec, maker: boolean, intrabar: boolean): void {
    const { order } = resting
    const wanted = this.wanted(resting, base, intrabar)
    if (wanted === 0) {
      this.drop(resting, order.quoteAmount > 0 ? RejectCode.none : RejectCode.wouldOpenPosition, intrabar)
      return
    }
    const quantity = this.allowed(order, wanted)
    if (quantity < wanted) this.spend(resting)
    if (quantity === 0) return
    if (!this.pays(resting, quantity, base, maker, intrabar)) {
      this.drop(resting, RejectCode.insufficientFunds, intrabar)
      return
    }
    const complete = quantity === (order.quoteAmount > 0 ? wanted : resting.remaining)
    this.settleHold(resting, quantity, complete)
    const cost = this.emit(order, quantity, base, maker, intrabar, complete)
    if (!complete && resting.quoteLeft > 0) this.spendQuote(resting, cost)
    if (!complete && quantity === wanted) this.drop(resting, RejectCode.wouldOpenPosition, intrabar)
    if (order.ocoGroup !== 0) this.cancelGroup(order, intrabar)
  }

  /**
   * Fills a market order that has just come; what the bar's volume doesn't allow rests until the next open, and holds
   * what it needs.
   */
  fillMarket(order: ApprovedOrder, quantity: Dec, base: Dec, insideRow: number): void {
    const intrabar = insideRow >= 0
    const isRefused = order.terms?.timeInForce === TimeInForce.fok && this.capacity(order, quantity) < quantity
    const now = isRefused ? ZERO : this.allowed(order, quantity)
    const cost = now > 0 ? this.emit(order, now, base, false, intrabar, now === quantity) : 0
    if (now === quantity) return
    if (isAtOnce(order)) {
      const atMs = this.fillMs(intrabar)
      const knownMs = this.learnedMs(atMs, intrabar)
      this.facts.tell(FactKind.cancelled, order, atMs, knownMs, RejectCode.notFilledAtOnce)
      return
    }
    const remaining = toDec(quantity - now)
    const quoteLeft = toDec(order.quoteAmount > 0 ? order.quoteAmount - cost : 0)
    const resting = newResting(order, Number.NaN, remaining, insideRow, quoteLeft)
    this.hold(resting, quoteLeft > 0 ? quoteLeft : this.needed(order, remaining, base))
    this.resting.add(resting)
  }

  /** Cash that a buy of `quantity` at `base` may need, a taker's costs included; a limit never pays more than itself. */
  needed(order: ApprovedOrder, quantity: Dec, base: Dec): Dec {
    if (order.side === Side.sell) return ZERO
    const rate = this.rateInQuote(order, this.bars.openMs, false)
    return cashNeeded(this.instruments[order.instrument]!, quantity, this.priceOf(order, base, false, quantity), rate)
  }

  /** What a resting order would take now, were there volume: less where the position or its money limit it. */
  private wanted(resting: RestingOrder, base: Dec, intrabar: boolean): Dec {
    const { order, remaining, quoteLeft } = resting
    if (quoteLeft > 0) return this.quantityFor(order, quoteLeft, base, intrabar)
    return reducible(order, remaining, this.account.base[order.instrument]!)
  }

  /** Whether the money is there for a fill of a resting order. */
  private pays(resting: RestingOrder, quantity: Dec, base: Dec, maker: boolean, intrabar: boolean): boolean {
    const { order, heldCash } = resting
    if (order.side === Side.sell || this.instruments[order.instrument]!.kind !== 'spot') return true
    const funds = toDec(this.account.freeCash + heldCash)
    return this.affords(order, quantity, base, maker, intrabar, funds)
  }

  /** A quote-sized order holds what it may still spend. */
  private spendQuote(resting: RestingOrder, cost: number): void {
    resting.quoteLeft = toDec(resting.quoteLeft - cost)
    this.account.holdCash(toDec(resting.quoteLeft - resting.heldCash))
    resting.heldCash = resting.quoteLeft
  }

  /** This bar has no more for it. A stop whose trigger was met has become a market order. */
  private spend(resting: RestingOrder): void {
    resting.spentRow = this.bars.row
    if (resting.trigger) {
      resting.level = Number.NaN
      resting.trigger = false
    }
  }

  /** Ends a resting order: at our word (`none`), or for what the code says. */
  drop(resting: RestingOrder, code: RejectCode, intrabar: boolean): void {
    const atMs = this.fillMs(intrabar)
    this.resting.remove(resting)
    this.release(resting)
    this.facts.tell(FactKind.cancelled, resting.order, atMs, this.learnedMs(atMs, intrabar), code)
  }

  /** Price of a fill at `base`: a maker's is that, a taker pays half the spread and slippage. */
  private priceOf(order: ApprovedOrder, base: Dec, maker: boolean, quantity: Dec): Dec {
    if (maker || !this.costly) return base
    const { price } = takerPrice(this.modelOf(order.instrument, quantity), base, order.side)
    return order.limitPrice > 0 ? withinLimit(order, price) : price
  }

  private get costly(): boolean {
    return this.spread.costly || this.market !== null
  }

  /** Spread and slippage of a fill in this bar, impact with the slippage. */
  private modelOf(instrument: number, quantity: Dec): SpreadModel {
    if (this.market === null) return this.spread
    const { qtyDec } = this.instruments[instrument]!
    return this.market.model(this.spread, instrument, this.bars.coarseRow, decToNumber(quantity, qtyDec))
  }

  /** Books a fill and tells of it; returns its value and fee together. */
  private emit(
    order: ApprovedOrder,
    quantity: Dec,
    base: Dec,
    maker: boolean,
    intrabar: boolean,
    complete: boolean,
  ): number {
    const instrument = this.instruments[order.instrument]!
    const price = this.priceOf(order, base, maker, quantity)
    if (this.market !== null && !maker) this.market.count(order.instrument, this.bars.coarseRow)
    const atMs = this.fillMs(intrabar)
    const worth = fillValue(instrument, price, quantity)
    const rate = this.fees.rate(order.instrument, atMs, maker)
    const inBase = this.inBase(order, atMs) ? bookInBase(instrument, price, quantity, worth, rate, order.side) : null
    const value = inBase === null ? worth : inBase.value
    const fee = inBase === null ? feeOn(worth, rate) : inBase.fee
    const moved = inBase === null ? quantity : inBase.quantity
    this.fees.filled(order.instrument, atMs, worth)
    this.account.fill(order.instrument, order.side, moved, value, fee)
    const fact = this.facts.blank()
    fact.kind = FactKind.filled
    fact.orderId = order.id
    fact.instrument = order.instrument
    fact.atMs = atMs
    fact.knownMs = this.learnedMs(atMs, intrabar)
    fact.quantity = moved
    fact.price = price
    fact.value = value
    fact.fee = fee
    fact.feeQuantity = inBase === null ? ZERO : inBase.feeQuantity
    fact.spreadCost = ZERO
    fact.slippageCost = ZERO
    if (price !== base) this.splitCosts(fact, order, base, quantity)
    fact.complete = complete
    fact.maker = maker
    fact.intrabar = intrabar
    fact.code = RejectCode.none
    this.facts.push(fact)
    return value + fee
  }

  /** Which part of a fill's way from `base` to its price was spread, and which slippage. */
  private splitCosts(fact: FactRecord, order: ApprovedOrder, base: Dec, quantity: Dec): void {
    const instrument = this.instruments[order.instrument]!
    // A limit cuts the costs at its price: what is left of them is spread first.
    const moved = Math.abs(fact.price - base)
    const model = this.modelOf(order.instrument, quantity)
    const spread = Math.min(takerPrice(model, base, order.side).spread, moved) as Dec
    fact.spreadCost = notional(instrument, spread, quantity, Rounding.halfEven)
    fact.slippageCost = notional(instrument, toDec(moved - spread), quantity, Rounding.halfEven)
  }

  /** Quantity that the participation cap still allows in this bar, on the step; it is used up by this. */
  private allowed(order: ApprovedOrder, wanted: Dec): Dec {
    if (this.participation === 0) return wanted
    const quantity = this.capacity(order, wanted)
    this.volumeUsed[order.instrument] = this.volumeUsed[order.instrument]! + quantity
    return quantity
  }

  /** The part of `wanted` that the participation cap still allows in this bar. */
  private capacity(order: ApprovedOrder, wanted: Dec): Dec {
    if (this.participation === 0) return wanted
    const id = order.instrument
    const volume = this.bars.volume(id) * this.participation * pow10(this.instruments[id]!.qtyDec)
    const left = Math.max(0, volume - this.volumeUsed[id]!)
    // No demand is a step of one unit. What is wanted whole may be off the step: the rest of a position.
    const step = Math.max(1, this.rulebook(id, this.bars.openMs).step)
    return toDec(left >= wanted ? wanted : Math.floor(left / step) * step)
  }

  /** Holds what a resting order needs: a buy its money, a sell its base. Margin accounts hold nothing here. */
  hold(resting: RestingOrder, needed: Dec): void {
    if (this.instruments[resting.order.instrument]!.kind !== 'spot') return
    if (resting.order.side === Side.sell) {
      this.setHeldBase(resting, this.baseNeeded(resting.order, resting.remaining))
    } else {
      resting.heldCash = Math.min(needed, Math.max(0, this.account.freeCash)) as Dec
      this.account.holdCash(resting.heldCash)
    }
  }

  release(resting: RestingOrder): void {
    if (resting.heldCash !== 0) this.account.holdCash(-resting.heldCash as Dec)
    resting.heldCash = ZERO
    this.setHeldBase(resting, ZERO)
  }

  /** Shrinks or ends the order and what it holds. */
  private settleHold(resting: RestingOrder, quantity: Dec, complete: boolean): void {
    if (complete) {
      this.resting.remove(resting)
      this.release(resting)
      return
    }
    // A quote-sized order may by now buy more than it once thought.
    const share = Math.min(1, quantity / resting.remaining)
    const freed = toDec(Math.floor(resting.heldCash * share))
    resting.heldCash = toDec(resting.heldCash - freed)
    if (freed !== 0) this.account.holdCash(-freed as Dec)
    resting.remaining = toDec(Math.max(0, resting.remaining - quantity))
    if (resting.heldBase > 0) this.setHeldBase(resting, this.baseNeeded(resting.order, resting.remaining))
  }

  /** A one-cancels-other group sells once, so the account holds the largest of its members' amounts. */
  private setHeldBase(resting: RestingOrder, held: Dec): void {
    if (held === resting.heldBase) return
    const others = this.resting.groupHold(resting.order)
    const change = Math.max(others, held) - Math.max(others, resting.heldBase)
    resting.heldBase = held
    if (change !== 0) this.account.holdBase(resting.order.instrument, change as Dec)
  }

  /** Ends the order's one-cancels-other group: its other members are cancelled, those to come will be. */
  cancelGroup(order: ApprovedOrder, intrabar: boolean): void {
    this.resting.finishGroup(order)
    for (const sibling of this.resting.siblings(order)) this.drop(sibling, RejectCode.none, intrabar)
  }

  /** A fill inside a bar, at a moment unknown, is known by the bar's close while latency is shorter than a bar. */
  learnedMs(atMs: number, intrabar: boolean): number {
    const back = this.latency.backMs(atMs)
    return intrabar && back < this.bars.timeframeMs ? atMs : atMs + back
  }
}

/** Whether what the order can't fill at once ends. */
export function isAtOnce({ terms }: ApprovedOrder): boolean {
  return terms !== null && (terms.timeInForce === TimeInForce.ioc || terms.timeInForce === TimeInForce.fok)
}

/** A limit order never fills at a price worse than its limit. */
function withinLimit(order: ApprovedOrder, price: Dec): Dec {
  if (order.side === Side.buy) return price > order.limitPrice ? order.limitPrice : price
  return price < order.limitPrice ? order.limitPrice : price
}
