/** What is known of a configuration when the gates are asked. Missing knowledge says why it is missing. */

import type { SharpeEvidence } from '../stats/probabilistic-sharpe.ts'

/** Something that was computed, or why it wasn't. `notApplicable`: the question makes no sense here. */
export type Known<T> =
  | { readonly value: T }
  | { readonly value: null; readonly reason: string; readonly notApplicable: boolean }

export interface Evidence {
  /** Length of the data outside the holdout, in years of 365 days. */
  readonly years: number
  /** Every configuration tried on this data, and how many independent ones their returns amount to. */
  readonly trials: number
  readonly effectiveTrials: number | null
  /** Of the chosen configuration's UTC-day returns; per observation. */
  readonly sharpe: Known<Omit<SharpeEvidence, 'benchmark'>>
  /** Variance (ddof 1) of the trials' Sharpe ratios per observation. */
  readonly sharpeVariance: Known<number>
  readonly closedTrades: number
  readonly lookAhead: Known<{ readonly passed: boolean; readonly detail: string; readonly cuts: number }>
  readonly overfitting: Known<{
    readonly probability: number
    readonly lossProbability: number
    readonly blocks: number
    readonly halves: number
  }>
  readonly walkForward: Known<{
    readonly evidence: Omit<SharpeEvidence, 'benchmark'>
    readonly folds: number
    readonly stitchedReturn: number
    readonly efficiency: number | null
  }>
  readonly superiorAbility: Known<{
    readonly cash: number
    readonly hold: number
    readonly resamples: number
    readonly blockLength: number
    readonly seed: number
  }>
  readonly holm: Known<{ readonly adjusted: number; readonly raw: number; readonly tests: number }>
  readonly neighbourhood: Known<{ readonly median: number; readonly chosen: number; readonly neighbours: number }>
  readonly costs: Known<{ readonly factor: number; readonly totalReturn: number }>
  readonly noEdge: Known<{ readonly share: number; readonly markets: number; readonly seed: number }>
  readonly drawdown: Known<{ readonly worst: number; readonly samples: number; readonly seed: number }>
  readonly holdout: Known<{ readonly totalReturn: number; readonly days: number; readonly openings: number }>
  readonly parity: Known<{ readonly share: number; readonly decisions: number }>
}

/** Knowledge. */
export function found<T>(value: T): Known<T> {
  return { value }
}

/** It should be known, and isn't: the gate fails. */
export function missing<T>(reason: string): Known<T> {
  return { value: null, reason, notApplicable: false }
}

/** There is nothing to know. */
export function notApplicable<T>(reason: string): Known<T> {
  return { value: null, reason, notApplicable: true }
}
