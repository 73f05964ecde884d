/**
 * Looks at the venue and tells the engine what it finds: trades first, since they alone move money; then what became
 * of orders that are no longer in the book, and of those whose sending had no answer.
 */

import { toDec } from '../core/dec.ts'
import { type Fact, FactKind, RejectCode } from '../core/fact.ts'
import { OrderType } from '../core/order.ts'
import { exact, exactOf, textOf, unitsOf } from './amounts.ts'
import { bookTrade, correctTrade } from './booking.ts'
import { ask, endFact, type SessionContext } from './context.ts'
import type { VenueOrder, VenueTrade } from './exchange.ts'
import { bookForced, correctForced } from './forced.ts'
import type { Look } from './look.ts'
import type { Leg, TrackedOrder } from './order-table.ts'
import { groupFilled } from './pairs.ts'
import { addLeg, closeUnguarded, isLost, leftToGuard, placeAgain } from './protection.ts'
import type { Sender } from './sender.ts'

/** Trades are asked for from this long before the newest that is known: venues stamp and show them out of order. */
const OVERLAP_MS = 60_000
/** A fee that comes later than this after its trade stays an estimate. */
const FEE_PATIENCE_MS = 3_600_000
/** How much later than an order's end a trade may be shown. */
const LOST_LAG_MS = 5_000
/** Pauses between lookups of an order of unknown fate. */
const LOOK_PAUSES_MS = [500, 1_000, 2_000, 5_000, 10_000, 30_000]
/** How often the venue must say that it knows no such order, after it can't arrive any more, before that is believed. */
const MISSING_TIMES = 3

export class Watcher {
  private readonly context: SessionContext
  private readonly sender: Sender
  /** Trades before this time are all known. */
  private sinceMs: number
  /** Since when a leg is gone that may have gone with a fill of the other one of its pair. */
  private readonly lost = new WeakMap<Leg, number>()

  constructor(context: SessionContext, sender: Sender, sinceMs: number) {
    this.context = context
    this.sender = sender
    this.sinceMs = sinceMs
  }

  /** One look at everything that matters now. */
  async look(): Promise<Look> {
    const { context } = this
    const { exchange, table } = context
    const unknown = await this.resolve()
    const trades = await ask(context, () => exchange.trades(this.tradesFrom()))
    if (!trades.ok) {
      return { news: unknown, whole: false, failure: trades.error.message, strange: { trades: [], orders: [] } }
    }
    const booked = await this.book(trades.value)
    let news = unknown || booked.news
    const out = [...table.open].filter((order) => order.out)
    let orders: readonly VenueOrder[] = []
    let failure: string | null = null
    if (out.length > 0) {
      const open = await ask(context, () => exchange.openOrders())
      failure = open.ok ? null : open.error.message
      if (open.ok) {
        orders = open.value
        for (const order of out) news = (await this.missing(order, orders)) || news
      }
    }
    news = this.follow() || news
    const strange = { trades: booked.strange, orders: this.strangers(orders) }
    return { news, whole: failure === null, failure, strange }
  }

  /** Before the newest known trade, and before any whose fee is still to come. */
  private tradesFrom(): number {
    const { lastTradeMs, feeless } = this.context.table
    const newestMs = Math.max(this.sinceMs, lastTradeMs)
    const waited = [...feeless.values()].filter((atMs) => atMs > newestMs - FEE_PATIENCE_MS)
    return Math.min(newestMs, ...waited) - OVERLAP_MS
  }

  /** Orders of the book that only this session could have sent, and didn't. */
  strangers(orders: readonly VenueOrder[]): VenueOrder[] {
    const { prefix, table } = this.context
    if (prefix === null) return []
    return orders.filter(
      ({ venueId, clientId }) => clientId?.startsWith(prefix) === true && table.find(venueId, clientId) === null,
    )
  }

  /** Books trades that are new, oldest first. */
  private async book(trades: readonly VenueTrade[]): Promise<{ news: boolean; strange: VenueTrade[] }> {
    const { table } = this.context
    const strange: VenueTrade[] = []
    let news = false
    const fresh = trades.filter(({ tradeId }) => !table.trades.has(tradeId))
    for (const trade of trades) {
      if (trade.fee !== null && table.feeless.has(trade.tradeId)) this.correct(trade)
    }
    for (const trade of [...fresh].sort((a, b) => a.atMs - b.atMs)) {
      if (table.trades.has(trade.tradeId)) continue
      const found = table.find(trade.venueId, trade.clientId)
      if (found === null || found.order.done) {
        if (trade.atMs < this.sinceMs) continue
        const forced = found === null ? bookForced(this.context, trade) : 'foreign'
        if (forced === 'foreign') strange.push(trade)
        news ||= forced === 'booked'
        continue
      }
      await this.bookOne(trade, found.order, found.leg)
      news = true
    }
    // What may belong to an order whose venue id isn't known yet isn't strange yet.
    const waiting = [...table.open].some(({ leg }) => leg?.state === 'sent' || leg?.state === 'unknown')
    return { news, strange: waiting ? [] : strange }
  }

  private async bookOne(trade: VenueTrade, order: TrackedOrder, leg: Leg): Promise<void> {
    const { context } = this
    if (leg.state === 'unknown' || leg.state === 'sent') {
      context.note('ACK', { op: 'submit', id: order.id, leg: leg.leg, atMs: trade.atMs, venueId: trade.venueId })
      this.settled(order)
    }
    const gross = order.sums.gross + exact(trade.quantity) - this.earlierLegs(order, leg)
    let complete = leg.sentText !== null && gross >= exact(leg.sentText)
    if (leg.sentText === null) complete = await this.saysFilled(order, leg, textOf(gross))
    if (complete && leg.state !== 'ended') {
      context.note('ENDED', { op: 'submit', id: order.id, leg: leg.leg, atMs: trade.atMs, filled: textOf(gross) })
    }
    this.hearTrade(trade, order, complete && leg === order.leg)
    groupFilled(context, order)
  }

  /** What earlier legs of the order have filled, as the venue counts. */
  private earlierLegs(order: TrackedOrder, leg: Leg): bigint {
    let sum = 0n
    for (const one of order.legs) if (one.leg < leg.leg) sum += exact(one.endedFilled ?? '0')
    return sum
  }

  /** Whether the venue calls an order that was sized in quote filled, with nothing beyond what is known. */
  private async saysFilled(order: TrackedOrder, leg: Leg, known: string): Promise<boolean> {
    const { context } = this
    const found = await ask(context, () =>
      context.exchange.lookup(this.sender.keyOf(order, leg), leg.sentMs - OVERLAP_MS),
    )
    if (!found.ok) return false
    return found.value.some((one) => one.status === 'filled' && exact(one.filled) <= exact(known))
  }

  private hearTrade(trade: VenueTrade, order: TrackedOrder, complete: boolean): void {
    const { context } = this
    const { instrument: id } = order.order
    const instrument = context.instruments[id]!
    const { assumed, quantity, ...booked } = bookTrade(
      trade,
      instrument,
      order.sums,
      context.decider.owned(id),
      context.rates[id]!,
    )
    for (const one of assumed) context.note('ASSUMED', one)
    const fact: Fact = {
      ...endFact(FactKind.filled, order, trade.atMs),
      ...booked,
      quantity,
      complete,
      maker: trade.maker === true,
    }
    context.hear(fact, { trade, order })
    // So small that it is nothing in the books' units, and the last: the order is over all the same.
    if (complete && quantity <= 0) context.hear(endFact(FactKind.cancelled, order, trade.atMs), { order })
  }

  /** The venue names a fee at last: the estimate that was booked makes way for it. */
  private correct(trade: VenueTrade): void {
    const { context } = this
    const found = context.table.find(trade.venueId, trade.clientId)
    if (found === null) {
      correctForced(context, trade)
      return
    }
    const { order } = found
    const { instrument: id } = order.order
    const held = context.decider.owned(id)
    const { quantity, cash } = correctTrade(trade, context.instruments[id]!, order.sums, held, context.rates[id]!)
    const { pxDec } = context.instruments[id]!
    const price = unitsOf(exact(trade.price), pxDec)
    const fact = { ...endFact(FactKind.adjusted, order, trade.atMs), quantity, price, value: cash, complete: true }
    context.hear(fact, { trade, order })
  }

  /** An order that may be at the venue but isn't in its book: filled, ended, or not shown yet. */
  private async missing(order: TrackedOrder, open: readonly VenueOrder[]): Promise<boolean> {
    const { context } = this
    const { leg } = order
    if (leg === null || leg.state !== 'live' || order.done) return false
    const there = open.find((one) => one.venueId === leg.venueId || one.clientId === leg.clientId)
    if (there !== undefined) return false
    const found = await ask(context, () =>
      context.exchange.lookup(this.sender.keyOf(order, leg), leg.sentMs - OVERLAP_MS),
    )
    if (!found.ok) return false
    const one = found.value.find(({ venueId }) => venueId === leg.venueId) ?? found.value.at(-1)
    if (one === undefined || one.status === 'open') return false
    if (isLost(context, order, one.status) && !this.surelyLost(order, leg, open)) return false
    return this.ended(order, leg, one)
  }

  /** Whether it ended of itself: where the other one of its pair may have been filled, its trade may yet be shown. */
  private surelyLost(order: TrackedOrder, leg: Leg, open: readonly VenueOrder[]): boolean {
    const { environment, table } = this.context
    const { ocoGroup } = order.order
    const others = [...table.open].filter((one) => one !== order && ocoGroup !== 0 && one.order.ocoGroup === ocoGroup)
    const rests = (one: TrackedOrder): boolean => open.some(({ venueId }) => venueId === one.leg?.venueId)
    if (others.every((one) => one.held || rests(one))) return true
    const sinceMs = this.lost.get(leg) ?? environment.monotonicMs()
    this.lost.set(leg, sinceMs)
    return environment.monotonicMs() >= sinceMs + LOST_LAG_MS
  }

  /** The venue says that an order is over. It is for us once every trade of it is booked. */
  private ended(order: TrackedOrder, leg: Leg, venueOrder: VenueOrder): boolean {
    const { context } = this
    const known = order.sums.gross - this.earlierLegs(order, leg)
    if (exact(venueOrder.filled) > known) return false
    const atMs = venueOrder.changedMs ?? context.environment.nowMs()
    const { status } = venueOrder
    context.note('ENDED', { op: 'submit', id: order.id, leg: leg.leg, atMs, status, filled: textOf(known) })
    if (order.cancel === 'resize' && status !== 'filled') return true
    const lost = isLost(context, order, status)
    if (lost && placeAgain(context, order, status)) return true
    if (lost) closeUnguarded(context, order)
    this.tellEnd(order, venueOrder, atMs)
    return true
  }

  private tellEnd(order: TrackedOrder, venueOrder: VenueOrder, atMs: number): void {
    const { context } = this
    const { status } = venueOrder
    if (status === 'rejected') {
      const { quoteDec } = context.instruments[order.order.instrument]!
      const least = venueOrder.leastQuote ?? null
      const value = least === null ? 0 : Number(exact(least) / exactOf(toDec(1), quoteDec))
      context.hear(endFact(FactKind.rejected, order, atMs, venueOrder.reject ?? RejectCode.unavailable, value), {
        order,
      })
      return
    }
    const stale = status === 'expired' || order.cancel === 'stale'
    const atOnce = order.order.terms !== null && order.cancel === null && status !== 'filled'
    const code = atOnce ? RejectCode.notFilledAtOnce : RejectCode.none
    context.hear(endFact(stale ? FactKind.expired : FactKind.cancelled, order, atMs, code), { order })
  }

  /** Orders whose sending had no answer. True where one of them is known now. */
  private async resolve(): Promise<boolean> {
    const { context } = this
    const { environment, table } = context
    let news = false
    for (const order of [...table.open]) {
      const { leg } = order
      if (leg === null || (leg.state !== 'unknown' && leg.state !== 'sent')) continue
      if (environment.nowMs() < leg.nextLookMs) continue
      news = (await this.resolveOne(order, leg)) || news
    }
    return news
  }

  private async resolveOne(order: TrackedOrder, leg: Leg): Promise<boolean> {
    const { context } = this
    const { environment, exchange } = context
    const pause = LOOK_PAUSES_MS[Math.min(leg.missing, LOOK_PAUSES_MS.length - 1)]!
    const askedMs = environment.nowMs()
    leg.nextLookMs = askedMs + pause
    const found = await ask(context, () => exchange.lookup(this.sender.keyOf(order, leg), leg.sentMs - OVERLAP_MS))
    // Only the venue's own "no such order" counts: an outage says nothing.
    if (!found.ok) return false
    const one = found.value.at(-1)
    if (one !== undefined) {
      const atMs = one.placedMs ?? environment.nowMs()
      context.note('ACK', { op: 'submit', id: order.id, leg: leg.leg, atMs, venueId: one.venueId })
      this.settled(order)
      if (one.status === 'open') this.sender.accepted(order, atMs)
      return true
    }
    leg.missing += 1
    if (!(await this.isNowhere(leg, askedMs))) return false
    this.neverArrived(order, leg)
    return true
  }

  /**
   * Whether the order can't be at the venue, and can't come there any more. An answer says how things were when it was
   * asked for, however long it lay here unread.
   */
  private async isNowhere(leg: Leg, askedMs: number): Promise<boolean> {
    const { context } = this
    const { exchange, patience } = context
    if (leg.missing < MISSING_TIMES) return false
    const endMs = leg.deadlineMs === null ? leg.sentMs + patience.watchMs : leg.deadlineMs
    if (askedMs < endMs + patience.lagMs) return false
    // The third place to look: what it would have traded.
    const trades = await ask(context, () => exchange.trades(leg.sentMs - OVERLAP_MS))
    return trades.ok && !trades.value.some(({ clientId }) => clientId === leg.clientId)
  }

  private neverArrived(order: TrackedOrder, leg: Leg): void {
    const { context } = this
    const atMs = context.environment.nowMs()
    const body = { op: 'submit', id: order.id, leg: leg.leg, atMs, code: 'NEVER_ARRIVED', text: 'it never arrived' }
    context.note('REJECT', body)
    this.settled(order)
    // What guards a position is sent again, under the same id: it is certain that there is none. Entries are not: the
    // next decision sees the account as it is.
    if (order.order.reduceOnly && order.cancel === null) return
    context.hear(endFact(FactKind.rejected, order, atMs, RejectCode.unavailable), { order })
  }

  private settled(order: TrackedOrder): void {
    this.context.gate.outcome(this.context.instruments[order.order.instrument]!.symbol, 'settled', null)
  }

  /** What follows from what is known: stale entries, exits that must become smaller. True where anything was wanted. */
  private follow(): boolean {
    const { context } = this
    const now = context.environment.nowMs()
    let news = false
    for (const order of [...context.table.open]) {
      const { leg } = order
      if (leg === null) continue
      const { expiresMs, reduceOnly } = order.order
      if (!reduceOnly && leg.state === 'live' && order.cancel === null && now >= expiresMs + STALE_GRACE_MS) {
        context.note('INTENT', { op: 'cancel', id: order.id, reason: 'stale' })
        news = true
      }
      if (order.cancel === 'resize' && leg.state === 'ended') news = this.resized(order) || news
    }
    return news
  }

  /** The smaller one of a pair takes the place of the one that ended. */
  private resized(order: TrackedOrder): boolean {
    const { context } = this
    const left = leftToGuard(context, order)
    if (left > 0) addLeg(context, order, left)
    else context.hear(endFact(FactKind.cancelled, order, context.environment.nowMs()), { order })
    return true
  }

  /** Targets that are watched since they can't rest beside their stop: at a close beyond one, the stop makes way. */
  closed(): void {
    const { context } = this
    for (const order of [...context.table.open]) {
      if (!order.held || order.cancel !== null) continue
      const { instrument, side, limitPrice, stopPrice, ocoGroup } = order.order
      const close = context.decider.price(instrument)
      const { pxDec } = context.instruments[instrument]!
      const level = Number(textOf(exactOf(limitPrice || stopPrice, pxDec)))
      if (!(side < 0 ? close >= level : close <= level)) continue
      for (const other of context.table.open) {
        if (other === order || other.order.ocoGroup !== ocoGroup || other.cancel !== null) continue
        context.note('INTENT', { op: 'cancel', id: other.id, reason: 'group' })
      }
      const held = Math.abs(context.decider.held(instrument))
      if (held === 0) continue
      const quantity = Math.min(order.order.quantity, held)
      const clientId = context.clientId(order.id, 1)
      context.note('INTENT', { op: 'leg', id: order.id, leg: 1, clientId, quantity, type: OrderType.market })
    }
  }
}

/** A venue that ends stale orders itself is given this long to do so. */
const STALE_GRACE_MS = 2_000
