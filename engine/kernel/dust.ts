/**
 * What the lot step leaves of spot positions. A fee taken in base brings a position off the step: an exit asks for the
 * most that can be sold, and what no order can sell is dust (RULES D3): held, and no position. The next buy of the
 * instrument takes it back.
 */

import { type Dec, toDec, ZERO } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { RateInBase } from '../rules/entry-request.ts'
import { mostSellable } from '../rules/executable.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import type { WorkingOrder } from './working-order.ts'

export class Dust {
  private readonly options: DeskOptions
  private readonly portfolio: Portfolio
  private readonly rateInBase: RateInBase | null

  constructor(options: DeskOptions, portfolio: Portfolio) {
    this.options = options
    this.portfolio = portfolio
    this.rateInBase = options.rateInBase ?? null
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
    if (!complete || !this.isSpot(id)) return
    const { step } = this.options.rulebook(id, atMs)
    if (mostSellable(ledger.quantity[id]!, step, this.rate(id, atMs)) > 0) return
    const cost = ledger.cost[id]!
    this.options.recorder.dust(fact, -1, this.portfolio.setAside(fact, row, purpose), cost)
  }

  /**
   * What of an opened quantity can be sold on the step: together with what guards the position already, all that can be.
   */
  guardable({ instrument: id, atMs }: Fact, opened: Dec, step: number): Dec {
    const held = this.portfolio.ledger.quantity[id]!
    if (held < 0 || this.isEven(step) || !this.isSpot(id)) return opened
    const rate = this.rate(id, atMs)
    return toDec(mostSellable(held, step, rate) - mostSellable(toDec(held - opened), step, rate))
  }

  /** What an order that closes the position asks for; where none can, all of it, and the venue says why not. */
  closable(id: number, held: Dec, atMs: number, step: number): Dec {
    if (held < 0 || this.isEven(step) || !this.isSpot(id)) return held
    return (mostSellable(held, step, this.rate(id, atMs)) || held) as Dec
  }

  /** Whether everything that is held can be sold: no step, and no fee beside it. */
  private isEven(step: number): boolean {
    return step <= 1 && this.rateInBase === null
  }

  /** Fee that a sale takes in base. */
  private rate(id: number, atMs: number): Dec {
    return this.rateInBase === null ? ZERO : this.rateInBase(id, atMs, -1)
  }

  private isSpot(id: number): boolean {
    return this.options.instruments[id]!.kind === 'spot'
  }
}
