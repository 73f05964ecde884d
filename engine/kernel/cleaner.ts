/** Carries a cleanup out (RULES D3): the plan's cancels and sells become messages, and what becomes of them goes back. */

import type { Dec } from '../core/dec.ts'
import { ZERO } from '../core/dec.ts'
import { type Fact, FactKind, REJECT_NAMES } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import { type ApprovedOrder, Purpose } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { CleanupPlan } from '../rules/cleanup-plan.ts'
import { closingOrder } from '../rules/exit.ts'
import type { PlanCommand, PlanFact } from '../rules/plan.ts'
import type { Portfolio } from './portfolio.ts'
import type { WorkingOrder } from './working-order.ts'

/** What the desk does for it. */
export interface CleanupHands {
  takeId(): number
  submit(order: ApprovedOrder, options: SignalOptions | null, reserved: Dec): void
  cancel(working: WorkingOrder, atMs: number): void
}

export class Cleaner {
  private readonly plan: CleanupPlan
  private readonly portfolio: Portfolio
  private readonly instruments: readonly Instrument[]
  private readonly hands: CleanupHands
  /** The plan's command by order number: of orders being cancelled, and of sells. */
  private readonly cancels = new Map<number, number>()
  private readonly sells = new Map<number, number>()

  constructor(plan: CleanupPlan, portfolio: Portfolio, instruments: readonly Instrument[], hands: CleanupHands) {
    this.plan = plan
    this.portfolio = portfolio
    this.instruments = instruments
    this.hands = hands
  }

  /** Sends what is due: nothing in logical time keeps calls apart, the wire does that. */
  send(atMs: number): void {
    for (let commands = this.plan.next(atMs); commands.length > 0; commands = this.plan.next(atMs)) {
      for (const command of commands) this.carryOut(command, atMs)
    }
  }

  /** A fact about an order, after it was booked. */
  onFact(fact: Fact): void {
    const told = this.told(fact)
    if (told === null) return
    this.plan.onFact(told)
    this.send(fact.knownMs)
  }

  private carryOut(command: PlanCommand, atMs: number): void {
    if (command.kind === 'cancel') {
      const working = this.portfolio.find(Number(command.venueOrderId))
      if (working === null) this.plan.onFact({ kind: 'failed', id: command.id, reason: 'no such order' })
      else {
        this.cancels.set(working.order.id, command.id)
        this.hands.cancel(working, atMs)
      }
    } else if (command.kind === 'sell') {
      const id = this.hands.takeId()
      this.sells.set(id, command.id)
      const instrument = this.instruments[command.instrument]!
      this.hands.submit(closingOrder(id, instrument, command.quantity, Purpose.cleanup, atMs, null), null, ZERO)
    }
  }

  private told(fact: Fact): PlanFact | null {
    const { kind, orderId, quantity, value, fee, complete, code } = fact
    const cancel = this.cancels.get(orderId)
    if (cancel !== undefined) {
      if (kind === FactKind.cancelled || kind === FactKind.expired) return { kind: 'done', id: cancel }
      return kind === FactKind.cancelRejected ? { kind: 'failed', id: cancel, reason: 'it had ended before' } : null
    }
    const id = this.sells.get(orderId)
    if (id === undefined) return null
    if (kind === FactKind.filled) return { kind: 'fill', id, quantity, net: (value - fee) as Dec, complete }
    if (kind === FactKind.rejected) return { kind: 'failed', id, reason: `refused: ${REJECT_NAMES[code]}` }
    return kind === FactKind.cancelled ? { kind: 'failed', id, reason: 'ended unfilled' } : null
  }
}
