/**
 * The engine as a live session drives it: rows and facts go in, decisions come out. It is pure between two calls: the
 * same rows and facts in the same order give the same decisions, which is what a journal is replayed for.
 */

import type { Dec } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { LearnedMinimum } from '../core/minimum.ts'
import type { Rates } from './booking.ts'
import type { VenueMarket } from './exchange.ts'
import type { Want } from './live-venue.ts'
import type { ClosedRow } from './ports.ts'

/** Decisions so far, as records: how many, and the digest over all of them. */
export interface DecisionMark {
  readonly count: number
  readonly digest: string
}

export interface Decider {
  readonly instruments: readonly Instrument[]
  readonly timeframeMs: number
  /** Rows that have closed. */
  readonly rows: number
  /** Open of the next row at the earliest, ms UTC. */
  readonly nextOpenMs: number
  /** The venue's demands and the account's rates, by instrument, from here on. */
  terms(markets: readonly VenueMarket[], rates: readonly Rates[]): void
  /** A row has closed: the strategy looks, the rules decide. */
  step(row: ClosedRow): void
  /** Something happened while the next row forms: it is booked, and answered, at once. */
  hear(fact: Fact): void
  /** By an operator's word: the position is closed at market, and what rests for it is taken back. */
  close(instrument: number, atMs: number): void
  /** What is known of least orders (RULES B2), and what replaces it. */
  minimums(): readonly LearnedMinimum[]
  learn(minimums: readonly LearnedMinimum[]): void
  /** What has been wanted of the venue since the last call. */
  wants(): readonly Want[]
  mark(): DecisionMark
  /** Signed units of an instrument's position, what of it is in the account with dust, its signed cost, and cash. */
  held(instrument: number): Dec
  owned(instrument: number): Dec
  cost(instrument: number): Dec
  readonly cash: Dec
  /** Last close of an instrument, or NaN before its first. */
  price(instrument: number): number
  /** Equity at the last close, in quote. */
  readonly equity: number
  /** Zero error, or a BugError. */
  verify(): void
}
