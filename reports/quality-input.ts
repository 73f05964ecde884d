/** What the page on data quality reads: what checks found, and where in time. */

export type QualityState = 'error' | 'outage' | 'suspicious' | 'no trades' | 'present'

export interface QualityFinding {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly row: number
  readonly rows: number
  readonly timeMs: number | null
  readonly message: string
  readonly suggestion: string
  readonly fixable: boolean
}

export interface QualitySeries {
  readonly target: string
  readonly kind: 'candles' | 'funding'
  readonly venue: string | null
  readonly symbol: string | null
  readonly timeframe: string | null
  readonly rows: number
  readonly firstMs: number | null
  readonly lastMs: number | null
  readonly errors: number
  readonly warnings: number
  readonly outageRows: number
  readonly outageRuns: number
  readonly noTradeRows: number
  readonly emptyBars: number
  readonly counts: Readonly<Record<string, number>>
  readonly findings: readonly QualityFinding[]
  readonly segments: readonly {
    readonly fromMs: number
    readonly toMs: number
    readonly state: QualityState
    readonly share: number
  }[]
  readonly dataHash: string | null
}

export interface QualityInput {
  /** What was checked: the store, or the series' or file's name. */
  readonly name: string
  readonly series: readonly QualitySeries[]
  readonly calendar: {
    readonly unit: 'day' | 'month'
    readonly cells: readonly {
      readonly fromMs: number
      readonly toMs: number
      readonly expected: number
      readonly present: number
      readonly outage: number
      readonly noTrades: number
      readonly suspicious: number
      readonly errors: number
      readonly state: QualityState
    }[]
  } | null
  readonly command: string
}
