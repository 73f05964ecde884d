/**
 * Sends what is wanted, one call after the other: cancels first, then what makes a position smaller, then entries.
 * Before each: the limits, a record of it, a sync; after each: what is known of it.
 */

import { type Dec, decToNumber, toDec } from '../core/dec.ts'
import { FactKind, RejectCode } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import { ask, endFact, type SessionContext } from './context.ts'
import { ExchangeError, type OrderKey, type OutgoingOrder } from './exchange.ts'
import type { Want } from './live-venue.ts'
import type { IntentBody, Leg, TrackedOrder } from './order-table.ts'
import { isProtective, isStop, outgoingOrder, plainOrder } from './outgoing.ts'
import { closeUnguarded, leftToGuard } from './protection.ts'
import { gateAccount, gateOrder } from './view.ts'

/** A cancel that its order outlives is sent again after this long, times the attempts: twice does no harm. */
const CANCEL_AGAIN_MS = 5_000
/** After so many of them an exit doesn't wait for it any more. */
const CANCELS_BEFORE_EXIT = 4
/** So is an amendment whose outcome isn't known. */
const AMEND_AGAIN_MS = 5_000
/** How often an order that reduces is tried again after a refusal that says nothing about the order itself. */
const EXIT_ATTEMPTS = 5
const EXIT_PAUSE_MS = 1_000

export class Sender {
  private readonly context: SessionContext

  constructor(context: SessionContext) {
    this.context = context
  }

  /** Sends everything that can go now. True where anything was sent or came to an end. */
  async flush(): Promise<boolean> {
    let any = false
    for (;;) {
      const next = this.next()
      if (next === null) return any
      any = true
      await next()
    }
  }

  /** The most urgent thing to do, or null. What has to wait for something else isn't among them. */
  private next(): (() => Promise<void>) | null {
    const { table } = this.context
    let best: { readonly rank: number; readonly run: () => Promise<void> } | null = null
    for (const order of table.open) {
      const one = this.due(order)
      if (one !== null && (best === null || one.rank < best.rank)) best = one
    }
    return best?.run ?? null
  }

  private due(order: TrackedOrder): { readonly rank: number; readonly run: () => Promise<void> } | null {
    const { environment } = this.context
    const now = environment.nowMs()
    const { leg } = order
    if (order.cancel !== null) {
      if (!order.out) {
        // Never sent, or held back: there is nothing to take back.
        if (order.cancel === 'resize' && leg?.state === 'ended') return null
        return { rank: 0, run: () => this.neverSent(order, FactKind.cancelled, RejectCode.none) }
      }
      if (leg!.state !== 'live') return null
      if (leg!.cancelAttempts > 0 && now < leg!.cancelSentMs + CANCEL_AGAIN_MS * leg!.cancelAttempts) return null
      return { rank: 1, run: () => this.cancel(order, leg!) }
    }
    if (order.amend !== null && leg?.state === 'live') {
      // An amendment whose answer was lost is asked again, and not without end in one turn.
      return now < order.amendSentMs + AMEND_AGAIN_MS ? null : { rank: 1, run: () => this.amend(order, leg) }
    }
    if (leg === null || leg.state !== 'new' || order.done) return null
    if (order.order.reduceOnly) {
      if (leg.nextLookMs > now || this.mustWait(order)) return null
      return { rank: isProtective(order.order) ? 2 : 3, run: () => this.submit(order, leg) }
    }
    const reduced = this.reduced(order)
    if (reduced === 'waits') return null
    return { rank: 4, run: () => (reduced === 'failed' ? this.notReduced(order, leg) : this.submit(order, leg)) }
  }

  /**
   * One live exit a position: a new one waits until what is being cancelled has ended. Not for ever: where a venue can't
   * say what became of an order, that order won't hold an exit back once it is most likely nowhere.
   */
  private mustWait(order: TrackedOrder): boolean {
    const { table, environment, patience } = this.context
    const patient = patience.deadlineMs + 3 * patience.lagMs
    for (const other of table.open) {
      if (other === order || other.order.instrument !== order.order.instrument || other.cancel === null) continue
      if (!other.order.reduceOnly || !other.out) continue
      const { leg } = other
      if (leg!.state === 'unknown' && environment.nowMs() > leg!.sentMs + patient) continue
      // The venue has been told again and again, and doesn't say that it ended.
      if (leg!.cancelAttempts >= CANCELS_BEFORE_EXIT) continue
      return true
    }
    return false
  }

  /**
   * What a rebalancing reduces comes first (RULES G2): nothing is enlarged while it isn't certain that the venue has
   * taken each reduction, and nothing at all where one failed.
   */
  private reduced({ order }: TrackedOrder): 'done' | 'waits' | 'failed' {
    if (order.purpose !== Purpose.rebalance) return 'done'
    let waits = false
    for (const other of this.context.table.orders.values()) {
      const { reduceOnly, purpose, decidedMs } = other.order
      if (!reduceOnly || purpose !== order.purpose || decidedMs !== order.decidedMs) continue
      if (other.done && other.filled === 0) return 'failed'
      if (!other.done && other.leg?.state !== 'live' && other.leg?.state !== 'ended') waits = true
    }
    return waits ? 'waits' : 'done'
  }

  private async notReduced(order: TrackedOrder, leg: Leg): Promise<void> {
    const { context } = this
    const text = 'a reduction of the same plan failed: nothing is enlarged'
    context.note('RISK_BLOCK', { id: order.id, leg: leg.leg, code: 'NOT_REDUCED', text })
    context.alerts.tell('warn', 'NOT_REDUCED', text)
    await this.neverSent(order, FactKind.rejected, RejectCode.blocked)
  }

  private async neverSent(order: TrackedOrder, kind: FactKind, code: RejectCode): Promise<void> {
    this.context.hear(endFact(kind, order, this.context.environment.nowMs(), code), { order })
  }

  private async submit(order: TrackedOrder, leg: Leg): Promise<void> {
    const { context } = this
    const { environment, exchange, gate, patience } = context
    const now = environment.nowMs()
    const { id: instrument } = context.instruments[order.order.instrument]!
    if (!order.order.reduceOnly && order.order.expiresMs <= now) {
      return await this.neverSent(order, FactKind.expired, RejectCode.none)
    }
    const quantity = order.order.reduceOnly ? this.reducible(order, leg) : leg.quantity
    if (order.order.reduceOnly && quantity === 0) {
      return await this.neverSent(order, FactKind.cancelled, RejectCode.none)
    }
    const deadlineMs = exchange.abilities.deadline ? now + patience.deadlineMs : null
    const out = this.outgoing(order, leg, quantity, deadlineMs)
    if (out.quantity !== null && Number(out.quantity) === 0) {
      return await this.neverSent(order, FactKind.rejected, RejectCode.belowMinimum)
    }
    const verdict = gate.check(gateOrder(context, order, out), gateAccount(context))
    if (!verdict.allowed) {
      context.note('RISK_BLOCK', { id: order.id, leg: leg.leg, code: verdict.code, text: verdict.text })
      context.alerts.tell(order.order.reduceOnly ? 'alarm' : 'warn', verdict.code, verdict.text)
      return await this.neverSent(order, FactKind.rejected, RejectCode.blocked)
    }
    const { id } = order
    const body = { op: 'submit', id, leg: leg.leg, atMs: now, deadlineMs, quantity: out.quantity, order: out }
    context.note('SEND', body)
    context.journal.sync()
    context.at('before-send')
    const answer = await ask(context, () => exchange.submit(out))
    context.at('after-send')
    const symbol = context.instruments[instrument]!.symbol
    if (answer.ok) {
      const atMs = answer.value.atMs ?? environment.nowMs()
      context.note('ACK', { op: 'submit', id, leg: leg.leg, atMs, venueId: answer.value.venueId })
      gate.outcome(symbol, 'taken', null)
      context.at('after-ack')
      this.accepted(order, atMs)
      return
    }
    const error = doubted(answer.error)
    this.failed(order, leg, error)
    const { kind, code } = error
    gate.outcome(symbol, kind === 'rejected' || kind === 'local' ? 'rejected' : 'unknown', code)
  }

  /** The engine hears of an order that rests; one at market is heard of when it fills. */
  accepted(order: TrackedOrder, atMs: number): void {
    if (order.accepted || order.done || order.order.type === OrderType.market) return
    order.accepted = true
    this.context.hear(endFact(FactKind.accepted, order, atMs), { order })
  }

  private failed(order: TrackedOrder, leg: Leg, error: ExchangeError): void {
    const { context } = this
    const atMs = context.environment.nowMs()
    const { kind, code, message, reject, venueText } = error
    const body = { op: 'submit', id: order.id, leg: leg.leg, atMs, code, text: message, venueText, reject }
    if (kind === 'unknown' || kind === 'exists') {
      context.note('UNKNOWN', body)
      context.alerts.tell('warn', code, `order ${order.id}: what became of it isn't known yet`)
      return
    }
    context.note('REJECT', body)
    const passing = kind === 'rejected' && (reject === null || reject === RejectCode.unavailable)
    if (order.order.reduceOnly && passing && leg.attempts < EXIT_ATTEMPTS) {
      // Nothing happened, and it wasn't for the order's own sake: what protects a position is tried again.
      leg.nextLookMs = atMs + (error.retryAfterMs ?? EXIT_PAUSE_MS * 2 ** (leg.attempts - 1))
      return
    }
    if (order.order.reduceOnly) {
      context.alerts.tell('alarm', code, `order ${order.id}, which reduces a position, was refused: ${message}`)
    }
    // What was placed again and refused guarded something before: it is closed before the end is told.
    if (leg.leg > 0 && isProtective(order.order) && leftToGuard(context, order) > 0) closeUnguarded(context, order)
    context.hear(endFact(FactKind.rejected, order, atMs, reject ?? RejectCode.unavailable), { order })
  }

  /** What of a reducing order there still is to reduce. */
  private reducible(order: TrackedOrder, leg: Leg): Dec {
    const held = this.context.decider.held(order.order.instrument)
    return toDec(held * order.order.side < 0 ? Math.min(leg.quantity, Math.abs(held)) : 0)
  }

  private outgoing(order: TrackedOrder, leg: Leg, quantity: Dec, deadlineMs: number | null): OutgoingOrder {
    const { context } = this
    const instrument = context.instruments[order.order.instrument]!
    const price = context.decider.price(instrument.id)
    const native = context.exchange.abilities.pairs === 'native' && order.order.ocoGroup !== 0
    return outgoingOrder(order.order, instrument, {
      clientId: leg.clientId,
      quantity,
      type: leg.type,
      deadlineMs,
      leverage: context.leverage,
      step: context.markets[instrument.id]?.step ?? null,
      referencePrice: price > 0 ? String(price) : null,
      group: native ? context.clientId(order.order.ocoGroup, 0) : null,
    })
  }

  keyOf(order: TrackedOrder, leg: Leg): OrderKey {
    const { symbol } = this.context.instruments[order.order.instrument]!
    return { clientId: leg.clientId, venueId: leg.venueId, symbol }
  }

  private async cancel(order: TrackedOrder, leg: Leg): Promise<void> {
    const { context } = this
    const { environment, exchange } = context
    const body = { op: 'cancel', id: order.id, leg: leg.leg }
    context.note('SEND', { ...body, atMs: environment.nowMs() })
    context.journal.sync()
    context.at('before-send')
    const answer = await ask(context, () => exchange.cancel(this.keyOf(order, leg)))
    context.at('after-send')
    const atMs = environment.nowMs()
    if (answer.ok) context.note('ACK', { ...body, atMs })
    // One that was refused crossed a fill, or came twice: the order itself says what it is.
    else if (answer.error.kind !== 'unknown') context.note('REJECT', { ...body, atMs, code: answer.error.code })
    else context.note('UNKNOWN', { ...body, atMs, code: answer.error.code })
    leg.nextLookMs = atMs
  }

  private async amend(order: TrackedOrder, leg: Leg): Promise<void> {
    const { context } = this
    const { environment, exchange } = context
    const wanted = order.amend!
    const body = { op: 'amend', id: order.id, leg: leg.leg }
    const isDoubtful = order.amendSentMs > 0
    const refuse = async (code: RejectCode): Promise<void> => {
      // One that was asked before and had no answer may have been carried out: then this refusal says nothing about it.
      if (isDoubtful && (await this.lookAtAmended(order, leg)) !== 'as it was') return
      this.amendRefused(order, leg, code)
    }
    if (!exchange.abilities.amend) return refuse(RejectCode.unsupported)
    const changed = Object.assign(Object.create(Object.getPrototypeOf(order)), order, { order: wanted }) as TrackedOrder
    const out = this.outgoing(changed, leg, wanted.quantity, null)
    const verdict = context.gate.check(gateOrder(context, changed, out), gateAccount(context))
    if (!verdict.allowed) {
      context.note('RISK_BLOCK', { id: order.id, leg: leg.leg, code: verdict.code, text: verdict.text })
      context.alerts.tell('warn', verdict.code, verdict.text)
      return refuse(RejectCode.blocked)
    }
    context.note('SEND', { ...body, atMs: environment.nowMs(), order: out })
    context.journal.sync()
    context.at('before-send')
    const answer = await ask(context, () => exchange.amend(this.keyOf(order, leg), out))
    context.at('after-send')
    if (answer.ok) {
      context.note('ACK', { ...body, atMs: environment.nowMs(), quantity: out.quantity })
      context.hear(endFact(FactKind.amended, order, environment.nowMs()), { order })
      return
    }
    const { kind, code, reject } = doubted(answer.error)
    if (kind !== 'unknown') return refuse(reject ?? RejectCode.unknownOrder)
    // Asked again: an amendment says what the order is to be, not how it is to change.
    context.note('UNKNOWN', { ...body, atMs: environment.nowMs(), code })
    leg.nextLookMs = environment.nowMs()
    await this.lookAtAmended(order, leg)
  }

  private amendRefused(order: TrackedOrder, { leg }: Leg, code: RejectCode): void {
    const { context } = this
    const atMs = context.environment.nowMs()
    context.note('REJECT', { op: 'amend', id: order.id, leg, atMs, code: 'AMEND' })
    context.hear(endFact(FactKind.amendRejected, order, atMs, code), { order })
  }

  /** What an order of unknown price is, as the venue says; where it has the new price or has ended, that is settled. */
  private async lookAtAmended(order: TrackedOrder, leg: Leg): Promise<'settled' | 'as it was' | 'unknown'> {
    const { context } = this
    const { environment, exchange } = context
    const found = await ask(context, () => exchange.lookup(this.keyOf(order, leg), leg.sentMs - 60_000))
    const now = found.ok ? found.value.find(({ venueId }) => venueId === leg.venueId) : undefined
    const wanted = order.amend
    if (wanted === null) return 'settled'
    const body = { op: 'amend', id: order.id, leg: leg.leg, atMs: environment.nowMs() }
    if (now === undefined) {
      context.note('UNKNOWN', { ...body, code: 'NOT_SEEN' })
      return 'unknown'
    }
    const { pxDec } = context.instruments[order.order.instrument]!
    const is = (text: string | null, units: Dec): boolean =>
      units === 0 || (text !== null && Number(text) === decToNumber(units, pxDec))
    if (is(now.limitPrice, wanted.limitPrice) && is(now.stopPrice, wanted.stopPrice)) {
      context.note('ACK', { ...body, quantity: now.quantity })
      context.hear(endFact(FactKind.amended, order, environment.nowMs()), { order })
      return 'settled'
    }
    if (now.status === 'open') return 'as it was'
    this.amendRefused(order, leg, RejectCode.unknownOrder)
    return 'settled'
  }
}

/** How legs are named, and whether a pair of exits can rest: what intents depend on beside the engine. */
export interface Naming {
  readonly clientId: (orderId: number, leg: number) => string
  readonly pairs: 'native' | 'both' | 'one'
}

/** The record of a want. A target beside a stop gets no leg where the venue can't have both: it is held back. */
export function intentOf({ clientId, pairs }: Naming, want: Want): IntentBody & { readonly decidedMs?: number } {
  if (want.op === 'cancel') return { op: 'cancel', id: want.orderId, decidedMs: want.decidedMs }
  const { order } = want
  if (want.op === 'amend') return { op: 'amend', id: order.id, order: plainOrder(order), decidedMs: want.decidedMs }
  const held = pairs === 'one' && order.ocoGroup !== 0 && !isStop(order)
  const leg = held ? {} : { leg: 0, clientId: clientId(order.id, 0) }
  return { op: 'submit', id: order.id, order: plainOrder(order), ...leg }
}

/**
 * A nonce that was used may have been used by this very request, if something on the way repeated it: the second one is
 * refused, the first one was taken.
 */
function doubted(error: ExchangeError): ExchangeError {
  if (error.code !== 'BAD_NONCE' || error.kind !== 'rejected') return error
  const { code, venueText } = error
  return new ExchangeError(error.message, { kind: 'unknown', code, venueText })
}
