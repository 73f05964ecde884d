/** What the sweep report reads: plain data, made from a finished sweep's folder. */

export type SweepCell = number | string | boolean | null

/** A column of the trials: an axis, an objective or a metric. */
export interface SweepColumn {
  readonly name: string
  readonly label: string
  /** `fraction`, `ratio`, `quote`, … as metrics have it; `value` for an axis or an expression. */
  readonly unit: string
  readonly basis: string
  readonly definition: string
  readonly values: readonly SweepCell[]
}

export interface SweepObjectiveInput {
  readonly text: string
  /** The column that holds it. */
  readonly column: string
  /** 1: more is better, −1: less is. */
  readonly sign: 1 | -1
}

export interface SweepReportInput {
  readonly name: string
  readonly sweepId: string
  readonly strategy: string
  readonly venue: string
  readonly symbols: readonly string[]
  readonly timeframe: string
  readonly quote: string
  /** The first trial's window as the run file has it. */
  readonly from: string | null
  readonly to: string | null
  readonly method: string
  /** For methods that draw: how many, and with which seed. */
  readonly samples: number | null
  readonly seed: number | null
  /** Keys with their values as they were written. */
  readonly space: readonly { readonly key: string; readonly text: string }[]
  readonly where: readonly string[]
  readonly constraints: readonly string[]
  readonly objectives: readonly SweepObjectiveInput[]
  /** Axes take separate values, so that trials have neighbours one step away. */
  readonly isGrid: boolean
  readonly count: {
    readonly trials: number
    readonly failed: number
    readonly feasible: number
    /** Trials that saw the whole window and ran: those that are compared. */
    readonly compared: number
  }
  /** Trials on record, of this sweep or of any other. */
  readonly ledger: { readonly sweep: number; readonly strategy: number; readonly data: number }
  /**
   * Compared trials, all of them or, of very many, the best and an even sample. Columns of equal length; `axes` in the
   * order of the space, then objectives, then metrics.
   */
  readonly table: {
    readonly trial: readonly number[]
    readonly feasible: readonly boolean[]
    /** Whether the row belongs to the even sample; null where all rows are there. */
    readonly isSampled: readonly boolean[] | null
    readonly axes: readonly SweepColumn[]
    readonly objectives: readonly SweepColumn[]
    readonly metrics: readonly SweepColumn[]
  }
  /** Annual Sharpe ratios of all compared trials that have one. */
  readonly sharpes: Float64Array
  /** Numbers of the best trials by the first objective, best first, and what their returns are like. */
  readonly best: readonly number[]
  /** UTC days of the best trial's returns; null where they weren't kept. */
  readonly bestDays: number | null
  /** The Pareto front by trial number; empty for one objective. */
  readonly front: readonly number[]
  /** Trials that have a run report beside this page, at `best/trial-N/report.html`. */
  readonly reported: readonly number[]
  readonly split: SweepSplit | null
  /** Why there is none. */
  readonly splitReason: string | null
  readonly overfitting: SweepOverfitting | null
  readonly overfittingReason: string | null
  /** Mean correlation between the returns of trials, over a sample of them. */
  readonly correlation: { readonly mean: number; readonly sampled: number } | null
  readonly errors: readonly { readonly error: string; readonly count: number; readonly firstTrial: number }[]
  /** Refusals over all trials by code. */
  readonly refusals: readonly { readonly code: string; readonly count: number; readonly trials: number }[]
  readonly command: string
  readonly configText: string
  readonly hashes: {
    readonly strategy: string
    readonly data: string
    /** SHA-256 of the file of results. */
    readonly results: string
  }
}

/** Annual Sharpe ratios before and after a date, in the order of the table's rows. */
export interface SweepSplit {
  readonly fromMs: number
  readonly cutMs: number
  readonly toMs: number
  readonly inSample: readonly (number | null)[]
  readonly outOfSample: readonly (number | null)[]
}

/** Combinatorially symmetric cross-validation over the returns of all trials. */
export interface SweepOverfitting {
  readonly trials: number
  readonly blocks: number
  readonly halves: number
  readonly probability: number
  readonly lossProbability: number
  readonly logits: readonly { readonly from: number; readonly to: number; readonly count: number }[]
}
