/** What the validation report reads: plain data, a part of the validation's document. */

export interface ReportedGate {
  readonly name: string
  readonly label: string
  readonly status: 'passed' | 'failed' | 'not applicable'
  readonly value: number | null
  readonly limit: number | null
  readonly relation: 'at least' | 'at most'
  readonly formula: string
  readonly reason: string
  readonly inputs: Readonly<Record<string, number | string | null>>
}

export interface ReportedFold {
  readonly inSample: { readonly fromMs: number; readonly toMs: number }
  readonly outOfSample: { readonly fromMs: number; readonly toMs: number }
  readonly values: Readonly<Record<string, unknown>>
  readonly inSampleSharpe: number | null
  readonly outOfSampleSharpe: number | null
  readonly outOfSampleReturn: number
  readonly trades: number
}

export interface ValidationInput {
  readonly runId: string
  readonly name: string
  readonly strategy: string
  readonly symbols: readonly string[]
  readonly fromMs: number
  readonly toMs: number
  readonly holdout: { readonly fromMs: number; readonly toMs: number; readonly opened: boolean } | null
  readonly policy: string
  readonly passed: boolean
  readonly failed: readonly string[]
  readonly gates: readonly ReportedGate[]
  readonly chosen: Readonly<Record<string, unknown>>
  readonly trialCount: {
    readonly space: number
    readonly elsewhere: number
    readonly ledger: number
    readonly total: number
  }
  readonly trials: readonly { readonly sharpe: number | null; readonly chosen: boolean }[]
  readonly overfitting: {
    readonly probability: number
    readonly lossProbability: number
    readonly blocks: number
    readonly halves: number
    readonly slope: number | null
    readonly intercept: number | null
    readonly dominance: { readonly first: boolean; readonly second: boolean }
    readonly logits: readonly { readonly from: number; readonly to: number; readonly count: number }[]
    readonly points: readonly { readonly inSample: number; readonly outOfSample: number }[]
  } | null
  readonly walkForwards: readonly {
    readonly anchored: boolean
    readonly folds: readonly ReportedFold[]
    readonly dayMs: readonly number[]
    readonly unit: readonly number[]
    readonly sharpe: number | null
    readonly trades: number
    readonly summary: {
      readonly stitched: number
      readonly shareProfitable: number
      readonly efficiency: { readonly value: number | null }
    }
  }[]
  readonly crossValidation: {
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
  } | null
  readonly deflation: readonly { readonly trials: number; readonly probability: number | null }[]
  readonly trackRecordDays: number | null
  readonly interval: {
    readonly sharpe: number
    readonly low: number
    readonly high: number
    readonly blockLength: number
  } | null
  readonly haircuts: {
    readonly sharpe: number
    readonly p: number
    readonly rows: readonly {
      readonly method: string
      readonly p: number
      readonly sharpe: number
      readonly haircut: number | null
    }[]
  } | null
  readonly monteCarlo: {
    readonly trades: number
    readonly reordered: Spread
    readonly redrawn: Spread
  } | null
  readonly circumstances: readonly {
    readonly name: string
    readonly detail: string
    readonly totalReturn: number | null
    readonly sharpe: number | null
    readonly trades: number | null
  }[]
  readonly noEdge: { readonly share: number; readonly markets: number } | null
  readonly expected: {
    readonly days: number
    readonly coverage: number
    readonly tradesPerDay: { readonly mean: number; readonly low: number; readonly high: number }
    readonly drawdown: { readonly low: number }
    readonly stretchReturn: { readonly low: number; readonly high: number }
    readonly slippageBps: { readonly model: number; readonly high: number }
  }
  readonly hashes: { readonly config: string; readonly strategy: string; readonly data: string }
  readonly seed: number
}

interface Spread {
  readonly samples: number
  readonly maxDrawdown: readonly [number, number, number]
  readonly total: readonly [number, number, number]
  readonly lossProbability: number
}
