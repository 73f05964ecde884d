/** What the simulated venue's margin works by: handed in by run, the same for every model of a run. */

import type { DecArray } from '../core/dec.ts'
import type { MarkColumns } from '../core/funding.ts'
import type { MarginRules } from '../market/margins.ts'

/** Whether positions share the account's equity, or each has its own margin. */
export type MarginMode = 'cross' | 'isolated'

/** Fundings of an instrument over the run, ascending; rates in units of 1e-12. */
export interface FundingEvents {
  readonly timeMs: Float64Array
  readonly rate: DecArray
}

export interface MarginTerms {
  readonly mode: MarginMode
  readonly leverage: number
  /** Rules in force; null for an instrument without leverage. */
  readonly rules: (instrument: number, atMs: number) => MarginRules | null
  /** When the rules of any instrument change next after `ms`; Infinity for never. */
  readonly nextChangeMs: (ms: number) => number
  /** By instrument; null where none is paid. */
  readonly funding: readonly (FundingEvents | null)[]
  /** By instrument; null where the last price serves as mark. */
  readonly marks: readonly (MarkColumns | null)[]
}
