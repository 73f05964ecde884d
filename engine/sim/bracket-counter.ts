/**
 * The simulated venue's counter for the exits of a long (CounterVenue): a stop and a limit that wait as levels. What
 * becomes of them is what would become of the orders; where that isn't certain they are made those orders.
 */

import { type Dec, decToNumber, ZERO } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type ApprovedOrder, Purpose } from '../core/order.ts'
import { ExpressSlot } from '../core/venue.ts'
import type { Bars } from './bars.ts'
import type { Execution } from './execution.ts'
import type { ExpressCounter } from './express.ts'
import type { Inbox } from './inbox.ts'
import { type LimitFill, levelOf } from './matching.ts'
import { newResting, type RestingOrders } from './resting.ts'

export class BracketCounter {
  /** Levels of the exits, as doubles that compare exactly with candle columns; NaN, which no price meets, for none. */
  private stop = Number.NaN
  private target = Number.NaN
  private instrument = 0
  private readonly instruments: readonly Instrument[]
  private readonly limitFill: LimitFill
  private readonly bars: Bars
  private readonly inbox: Inbox
  private readonly resting: RestingOrders
  private readonly execution: Execution
  private readonly express: ExpressCounter

  constructor(
    instruments: readonly Instrument[],
    limitFill: LimitFill,
    bars: Bars,
    inbox: Inbox,
    resting: RestingOrders,
    execution: Execution,
    express: ExpressCounter,
  ) {
    this.instruments = instruments
    this.limitFill = limitFill
    this.bars = bars
    this.inbox = inbox
    this.resting = resting
    this.execution = execution
    this.express = express
  }

  /** The bars must stand at the row of the fill. What was just bought is free to be sold: nothing has to be checked. */
  guard(stopId: number, instrument: number, slip: Float64Array): boolean {
    const { pxDec } = this.instruments[instrument]!
    const open = this.bars.open(instrument)
    const stop = decToNumber(slip[ExpressSlot.stop] as Dec, pxDec)
    const target = decToNumber(slip[ExpressSlot.target] as Dec, pxDec)
    // On arrival a touch is enough for both. NaN compares false.
    if (open <= stop || open >= target || stop <= 0 || target <= 0) return false
    this.stop = stop
    this.target = target
    this.instrument = instrument
    slip[ExpressSlot.stopLevel] = stop
    slip[ExpressSlot.targetLevel] = target
    if (stop > 0) this.inbox.see(stopId, instrument)
    if (target > 0) this.inbox.see(stopId + 1, instrument)
    return true
  }

  /** The bars must stand at the row. */
  meet(slip: Float64Array): Purpose | 0 {
    const { bars, stop, target, instrument } = this
    const open = bars.open(instrument)
    const stopped = bars.low(instrument) <= stop
    const reached = this.passes(bars.high(instrument))
    if (stopped === reached || open <= stop || this.passes(open)) return 0
    this.express.fillAt(instrument, stopped ? stop : target, reached, slip)
    return stopped ? Purpose.stop : Purpose.target
  }

  /** Whether a price meets the target, as matching.ts has it. */
  private passes(price: number): boolean {
    return this.limitFill === 'through' ? price > this.target : price >= this.target
  }

  /** The exits as orders that rest. */
  rest(orders: readonly ApprovedOrder[]): void {
    for (const order of orders) {
      const level = levelOf(order, this.instruments[order.instrument]!.pxDec)
      const resting = newResting(order, level, order.quantity, -1, ZERO)
      this.execution.hold(resting, ZERO)
      this.resting.add(resting)
    }
  }
}
