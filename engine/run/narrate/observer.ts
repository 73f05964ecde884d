/** How a run is watched: every decision and fact is told to an observer beside being recorded. */

import type { Dec } from '../../core/dec.ts'
import type { Fact } from '../../core/fact.ts'
import type { ApprovedOrder, Side } from '../../core/order.ts'
import type { RecordStream } from '../../core/record.ts'
import type { Refusal } from '../../core/refusal.ts'
import type { EntryObserver } from '../../kernel/desk-types.ts'
import { Recorder, type RoutedOrder } from '../../kernel/recorder.ts'
import type { ReallocationStart } from '../../rules/entry-request.ts'
import type { RouteChoice } from '../../rules/entry-route.ts'

/** Told of everything in the order in which it happens. It must change nothing. */
export interface RunObserver extends EntryObserver {
  order(order: ApprovedOrder): void
  refusal(refusal: Refusal, atMs: number): void
  cancel(orderId: number, instrument: number, atMs: number): void
  /** Where the next order goes, and why. */
  route(order: RoutedOrder, choice: RouteChoice): void
  /** Positions are to be sold for an entry; `firstId` is the first of their orders. */
  reallocation(start: ReallocationStart, firstId: number, atMs: number): void
  /** Their sells are in, and the buy follows; amounts in quote units. */
  funded(instrument: number, received: Dec, money: Dec, atMs: number): void
  /** Places in the profile table: -1 below it, -2 for none before. `equity` in quote units. */
  profile(atMs: number, equity: Dec, from: number, to: number): void
  fact(fact: Fact): void
  /** With the fill of `fact` a position's rest became dust (`side` -1), or dust part of a position (1). */
  dust?(fact: Fact, side: Side, quantity: Dec, cost: Dec): void
}

/**
 * A recorder that tells an observer, too. The records and their digests stay the same. The kernel uses its facts and
 * refusals again, so that the observer gets copies.
 */
export class ObservedRecorder extends Recorder {
  private readonly observer: RunObserver

  constructor(decisions: RecordStream, outcomes: RecordStream, observer: RunObserver) {
    super(decisions, outcomes)
    this.observer = observer
  }

  override order(order: ApprovedOrder): void {
    super.order(order)
    this.observer.order({ ...order })
  }

  override route(order: RoutedOrder, choice: RouteChoice): void {
    super.route(order, choice)
    this.observer.route(order, choice)
  }

  override reallocation(start: ReallocationStart, firstId: number, atMs: number): void {
    super.reallocation(start, firstId, atMs)
    this.observer.reallocation(start, firstId, atMs)
  }

  override funded(instrument: number, orderId: number, received: Dec, money: Dec, atMs: number): void {
    super.funded(instrument, orderId, received, money, atMs)
    this.observer.funded(instrument, received, money, atMs)
  }

  override refusal(refusal: Refusal, atMs: number): void {
    super.refusal(refusal, atMs)
    this.observer.refusal({ ...refusal }, atMs)
  }

  override cancel(orderId: number, instrument: number, atMs: number): void {
    super.cancel(orderId, instrument, atMs)
    this.observer.cancel(orderId, instrument, atMs)
  }

  override profile(atMs: number, equity: Dec, from: number, to: number): void {
    super.profile(atMs, equity, from, to)
    this.observer.profile(atMs, equity, from, to)
  }

  override outcome(fact: Fact, side: number): void {
    super.outcome(fact, side)
    this.observer.fact({ ...fact })
  }

  override dust(fact: Fact, side: Side, quantity: Dec, cost: Dec): void {
    super.dust(fact, side, quantity, cost)
    this.observer.dust?.(fact, side, quantity, cost)
  }
}
