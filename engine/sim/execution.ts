/** Fills: price after costs, value, fee, the venue's books, and the facts that tell of it. */

import { type Dec, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, orderFact, RejectCode } from '../core/fact.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { SimAccount } from './account.ts'
import type { Bars } from './bars.ts'
import { type FeeModel, feeOn, fillValue, type SpreadModel, takerPrice } from './costs.ts'
import type { LatencyModel } from './latency.ts'
import type { RestingOrder, RestingOrders } from './resting.ts'

export interface ExecutionOptions {
  readonly instruments: readonly Instrument[]
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  readonly fees: FeeModel
  readonly spread: SpreadModel
  readonly latency: LatencyModel
  /** Largest share of a bar's volume that our fills may take; 0 for no cap. */
  readonly participation: number
}

export class Execution {
  private readonly instruments: readonly Instrument[]
  private readonly rulebook: ExecutionOptions['rulebook']
  private readonly fees: FeeModel
  private readonly spread: SpreadModel
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
    this.spread = options.spread
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

  /** Whether the account can pay a market buy of `quantity` filled at `base`, costs and fee included. */
  affords(order: ApprovedOrder, quantity: Dec, base: Dec): boolean {
    const instrument = this.instruments[order.instrument]!
    const value = fillValue(instrument, takerPrice(this.spread, base, Side.buy).price, quantity)
    const rate = this.fees.rate(order.instrument, this.bars.openMs, false)
    return value + feeOn(value, rate) <= this.account.freeCash
  }

  /** Fills a resting order with what the bar's volume allows, at `base` before a taker's costs. */
  fillResting(resting: RestingOrder, base: Dec, maker: boolean, intrabar: boolean): void {
    const { order } = resting
    const quantity = this.allowed(order, resting.remaining)
    if (quantity === 0) return
    const complete = quantity === resting.remaining
    this.settleHold(resting, quantity, complete)
    this.emit(order, quantity, base, maker, intrabar, complete)
    if (order.ocoGroup !== 0) this.cancelSiblings(resting, intrabar)
  }

  /** Fills a market order; what the bar's volume doesn't allow is left, and returned. */
  fillMarket(order: ApprovedOrder, quantity: Dec, base: Dec, intrabar: boolean): Dec {
    const now = this.allowed(order, quantity)
    if (now > 0) this.emit(order, now, base, false, intrabar, now === quantity)
    return toDec(quantity - now)
  }

  private emit(
    order: ApprovedOrder,
    quantity: Dec,
    base: Dec,
    maker: boolean,
    intrabar: boolean,
    complete: boolean,
  ): void {
    const instrument = this.instruments[order.instrument]!
    let price = base
    let spreadCost = ZERO
    let slippageCost = ZERO
    if (!maker && this.spread.costly) {
      const taken = takerPrice(this.spread, base, order.side)
      price = order.type === OrderType.limit ? withinLimit(order, taken.price) : taken.price
      spreadCost = notional(instrument, taken.spread, quantity, Rounding.halfEven)
      slippageCost = notional(instrument, taken.slippage, quantity, Rounding.halfEven)
    }
    const atMs = intrabar ? this.bars.closeMs : this.bars.openMs
    const value = fillValue(instrument, price, quantity)
    const fee = feeOn(value, this.fees.rate(order.instrument, atMs, maker))
    this.fees.filled(order.instrument, atMs, value)
    this.account.fill(order.instrument, order.side, quantity, value, fee)
    this.facts.push({
      kind: FactKind.filled,
      orderId: order.id,
      instrument: order.instrument,
      atMs,
      knownMs: this.learnedMs(atMs, intrabar),
      quantity,
      price,
      value,
      fee,
      spreadCost,
      slippageCost,
      complete,
      maker,
      intrabar,
      code: RejectCode.none,
    })
  }

  /** Quantity that the participation cap still allows in this bar, on the step. */
  private allowed(order: ApprovedOrder, wanted: Dec): Dec {
    if (this.participation === 0) return wanted
    const id = order.instrument
    const volume = this.bars.volume(id) * this.participation * pow10(this.instruments[id]!.qtyDec)
    const left = Math.max(0, volume - this.volumeUsed[id]!)
    const step = this.rulebook(id, this.bars.openMs).step
    const quantity = Math.min(wanted, Math.floor(left / step) * step)
    this.volumeUsed[id] = this.volumeUsed[id]! + quantity
    return toDec(quantity)
  }

  /** Holds what a resting order needs: a buy its money, a sell its base. Margin accounts hold nothing here. */
  hold(resting: RestingOrder, needed: Dec): void {
    if (this.instruments[resting.order.instrument]!.kind !== 'spot') return
    if (resting.order.side === Side.sell) {
      this.setHeldBase(resting, resting.remaining)
    } else {
      resting.heldCash = needed
      this.account.holdCash(needed)
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
    if (resting.heldCash > 0) {
      const freed = toDec(Math.floor((resting.heldCash / resting.remaining) * quantity))
      resting.heldCash = toDec(resting.heldCash - freed)
      this.account.holdCash(-freed as Dec)
    }
    if (resting.heldBase > 0) this.setHeldBase(resting, toDec(resting.heldBase - quantity))
    resting.remaining = toDec(resting.remaining - quantity)
  }

  /** A one-cancels-other group sells once, so the account holds the largest of its members' amounts. */
  private setHeldBase(resting: RestingOrder, held: Dec): void {
    if (held === resting.heldBase) return
    const others = this.resting.groupHold(resting.order)
    const change = Math.max(others, held) - Math.max(others, resting.heldBase)
    resting.heldBase = held
    if (change !== 0) this.account.holdBase(resting.order.instrument, change as Dec)
  }

  private cancelSiblings(resting: RestingOrder, intrabar: boolean): void {
    const atMs = intrabar ? this.bars.closeMs : this.bars.openMs
    for (const sibling of this.resting.siblings(resting.order)) {
      this.resting.remove(sibling)
      this.release(sibling)
      this.facts.push(orderFact(FactKind.cancelled, sibling.order, atMs, this.learnedMs(atMs, intrabar)))
    }
  }

  /** A fill inside a bar, at a moment unknown, is known by the bar's close while latency is shorter than a bar. */
  learnedMs(atMs: number, intrabar: boolean): number {
    const back = this.latency.backMs(atMs)
    return intrabar && back < this.bars.timeframeMs ? atMs : atMs + back
  }
}

/** A limit order never fills at a price worse than its limit. */
function withinLimit(order: ApprovedOrder, price: Dec): Dec {
  if (order.side === Side.buy) return price > order.limitPrice ? order.limitPrice : price
  return price < order.limitPrice ? order.limitPrice : price
}
