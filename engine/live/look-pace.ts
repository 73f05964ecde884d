/**
 * How long a session sleeps before it looks at the venue again. A venue's request budget sets an even pace that leaves a
 * quarter of it free (`ExchangeAbilities.lookMs`); what is free is spent where something is awaited: the fill of an order
 * at market, the end of one that is taken back, the fate of one that nobody answered for.
 */

import { OrderType, TimeInForce } from '../core/order.ts'
import type { Patience } from './context.ts'
import type { OrderTable, TrackedOrder } from './order-table.ts'

/** Looks that may be made ahead of the even pace; on Kraken three of them are nine of a counter's fifteen. */
const BURST = 3
/** What a look costs of the even pace. */
const SHARE = 0.75
/** Orders that end on arrival. */
const AT_ONCE: readonly TimeInForce[] = [TimeInForce.ioc, TimeInForce.fok]
/** Pauses before the first looks after something was sent, ms. */
const SOON_MS: readonly number[] = [1_000, 2_000, 4_000]

export class LookPace {
  private readonly patience: Pick<Patience, 'pollMs' | 'idleMs'>
  /** Null where no budget holds looks back: the session's own patience does. */
  private readonly evenMs: number | null
  private credit = BURST
  private creditedMs: number
  /** Looks since something was sent. */
  private since = SOON_MS.length

  constructor(patience: Pick<Patience, 'pollMs' | 'idleMs'>, lookMs: number | undefined, nowMs: number) {
    this.patience = patience
    this.evenMs = lookMs !== undefined && lookMs > patience.pollMs ? lookMs : null
    this.creditedMs = nowMs
  }

  /** Whether looks are dear: then nothing is looked at twice in a moment for no reason. */
  get isTight(): boolean {
    return this.evenMs !== null
  }

  /** Something has left for the venue. */
  sent(): void {
    this.since = 0
  }

  /** The venue was looked at; by the clock that nobody can set. */
  looked(nowMs: number): void {
    this.fill(nowMs)
    this.credit = Math.max(0, this.credit - 1)
  }

  /** The pause before the next look. Each call counts as one that is waited for. */
  pauseMs(table: Pick<OrderTable, 'open'>, nowMs: number): number {
    const { pollMs, idleMs } = this.patience
    const open = [...table.open]
    const busy = open.some((order) => order.out || order.leg?.state === 'new')
    const evenMs = Math.max(pollMs, this.evenMs ?? 0)
    const usual = busy ? evenMs : Math.max(evenMs, idleMs)
    const soon = SOON_MS[Math.min(this.since, SOON_MS.length - 1)]!
    const isFirst = busy && this.since === 0
    this.since += 1
    if (this.evenMs === null || !(isFirst || open.some(isAwaited))) return usual
    this.fill(nowMs)
    const paidMs = Math.ceil((1 - Math.min(1, this.credit)) * this.evenMs * SHARE)
    return Math.min(usual, Math.max(soon, paidMs))
  }

  private fill(nowMs: number): void {
    if (this.evenMs === null) return
    const earned = (nowMs - this.creditedMs) / (this.evenMs * SHARE)
    this.credit = Math.min(BURST, this.credit + earned)
    this.creditedMs = nowMs
  }
}

/** Whether the venue will have something to say of it within moments. */
function isAwaited({ out, leg, cancel, amend, order }: TrackedOrder): boolean {
  if (!out) return false
  const isOpen = leg!.state !== 'live'
  const atOnce = leg!.type === OrderType.market || AT_ONCE.includes(order.terms?.timeInForce ?? TimeInForce.gtc)
  return isOpen || atOnce || cancel !== null || amend !== null
}
