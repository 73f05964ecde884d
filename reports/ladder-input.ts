/** What the ladder page reads: `ladder.json`. */

export interface LadderRung {
  readonly equity: number
  readonly finalEquity: number
  readonly returnAfterCosts: number
  readonly trades: number
  readonly entrySignals: number
  readonly entries: number
  readonly refusals: Readonly<Record<string, number>>
  readonly sizeRefusals: number
  readonly tradeableShare: number | null
  readonly rounding: number
  readonly dust: number
  readonly fees: number
  readonly grossProfit: number
  readonly feeShareOfGross: number | null
  readonly viable: boolean
}

export interface LadderInput {
  readonly name: string
  readonly quote: string
  readonly strategy: { readonly name: string; readonly params: unknown }
  readonly venue: string
  readonly symbols: readonly string[]
  readonly timeframe: string
  readonly profile: string
  readonly fromMs: number
  readonly toMs: number
  readonly bars: number
  readonly rungs: readonly LadderRung[]
  readonly smallestViable: number | null
  /** What "viable" means. */
  readonly definition: string
  readonly command: string
  readonly hashes: { readonly config: string; readonly data: string; readonly strategy: string }
  readonly configText: string
}
