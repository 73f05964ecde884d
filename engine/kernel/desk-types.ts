/** What the desk is made of, and what it tells. */

import type { Dec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import type { Instrument, Rulebook } from '../core/instrument.ts'
import type { TellMinimum } from '../core/minimum.ts'
import type { Side } from '../core/order.ts'
import type { OrderSupport } from '../core/order-support.ts'
import type { Strategy } from '../core/strategy.ts'
import type { Venue } from '../core/venue.ts'
import type { RulesConfig } from '../rules/config.ts'
import type { EntryRules } from '../rules/entry.ts'
import type { EntryRequest, RateInBase } from '../rules/entry-request.ts'
import type { Recorder } from './recorder.ts'
import type { Routes } from './routes.ts'

/** Watches entries being decided, for explanations. It must change nothing. */
export interface EntryObserver {
  /** An entry is about to be decided by the rules as they stand. */
  entry(request: EntryRequest, rules: EntryRules): void
}

export interface DeskOptions {
  readonly observer?: EntryObserver
  /** Told of each minimum that is learned or lowered, to be kept beyond the run. */
  readonly onMinimum?: TellMinimum
  readonly grid: Grid
  /** The strategy's own symbols, where `grid` has others than those: one a venue. Default: `grid`. */
  readonly signals?: Grid
  readonly instruments: readonly Instrument[]
  readonly strategy: Strategy
  readonly venue: Venue
  readonly recorder: Recorder
  readonly rules: RulesConfig
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  /** What the venues' orders can be; null or absent where anything goes. */
  readonly support?: OrderSupport | null
  /** Taker fee of an instrument at a time, as a rate in units of 1e-12. */
  readonly takerRate: (instrument: number, atMs: number) => Dec
  /** The same where it is one rate for everything, always. */
  readonly fixedTaker?: Dec
  /** The part of `takerRate` that the venue takes in base from an order on that side; default: none, fees are in quote. */
  readonly rateInBase?: RateInBase
  /** Where entries may go, if there is anything to choose; default: each symbol is one instrument. */
  readonly routes?: Routes
}

/** A change of capital profile; names as the profile table has them, `below` where equity is under its lowest range. */
export interface ProfileEvent {
  readonly atMs: number
  readonly equity: Dec
  readonly from: string | null
  readonly to: string
  readonly below: boolean
}

/** Refusals that a scan may count by itself: like signals, before `untilMs`. */
export interface LastingRefusal {
  instrument: number
  side: Side
  untilMs: number
}
