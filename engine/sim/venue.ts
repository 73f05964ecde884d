/**
 * The simulated venue behind the Venue port. Messages travel with latency, wait for their symbol's next bar, are
 * checked against the rulebook of the day and the venue's own books, and then fill on bars as matching.ts says.
 * Everything that happens comes back as a fact; nothing is returned.
 */

import { type Dec, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { BugError } from '../core/errors.ts'
import { type Fact, FactKind, type FactQueue, orderFact, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, notional, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { BarVenue, VenueLevels } from '../core/venue.ts'
import { SimAccount } from './account.ts'
import { cashNeeded, checkMarginFunds, checkRules, checkSpotFunds, reducible } from './admission.ts'
import { type FeeModel, feeOn, fillValue, quantityForQuote, type SpreadModel, takerPrice } from './costs.ts'
import type { LatencyModel } from './latency.ts'
import {
  type AmbiguityModel,
  assumedPath,
  type BarPrices,
  insideFills,
  type LimitFill,
  levelOf,
  passes,
  reach,
} from './matching.ts'
import { type RestingOrder, RestingOrders } from './resting.ts'

export interface SimOptions {
  readonly grid: Grid
  readonly instruments: readonly Instrument[]
  readonly initialCash: Dec
  /** Buying power of margin instruments as a multiple of equity, in units of 1e-12. */
  readonly leverage: Dec
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  readonly fees: FeeModel
  readonly spread: SpreadModel
  readonly latency: LatencyModel
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  /** Largest share of a bar's volume that our fills may take; 0 for no cap. */
  readonly participation: number
  /** Scripted refusals: a code other than `none` rejects the order on arrival. */
  readonly inject?: (order: ApprovedOrder) => RejectCode
}

interface Message {
  readonly arriveMs: number
  readonly order: ApprovedOrder | null
  readonly cancelId: number
}

export class SimVenue implements BarVenue {
  readonly account: SimAccount
  /** Bars and fills on which the unknown path inside a bar decided something. */
  ambiguousBars = 0
  ambiguousFills = 0
  private readonly o: SimOptions
  private readonly facts: FactQueue
  private readonly resting = new RestingOrders()
  private inbox: Message[] = []
  private readonly seen = new Set<number>()
  private row = -1
  private inRange = false
  private insideDone = true
  private lastAmbiguousRow = -1
  private pathAt = 0
  private pathPrice: number[] = []
  private readonly volumeUsed: Float64Array

  constructor(options: SimOptions, facts: FactQueue) {
    this.o = options
    this.facts = facts
    this.account = new SimAccount(options.instruments, options.initialCash)
    this.volumeUsed = new Float64Array(options.instruments.length)
  }

  submit(order: ApprovedOrder): void {
    this.send({ arriveMs: this.arrival(order.decidedMs), order, cancelId: 0 })
  }

  cancel(orderId: number, decidedMs: number): void {
    this.send({ arriveMs: this.arrival(decidedMs), order: null, cancelId: orderId })
  }

  private arrival(decidedMs: number): number {
    return decidedMs + this.o.latency.outMs(decidedMs)
  }

  private send(message: Message): void {
    this.inbox.push(message)
    for (let i = this.inbox.length - 1; i > 0 && this.inbox[i - 1]!.arriveMs > message.arriveMs; i--) {
      this.inbox[i] = this.inbox[i - 1]!
      this.inbox[i - 1] = message
    }
  }

  open(row: number): void {
    this.row = row
    this.inRange = false
    this.insideDone = false
    if (this.o.participation > 0) this.volumeUsed.fill(0)
    const openMs = this.o.grid.time[row]!
    if (this.inbox.length > 0) this.deliver(openMs, -1)
    if (this.resting.items.length > 0) this.fillAtOpen()
  }

  range(row: number): boolean {
    if (!this.inRange) {
      this.inRange = true
      this.pathAt = 0
      this.pathPrice = []
    }
    if (this.inbox.length > 0) {
      const openMs = this.o.grid.time[row]!
      // Answers to fills at the open that need no time rest from the open on.
      if (this.deliver(openMs, -1) || this.deliverInside(openMs + this.o.grid.timeframeMs)) return true
    }
    if (this.resting.items.length === 0) return false
    const next = this.o.model === 'path' ? this.nextOnPath() : this.nextByModel()
    if (next !== null) {
      this.fillInRange(next.resting, next.price)
      return true
    }
    if (!this.insideDone) this.settleInside()
    return false
  }

  arm(levels: VenueLevels, row: number): number {
    levels.low.fill(Number.NEGATIVE_INFINITY)
    levels.high.fill(Number.POSITIVE_INFINITY)
    let marketRest = false
    for (const { order, level } of this.resting.items) {
      if (order.type === OrderType.market) marketRest = true
      else if ((order.type === OrderType.stop) === (order.side === Side.buy)) {
        if (level < levels.high[order.instrument]!) levels.high[order.instrument] = level
      } else if (level > levels.low[order.instrument]!) levels.low[order.instrument] = level
    }
    return this.inbox.length > 0 || marketRest ? row + 1 : Number.POSITIVE_INFINITY
  }

  /** Takes every message that has arrived by `atMs` and whose symbol has a bar in this row. */
  private deliver(atMs: number, insideRow: number): boolean {
    const arrived = this.inbox
    let delivered = false
    let kept = 0
    // Answers can't arrive while messages are taken: facts are only read after this.
    for (let i = 0; i < arrived.length; i++) {
      const message = arrived[i]!
      if (message.arriveMs > atMs || (message.order !== null && !this.hasBar(message.order.instrument))) {
        arrived[kept++] = message
        continue
      }
      delivered = true
      if (message.order === null) this.doCancel(message.cancelId, message.arriveMs)
      else this.admit(message.order, message.arriveMs, insideRow)
    }
    arrived.length = kept
    return delivered
  }

  /**
   * Orders that arrive inside the bar; their price there is unknown. Cancels that arrive inside the bar wait for its
   * end: until they arrive the order can still be filled.
   */
  private deliverInside(closeMs: number): boolean {
    const inside = (m: Message): boolean =>
      m.order !== null &&
      this.hasBar(m.order.instrument) &&
      (m.arriveMs < closeMs || this.answersInside(m.order, m, closeMs))
    const now = this.inbox.filter(inside)
    if (now.length === 0) return false
    this.inbox = this.inbox.filter((m) => !inside(m))
    for (const message of now) this.admit(message.order!, message.arriveMs, this.row)
    return true
  }

  /** An answer to a fill inside this bar arrives inside it, too, while latency is shorter than a bar. */
  private answersInside(order: ApprovedOrder, message: Message, closeMs: number): boolean {
    return order.answersIntrabar && message.arriveMs - closeMs < this.o.grid.timeframeMs && order.decidedMs === closeMs
  }

  private hasBar(instrument: number): boolean {
    const open = this.o.grid.symbols[instrument]!.open[this.row]!
    return open === open
  }

  private bar(instrument: number): BarPrices {
    const columns = this.o.grid.symbols[instrument]!
    return {
      open: columns.open[this.row]!,
      high: columns.high[this.row]!,
      low: columns.low[this.row]!,
      close: columns.close[this.row]!,
    }
  }

  /** Checks an order on arrival, then fills it or lets it rest. */
  private admit(order: ApprovedOrder, arriveMs: number, insideRow: number): void {
    const instrument = this.o.instruments[order.instrument]!
    const injected = this.o.inject?.(order) ?? RejectCode.none
    if (this.seen.has(order.id)) return this.reject(order, arriveMs, RejectCode.duplicateId)
    this.seen.add(order.id)
    if (injected !== RejectCode.none) return this.reject(order, arriveMs, injected)
    const base = priceUnits(instrument, this.arrivalPrice(order, insideRow))
    const taker = takerPrice(this.o.spread, base, order.side)
    const feeRate = this.o.fees.rate(order.instrument, arriveMs, false)
    const asked =
      order.quoteAmount > 0 ? this.quoteSized(order, instrument, taker.price, feeRate, arriveMs) : order.quantity
    const quantity = reducible(order, asked, this.account.base[order.instrument]!)
    if (order.reduceOnly && quantity === 0) return this.reject(order, arriveMs, RejectCode.wouldOpenPosition)
    const form = checkRules(order, quantity, instrument, this.o.rulebook(order.instrument, arriveMs), taker.price)
    // A reduce-only order that the position capped needs no step of its own: it closes what is there.
    if (form !== RejectCode.none && !(form === RejectCode.offStep && quantity < asked)) {
      return this.reject(order, arriveMs, form)
    }
    const price = this.pricedAt(order, taker.price)
    const needed = order.side === Side.buy ? cashNeeded(instrument, quantity, price, feeRate) : ZERO
    const funds = this.checkFunds(order, instrument, quantity, price, needed, feeRate)
    if (funds !== RejectCode.none) return this.reject(order, arriveMs, funds)
    const level = order.type === OrderType.market ? Number.NaN : levelOf(order, instrument.pxDec)
    const resting: RestingOrder = { order, level, remaining: quantity, heldCash: ZERO, heldBase: ZERO, insideRow }
    if (order.type === OrderType.market) {
      if (insideRow >= 0) this.noteAmbiguous(true)
      this.resting.add(resting)
      this.fill(resting, base, false, insideRow >= 0)
      return
    }
    this.push(orderFact(FactKind.accepted, order, arriveMs, this.learned(arriveMs)))
    this.hold(resting, instrument, needed)
    this.resting.add(resting)
    const now = this.o.grid.symbols[order.instrument]!.open[this.row]!
    if (insideRow < 0 && passes(order, level, now, 'touch')) {
      // Marketable on arrival: it takes liquidity at the market's price.
      this.fill(resting, priceUnits(instrument, now), false, false)
    }
  }

  /** Base of a quote-sized market buy, fee included, on the step of the day. */
  private quoteSized(order: ApprovedOrder, instrument: Instrument, price: Dec, feeRate: Dec, atMs: number): Dec {
    const quantity = quantityForQuote(instrument, order.quoteAmount, price, feeRate)
    const step = this.o.rulebook(order.instrument, atMs).step
    return step > 1 ? toDec(quantity - (quantity % step)) : quantity
  }

  /** The market's price when an order arrives: the open, or inside a bar what the model assumes. */
  private arrivalPrice(order: ApprovedOrder, insideRow: number): number {
    const bar = this.bar(order.instrument)
    if (insideRow < 0 || this.o.model === 'optimistic') return bar.open
    if (this.o.model === 'path') return this.pathPrice[order.instrument] ?? bar.open
    return order.side === Side.buy ? bar.high : bar.low
  }

  /** The price at which an order is checked and holds funds. */
  private pricedAt(order: ApprovedOrder, takerNow: Dec): Dec {
    if (order.type === OrderType.limit) return order.limitPrice
    return order.type === OrderType.stop ? order.stopPrice : takerNow
  }

  private checkFunds(
    order: ApprovedOrder,
    instrument: Instrument,
    quantity: Dec,
    price: Dec,
    needed: Dec,
    feeRate: Dec,
  ): RejectCode {
    if (instrument.kind === 'spot') {
      return checkSpotFunds(order, quantity, needed, this.account, this.resting.groupHold(order))
    }
    if (order.reduceOnly) return RejectCode.none
    const value = notional(instrument, price, quantity, Rounding.ceil)
    const { equity, gross } = this.marked()
    const held = this.markedValue(order.instrument)
    return checkMarginFunds(order, value, feeOn(value, feeRate), equity, gross, held, this.o.leverage)
  }

  /** Equity and gross position value at this row's opens (the last close where a symbol has no bar). */
  private marked(): { equity: Dec; gross: Dec } {
    let equity: number = this.account.cash
    let gross = 0
    for (const one of this.o.instruments) {
      const value = this.markedValue(one.id)
      equity += value
      gross += Math.abs(value)
    }
    return { equity: toDec(equity), gross: toDec(gross) }
  }

  private markedValue(instrument: number): Dec {
    const held = this.account.base[instrument]!
    if (held === 0) return ZERO
    const columns = this.o.grid.symbols[instrument]!
    const open = columns.open[this.row]!
    const price = open === open ? open : columns.mark[this.row]!
    const one = this.o.instruments[instrument]!
    return notional(one, priceUnits(one, price), held, Rounding.halfEven)
  }

  private hold(resting: RestingOrder, instrument: Instrument, needed: Dec): void {
    if (instrument.kind !== 'spot') return
    if (resting.order.side === Side.sell) return this.setHeldBase(resting, resting.remaining)
    resting.heldCash = needed
    this.account.holdCash(needed)
  }

  /** A one-cancels-other group sells once, so the account holds the largest of its members' amounts. */
  private setHeldBase(resting: RestingOrder, held: Dec): void {
    const others = this.resting.groupHold(resting.order)
    const change = Math.max(others, held) - Math.max(others, resting.heldBase)
    resting.heldBase = held
    if (change !== 0) this.account.holdBase(resting.order.instrument, change as Dec)
  }

  private release(resting: RestingOrder): void {
    if (resting.heldCash !== 0) this.account.holdCash(-resting.heldCash as Dec)
    resting.heldCash = ZERO
    this.setHeldBase(resting, ZERO)
  }

  private doCancel(orderId: number, atMs: number): void {
    const resting = this.resting.find(orderId)
    const order = resting?.order ?? { id: orderId, instrument: 0 }
    if (resting === null) {
      this.push(orderFact(FactKind.cancelRejected, order, atMs, this.learned(atMs), RejectCode.unknownOrder))
      return
    }
    this.resting.remove(resting)
    this.release(resting)
    this.push(orderFact(FactKind.cancelled, order, atMs, this.learned(atMs)))
  }

  /** Resting orders that the open has already passed fill there: the gap isn't ignored. */
  private fillAtOpen(): void {
    for (const resting of this.resting.items.slice()) {
      const { order, level } = resting
      if (!this.hasBar(order.instrument) || this.resting.find(order.id) === null) continue
      const open = this.o.grid.symbols[order.instrument]!.open[this.row]!
      if (order.type !== OrderType.market && !passes(order, level, open, this.o.limitFill)) continue
      this.fill(resting, priceUnits(this.o.instruments[order.instrument]!, open), order.type === OrderType.limit, false)
    }
  }

  /** Pessimistic: what hurts first; optimistic: what helps first; then the nearer to the open, then the older. */
  private nextByModel(): { resting: RestingOrder; price: number } | null {
    let best: RestingOrder | null = null
    let bestRank = Number.POSITIVE_INFINITY
    let touched = 0
    for (const resting of this.resting.items) {
      if (!this.reached(resting)) continue
      touched += 1
      const { order, level } = resting
      const hurts = order.type === OrderType.stop
      const first = hurts === (this.o.model === 'pessimistic')
      const open = this.o.grid.symbols[order.instrument]!.open[this.row]!
      const rank = (first ? 0 : 1) + Math.min(0.999, Math.abs(level - open) / open)
      if (rank < bestRank) {
        best = resting
        bestRank = rank
      }
    }
    if (best === null) return null
    if (touched > 1) this.noteRivals(best)
    return { resting: best, price: best.level }
  }

  private reached(resting: RestingOrder): boolean {
    const { order, level } = resting
    if (order.type === OrderType.market || !this.hasBar(order.instrument)) return false
    const bar = this.bar(order.instrument)
    if (resting.insideRow === this.row) return insideFills(order, level, bar, this.o.limitFill, this.o.model)
    return passes(order, level, reach(order, bar), this.o.limitFill)
  }

  /** Two members of one group reached in one bar: which came first is unknown. */
  private noteRivals(chosen: RestingOrder): void {
    for (const one of this.resting.siblings(chosen.order)) if (this.reached(one)) this.noteAmbiguous(true)
  }

  /** The next order that the assumed path meets, from where the last fill left off. */
  private nextOnPath(): { resting: RestingOrder; price: number } | null {
    for (; this.pathAt < 3; this.pathAt++, this.pathPrice = []) {
      let best: { resting: RestingOrder; price: number } | null = null
      let bestDistance = Number.POSITIVE_INFINITY
      for (const resting of this.resting.items) {
        const { order, level } = resting
        if (order.type === OrderType.market || !this.hasBar(order.instrument)) continue
        const path = assumedPath(this.bar(order.instrument))
        const from = this.pathPrice[order.instrument] ?? path[this.pathAt]!
        const to = path[this.pathAt + 1]!
        const now = passes(order, level, from, this.o.limitFill) && resting.insideRow === this.row
        if (!now && !passes(order, level, to, this.o.limitFill)) continue
        const price = now ? from : level
        const distance = Math.abs(price - from) / from
        if (distance < bestDistance) {
          best = { resting, price }
          bestDistance = distance
        }
      }
      if (best !== null) {
        this.pathPrice[best.resting.order.instrument] = best.price
        if (best.resting.insideRow === this.row) this.noteAmbiguous(true)
        this.notePathRivals(best.resting)
        return best
      }
    }
    return null
  }

  private notePathRivals(chosen: RestingOrder): void {
    for (const { order, level } of this.resting.siblings(chosen.order)) {
      if (passes(order, level, reach(order, this.bar(order.instrument)), this.o.limitFill)) this.noteAmbiguous(true)
    }
  }

  private fillInRange(resting: RestingOrder, price: number): void {
    const instrument = this.o.instruments[resting.order.instrument]!
    if (resting.insideRow === this.row && this.o.model !== 'path') {
      const certain = passes(resting.order, resting.level, this.bar(resting.order.instrument).close, this.o.limitFill)
      if (!certain) this.noteAmbiguous(true)
    }
    this.fill(resting, priceUnits(instrument, price), resting.order.type === OrderType.limit, true)
  }

  /** End of the bar: late cancels arrive; orders that came inside it and were reached but not filled are counted. */
  private settleInside(): void {
    this.insideDone = true
    for (const resting of this.resting.items) {
      if (resting.insideRow !== this.row) continue
      const bar = this.bar(resting.order.instrument)
      if (passes(resting.order, resting.level, reach(resting.order, bar), this.o.limitFill)) this.noteAmbiguous(false)
    }
  }

  private noteAmbiguous(fill: boolean): void {
    if (fill) this.ambiguousFills += 1
    if (this.lastAmbiguousRow === this.row) return
    this.lastAmbiguousRow = this.row
    this.ambiguousBars += 1
  }

  /** Fills what the bar's volume allows at `base` (before a taker's costs). */
  private fill(resting: RestingOrder, base: Dec, maker: boolean, intrabar: boolean): void {
    const { order } = resting
    const instrument = this.o.instruments[order.instrument]!
    const taken = maker ? { price: base, spread: ZERO, slippage: ZERO } : takerPrice(this.o.spread, base, order.side)
    const price = order.type === OrderType.limit ? worseOf(order, taken.price) : taken.price
    const quantity = this.o.participation > 0 ? this.capped(resting, instrument) : resting.remaining
    if (quantity === 0) return
    const openMs = this.o.grid.time[this.row]!
    const atMs = intrabar ? openMs + this.o.grid.timeframeMs : openMs
    const value = fillValue(instrument, price, quantity)
    const fee = feeOn(value, this.o.fees.rate(order.instrument, atMs, maker))
    this.o.fees.filled(order.instrument, atMs, value)
    const complete = quantity === resting.remaining
    this.settleHold(resting, quantity, complete)
    this.account.fill(order.instrument, order.side, quantity, value, fee)
    this.push({
      kind: FactKind.filled,
      orderId: order.id,
      instrument: order.instrument,
      atMs,
      knownMs: intrabar ? this.learnedInside(atMs) : this.learned(atMs),
      quantity,
      price,
      fee,
      spreadCost: taken.spread === 0 ? ZERO : notional(instrument, taken.spread, quantity, Rounding.halfEven),
      slippageCost: taken.slippage === 0 ? ZERO : notional(instrument, taken.slippage, quantity, Rounding.halfEven),
      complete,
      maker,
      intrabar,
      code: RejectCode.none,
    })
    if (order.ocoGroup !== 0) this.cancelSiblings(resting, atMs, intrabar)
  }

  /** Shrinks or ends the order and what it holds. */
  private settleHold(resting: RestingOrder, quantity: Dec, complete: boolean): void {
    if (complete) {
      this.resting.remove(resting)
      this.release(resting)
      return
    }
    if (resting.heldCash > 0) {
      const freed = toDec(Math.floor((resting.heldCash * quantity) / resting.remaining))
      resting.heldCash = toDec(resting.heldCash - freed)
      this.account.holdCash(-freed as Dec)
    }
    if (resting.heldBase > 0) this.setHeldBase(resting, toDec(resting.heldBase - quantity))
    resting.remaining = toDec(resting.remaining - quantity)
  }

  /** Quantity that the participation cap still allows in this bar, on the step. */
  private capped(resting: RestingOrder, instrument: Instrument): Dec {
    const id = instrument.id
    const volume = this.o.grid.symbols[id]!.volume[this.row]!
    const allowed = volume * this.o.participation * pow10(instrument.qtyDec) - this.volumeUsed[id]!
    const step = this.o.rulebook(id, this.o.grid.time[this.row]!).step
    const whole = Math.floor(Math.max(0, allowed) / step) * step
    const quantity = Math.min(resting.remaining, whole)
    this.volumeUsed[id] = this.volumeUsed[id]! + quantity
    return toDec(quantity)
  }

  private cancelSiblings(resting: RestingOrder, atMs: number, intrabar: boolean): void {
    for (const sibling of this.resting.siblings(resting.order)) {
      this.resting.remove(sibling)
      this.release(sibling)
      const known = intrabar ? this.learnedInside(atMs) : this.learned(atMs)
      this.push(orderFact(FactKind.cancelled, sibling.order, atMs, known))
    }
  }

  private reject(order: ApprovedOrder, atMs: number, code: RejectCode): void {
    if (code === RejectCode.none) throw new BugError('a rejection needs a reason')
    this.push(orderFact(FactKind.rejected, order, atMs, this.learned(atMs), code))
  }

  private push(fact: Fact): void {
    this.facts.push(fact)
  }

  private learned(atMs: number): number {
    return atMs + this.o.latency.backMs(atMs)
  }

  /** A fill inside a bar, at a moment unknown, is known by the bar's close while latency is shorter than a bar. */
  private learnedInside(closeMs: number): number {
    const back = this.o.latency.backMs(closeMs)
    return back < this.o.grid.timeframeMs ? closeMs : closeMs + back
  }
}

/** A limit order never fills at a price worse than its limit. */
function worseOf(order: ApprovedOrder, price: Dec): Dec {
  if (order.side === Side.buy) return price > order.limitPrice ? order.limitPrice : price
  return price < order.limitPrice ? order.limitPrice : price
}
