/**
 * What the lot step leaves of spot positions. A fee taken in base brings a position off the step: an exit asks for the
 * most that can be sold, and what no order can sell is dust (RULES D3): held, and no position. The next buy of the
 * instrument takes it back.
 */

import { type Dec, toDec, ZERO } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { mostSellable } from '../rules/executable.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio, WorkingOrder } from './portfolio.ts'

export class Dust {
  private readonly options: DeskOptions
  private readonly portfolio: Portfolio

  constructor(options: DeskOptions, portfolio: Portfolio) {
    this.options = options
    this.portfolio = portfolio
  }

  /** Books a fill where there may be dust: a buy takes the instrument's back into its position. */
  fill(fact: Fact, working: WorkingOrder, row: number): Dec {
    const { ledger } = this.portfolio
    const dust = ledger.dust[fact.instrument]!
    const cost = ledger.dustCost[fact.instrument]!
    const opened = this.portfolio.fill(fact, working, row)
    if (dust !== 0 && ledger.dust[fact.instrument] === 0) this.options.recorder.dust(fact, 1, dust, cost)
    return opened
  }

  /** After a sale that left something: where no order can sell that, the account is flat there, with dust. */
  sold(fact: Fact, { purpose }: ApprovedOrder, row: number): void {
    const { instrument: id, atMs, complete } = fact
    const { ledger } = this.portfolio
    if (!complete || !this.isSpot(id) || this.sellable(id, ledger.quantity[id]!, atMs) > 0) return
    const cost = ledger.cost[id]!
    this.options.recorder.dust(fact, -1, this.portfolio.setAside(fact, row, purpose), cost)
  }

  /** What of an opened quantity can be sold: together with what guards the position already, all that can be. */
  guardable({ instrument: id, atMs }: Fact, opened: Dec): Dec {
    const held = this.portfolio.ledger.quantity[id]!
    if (held < 0 || !this.isSpot(id)) return opened
    return toDec(this.sellable(id, held, atMs) - this.sellable(id, toDec(held - opened), atMs))
  }

  /** What an order that closes the position asks for; where none can, all of it, and the venue says why not. */
  closable(id: number, held: Dec, atMs: number): Dec {
    if (held < 0 || !this.isSpot(id)) return held
    return (this.sellable(id, held, atMs) || held) as Dec
  }

  /** The most of a spot position that one order can sell. */
  private sellable(id: number, held: Dec, atMs: number): Dec {
    const { rateInBase, rulebook } = this.options
    return mostSellable(held, rulebook(id, atMs).step, rateInBase?.(id, atMs, -1) ?? ZERO)
  }

  private isSpot(id: number): boolean {
    return this.options.instruments[id]!.kind === 'spot'
  }
}
