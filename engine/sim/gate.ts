/**
 * The gate of the simulated venue: an order that has arrived is checked against the rulebook of the day and the
 * venue's own books, then refused, filled, or let to rest.
 */

import { type Dec, decToNumber, Rounding, toDec, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, orderFact, RejectCode } from '../core/fact.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { OrderSupport } from '../core/order-support.ts'
import { checkRules } from '../market/order-form.ts'
import { isListed } from '../market/rulebooks.ts'
import type { SimAccount } from './account.ts'
import { checkMarginFunds, checkSpotFunds, reducible, worstExposure } from './admission.ts'
import type { AmbiguityCount } from './ambiguity.ts'
import type { Bars } from './bars.ts'
import { feeOn } from './costs.ts'
import { type Execution, type ExecutionOptions, isAtOnce } from './execution.ts'
import type { Inbox } from './inbox.ts'
import type { MarginBook } from './margin-book.ts'
import { admitsMargin } from './margin-check.ts'
import { levelOf, passes } from './matching.ts'
import { becomeLimit, newResting, type RestingOrder, type RestingOrders, setOrder } from './resting.ts'
import type { BarSequence } from './sequence.ts'
import { betterOf, trailedLevel } from './trailing.ts'

export interface GateOptions extends ExecutionOptions {
  /** Buying power of margin instruments as a multiple of equity, in units of 1e-12. */
  readonly leverage: Dec
  /** Scripted refusals: a code other than `none` rejects the order on arrival. */
  readonly inject?: (order: ApprovedOrder, atMs: number) => RejectCode
  /** What the venue's orders can be; null where anything goes that the simulator knows. */
  readonly support?: OrderSupport | null
}

/** What the gate looks at and acts on. */
export interface GateParts {
  readonly bars: Bars
  readonly account: SimAccount
  readonly inbox: Inbox
  readonly resting: RestingOrders
  readonly sequence: BarSequence
  readonly execution: Execution
  readonly ambiguity: AmbiguityCount
  readonly facts: FactQueue
  readonly margin: MarginBook | null
}

export class Gate {
  private readonly instruments: readonly Instrument[]
  private readonly rulebook: GateOptions['rulebook']
  private readonly fees: GateOptions['fees']
  /** As in GateOptions. */
  leverage: Dec
  private readonly inject: GateOptions['inject']
  private readonly support: OrderSupport | null
  private readonly bars: Bars
  private readonly account: SimAccount
  private readonly inbox: Inbox
  private readonly resting: RestingOrders
  private readonly sequence: BarSequence
  private readonly execution: Execution
  private readonly ambiguity: AmbiguityCount
  private readonly facts: FactQueue
  private readonly margin: MarginBook | null

  constructor(options: GateOptions, parts: GateParts) {
    this.instruments = options.instruments
    this.rulebook = options.rulebook
    this.fees = options.fees
    this.leverage = options.leverage
    this.inject = options.inject
    this.support = options.support ?? null
    this.bars = parts.bars
    this.account = parts.account
    this.inbox = parts.inbox
    this.resting = parts.resting
    this.sequence = parts.sequence
    this.execution = parts.execution
    this.ambiguity = parts.ambiguity
    this.facts = parts.facts
    this.margin = parts.margin
  }

  /** Checks an order on arrival, then fills it or lets it rest. */
  admit(order: ApprovedOrder, atMs: number, insideRow: number): void {
    const code = this.inbox.seenBefore(order) ? RejectCode.duplicateId : this.refusal(order, atMs)
    if (code !== RejectCode.none) this.reject(order, atMs, code)
    else if (order.expiresMs <= atMs) {
      // It went stale while it waited for a bar of its symbol.
      this.facts.tell(FactKind.expired, order, atMs, this.execution.learnedMs(atMs, false))
    } else if (this.resting.comesTooLate(order)) {
      this.facts.tell(FactKind.cancelled, order, atMs, this.execution.learnedMs(atMs, false))
    } else if (order.type === OrderType.market) this.admitMarket(order, atMs, insideRow)
    else this.admitResting(order, atMs, insideRow)
  }

  /** Why the venue takes no such order, or none now, whatever its size. */
  private refusal(order: ApprovedOrder, atMs: number): RejectCode {
    if (this.support?.lacks(order, this.instruments[order.instrument]!, atMs) === true) {
      return RejectCode.unsupported
    }
    return this.inject?.(order, atMs) ?? RejectCode.none
  }

  private admitMarket(order: ApprovedOrder, atMs: number, insideRow: number): void {
    const instrument = this.instruments[order.instrument]!
    const inside = insideRow >= 0
    const price = inside
      ? this.sequence.arrivalPrice(order.instrument, order.side === Side.buy)
      : this.bars.open(order.instrument)
    const base = priceUnits(instrument, price)
    const { quoteAmount } = order
    const asked = quoteAmount > 0 ? this.execution.quantityFor(order, quoteAmount, base, inside) : order.quantity
    const quantity = this.checkForm(order, asked, base, atMs)
    if (quantity === ZERO) return
    const funds = this.checkMarketFunds(order, instrument, quantity, base, inside)
    if (funds !== RejectCode.none) {
      this.reject(order, atMs, funds)
      return
    }
    if (inside) this.ambiguity.note(this.bars.row, true)
    this.execution.fillMarket(order, quantity, base, insideRow)
    if (order.ocoGroup !== 0) this.execution.cancelGroup(order, inside)
  }

  private admitResting(order: ApprovedOrder, atMs: number, insideRow: number): void {
    const instrument = this.instruments[order.instrument]!
    const level = this.firstLevel(order, instrument, insideRow)
    const price = order.limitPrice || order.stopPrice || priceUnits(instrument, level)
    const quantity = this.checkForm(order, order.quantity, price, atMs)
    if (quantity === ZERO) return
    const needed = this.execution.needed(order, quantity, price)
    const funds = this.checkFunds(order, instrument, quantity, price, needed)
    if (funds !== RejectCode.none) {
      this.reject(order, atMs, funds)
      return
    }
    const resting = newResting(order, level, quantity, insideRow, ZERO)
    if (order.terms?.postOnly === true && this.mayTake(resting)) {
      this.reject(order, atMs, RejectCode.postOnly)
      return
    }
    this.facts.tell(FactKind.accepted, order, atMs, this.execution.learnedMs(atMs, false))
    this.execution.hold(resting, needed)
    if (order.type === OrderType.trailingStop) this.beginTrail(resting)
    this.resting.add(resting)
    this.meetOnArrival(resting, instrument)
  }

  /** A trailing order begins to look; an amended one anew. */
  private beginTrail(resting: RestingOrder): void {
    const atOpen = resting.insideRow < 0
    resting.openLevel = resting.level
    resting.seenRow = atOpen ? this.bars.coarseRow - 1 : this.bars.coarseRow
    resting.best = atOpen ? this.bars.open(resting.order.instrument) : Number.NaN
  }

  /** Marketable on arrival: it takes liquidity at the market's price. What can't wait does so inside a bar, too. */
  private meetOnArrival(resting: RestingOrder, instrument: Instrument): void {
    const { order, insideRow } = resting
    const { bars, execution } = this
    const limit = !resting.trigger
    if (insideRow < 0) {
      const open = bars.open(instrument.id)
      const meets = passes(resting, open, 'touch')
      if (limit) execution.takeNow(resting, priceUnits(instrument, open), meets, false)
      else if (meets) execution.meet(resting, priceUnits(instrument, open), false, false)
    } else if (limit && isAtOnce(order)) {
      const price = this.sequence.arrivalPrice(instrument.id, order.side === Side.buy)
      this.ambiguity.note(bars.row, true)
      execution.takeNow(resting, priceUnits(instrument, price), passes(resting, price, 'touch'), true)
    }
  }

  /** Where the order waits first; a trailing stop no further from the market than its distance. */
  private firstLevel(order: ApprovedOrder, instrument: Instrument, insideRow: number): number {
    if (order.type !== OrderType.trailingStop) return levelOf(order, instrument.pxDec)
    const level = order.stopPrice === 0 ? Number.NaN : levelOf(order, instrument.pxDec)
    if (insideRow >= 0 && !Number.isNaN(level)) return level
    return betterOf(order, level, trailedLevel(order, instrument, this.bars.open(instrument.id)))
  }

  /** Whether an order that came now could take liquidity; inside a bar the open is the last price before it. */
  private mayTake(resting: RestingOrder): boolean {
    return passes(resting, this.bars.open(resting.order.instrument), 'touch')
  }

  /**
   * Makes a resting order what `order` says, as on arrival; a code says why not, and leaves it as it was. What has
   * filled of it counts against the new quantity.
   */
  amend(resting: RestingOrder, order: ApprovedOrder, atMs: number, insideRow: number): RejectCode {
    const old = resting.order
    const instrument = this.instruments[order.instrument]!
    const remaining = toDec(order.quantity - (old.quantity - resting.remaining))
    const price = order.limitPrice || order.stopPrice
    const rulebook = this.rulebook(order.instrument, atMs)
    const form = checkRules(order, remaining, order.reduceOnly, instrument, rulebook, price)
    if (form !== RejectCode.none) return form
    const { heldCash, level } = resting
    this.execution.release(resting)
    const needed = this.execution.needed(order, remaining, price)
    const funds = this.checkFunds(order, instrument, remaining, price, needed)
    setOrder(resting, order, this.firstLevel(order, instrument, insideRow))
    if (resting.triggered) becomeLimit(resting, decToNumber(order.limitPrice, instrument.pxDec))
    const takes = order.terms?.postOnly === true && this.mayTake(resting)
    if (funds !== RejectCode.none || takes) {
      setOrder(resting, old, level)
      if (resting.triggered) becomeLimit(resting, level)
      this.execution.hold(resting, heldCash)
      return takes ? RejectCode.postOnly : funds
    }
    resting.remaining = remaining
    resting.insideRow = insideRow
    if (order.type === OrderType.trailingStop) this.beginTrail(resting)
    this.execution.hold(resting, needed)
    this.tellAmended(order, price, atMs)
    this.meetOnArrival(resting, instrument)
    return RejectCode.none
  }

  /** The order stands as asked. */
  tellAmended(order: ApprovedOrder, price: Dec, atMs: number): void {
    const fact = this.facts.blank()
    Object.assign(fact, orderFact(FactKind.amended, order, atMs, this.execution.learnedMs(atMs, false)))
    fact.quantity = order.quantity
    fact.price = price
    this.facts.push(fact)
  }

  private checkFunds(order: ApprovedOrder, instrument: Instrument, quantity: Dec, price: Dec, needed: Dec): RejectCode {
    return instrument.kind === 'spot'
      ? checkSpotFunds(
          order,
          this.execution.baseNeeded(order, quantity),
          needed,
          this.account,
          this.resting.groupHold(order),
        )
      : this.checkMargin(order, instrument, quantity, price)
  }

  /** Quantity of the order after the reduce-only cap, or 0 when it was rejected for its form or size. */
  private checkForm(order: ApprovedOrder, asked: Dec, price: Dec, atMs: number): Dec {
    const instrument = this.instruments[order.instrument]!
    const rulebook = this.rulebook(order.instrument, atMs)
    if (!isListed(rulebook, atMs)) {
      this.reject(order, atMs, RejectCode.notListed)
      return ZERO
    }
    const quantity = reducible(order, asked, this.account.base[order.instrument]!)
    if (order.reduceOnly && quantity === 0) {
      // A spot venue knows no reduce-only: it simply has no base to sell.
      this.reject(order, atMs, instrument.kind === 'spot' ? RejectCode.insufficientBase : RejectCode.wouldOpenPosition)
      return ZERO
    }
    const code = checkRules(order, quantity, quantity < asked, instrument, rulebook, price)
    if (code === RejectCode.none) return quantity
    this.reject(order, atMs, code)
    return ZERO
  }

  private checkMarketFunds(
    order: ApprovedOrder,
    instrument: Instrument,
    quantity: Dec,
    base: Dec,
    inside: boolean,
  ): RejectCode {
    if (instrument.kind !== 'spot') return this.checkMargin(order, instrument, quantity, base)
    if (order.side === Side.sell) {
      return checkSpotFunds(order, this.execution.baseNeeded(order, quantity), ZERO, this.account, ZERO)
    }
    const { freeCash } = this.account
    // A quote-sized buy costs its amount at the most: fee and rounding are inside it.
    if (order.quoteAmount > 0 && order.quoteAmount <= freeCash) return RejectCode.none
    const affords = this.execution.affords(order, quantity, base, false, inside, freeCash)
    return affords ? RejectCode.none : RejectCode.insufficientFunds
  }

  /** Buying power on a leveraged account. What only reduces needs none. */
  private checkMargin(order: ApprovedOrder, instrument: Instrument, quantity: Dec, price: Dec): RejectCode {
    if (order.reduceOnly) return RejectCode.none
    const value = notional(instrument, price, quantity, Rounding.ceil)
    if (this.margin !== null) {
      const fee = feeOn(value, this.fees.rate(order.instrument, this.bars.openMs, false))
      return admitsMargin(this.margin.state, this.instruments, order, value, fee, this.leverage, {
        resting: (one) => this.restingValue(one),
        mark: (id) => this.bars.mark(id),
      })
    }
    let equity: number = this.account.cash
    let gross = 0
    for (const one of this.instruments) {
      const held = this.markedValue(one)
      equity += held
      const { buys, sells } = this.restingValue(one)
      const before = worstExposure({ held, buys, sells })
      if (one !== instrument) gross += before
      else {
        const mine =
          order.side === Side.buy ? { held, buys: buys + value, sells } : { held, buys, sells: sells + value }
        const after = worstExposure(mine)
        if (after <= before) return RejectCode.none
        gross += after
      }
    }
    const fee = feeOn(value, this.fees.rate(order.instrument, this.bars.openMs, false))
    return checkMarginFunds(gross, toDec(equity), fee, this.leverage)
  }

  /** Value of an instrument's resting orders that may enlarge a position, at their prices (a market's rest at mark). */
  private restingValue(instrument: Instrument): { buys: number; sells: number } {
    let buys = 0
    let sells = 0
    for (const resting of this.resting.items) {
      const { order, remaining } = resting
      if (order.instrument !== instrument.id || order.reduceOnly) continue
      const price = order.limitPrice || order.stopPrice || this.bars.mark(instrument.id)
      const value = notional(instrument, price, remaining, Rounding.ceil)
      if (order.side === Side.buy) buys += value
      else sells += value
    }
    return { buys, sells }
  }

  private markedValue(instrument: Instrument): Dec {
    const held = this.account.base[instrument.id]!
    return held === 0 ? ZERO : notional(instrument, this.bars.mark(instrument.id), held, Rounding.halfEven)
  }

  private reject(order: ApprovedOrder, atMs: number, code: RejectCode): void {
    this.facts.tell(FactKind.rejected, order, atMs, this.execution.learnedMs(atMs, false), code)
  }
}
