/**
 * The venue's margin: who is liquidated, and when. A position whose liquidation depends on its own mark price alone has a
 * stop of the venue's own on the book, so that stops, targets and liquidation meet in one order (sequence.ts), at the open
 * (a gap fills there) and inside the bar. Where the mark has columns of its own, they decide whether that stop is met, and
 * the last price's bar at what price. Several positions behind one equity: joint-margin.ts. On leveraged spot the whole
 * account is liquidated, the oldest position first; several perpetuals until it suffices, the most demanding first.
 *
 * Orders that could open a position are cancelled when one is liquidated.
 */

import { type Dec, decToNumber, ZERO } from '../core/dec.ts'
import type { FactQueue } from '../core/fact.ts'
import { RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, type OrderFields, OrderType, Purpose } from '../core/order.ts'
import { DoubleTable } from '../core/table.ts'
import type { VenueLevels } from '../core/venue.ts'
import type { AmbiguityCount } from './ambiguity.ts'
import type { Bars } from './bars.ts'
import { Carry } from './carry.ts'
import type { Execution } from './execution.ts'
import { JointMargin } from './joint-margin.ts'
import { Liquidation, type LiquidationCosts } from './liquidation.ts'
import type { MarginAccount } from './margin-account.ts'
import { MarginState, type PriceOf } from './margin-state.ts'
import type { MarginTerms } from './margin-terms.ts'
import { Marks } from './marks.ts'
import { type AmbiguityModel, passes } from './matching.ts'
import { newResting, type RestingOrder, type RestingOrders } from './resting.ts'

/** Columns of the table of liquidation prices: an instrument's, in quote, from `row` on; NaN for none. */
export const LiquidationColumn = { row: 0, instrument: 1, price: 2 } as const

/** Marks an order that rests from an open on, not from a moment inside a bar. */
const FROM_OPEN = -1

export interface MarginParts {
  readonly grid: Grid
  readonly bars: Bars
  readonly account: MarginAccount
  readonly resting: RestingOrders
  readonly execution: Execution
  readonly ambiguity: AmbiguityCount
  readonly facts: FactQueue
}

export class MarginBook {
  readonly state: MarginState
  readonly carry: Carry
  /** Every change of a liquidation price; columns as LiquidationColumn says. */
  readonly prices = new DoubleTable(3)
  private readonly instruments: readonly Instrument[]
  private readonly parts: MarginParts
  private readonly model: AmbiguityModel
  private readonly marks: Marks
  private readonly joint: JointMargin
  readonly liquidation: Liquidation
  private readonly markNow: PriceOf
  /** The venue's own stops, by instrument, and the mark prices that they stand for. */
  private readonly stops: (RestingOrder | null)[]
  private readonly levels: Float64Array
  /** Several positions share one equity. */
  private isJoint = false
  private changeMs: number
  private readonly hasMarks: boolean

  constructor(
    instruments: readonly Instrument[],
    terms: MarginTerms,
    costs: LiquidationCosts,
    model: AmbiguityModel,
    parts: MarginParts,
  ) {
    const { grid, bars, account, facts, execution } = parts
    this.instruments = instruments
    this.parts = parts
    this.model = model
    this.marks = new Marks(bars, grid, instruments, terms.marks)
    this.markNow = (id) => this.marks.open(id)
    account.markOf = this.markNow
    this.state = new MarginState(account, terms, instruments)
    this.carry = new Carry(instruments, this.state, bars, this.marks, facts, (atMs) => execution.learnedMs(atMs, false))
    this.joint = new JointMargin(instruments, this.state, this.marks, model)
    this.liquidation = new Liquidation(instruments, this.state, costs, facts)
    this.stops = instruments.map(() => null)
    this.levels = new Float64Array(instruments.length).fill(Number.NaN)
    this.hasMarks = terms.marks.some((one) => one !== null)
    this.changeMs = terms.nextChangeMs(grid.time[0]!)
  }

  /** A row begins: what is due is paid, and who can't hold on at its open is liquidated. Before any order is read. */
  open(row: number): void {
    const { bars } = this.parts
    bars.move(row)
    this.state.atMs = bars.openMs
    this.carry.pay()
    if (bars.openMs >= this.changeMs) {
      this.changeMs = this.state.terms.nextChangeMs(bars.openMs)
      this.parts.account.changed = true
    }
    this.settle(FROM_OPEN)
    this.follow()
    if (this.isJoint && this.joint.met(this.markNow)) this.closeTogether(this.markNow, false)
    else this.closeAtOpen()
  }

  private closeAtOpen(): void {
    const { bars } = this.parts
    for (let id = 0; id < this.stops.length; id++) {
      const stop = this.stops[id]
      if (!stop || stop.spentRow === bars.row || !bars.has(id)) continue
      const open = bars.open(id)
      if (passes(stop, open, 'touch')) this.liquidate(stop, priceUnits(this.instruments[id]!, open), false)
    }
  }

  /**
   * Whether nothing of the venue's own happens at the open of the row at which the bars stand, to the one position that
   * there is: nothing is due, no rule changes, and the open doesn't liquidate it.
   */
  calm(id: number): boolean {
    const { bars } = this.parts
    if (this.carry.nextMs <= bars.openMs || bars.openMs >= this.changeMs) return false
    this.follow()
    const stop = this.stops[id]
    return !stop || stop.spentRow === bars.row || !passes(stop, bars.open(id), 'touch')
  }

  /** Looks at the account after fills: what opened pays for its loan, and liquidation prices move. True if it paid. */
  settle(insideRow: number): boolean {
    const { account, bars } = this.parts
    if (!account.changed) return false
    const paid = this.carry.opened(insideRow < 0 ? bars.openMs : bars.closeMs)
    account.changed = false
    this.isJoint = this.state.joint
    for (let id = 0; id < this.instruments.length; id++) {
      if (!account.isLeveraged(id)) continue
      const price = this.state.liquidation(id, this.markNow, this.isJoint)
      this.note(id, price)
      this.place(id, this.isJoint ? null : price, insideRow)
    }
    this.follow()
    return paid
  }

  private note(id: number, price: Dec | null): void {
    const level = price === null ? Number.NaN : decToNumber(price, this.instruments[id]!.pxDec)
    if (Object.is(level, this.levels[id]!)) return
    this.levels[id] = level
    const at = this.prices.add()
    const cells = this.prices.chunk(at)
    const first = this.prices.offset(at)
    cells[first + LiquidationColumn.row] = this.parts.bars.coarseRow
    cells[first + LiquidationColumn.instrument] = id
    cells[first + LiquidationColumn.price] = level
  }

  /** Puts the venue's stop where it belongs, or takes it away. */
  private place(id: number, price: Dec | null, insideRow: number): void {
    const { resting, account, bars } = this.parts
    const old = this.stops[id] ?? null
    const held = account.base[id]!
    if (old !== null) resting.remove(old)
    this.stops[id] = null
    if (price === null) return
    const size = Math.abs(held) as Dec
    // What was there before this bar, and was only made smaller in it, rests from the open on.
    const older = old !== null && old.order.side * held < 0 && size <= old.order.quantity
    const fields: OrderFields = {
      id: -1 - id,
      instrument: id,
      side: held > 0 ? -1 : 1,
      type: OrderType.stop,
      purpose: Purpose.liquidation,
      quantity: size,
      quoteAmount: ZERO,
      limitPrice: ZERO,
      stopPrice: price,
      reduceOnly: true,
      ocoGroup: 0,
      decidedMs: bars.closeMs,
      expiresMs: Number.POSITIVE_INFINITY,
      answersIntrabar: true,
      tag: null,
      terms: null,
    }
    // The venue's own order: no rule has to let it through.
    const order = fields as ApprovedOrder
    const stop = newResting(order, this.levels[id]!, size, older ? old.insideRow : insideRow, ZERO)
    this.stops[id] = stop
    resting.add(stop)
  }

  /** Where the mark has columns of its own: whether this bar's mark meets the stop, and where the last price is then. */
  private follow(): void {
    if (!this.hasMarks) return
    const { bars } = this.parts
    for (let id = 0; id < this.stops.length; id++) {
      const stop = this.stops[id]
      if (!stop || !this.marks.apart(id)) continue
      const { stopPrice, side } = stop.order
      const long = side < 0
      const extreme = this.marks.extreme(id, !long)
      const open = this.marks.open(id)
      stop.level = this.levels[id]!
      stop.spentRow = -1
      if (long ? extreme > stopPrice : extreme < stopPrice) stop.spentRow = bars.row
      else if (long ? open <= stopPrice : open >= stopPrice) stop.level = bars.open(id)
      else stop.level = Math.min(bars.high(id), Math.max(bars.low(id), stop.level))
    }
  }

  /** The venue's stop was met at `base`. */
  liquidate(stop: RestingOrder, base: Dec, intrabar: boolean): void {
    const id = stop.order.instrument
    if (this.stops[id] !== stop) return
    const mark = this.marks.apart(id) ? stop.order.stopPrice : base
    const price: PriceOf = (other) => (other === id ? mark : this.marks.open(other))
    this.cancelOpening(id, intrabar)
    this.close(id, base, price, intrabar)
    this.settle(intrabar ? this.parts.bars.row : FROM_OPEN)
  }

  private close(id: number, base: Dec, price: PriceOf, intrabar: boolean): void {
    const { execution } = this.parts
    const atMs = execution.fillMs(intrabar)
    const { coarseRow: row } = this.parts.bars
    this.liquidation.close(id, base, price, { row, atMs, knownMs: execution.learnedMs(atMs, intrabar), intrabar })
  }

  private cancelOpening(id: number, intrabar: boolean): void {
    const { resting, execution } = this.parts
    for (const one of resting.items.slice()) {
      const { order } = one
      if (order.reduceOnly || (this.state.isolated && order.instrument !== id)) continue
      execution.drop(one, RejectCode.liquidation, intrabar)
    }
  }

  /** Before anything else in the bar, the pessimist looks whether all prices at once end it; a stop on the way is first. */
  early(): boolean {
    if (!this.isJoint || this.model !== 'pessimistic') return false
    const prices = this.joint.inside()
    if (prices === null || this.stopOnTheWay(prices)) return false
    this.closeInside(prices)
    return true
  }

  /** After everything else in the bar. */
  late(): boolean {
    if (!this.isJoint) return false
    const prices = this.joint.inside()
    if (prices === null) return false
    this.closeInside(prices)
    return true
  }

  private closeInside(prices: readonly Dec[]): void {
    const { ambiguity, bars } = this.parts
    if (!this.joint.certain()) ambiguity.note(bars.row, true)
    this.closeTogether((id) => prices[id]!, true)
  }

  private stopOnTheWay(prices: readonly Dec[]): boolean {
    const { resting, bars } = this.parts
    return resting.items.some((one) => {
      const { order, spentRow } = one
      const id = order.instrument
      if (!one.hurts || !order.reduceOnly || spentRow === bars.row || !bars.has(id)) return false
      return passes(one, decToNumber(prices[id]!, this.instruments[id]!.pxDec), 'touch')
    })
  }

  private closeTogether(price: PriceOf, intrabar: boolean): void {
    const { state } = this
    this.cancelOpening(-1, intrabar)
    for (let open = state.open(); open.length > 0; open = state.open()) {
      const whole = state.rules(open[0]!)?.product === 'spot'
      if (!whole && !this.joint.met(price)) break
      const id = whole
        ? open[0]!
        : open.reduce((a, b) => (state.demand(b, price(b)) > state.demand(a, price(a)) ? b : a))
      this.close(id, this.tradable(id, price(id), intrabar), price, intrabar)
    }
    this.settle(intrabar ? this.parts.bars.row : FROM_OPEN)
  }

  /** The last price that goes with a mark price at that moment. */
  private tradable(id: number, mark: Dec, intrabar: boolean): Dec {
    const { bars } = this.parts
    if (!this.marks.apart(id) || !bars.has(id)) return mark
    const units = (price: number): Dec => priceUnits(this.instruments[id]!, price)
    if (!intrabar) return units(bars.open(id))
    return Math.min(units(bars.high(id)), Math.max(units(bars.low(id)), mark)) as Dec
  }

  /** The row is over: stops stand for their mark prices again. */
  restore(): void {
    for (let id = 0; id < this.stops.length; id++) {
      const stop = this.stops[id]
      if (stop) stop.level = this.levels[id]!
    }
  }

  /** Writes the bands of positions that share one equity; returns the next row that matters whatever its prices. */
  arm(levels: VenueLevels, row: number): number {
    const { account, bars } = this.parts
    let any = false
    for (let id = 0; id < this.stops.length && !any; id++) any = account.base[id] !== 0 && account.isLeveraged(id)
    if (!any) return Number.POSITIVE_INFINITY
    if (this.isJoint && !this.joint.arm(levels)) return row + 1
    const dueMs = Math.min(this.carry.nextMs, this.changeMs)
    return dueMs === Number.POSITIVE_INFINITY ? dueMs : bars.rowOpeningAt(dueMs)
  }
}
