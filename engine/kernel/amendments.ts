/** Signals that move what rests: each order that they concern is sent to the venue at its new prices. */

import { type Dec, decToNumber, toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type ApprovedOrder, OrderState } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import { amendedOrder, amendedReserve } from '../rules/amend.ts'
import type { DeskOptions } from './desk-types.ts'
import { recordAmendment } from './order-records.ts'
import type { Portfolio } from './portfolio.ts'
import type { Routes } from './routes.ts'
import type { Signal } from './signals.ts'
import type { WorkingOrder } from './working-order.ts'

export class Amendments {
  private readonly instruments: readonly Instrument[]
  private readonly rulebook: DeskOptions['rulebook']
  private readonly recorder: DeskOptions['recorder']
  private readonly venue: DeskOptions['venue']
  private readonly portfolio: Portfolio
  private readonly routes: Routes | null

  constructor({ instruments, rulebook, recorder, venue, routes }: DeskOptions, portfolio: Portfolio) {
    this.routes = routes ?? null
    this.instruments = instruments
    this.rulebook = rulebook
    this.recorder = recorder
    this.venue = venue
    this.portfolio = portfolio
  }

  /**
   * Orders of the strategy's symbol at all its venues. `available` is what an entry that would cost more may spend, where
   * there is one venue. What is being cancelled or moved is left alone.
   */
  decide({ symbol, options }: Signal, atMs: number, available: () => Dec): void {
    const { routes, portfolio } = this
    let any = false
    for (const working of portfolio.working) {
      const { order, state } = working
      const settled = state === OrderState.open || state === OrderState.submitInFlight
      const id = order.instrument
      if ((routes === null ? id : routes.pairOf[id]) !== symbol || !settled) continue
      const amended = amendedOrder(order, this.instruments[id]!, this.rulebook(id, atMs), options!, atMs)
      if (amended === null) continue
      any = true
      this.send(working, amended, portfolio.books === null ? available() : portfolio.freeCashAt(id), atMs)
    }
    if (!any) this.refuseNothing(routes === null ? symbol : routes.exits(symbol, portfolio)[0]!, atMs)
  }

  private send(working: WorkingOrder, amended: ApprovedOrder, available: Dec, atMs: number): void {
    const { order, reserved } = working
    const reserve = amendedReserve(reserved, order, amended)
    const more = toDec(reserve - reserved)
    if (more > 0 && more > available) {
      const { quoteDec } = this.instruments[order.instrument]!
      const [first, second] = [decToNumber(more, quoteDec), decToNumber(available, quoteDec)]
      const { instrument, side } = order
      this.recorder.refusal({ code: RefusalCode.insufficientBalance, instrument, side, first, second }, atMs)
      return
    }
    working.state = OrderState.amendInFlight
    working.amended = amended
    working.amendedReserve = reserve
    recordAmendment(this.recorder, amended)
    this.venue.amend(amended, atMs)
  }

  private refuseNothing(instrument: number, atMs: number): void {
    const held = this.portfolio.ledger.quantity[instrument]!
    const first = decToNumber(held, this.instruments[instrument]!.qtyDec)
    const second = this.portfolio.pendingEntry(instrument)
    const side = held > 0 ? -1 : 1
    this.recorder.refusal({ code: RefusalCode.nothingToAmend, instrument, side, first, second }, atMs)
  }
}
