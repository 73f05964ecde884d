/** What the page of a comparison is made of. The first run stands against each of the others. */

export interface ComparedTrade {
  readonly symbol: string
  readonly side: string
  readonly entryTimeMs: number
  readonly exitTimeMs: number | null
  readonly entryPrice: number
  readonly exitPrice: number | null
  readonly exitReason: string | null
  readonly pnl: number
}

export interface CompareInput {
  readonly runs: readonly {
    readonly folder: string
    readonly runId: string
    readonly name: string
    readonly quote: string
    readonly initialEquity: number
    readonly finalEquity: number
    /** Bar opens, ms UTC, and equity at each close. */
    readonly time: Float64Array
    readonly equity: Float64Array
  }[]
  readonly same: Readonly<Record<string, boolean>>
  /** Keys of the resolved configurations that differ; a value as JSON, null where the key isn't there. */
  readonly config: readonly { readonly key: string; readonly values: readonly (string | null)[] }[]
  readonly metrics: readonly {
    readonly id: string
    readonly label: string
    readonly unit: string
    readonly basis: string
    readonly definition: string
    readonly values: readonly (number | null)[]
  }[]
  /** One a run but the first. */
  readonly trades: readonly {
    readonly against: string
    readonly matched: number
    readonly sameExit: number
    readonly onlyFirst: number
    readonly onlySecond: number
    readonly pnlMatched: number
    readonly pnlOnlyFirst: number
    readonly pnlOnlySecond: number
    readonly firstDifference: { readonly timeMs: number; readonly symbol: string; readonly in: string } | null
  }[]
  /** The trades behind these figures, in the same order. */
  readonly pairs: readonly {
    readonly pairs: readonly {
      readonly first: ComparedTrade
      readonly second: ComparedTrade
      readonly sameExit: boolean
    }[]
    readonly onlyFirst: readonly ComparedTrade[]
    readonly onlySecond: readonly ComparedTrade[]
  }[]
  /** Makes the page again. */
  readonly command: string
}

/** Names that tell the runs apart: the run's own, with its id where names repeat. */
export function runLabels({ runs }: Pick<CompareInput, 'runs'>): string[] {
  const isUnique = new Set(runs.map(({ name }) => name)).size === runs.length
  return runs.map(({ name, runId }, i) => {
    const isTwice = runs.findIndex((one) => one.name === name && one.runId === runId) !== i
    return isUnique ? name : `${name} (${runId}${isTwice ? `, ${i + 1}` : ''})`
  })
}
