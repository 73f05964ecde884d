/**
 * The simulated venue's mailroom: reads the messages that have come, in order, and hands them to the gate; cancels and
 * amendments it carries out. What comes inside a bar comes at a moment unknown.
 */

import { FactKind, type FactQueue, RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { OrderSupport } from '../core/order-support.ts'
import type { AmbiguityCount } from './ambiguity.ts'
import type { Bars } from './bars.ts'
import { cancelResting } from './endings.ts'
import type { Execution } from './execution.ts'
import type { Gate } from './gate.ts'
import type { Inbox, Message } from './inbox.ts'
import { type AmbiguityModel, type LimitFill, passes, reach } from './matching.ts'
import { type RestingOrders, takesAny } from './resting.ts'

/** Marks an order that rests from an open on, not from a moment inside a bar. */
export const FROM_OPEN = -1

/** Where in a bar the venue reads its messages: at the open; inside it; after all that could fill inside it has. */
export type Phase = 'open' | 'inside' | 'late'

/** What the mailroom looks at and acts on. */
export interface MailParts {
  readonly bars: Bars
  readonly inbox: Inbox
  readonly resting: RestingOrders
  readonly execution: Execution
  readonly ambiguity: AmbiguityCount
  readonly facts: FactQueue
  readonly gate: Gate
}

export interface MailOptions {
  readonly instruments: readonly Instrument[]
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  readonly support?: OrderSupport | null
  /** Whether no message reaches the venue at a time; null where every one does. */
  readonly isOut?: ((atMs: number) => boolean) | null
}

export class Mailroom {
  private readonly instruments: readonly Instrument[]
  private readonly model: AmbiguityModel
  private readonly limitFill: LimitFill
  private readonly support: OrderSupport | null
  private readonly isOut: MailOptions['isOut']
  private readonly bars: Bars
  private readonly inbox: Inbox
  private readonly resting: RestingOrders
  private readonly execution: Execution
  private readonly ambiguity: AmbiguityCount
  private readonly facts: FactQueue
  private readonly gate: Gate

  constructor(options: MailOptions, parts: MailParts) {
    this.instruments = options.instruments
    this.model = options.model
    this.limitFill = options.limitFill
    this.support = options.support ?? null
    this.isOut = options.isOut
    this.bars = parts.bars
    this.inbox = parts.inbox
    this.resting = parts.resting
    this.execution = parts.execution
    this.ambiguity = parts.ambiguity
    this.facts = parts.facts
    this.gate = parts.gate
  }

  /** Reads the messages that are there in this phase, in order; true when there was one. */
  deliver(phase: Phase): boolean {
    const { inbox } = this
    const { row, openMs, closeMs } = this.bars
    const before = inbox.length
    let kept = 0
    for (let i = 0; i < before; i++) {
      const message = inbox.at(i)
      if (!this.isThere(message, phase, kept)) {
        inbox.keep(kept++, i)
        continue
      }
      // What waited for its symbol's bar is read, checked and answered at that bar's open; what comes after all else
      // in the bar, at its close, as fills inside it are.
      const atMs = phase === 'late' ? closeMs : Math.max(message.arriveMs, openMs)
      if (message.order === null) kept = this.readCancel(message.cancelId, atMs, phase, kept)
      else if (message.amends) this.readAmendment(message.order, atMs, phase, kept)
      else this.gate.admit(message.order, atMs, phase === 'open' ? FROM_OPEN : row)
    }
    inbox.trim(kept)
    return kept < before
  }

  /**
   * Whether a message is there. Inside a bar the moment is unknown: pessimistically a cancel or an amendment comes after
   * everything that the bar can still fill; what follows it for the same symbol doesn't overtake it.
   */
  private isThere(message: Message, phase: Phase, kept: number): boolean {
    const { order, arriveMs, amends } = message
    if (order === null || amends) {
      // New prices are held against the market's: they wait for the symbol's next bar, as orders do.
      if (order !== null && !this.bars.has(order.instrument)) return false
      if (phase === 'open') return arriveMs <= this.bars.openMs
      return arriveMs < this.bars.closeMs && (phase === 'late' || this.model !== 'pessimistic')
    }
    if (phase === 'open') return arriveMs <= this.bars.openMs && this.bars.has(order.instrument)
    return this.comesInside(order, arriveMs) && !this.inbox.cancelAhead(order.instrument, kept)
  }

  /** A cancel of what rests, or of what still waits ahead of it for a bar of its symbol. Returns the messages kept. */
  private readCancel(orderId: number, atMs: number, phase: Phase, kept: number): number {
    if (this.isOut?.(atMs) === true) {
      const order = { id: orderId, instrument: Math.max(0, this.inbox.instrumentOf(orderId)) }
      const knownMs = this.execution.learnedMs(atMs, false)
      this.facts.tell(FactKind.cancelRejected, order, atMs, knownMs, RejectCode.unavailable)
      return kept
    }
    const waiting = this.inbox.withdraw(orderId, kept)
    if (waiting === null) {
      if (phase === 'inside') this.noteCancel(orderId)
      cancelResting(this.resting, this.inbox, this.execution, this.facts, orderId, atMs)
      return kept
    }
    this.facts.tell(FactKind.cancelled, waiting, atMs, this.execution.learnedMs(atMs, false))
    return kept - 1
  }

  /** An amendment of what rests, or of what still waits ahead of it for a bar of its symbol. */
  private readAmendment(order: ApprovedOrder, atMs: number, phase: Phase, kept: number): void {
    const code = this.amendCode(order, atMs, phase, kept)
    if (code === RejectCode.none) return
    this.facts.tell(FactKind.amendRejected, order, atMs, this.execution.learnedMs(atMs, false), code)
  }

  private amendCode(order: ApprovedOrder, atMs: number, phase: Phase, kept: number): RejectCode {
    if (this.isOut?.(atMs) === true) return RejectCode.unavailable
    if (this.support?.amends(this.instruments[order.instrument]!) === false) return RejectCode.unsupported
    if (this.inbox.amendWaiting(order, kept)) {
      this.gate.tellAmended(order, order.limitPrice || order.stopPrice, atMs)
      return RejectCode.none
    }
    if (phase === 'inside') this.noteCancel(order.id)
    const resting = this.resting.find(order.id)
    if (resting === null || takesAny(resting)) return RejectCode.unknownOrder
    return this.gate.amend(resting, order, atMs, phase === 'open' ? FROM_OPEN : this.bars.row)
  }

  /** A cancel that comes inside a bar which reaches the order may have come too late. */
  private noteCancel(orderId: number): void {
    const resting = this.resting.find(orderId)
    if (resting === null || takesAny(resting)) return
    if (passes(resting, reach(resting, this.bars), this.limitFill)) this.ambiguity.note(this.bars.row, false)
  }

  /**
   * Whether an order arrives inside this bar, where the price is unknown. Answers to a fill inside the bar do so while
   * latency is shorter than a bar.
   */
  private comesInside(order: ApprovedOrder, arriveMs: number): boolean {
    const { closeMs, timeframeMs } = this.bars
    if (!this.bars.has(order.instrument)) return false
    if (arriveMs < closeMs) return true
    return order.answersIntrabar && order.decidedMs === closeMs && arriveMs < closeMs + timeframeMs
  }
}
