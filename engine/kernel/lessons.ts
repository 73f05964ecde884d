/** What the venue's answers teach about least orders (RULES B2): refusals for size, and orders that it took. */

import { type Dec, Rounding } from '../core/dec.ts'
import { type Fact, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import type { TellMinimum } from '../core/minimum.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { LearnedMinimums } from '../rules/minimums.ts'
import type { DeskOptions } from './desk-types.ts'

export class Lessons {
  private readonly minimums: LearnedMinimums
  private readonly instruments: readonly Instrument[]
  private readonly grid: Grid
  private readonly on: boolean
  private readonly tell: TellMinimum | null

  constructor({ instruments, grid, rules, onMinimum }: DeskOptions, minimums: LearnedMinimums) {
    this.minimums = minimums
    this.instruments = instruments
    this.grid = grid
    this.on = rules.learningFactor !== null
    this.tell = onMinimum ?? null
  }

  /** The venue refused an order, told during `row`. What only reduces a position teaches nothing about entries. */
  refused(order: ApprovedOrder, fact: Fact, row: number): void {
    if (!this.on || order.reduceOnly || fact.code !== RejectCode.belowMinimum) return
    const { venue, symbol } = this.instruments[fact.instrument]!
    const named = fact.value > 0 ? fact.value : null
    this.minimums.learn({ venue, symbol, size: this.sizeOf(order, fact, row), named, atMs: fact.atMs })
    this.told(venue, symbol)
  }

  /** The venue took an order: a minimum that refusals made us infer may have been too high. */
  taken(order: ApprovedOrder, fact: Fact, row: number): void {
    if (this.minimums.empty || !this.on || order.reduceOnly) return
    const { venue, symbol } = this.instruments[fact.instrument]!
    if (this.minimums.accept(venue, symbol, this.sizeOf(order, fact, row), fact.atMs)) this.told(venue, symbol)
  }

  /** An order's value in quote, as the venue judges it: at its own price, else at the fill's, else at the market's. */
  private sizeOf(order: ApprovedOrder, fact: Fact, row: number): Dec {
    if (order.quoteAmount > 0) return order.quoteAmount
    const instrument = this.instruments[fact.instrument]!
    const own = order.limitPrice || order.stopPrice || fact.price
    // The close before: that of the row in which it is told may not be known yet.
    const known = Math.max(0, row - 1)
    const price = own > 0 ? own : priceUnits(instrument, this.grid.symbols[fact.instrument]!.mark[known]!)
    return notional(instrument, price, order.quantity, Rounding.ceil)
  }

  private told(venue: string, symbol: string): void {
    if (this.tell !== null) this.tell(this.minimums.one(venue, symbol)!)
  }
}
