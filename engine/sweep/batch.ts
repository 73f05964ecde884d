/** A batch of trials on its way to whoever runs it, and what comes back. Plain data: it crosses threads and machines. */

import type { ResolvedConfig } from '../run/config/index.ts'
import type { Market } from '../run/market.ts'
import type { Terms } from '../run/terms.ts'
import type { SlabMemory } from '../run/trial/column-slab.ts'
import { trialMetrics } from '../run/trial/trial-metrics.ts'
import type { Point } from './space/axis.ts'

/** Trials by number, with their points. `from` names the batch in its sweep. */
export interface Batch {
  readonly from: number
  readonly numbers: readonly number[]
  readonly points: readonly Point[]
  /** Whether every trial's trades come back with it. */
  readonly trades: boolean
  /** Whether every trial's returns do. */
  readonly returns: boolean
  /** What is wrong with a trial, where that is known already. */
  readonly errors?: readonly (string | null)[]
}

/** A market as threads share it: the columns are over shared memory. */
export interface MarketShare {
  readonly id: number
  readonly grid: Market['grid']
  /** Grid of what the strategy reads; `grid` itself where orders go to the venue of the data. */
  readonly read: Market['grid']
  readonly fine: Market['fine']
  readonly exogenous: Market['columns']['exogenous']
  readonly funding: Market['funding']
  readonly marks: Market['marks']
  readonly dataHash: string
  readonly slab: SlabMemory
}

/** A configuration but for the strategy's parameters. */
export interface FrameSpec {
  readonly id: number
  readonly config: ResolvedConfig
  readonly terms: Terms
  readonly market: number
  /** Where the strategy comes from: its name, or its bundle and its source. */
  readonly strategy: { readonly name: string } | { readonly bundlePath: string; readonly file: string }
}

/** A trial as a thread gets it: its frame and parameters, or why it can't be run. */
export type PreparedTrial =
  | { readonly frame: number; readonly params: Readonly<Record<string, unknown>> }
  | { readonly error: string }

/** Figures of a trial before its metrics; then those of `trialMetrics()`. */
export const Figure = {
  failed: 0,
  refusals: 1,
  ambiguousBars: 2,
  ambiguousFills: 3,
  firstMs: 4,
  periodMs: 5,
  periods: 6,
  trades: 7,
  metrics: 8,
} as const

/** Figures a trial has. */
export function figureWidth(): number {
  return Figure.metrics + trialMetrics().length
}

/** Bytes of a trial's decision and outcome digests. */
export const DIGEST_BYTES = 64

/** A trial's texts; absent where there is nothing to say. */
export interface TrialTexts {
  readonly error?: string
  readonly skips?: Readonly<Record<string, number>>
  readonly exits?: Readonly<Record<string, number>>
}

/** Trades of a batch, one after the other: numbers by trade, and the texts they point to. */
export interface BatchTrades {
  readonly numbers: Float64Array
  readonly words: readonly (readonly (string | null)[])[]
}

export interface BatchResult {
  readonly from: number
  readonly numbers: readonly number[]
  /** Row-major, one row a trial; NaN for null. */
  readonly figures: Float64Array
  readonly digests: Uint8Array
  readonly texts: readonly (TrialTexts | null)[]
  /** Returns of all trials, one after the other; lengths are in the figures. */
  readonly returns: Float64Array
  readonly trades: BatchTrades
  /** On which data and with which strategy how many trials ran, for the ledger. */
  readonly origins: readonly Origin[]
}

export interface Origin {
  readonly dataHash: string
  readonly strategyHash: string
  readonly trials: number
}
