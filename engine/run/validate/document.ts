/** What a validation found, as `validation.json` holds it and the report shows it. Plain data; times in ms UTC. */

import type { ExpectedBehaviour } from '../../promote/bands.ts'
import type { Evidence } from '../../promote/evidence.ts'
import type { GateResult } from '../../promote/gates.ts'
import type { GateName } from '../../promote/policy.ts'
import type { WalkForwardSummary } from '../../stats/walk-forward.ts'
import type { FoldResult } from './out-of-sample.ts'
import type { Circumstance, NoEdge } from './robustness.ts'
import type { Haircuts, SharpeInterval, TradeMonteCarlo } from './statistics.ts'

export const VALIDATION_FORMAT = 'tandem-validation/1'

export interface TrialRow {
  readonly values: Readonly<Record<string, unknown>>
  /** A year's Sharpe ratio of UTC days; null where undefined. */
  readonly sharpe: number | null
  readonly totalReturn: number
  readonly trades: number
  readonly chosen: boolean
}

export interface SeriesOfDays {
  readonly dayMs: readonly number[]
  /** Value of one unit put in at the start, at each day's end. */
  readonly unit: readonly number[]
}

export interface WalkForwardDocument extends SeriesOfDays {
  readonly anchored: boolean
  readonly folds: readonly FoldResult[]
  readonly trades: number
  readonly summary: WalkForwardSummary
  readonly sharpe: number | null
}

export interface CrossValidationDocument {
  readonly groups: number
  readonly testGroups: number
  readonly purgeDays: number
  readonly embargoDays: number
  readonly splits: number
  readonly dayMs: readonly number[]
  readonly paths: readonly {
    readonly unit: readonly number[]
    readonly sharpe: number | null
    readonly totalReturn: number
  }[]
  readonly chosen: readonly number[]
}

export interface OverfittingDocument {
  readonly probability: number
  readonly lossProbability: number
  readonly blocks: number
  readonly halves: number
  readonly slope: number | null
  readonly intercept: number | null
  readonly dominance: { readonly first: boolean; readonly second: boolean }
  /** Counts of logits by bin, and points of the degradation (Sharpe ratios per day), thinned. */
  readonly logits: readonly { readonly from: number; readonly to: number; readonly count: number }[]
  readonly points: readonly { readonly inSample: number; readonly outOfSample: number }[]
}

export interface ValidationDocument {
  readonly format: typeof VALIDATION_FORMAT
  readonly runId: string
  readonly name: string
  readonly strategy: string
  readonly symbols: readonly string[]
  readonly hashes: { readonly config: string; readonly strategy: string; readonly data: string }
  /** The data that was looked at, and the sealed rest; null where none was kept. */
  readonly fromMs: number
  readonly toMs: number
  readonly holdout: { readonly fromMs: number; readonly toMs: number; readonly opened: boolean } | null
  readonly policy: string
  readonly policyHash: string
  readonly seed: number
  readonly passed: boolean
  readonly failed: readonly GateName[]
  readonly gates: readonly GateResult[]
  readonly chosen: Readonly<Record<string, unknown>>
  readonly trialCount: {
    readonly space: number
    readonly elsewhere: number
    readonly ledger: number
    readonly total: number
  }
  readonly trials: readonly TrialRow[]
  readonly overfitting: OverfittingDocument | null
  readonly walkForwards: readonly WalkForwardDocument[]
  readonly crossValidation: CrossValidationDocument | null
  readonly deflation: readonly { readonly trials: number; readonly probability: number | null }[]
  readonly trackRecordDays: number | null
  readonly interval: SharpeInterval | null
  readonly haircuts: Haircuts | null
  readonly monteCarlo: TradeMonteCarlo | null
  readonly circumstances: readonly Circumstance[]
  readonly noEdge: NoEdge | null
  readonly expected: ExpectedBehaviour
  readonly evidence: Evidence
}
