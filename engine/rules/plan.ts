/**
 * Phased plans as pure state machines driven by facts: nothing awaits. Whoever drives a plan asks for its commands when
 * they are due, carries each out, and hands back what became of it under the command's number; simulation, live and a
 * dry run drive the same plan.
 */

import type { Dec } from '../core/dec.ts'

/** One thing to do. `id` rises from 1 within a plan; its facts carry it. */
export type PlanCommand =
  | { readonly kind: 'cancel'; readonly id: number; readonly venueOrderId: string }
  | { readonly kind: 'sell'; readonly id: number; readonly instrument: number; readonly quantity: Dec }
  | { readonly kind: 'buy'; readonly id: number; readonly instrument: number; readonly valueQuote: Dec }
  /** Forget a symbol that the venue no longer lists; nothing is sent. */
  | { readonly kind: 'purge'; readonly id: number; readonly symbol: string }

/** What became of a command. Amounts of one fill; `net` is what it added to cash (negative for a buy), fees included. */
export type PlanFact =
  | {
      readonly kind: 'fill'
      readonly id: number
      readonly quantity: Dec
      readonly net: Dec
      readonly complete: boolean
    }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }

/** `C` and `F`: the commands that a plan gives and the facts that it takes. */
export interface Plan<R, C = PlanCommand, F = PlanFact> {
  /** When `next` will have something to send, ms UTC; -Infinity for at once, Infinity while it waits for facts. */
  readonly dueMs: number
  /** Commands to carry out now, in order. Each is given once. */
  next(atMs: number): readonly C[]
  onFact(fact: F): void
  readonly done: boolean
  /** Null until done. */
  readonly result: R | null
}
