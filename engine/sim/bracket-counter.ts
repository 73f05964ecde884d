/**
 * The simulated venue's counter for stops and targets (CounterVenue): a sell that closes a long comes to rest at an
 * open, or is given back there, where that has one possible outcome. What it does is what the gate would.
 */

import { ZERO } from '../core/dec.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import { emptyArray } from '../core/table.ts'
import type { SimAccount } from './account.ts'
import type { Bars } from './bars.ts'
import type { Execution } from './execution.ts'
import type { Inbox } from './inbox.ts'
import { type LimitFill, levelOf, passes, reach } from './matching.ts'
import { newResting, type RestingOrder, type RestingOrders, setOrder } from './resting.ts'

/** A stop or a limit that closes a long and stands until it is taken back. */
function isPlain({ type, side, reduceOnly, terms, expiresMs }: ApprovedOrder): boolean {
  const closes = side === Side.sell && reduceOnly && terms === null && expiresMs === Number.POSITIVE_INFINITY
  return closes && (type === OrderType.stop || type === OrderType.limit)
}

export class BracketCounter {
  private readonly instruments: readonly Instrument[]
  private readonly limitFill: LimitFill
  private readonly bars: Bars
  private readonly account: SimAccount
  private readonly inbox: Inbox
  private readonly resting: RestingOrders
  private readonly execution: Execution
  /** Resting orders that were given back, to be used again. */
  private readonly spare = emptyArray<RestingOrder>()

  constructor(
    instruments: readonly Instrument[],
    limitFill: LimitFill,
    bars: Bars,
    account: SimAccount,
    inbox: Inbox,
    resting: RestingOrders,
    execution: Execution,
  ) {
    this.instruments = instruments
    this.limitFill = limitFill
    this.bars = bars
    this.account = account
    this.inbox = inbox
    this.resting = resting
    this.execution = execution
  }

  /** Lets an order rest from the bar's open on. False, with nothing done, where the gate has to decide. */
  rest(order: ApprovedOrder): boolean {
    const { instrument, quantity } = order
    const { account } = this
    if (!isPlain(order) || quantity <= 0 || quantity > account.base[instrument]! || this.resting.comesTooLate(order))
      return false
    if (quantity > account.freeBase(instrument) + this.resting.groupHold(order)) return false
    const level = levelOf(order, this.instruments[instrument]!.pxDec)
    const resting = this.made(order, level)
    if (passes(resting, this.bars.open(instrument), 'touch')) {
      this.spare.push(resting)
      return false
    }
    this.inbox.see(order.id, instrument)
    this.execution.hold(resting, ZERO)
    this.resting.add(resting)
    return true
  }

  private made(order: ApprovedOrder, level: number): RestingOrder {
    const resting = this.spare.pop()
    if (resting === undefined) return newResting(order, level, order.quantity, -1, ZERO)
    resting.remaining = order.quantity
    setOrder(resting, order, level)
    return resting
  }

  /** Fills the one order that the bar reaches after its open; false where it reaches none, or more than one. */
  hit(): boolean {
    const { items } = this.resting
    const { bars, limitFill } = this
    let met: RestingOrder | null = null
    for (let i = 0; i < items.length; i++) {
      const resting = items[i]!
      const { instrument } = resting.order
      if (!isPlain(resting.order) || resting.insideRow >= 0 || !bars.has(instrument)) return false
      if (!passes(resting, reach(resting, bars), limitFill)) continue
      if (met !== null || passes(resting, bars.open(instrument), limitFill)) return false
      met = resting
    }
    if (met === null) return false
    const base = priceUnits(this.instruments[met.order.instrument]!, met.level)
    this.execution.fillResting(met, base, !met.trigger, true)
    return true
  }

  /** Takes an order off the book. */
  giveBack(orderId: number): void {
    const resting = this.resting.find(orderId)!
    this.resting.remove(resting)
    this.execution.release(resting)
    // One that has filled in part, or changed its ways, isn't as new.
    if (resting.spentRow < 0 && resting.insideRow < 0 && !resting.triggered) this.spare.push(resting)
  }

  has(orderId: number): boolean {
    return this.resting.find(orderId) !== null
  }
}
