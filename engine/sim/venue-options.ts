/** What a simulated venue is made of, and what follows from it at once. */

import type { Dec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { freeRulebook } from '../core/instrument.ts'
import { SimAccount } from './account.ts'
import type { AmbiguityCount } from './ambiguity.ts'
import type { GateOptions } from './gate.ts'
import { MarginAccount } from './margin-account.ts'
import type { MarginTerms } from './margin-terms.ts'
import type { AmbiguityModel, LimitFill } from './matching.ts'

export interface SimOptions extends GateOptions {
  readonly grid: Grid
  readonly initialCash: Dec
  /** Base that the account begins with, by instrument; default none. */
  readonly initialBase?: readonly Dec[]
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  /** A venue's margin rules; without them leverage is buying power alone. */
  readonly margin?: MarginTerms
  /** Shared by the venues of one run, so that a bar is counted once. Default: one of its own. */
  readonly ambiguity?: AmbiguityCount
  /** The run's symbols on finer bars, which decide what happens inside a bar; null where its model does. */
  readonly fine?: Grid | null
  /** Whether no message reaches the venue at a time; null where every one does. */
  readonly isOut?: ((atMs: number) => boolean) | null
}

/** The venue's books: those of a leveraged account under margin rules. */
export function accountOf({ instruments, initialCash, initialBase, margin }: SimOptions): SimAccount {
  if (margin === undefined) return new SimAccount(instruments, initialCash, initialBase)
  return new MarginAccount(instruments, initialCash, initialBase, margin.leverage)
}

/** Whether a market order has only one possible outcome: see ExpressVenue. */
export function hasExpress(options: SimOptions): boolean {
  const { latency, participation, inject, support = null, market = null, margin, rulebook, fees } = options
  const isPlain = latency.isZero && participation === 0 && inject === undefined && rulebook === freeRulebook
  const inQuote = fees.inBase === undefined || fees.inBase === null
  return isPlain && inQuote && support === null && market === null && (margin === undefined || isLonePerpetual(options))
}

/** Whether one perpetual is all there is, on the run's own bars: no other position shares its equity. */
function isLonePerpetual({ instruments, fine = null }: SimOptions): boolean {
  return instruments.length === 1 && instruments[0]!.kind === 'perpetual' && fine === null
}
