/**
 * The simulated venue behind the Venue port. Messages travel with latency, wait for their symbol's next bar, are
 * checked against the rulebook of the day and the venue's own books, and then fill on bars as matching.ts says.
 * Everything that happens comes back as a fact; nothing is returned.
 */

import { type Dec, Rounding, toDec, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, orderFact, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { BarVenue, VenueLevels } from '../core/venue.ts'
import { SimAccount } from './account.ts'
import { cashNeeded, checkMarginFunds, checkRules, checkSpotFunds, reducible } from './admission.ts'
import { AmbiguityCount } from './ambiguity.ts'
import { Bars } from './bars.ts'
import { type FeeModel, feeOn, quantityForQuote, type SpreadModel, takerPrice } from './costs.ts'
import { Execution, type ExecutionOptions } from './execution.ts'
import { Inbox } from './inbox.ts'
import type { LatencyModel } from './latency.ts'
import { type AmbiguityModel, type LimitFill, levelOf, passes, waitsAbove } from './matching.ts'
import { RestingOrders } from './resting.ts'
import { BarSequence } from './sequence.ts'

export interface SimOptions extends ExecutionOptions {
  readonly grid: Grid
  readonly initialCash: Dec
  /** Buying power of margin instruments as a multiple of equity, in units of 1e-12. */
  readonly leverage: Dec
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  /** Scripted refusals: a code other than `none` rejects the order on arrival. */
  readonly inject?: (order: ApprovedOrder) => RejectCode
}

/** Marks an order that rests from an open on, not from a moment inside a bar. */
const FROM_OPEN = -1

export class SimVenue implements BarVenue {
  readonly account: SimAccount
  readonly ambiguity = new AmbiguityCount()
  private readonly instruments: readonly Instrument[]
  private readonly rulebook: SimOptions['rulebook']
  private readonly fees: FeeModel
  private readonly spread: SpreadModel
  private readonly latency: LatencyModel
  private readonly leverage: Dec
  private readonly limitFill: LimitFill
  private readonly inject: SimOptions['inject']
  private readonly facts: FactQueue
  private readonly bars: Bars
  private readonly inbox = new Inbox()
  private readonly resting = new RestingOrders()
  private readonly sequence: BarSequence
  private readonly execution: Execution

  constructor(options: SimOptions, facts: FactQueue) {
    this.instruments = options.instruments
    this.rulebook = options.rulebook
    this.fees = options.fees
    this.spread = options.spread
    this.latency = options.latency
    this.leverage = options.leverage
    this.limitFill = options.limitFill
    this.inject = options.inject
    this.facts = facts
    this.bars = new Bars(options.grid, options.instruments)
    this.account = new SimAccount(options.instruments, options.initialCash)
    this.sequence = new BarSequence(this.bars, this.resting, options.model, options.limitFill, this.ambiguity)
    this.execution = new Execution(options, this.bars, this.account, this.resting, facts)
  }

  submit(order: ApprovedOrder): void {
    this.inbox.add({ arriveMs: order.decidedMs + this.latency.outMs(order.decidedMs), order, cancelId: 0 })
  }

  cancel(orderId: number, decidedMs: number): void {
    this.inbox.add({ arriveMs: decidedMs + this.latency.outMs(decidedMs), order: null, cancelId: orderId })
  }

  open(row: number): void {
    this.bars.move(row)
    this.sequence.begin()
    this.execution.begin()
    if (!this.inbox.empty) this.deliver(this.bars.openMs, FROM_OPEN)
    if (this.resting.items.length > 0) this.fillAtOpen()
  }

  range(_row: number): boolean {
    // Answers to fills at the open that took no time rest from the open on; later ones come inside the bar.
    if (!this.inbox.empty && (this.deliver(this.bars.openMs, FROM_OPEN) || this.deliverInside())) return true
    if (this.resting.items.length === 0) return false
    const next = this.sequence.next()
    if (next === null) return false
    const { order } = next.resting
    const base = priceUnits(this.instruments[order.instrument]!, next.price)
    this.execution.fillResting(next.resting, base, order.type === OrderType.limit, true)
    return true
  }

  arm(levels: VenueLevels, row: number): number {
    // A loop: `fill` is a call into the runtime, and there are few symbols.
    for (let id = 0; id < levels.low.length; id++) {
      levels.low[id] = Number.NEGATIVE_INFINITY
      levels.high[id] = Number.POSITIVE_INFINITY
    }
    let marketRest = false
    for (const { order, level } of this.resting.items) {
      const id = order.instrument
      if (order.type === OrderType.market) marketRest = true
      else if (waitsAbove(order)) levels.high[id] = Math.min(levels.high[id]!, level)
      else levels.low[id] = Math.max(levels.low[id]!, level)
    }
    return !this.inbox.empty || marketRest ? row + 1 : Number.POSITIVE_INFINITY
  }

  /** Takes every message that has arrived by `atMs` and whose symbol has a bar in this row. */
  private deliver(atMs: number, insideRow: number): boolean {
    const { inbox } = this
    const before = inbox.length
    let kept = 0
    for (let i = 0; i < before; i++) {
      const message = inbox.at(i)
      const { order, arriveMs } = message
      if (arriveMs > atMs || (order !== null && !this.bars.has(order.instrument))) inbox.keep(kept++, message)
      else if (order === null) this.doCancel(message.cancelId, arriveMs)
      else this.admit(order, arriveMs, insideRow)
    }
    inbox.trim(kept)
    return kept < before
  }

  /**
   * Orders that arrive inside the bar, where the price is unknown. Answers to a fill inside the bar do so while
   * latency is shorter than a bar. A cancel that arrives inside the bar waits for the next open: until it is there
   * the order can still be filled.
   */
  private deliverInside(): boolean {
    const { inbox } = this
    const before = inbox.length
    let kept = 0
    for (let i = 0; i < before; i++) {
      const message = inbox.at(i)
      if (message.order === null || !this.comesInside(message.order, message.arriveMs)) inbox.keep(kept++, message)
      else this.admit(message.order, message.arriveMs, this.bars.row)
    }
    inbox.trim(kept)
    return kept < before
  }

  private comesInside(order: ApprovedOrder, arriveMs: number): boolean {
    const { closeMs, timeframeMs } = this.bars
    if (!this.bars.has(order.instrument)) return false
    if (arriveMs < closeMs) return true
    return order.answersIntrabar && order.decidedMs === closeMs && arriveMs < closeMs + timeframeMs
  }

  /** Checks an order on arrival, then fills it or lets it rest. */
  private admit(order: ApprovedOrder, arriveMs: number, insideRow: number): void {
    const code = this.inbox.seenBefore(order.id) ? RejectCode.duplicateId : (this.inject?.(order) ?? RejectCode.none)
    if (code !== RejectCode.none) this.reject(order, arriveMs, code)
    else if (order.type === OrderType.market) this.admitMarket(order, arriveMs, insideRow)
    else this.admitResting(order, arriveMs, insideRow)
  }

  private admitMarket(order: ApprovedOrder, arriveMs: number, insideRow: number): void {
    const instrument = this.instruments[order.instrument]!
    const inside = insideRow >= 0
    const price = inside
      ? this.sequence.arrivalPrice(order.instrument, order.side === Side.buy)
      : this.bars.open(order.instrument)
    const base = priceUnits(instrument, price)
    const asked = order.quoteAmount > 0 ? this.quoteSized(order, instrument, base, arriveMs) : order.quantity
    const quantity = this.checkForm(order, asked, base, arriveMs)
    if (quantity === ZERO) return
    const funds = this.checkMarketFunds(order, instrument, quantity, base)
    if (funds !== RejectCode.none) {
      this.reject(order, arriveMs, funds)
      return
    }
    if (inside) this.ambiguity.note(this.bars.row, true)
    const left = this.execution.fillMarket(order, quantity, base, inside)
    if (left === ZERO) return
    this.resting.add({ order, level: Number.NaN, remaining: left, heldCash: ZERO, heldBase: ZERO, insideRow })
  }

  private admitResting(order: ApprovedOrder, arriveMs: number, insideRow: number): void {
    const instrument = this.instruments[order.instrument]!
    const price = order.type === OrderType.limit ? order.limitPrice : order.stopPrice
    const quantity = this.checkForm(order, order.quantity, price, arriveMs)
    if (quantity === ZERO) return
    const feeRate = this.fees.rate(order.instrument, arriveMs, false)
    const needed = order.side === Side.buy ? cashNeeded(instrument, quantity, price, feeRate) : ZERO
    const funds =
      instrument.kind === 'spot'
        ? checkSpotFunds(order, quantity, needed, this.account, this.resting.groupHold(order))
        : this.checkMargin(order, instrument, quantity, price)
    if (funds !== RejectCode.none) {
      this.reject(order, arriveMs, funds)
      return
    }
    this.facts.push(orderFact(FactKind.accepted, order, arriveMs, this.execution.learnedMs(arriveMs, insideRow >= 0)))
    const level = levelOf(order, instrument.pxDec)
    const resting = { order, level, remaining: quantity, heldCash: ZERO, heldBase: ZERO, insideRow }
    this.execution.hold(resting, needed)
    this.resting.add(resting)
    const open = this.bars.open(order.instrument)
    // Marketable on arrival: it takes liquidity at the market's price.
    if (insideRow < 0 && passes(order, level, open, 'touch')) {
      this.execution.fillResting(resting, priceUnits(instrument, open), false, false)
    }
  }

  /** Quantity of the order after the reduce-only cap, or 0 when it was rejected for its form or size. */
  private checkForm(order: ApprovedOrder, asked: Dec, price: Dec, arriveMs: number): Dec {
    const quantity = reducible(order, asked, this.account.base[order.instrument]!)
    if (order.reduceOnly && quantity === 0) {
      // A spot venue knows no reduce-only: it simply has no base to sell.
      const spot = this.instruments[order.instrument]!.kind === 'spot'
      this.reject(order, arriveMs, spot ? RejectCode.insufficientBase : RejectCode.wouldOpenPosition)
      return ZERO
    }
    const instrument = this.instruments[order.instrument]!
    const code = checkRules(order, quantity, instrument, this.rulebook(order.instrument, arriveMs), price)
    // What the position capped closes what is there and needs no step of its own.
    if (code === RejectCode.none || (code === RejectCode.offStep && quantity < asked)) return quantity
    this.reject(order, arriveMs, code)
    return ZERO
  }

  /** Base of a quote-sized market buy, fee included, on the step of the day. */
  private quoteSized(order: ApprovedOrder, instrument: Instrument, base: Dec, atMs: number): Dec {
    const price = takerPrice(this.spread, base, order.side).price
    const feeRate = this.fees.rate(order.instrument, atMs, false)
    const quantity = quantityForQuote(instrument, order.quoteAmount, price, feeRate)
    const step = this.rulebook(order.instrument, atMs).step
    return step > 1 ? toDec(quantity - (quantity % step)) : quantity
  }

  private checkMarketFunds(order: ApprovedOrder, instrument: Instrument, quantity: Dec, base: Dec): RejectCode {
    if (instrument.kind !== 'spot') return this.checkMargin(order, instrument, quantity, base)
    if (order.side === Side.sell) return checkSpotFunds(order, quantity, ZERO, this.account, ZERO)
    // A quote-sized buy costs its amount at the most: fee and rounding are inside it.
    if (order.quoteAmount > 0 && order.quoteAmount <= this.account.freeCash) return RejectCode.none
    return this.execution.affords(order, quantity, base) ? RejectCode.none : RejectCode.insufficientFunds
  }

  private checkMargin(order: ApprovedOrder, instrument: Instrument, quantity: Dec, price: Dec): RejectCode {
    if (order.reduceOnly) return RejectCode.none
    const value = notional(instrument, price, quantity, Rounding.ceil)
    const fee = feeOn(value, this.fees.rate(order.instrument, this.bars.openMs, false))
    let equity: number = this.account.cash
    let gross = 0
    for (const one of this.instruments) {
      const marked = this.markedValue(one)
      equity += marked
      gross += Math.abs(marked)
    }
    const held = this.markedValue(instrument)
    return checkMarginFunds(order, value, fee, toDec(equity), toDec(gross), held, this.leverage)
  }

  private markedValue(instrument: Instrument): Dec {
    const held = this.account.base[instrument.id]!
    return held === 0 ? ZERO : notional(instrument, this.bars.mark(instrument.id), held, Rounding.halfEven)
  }

  private doCancel(orderId: number, atMs: number): void {
    const resting = this.resting.find(orderId)
    if (resting === null) {
      const order = { id: orderId, instrument: 0 }
      const knownMs = this.execution.learnedMs(atMs, false)
      this.facts.push(orderFact(FactKind.cancelRejected, order, atMs, knownMs, RejectCode.unknownOrder))
      return
    }
    this.resting.remove(resting)
    this.execution.release(resting)
    this.facts.push(orderFact(FactKind.cancelled, resting.order, atMs, this.execution.learnedMs(atMs, false)))
  }

  /** Resting orders that the open has already passed fill there: the gap isn't ignored. */
  private fillAtOpen(): void {
    for (const resting of this.resting.items.slice()) {
      const { order, level } = resting
      if (!this.bars.has(order.instrument) || this.resting.find(order.id) === null) continue
      const open = this.bars.open(order.instrument)
      if (order.type !== OrderType.market && !passes(order, level, open, this.limitFill)) continue
      const base = priceUnits(this.instruments[order.instrument]!, open)
      this.execution.fillResting(resting, base, order.type === OrderType.limit, false)
    }
  }

  private reject(order: ApprovedOrder, atMs: number, code: RejectCode): void {
    this.facts.push(orderFact(FactKind.rejected, order, atMs, this.execution.learnedMs(atMs, false), code))
  }
}
