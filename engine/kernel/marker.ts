/** Equity at every close: picks the mark loop that the open positions need. See mark.ts. */

import type { Grid } from '../core/grid.ts'
import { emptyArray } from '../core/table.ts'
import { EXPRESS_SLOTS, ExpressSlot } from '../core/venue.ts'
import { MarkSlot, markFlat, markHeld, markOne, newMarkState, writeEquity } from './mark.ts'
import { type HeldPosition, markMany, writeEquityMany } from './mark-many.ts'
import type { Portfolio } from './portfolio.ts'

export class Marker {
  /** Running figures, slots as MarkSlot says. */
  readonly state: Float64Array
  private readonly portfolio: Portfolio
  private readonly equity: Float64Array | null
  private readonly slots: readonly HeldPosition[]
  private readonly held = emptyArray<HeldPosition>()
  private fills = 0
  private readonly equityOnly: boolean

  /** With `equityOnly` of the running figures only equity itself is kept. */
  constructor(grid: Grid, portfolio: Portfolio, equity: Float64Array | null, equityOnly = false) {
    this.portfolio = portfolio
    this.equity = equity
    this.equityOnly = equityOnly && equity !== null
    this.state = newMarkState(portfolio.ledger.cashNumber())
    this.slots = grid.symbols.map(({ mark }, instrument) => ({ instrument, quantity: 0, mark }))
  }

  /** Rows before the origin have the initial equity; they aren't part of the run. */
  begin(originRow: number): void {
    this.next = originRow
    this.equity?.fill(this.portfolio.ledger.cashNumber(), 0, originRow)
  }

  /** Rows before `next` are marked. */
  next = 0

  /** Equity at the closes of all rows up to `to`, as `mark`. */
  upTo(to: number): void {
    this.mark(this.next, to)
    this.next = to + 1
  }

  /** Equity at the closes before each of some express fills of the only instrument, by their slips: see tape.ts. */
  replay(slips: Float64Array, count: number): void {
    const { state, equity } = this
    const { mark } = this.slots[0]!
    let from = this.next
    for (let i = 0; i < count; i++) {
      const at = i * EXPRESS_SLOTS
      // A whole number to V8 as well: columns are found by it, row after row.
      const to = (slips[at + ExpressSlot.row]! - 1) | 0
      if (to < from) continue
      const cash = slips[at + ExpressSlot.heldCash]!
      const quantity = slips[at + ExpressSlot.held]!
      if (this.equityOnly) state[MarkSlot.equity] = writeEquity(equity!, from, to, cash, quantity, mark)
      else if (quantity === 0) markFlat(state, equity, from, to, cash)
      else markHeld(state, equity, from, to, slips, at + ExpressSlot.heldCash, at + ExpressSlot.held, mark)
      from = to + 1
    }
    this.next = from
  }

  /** Equity at the closes of rows from..to, over which neither cash nor positions changed. */
  mark(from: number, to: number): void {
    if (to < from) return
    if (this.fills !== this.portfolio.fills) this.rebuild()
    const cash = this.portfolio.ledger.cashNumber()
    const { held, state, equity } = this
    if (this.equityOnly) {
      if (held.length > 1) {
        state[MarkSlot.equity] = writeEquityMany(equity!, from, to, cash, held)
        return
      }
      const only = held.length === 0 ? this.slots[0]! : held[0]!
      state[MarkSlot.equity] = writeEquity(equity!, from, to, cash, only.quantity, only.mark)
      return
    }
    if (held.length === 0) markFlat(state, equity, from, to, cash)
    else if (held.length === 1) markOne(state, equity, from, to, cash, held[0]!.quantity, held[0]!.mark)
    else markMany(state, equity, from, to, cash, held)
  }

  /** Equity at the last marked close. */
  get equityNow(): number {
    return this.state[MarkSlot.equity]!
  }

  /** Which positions the loops value; their slots are kept and reused. */
  private rebuild(): void {
    const { held, slots, portfolio } = this
    this.fills = portfolio.fills
    while (held.length > 0) held.pop()
    for (let id = 0; id < slots.length; id++) {
      const slot = slots[id]!
      slot.quantity = portfolio.heldWithDust(id)
      if (slot.quantity !== 0) held.push(slot)
    }
  }
}
