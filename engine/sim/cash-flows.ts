/**
 * Deposits and withdrawals (RULES A5) around a simulated venue, told as facts. One that is due by a bar's open is there
 * before anything else happens in the bar; one inside the bar comes after all that the bar does, so that nobody trades
 * with money before it is there. A withdrawal takes free cash alone: more than that is refused, and counted.
 */

import { type Dec, toDec, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, orderFact } from '../core/fact.ts'
import { firstRowClosingAt, type Grid } from '../core/grid.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { BarVenue, VenueLevels } from '../core/venue.ts'
import type { SimAccount } from './account.ts'

export interface PlannedFlow {
  readonly atMs: number
  /** Units of the quote currency; below zero for a withdrawal. */
  readonly amount: Dec
  /** The books that it goes to, and an instrument of their venue. */
  readonly account: SimAccount
  readonly instrument: number
}

export class CashFlows implements BarVenue {
  /** Those that took place, in order. */
  readonly done: PlannedFlow[] = []
  /** Withdrawals of more than was free. */
  refused = 0
  private readonly inner: BarVenue
  private readonly facts: FactQueue
  private readonly grid: Grid
  private readonly planned: readonly PlannedFlow[]
  private next = 0

  /** `planned` in order of time. */
  constructor(inner: BarVenue, facts: FactQueue, grid: Grid, planned: readonly PlannedFlow[]) {
    this.inner = inner
    this.facts = facts
    this.grid = grid
    this.planned = planned
  }

  submit(order: ApprovedOrder): void {
    this.inner.submit(order)
  }

  cancel(orderId: number, decidedMs: number): void {
    this.inner.cancel(orderId, decidedMs)
  }

  amend(order: ApprovedOrder, decidedMs: number): void {
    this.inner.amend(order, decidedMs)
  }

  open(row: number): void {
    const openMs = this.grid.time[row]!
    while (this.nextMs <= openMs) this.carryOut(this.planned[this.next++]!, openMs)
    this.inner.open(row)
  }

  range(row: number): boolean {
    if (this.inner.range(row)) return true
    const closeMs = this.grid.time[row]! + this.grid.timeframeMs
    let any = false
    for (; this.nextMs < closeMs; any = true) this.carryOut(this.planned[this.next++]!, 0)
    return any
  }

  arm(levels: VenueLevels, row: number): number {
    const own =
      this.nextMs === Number.POSITIVE_INFINITY ? this.nextMs : firstRowClosingAt(this.grid, this.nextMs, row + 1)
    return Math.min(own, this.inner.arm(levels, row))
  }

  private get nextMs(): number {
    return this.planned[this.next]?.atMs ?? Number.POSITIVE_INFINITY
  }

  /** Known at once, or where there was no bar by the next one's open. */
  private carryOut(flow: PlannedFlow, openMs: number): void {
    const { account, amount, atMs, instrument } = flow
    if (amount < 0 && -amount > account.freeCash) {
      this.refused += 1
      return
    }
    account.cash = toDec(account.cash + amount)
    this.done.push(flow)
    const about = orderFact(FactKind.adjusted, { id: 0, instrument }, atMs, Math.max(atMs, openMs))
    this.facts.push({ ...about, quantity: ZERO, value: amount, complete: true })
  }
}
