/** Signals that move what rests: each order that they concern is sent to the venue at its new prices. */

import { type Dec, decToNumber, toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type ApprovedOrder, OrderState } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import { amendedOrder, amendedReserve } from '../rules/amend.ts'
import type { DeskOptions } from './desk-types.ts'
import { recordAmendment } from './order-records.ts'
import type { Portfolio, WorkingOrder } from './portfolio.ts'
import type { Signal } from './signals.ts'

export class Amendments {
  private readonly instruments: readonly Instrument[]
  private readonly rulebook: DeskOptions['rulebook']
  private readonly recorder: DeskOptions['recorder']
  private readonly venue: DeskOptions['venue']
  private readonly portfolio: Portfolio

  constructor({ instruments, rulebook, recorder, venue }: DeskOptions, portfolio: Portfolio) {
    this.instruments = instruments
    this.rulebook = rulebook
    this.recorder = recorder
    this.venue = venue
    this.portfolio = portfolio
  }

  /** `available` is what an entry that would cost more may spend. What is being cancelled or moved is left alone. */
  decide({ symbol, options }: Signal, atMs: number, available: () => Dec): void {
    const instrument = this.instruments[symbol]!
    let any = false
    for (const working of this.portfolio.working) {
      const { order, state } = working
      const settled = state === OrderState.open || state === OrderState.submitInFlight
      if (order.instrument !== symbol || !settled) continue
      const amended = amendedOrder(order, instrument, this.rulebook(symbol, atMs), options!, atMs)
      if (amended === null) continue
      any = true
      this.send(working, amended, available(), atMs)
    }
    if (!any) this.refuseNothing(symbol, atMs)
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
