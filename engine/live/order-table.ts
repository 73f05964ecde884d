/**
 * What became of every order, told from journal records alone: the same table stands after a restart. An order of the
 * engine's is one or more legs at the venue, each with a client id of its own; most have one.
 */

import { type Dec, toDec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import type { ApprovedOrder, OrderType } from '../core/order.ts'
import { OrderSums } from './booking.ts'
import type { VenueCharge, VenueTrade } from './exchange.ts'
import type { JournalRecord } from './journal-record.ts'
import { orderFrom } from './outgoing.ts'

/**
 * `new` not sent · `sent` on its way, no answer yet · `unknown` no answer came · `live` the venue has it · `ended`
 * nothing more can come of it.
 */
export type LegState = 'new' | 'sent' | 'unknown' | 'live' | 'ended'

export interface Leg {
  readonly leg: number
  readonly clientId: string
  readonly type: OrderType
  /** Units asked for; what the venue got may be less by a part of its step. */
  readonly quantity: Dec
  state: LegState
  venueId: string | null
  /** Base quantity as it was sent; null for a size in quote, or when not sent. */
  sentText: string | null
  attempts: number
  sentMs: number
  deadlineMs: number | null
  /** When a lookup is due next, and how often the venue has said that it knows no such order. */
  nextLookMs: number
  missing: number
  /** When a cancel was sent last, and how often. */
  cancelSentMs: number
  cancelAttempts: number
  /** Base quantity that the venue says was filled, once it has ended; trades may still be missing. */
  endedFilled: string | null
}

/** Why an order is to end before it is filled. */
export type CancelReason = 'engine' | 'group' | 'stale' | 'resize'

export class TrackedOrder {
  order: ApprovedOrder
  readonly legs: Leg[] = []
  readonly sums = new OrderSums()
  /** Units that have been traded, as far as they are booked. */
  filled = 0 as Dec
  /** The engine has been told that it has ended. */
  done = false
  accepted = false
  cancel: CancelReason | null = null
  amend: ApprovedOrder | null = null
  /** When it was sent last, or what became of it was asked in vain; 0 where it hasn't been sent. */
  amendSentMs = 0
  /** A target that rests nowhere, since its venue can't have both: it is watched at closes. */
  held = false

  constructor(order: ApprovedOrder) {
    this.order = order
  }

  get id(): number {
    return this.order.id
  }

  /** The newest leg. */
  get leg(): Leg | null {
    return this.legs.at(-1) ?? null
  }

  /** Whether something of it may be at the venue. */
  get out(): boolean {
    const { leg } = this
    return leg !== null && (leg.state === 'sent' || leg.state === 'unknown' || leg.state === 'live')
  }
}

/** Bodies of the records that concern orders. */
export interface IntentBody {
  readonly op: 'submit' | 'leg' | 'cancel' | 'amend'
  readonly id: number
  readonly leg?: number
  readonly clientId?: string
  readonly order?: unknown
  readonly quantity?: number
  readonly type?: OrderType
  readonly reason?: CancelReason
}
export interface WireBody {
  readonly op: 'submit' | 'cancel' | 'amend'
  readonly id: number
  readonly leg: number
  readonly atMs: number
  readonly deadlineMs?: number | null
  readonly quantity?: string | null
  readonly venueId?: string
  readonly code?: string
  readonly filled?: string
}

/** The body of a RECONCILE. */
interface StrangeBody {
  readonly strange?: string
  readonly trade?: { readonly tradeId: string }
}

export class OrderTable {
  readonly orders = new Map<number, TrackedOrder>()
  /** Those that the engine still counts with, in order of id. */
  readonly open = new Set<TrackedOrder>()
  private readonly byClient = new Map<string, { order: TrackedOrder; leg: Leg }>()
  private readonly byVenue = new Map<string, { order: TrackedOrder; leg: Leg }>()
  /** Trades that have been booked. */
  readonly trades = new Set<string>()
  /** Those of them that the venue had named no fee of, and when they happened. */
  readonly feeless = new Map<string, number>()
  lastTradeMs = 0
  /** Running sums of orders by which the venue closed a position by force, by its ids. */
  private readonly forced = new Map<string, OrderSums>()
  /** Fundings and borrowing fees that have been booked, and when the newest was. */
  readonly charges = new Set<string>()
  lastChargeMs = 0

  /** How many orders may be at the venue: such as enlarge a position, and such as guard or close one. */
  get resting(): { readonly entries: number; readonly protective: number } {
    let [entries, protective] = [0, 0]
    for (const { out, order } of this.open) {
      if (!out) continue
      if (order.reduceOnly) protective += 1
      else entries += 1
    }
    return { entries, protective }
  }

  get(id: number): TrackedOrder {
    const order = this.orders.get(id)
    assert(order !== undefined, `order ${id} was never wanted`)
    return order
  }

  /** The leg that the venue's order belongs to; null where it isn't one of ours. */
  find(venueId: string | null, clientId: string | null): { order: TrackedOrder; leg: Leg } | null {
    const byId = venueId === null ? undefined : this.byVenue.get(venueId)
    return byId ?? (clientId === null ? undefined : this.byClient.get(clientId)) ?? null
  }

  /** Takes a record in. */
  apply({ kind, body }: JournalRecord): void {
    if (kind === 'INTENT') this.intended(body as IntentBody)
    else if (kind === 'SEND') this.sent(body as WireBody)
    else if (kind === 'ACK') this.acknowledged(body as WireBody)
    else if (kind === 'REJECT') this.rejected(body as WireBody)
    else if (kind === 'UNKNOWN') this.unknown(body as WireBody)
    else if (kind === 'ENDED') this.ended(body as WireBody)
    else if (kind === 'RECONCILE') this.strange(body as StrangeBody)
  }

  /** A stranger's trade is known from then on, over restarts too: what is done about it is an operator's business. */
  private strange({ strange, trade }: StrangeBody): void {
    if (strange === 'trade' && trade !== undefined) this.trades.add(trade.tradeId)
  }

  private intended(body: IntentBody): void {
    if (body.op === 'submit') {
      const order = new TrackedOrder(orderFrom(body.order))
      this.orders.set(order.id, order)
      this.open.add(order)
      if (body.clientId === undefined) order.held = true
      else this.addLeg(order, body, order.order.quantity, order.order.type)
      return
    }
    const order = this.get(body.id)
    if (body.op === 'leg') {
      this.addLeg(order, body, toDec(body.quantity!), body.type!)
      order.held = false
      if (order.cancel === 'resize') order.cancel = null
    } else if (body.op === 'cancel') order.cancel = body.reason ?? 'engine'
    else {
      order.amend = orderFrom(body.order)
      order.amendSentMs = 0
    }
  }

  private addLeg(order: TrackedOrder, { leg, clientId }: IntentBody, quantity: Dec, type: OrderType): void {
    const made: Leg = {
      leg: leg ?? 0,
      clientId: clientId!,
      type,
      quantity,
      state: 'new',
      venueId: null,
      sentText: null,
      attempts: 0,
      sentMs: 0,
      deadlineMs: null,
      nextLookMs: 0,
      missing: 0,
      cancelSentMs: 0,
      cancelAttempts: 0,
      endedFilled: null,
    }
    order.legs.push(made)
    this.byClient.set(made.clientId, { order, leg: made })
  }

  private legOf({ id, leg }: WireBody): { order: TrackedOrder; leg: Leg } {
    const order = this.get(id)
    const found = order.legs.find((one) => one.leg === leg)
    assert(found !== undefined, `order ${id} has no leg ${leg}`)
    return { order, leg: found }
  }

  private sent(body: WireBody): void {
    const { leg, order } = this.legOf(body)
    if (body.op === 'cancel') {
      leg.cancelSentMs = body.atMs
      leg.cancelAttempts += 1
      return
    }
    if (body.op === 'amend') {
      order.amendSentMs = body.atMs
      return
    }
    leg.state = 'sent'
    leg.sentText = body.quantity ?? null
    leg.attempts += 1
    leg.sentMs = body.atMs
    leg.deadlineMs = body.deadlineMs ?? null
    leg.nextLookMs = body.atMs
    leg.missing = 0
  }

  private acknowledged(body: WireBody): void {
    const { order, leg } = this.legOf(body)
    if (body.op === 'cancel') return
    if (body.op === 'amend') {
      if (order.amend !== null) {
        leg.sentText = body.quantity ?? leg.sentText
        order.order = order.amend
      }
      order.amend = null
      return
    }
    if (leg.state !== 'ended') leg.state = 'live'
    if (body.venueId !== undefined) {
      leg.venueId = body.venueId
      this.byVenue.set(body.venueId, { order, leg })
    }
  }

  private rejected(body: WireBody): void {
    const { order, leg } = this.legOf(body)
    if (body.op === 'cancel') return
    if (body.op === 'amend') {
      order.amend = null
      return
    }
    leg.state = 'new'
  }

  private unknown(body: WireBody): void {
    const { order, leg } = this.legOf(body)
    if (body.op === 'submit') {
      leg.state = 'unknown'
      leg.nextLookMs = body.atMs
    } else if (body.op === 'amend') order.amendSentMs = body.atMs
  }

  private ended(body: WireBody): void {
    const { leg } = this.legOf(body)
    leg.state = 'ended'
    leg.endedFilled = body.filled ?? '0'
  }

  /** A fill of the order was booked, or it has ended. */
  told(order: TrackedOrder, quantity: number, ended: boolean): void {
    order.filled = toDec(order.filled + quantity)
    if (!ended) return
    order.done = true
    this.open.delete(order)
  }

  isForced(venueId: string): boolean {
    return this.forced.has(venueId)
  }

  /** Sums of an order of the venue's own, which begin with its first trade. */
  forcedSums(venueId: string): OrderSums {
    const known = this.forced.get(venueId) ?? new OrderSums()
    this.forced.set(venueId, known)
    return known
  }

  tradeBooked(trade: Pick<VenueTrade, 'tradeId' | 'atMs' | 'fee'>): void {
    const { tradeId, atMs, fee } = trade
    this.trades.add(tradeId)
    this.lastTradeMs = Math.max(this.lastTradeMs, atMs)
    if (fee === null) this.feeless.set(tradeId, atMs)
    else this.feeless.delete(tradeId)
  }

  chargeBooked({ chargeId, atMs }: Pick<VenueCharge, 'chargeId' | 'atMs'>): void {
    this.charges.add(chargeId)
    this.lastChargeMs = Math.max(this.lastChargeMs, atMs)
  }
}
