/** What a finished run is, for metrics, reports, JSON and notebooks. Plain data, money in quote currency as doubles. */

import type { Candles } from './candles.ts'

/** Why a position was closed. */
export type ExitReason =
  | 'SIGNAL'
  | 'STOP'
  | 'TARGET'
  | 'EMERGENCY'
  | 'LIQUIDATION'
  | 'REALLOCATION'
  | 'CLEANUP'
  | 'REBALANCE'
  | 'END'

/** A closed round trip, or an open one at the end of the run (`exitTimeMs` null). */
export interface Trade {
  readonly symbol: string
  /** Only where the run has several. */
  readonly account?: string
  /** Only where the run has several. */
  readonly venue?: string
  readonly side: 'long' | 'short'
  readonly entryTimeMs: number
  readonly entryPrice: number
  readonly exitTimeMs: number | null
  readonly exitPrice: number | null
  readonly quantity: number
  readonly entryFee: number
  readonly exitFee: number
  /** Paid (positive) or received. */
  readonly funding: number
  /** Net profit after fees and funding; for an open trade, marked at the last close without an exit fee. */
  readonly pnl: number
  /** `pnl` over the entry's cost. */
  readonly returnFraction: number
  readonly entryRow: number
  readonly exitRow: number | null
  readonly exitReason: ExitReason | null
  readonly tag: string | null
  readonly profile: string | null
  /** Worst and best excursion while open, as fractions of the entry price (≤ 0 and ≥ 0). */
  readonly maeFraction: number
  readonly mfeFraction: number
  /** What fills paid in half-spread and slippage, in quote (part of pnl already). */
  readonly spreadCost: number
  readonly slippageCost: number
}

/** One figure. `value` null has a reason; never NaN or Infinity. */
export interface Metric {
  readonly id: string
  readonly label: string
  readonly value: number | null
  /** `fraction`, `quote`, `ratio`, `count`, `days`, `bars`, `ms`, … */
  readonly unit: string
  /** What it was computed on: `bars`, `UTC days`, `closed trades`, … */
  readonly basis: string
  readonly definition: string
  /** Observations behind it. */
  readonly n: number
  /** Periods a year where annualised. */
  readonly annualisation?: number
  readonly reason?: string
}

/** Refusals of one kind, counted over the run; `example` has the first one's numbers. */
export interface SkipCount {
  readonly code: string
  readonly symbol: string
  /** Only where the run has several. */
  readonly venue?: string
  readonly count: number
  readonly firstTimeMs: number
  readonly lastTimeMs: number
  readonly example: string
}

/** Something the run took for granted, counted: nothing is assumed silently. */
export interface Assumption {
  readonly code: string
  readonly text: string
  readonly count: number
}

export interface Ambiguity {
  readonly model: 'pessimistic' | 'optimistic' | 'path'
  /** Bars on which the path inside the bar decided something. */
  readonly bars: number
  readonly fills: number
  /** Final equity under each model that was run. */
  readonly finalEquity: Readonly<Record<string, number>>
  /** The least and the most that final equity came to. */
  readonly range: { readonly low: number; readonly high: number }
  /** Trades that were open on such a bar, and their net profit. */
  readonly trades: number
  readonly pnl: number
  /** Their share in the absolute profits and losses of all trades; null without trades. */
  readonly profitShare: number | null
  /** Bars that were played on finer candles, that had none, and whose candles told another story; null without. */
  readonly detail: {
    readonly timeframe: string
    readonly bars: number
    readonly missing: number
    readonly differing: number
  } | null
}

/** What one venue of the run came to. Money in quote. */
export interface VenueResult {
  readonly venue: string
  readonly initialEquity: number
  /** Cash at the end, and with positions at the last mark. */
  readonly cash: number
  readonly finalEquity: number
  readonly fees: number
  readonly fills: number
  /** Closed trades, and positions still open. */
  readonly trades: number
  readonly openPositions: number
  /** Entries that the router sent here; null where there was nothing to choose. */
  readonly routed: number | null
}

/** What one of several accounts came to; everything of it is in the run of its own. Money in quote. */
export interface AccountResult {
  readonly account: string
  readonly runId: string
  readonly digest: RunDigests
  readonly initialEquity: number
  readonly finalEquity: number
  /** Closed trades. */
  readonly trades: number
  readonly fees: number
  readonly exits: Readonly<Record<string, number>>
  readonly skips: Readonly<Record<string, number>>
}

/** What the run's reallocations came to (RULES D2). */
export interface ReallocationResults {
  /** Entries that positions were to be sold for: `bought` of them were, the others were cancelled. */
  readonly planned: number
  readonly bought: number
  readonly cancelled: number
  /** Sell orders, and what they brought in after fees, in quote. */
  readonly sells: number
  readonly received: number
}

/** A position left at the end that a cleanup would sweep, or that is too small to be sold at all (RULES D3). */
export interface DustPosition {
  readonly symbol: string
  readonly venue: string
  /** Base held, and its value at the last close in quote. */
  readonly quantity: number
  readonly value: number
  /** Least order of the venue at that price, in quote. */
  readonly minimum: number
  readonly sellable: boolean
}

/** A change of capital profile (RULES C). */
export interface ProfileEvent {
  readonly timeMs: number
  readonly equity: number
  /** Null for the first profile of the run. */
  readonly from: string | null
  readonly to: string
  /** Equity is below the profile's range: its discipline holds, with dynamic sizing. */
  readonly belowRange: boolean
  /** Only where the run has several. */
  readonly account?: string
}

/**
 * What became of the entry signals under one profile, and the closed trades that were entered under it, against what is
 * promised of them (RULES C4).
 */
export interface ProfileResult {
  readonly profile: string
  /** signals = entries + Σ refusals; refusals by code. */
  readonly signals: number
  readonly entries: number
  readonly refusals: Readonly<Record<string, number>>
  /** Closed trades by the reason of their exit. */
  readonly exits: Readonly<Record<string, number>>
  readonly trades: number
  readonly wins: number
  /** Net result, fees included, and all fees, in quote. */
  readonly net: number
  readonly fees: number
  readonly winRate: number | null
  /** Average win over average loss, net. */
  readonly payoff: number | null
  /** Fees over the gross profit of trades that made one. */
  readonly feeShareOfGross: number | null
  readonly breakEvenWinRate: number | null
  /** What the promise comes to over as many trades, in quote; null where nothing is promised. */
  readonly promisedNet: number | null
  /** Only where the run has several. */
  readonly account?: string
}

/** A position that the venue closed, whole or in part, for want of margin. */
export interface LiquidationEvent {
  readonly symbol: string
  /** Of the position. */
  readonly side: 'long' | 'short'
  /** Open of its bar, and whether it happened inside that bar rather than at its open. */
  readonly timeMs: number
  readonly row: number
  readonly intrabar: boolean
  readonly quantity: number
  /** What the formula gave, and what it was closed at after a taker's costs or at bankruptcy. */
  readonly liquidationPrice: number
  readonly price: number
  readonly fee: number
  readonly partial: boolean
}

/** What leverage came to. Fractions; null where there was no position to speak of. */
export interface MarginResult {
  readonly mode: 'cross' | 'isolated'
  readonly leverage: number
  /** Whose rules; null for buying power alone. */
  readonly rules: string | null
  readonly events: readonly LiquidationEvent[]
  /** Fundings of positions, and what they came to: paid (positive) or received, in quote. */
  readonly fundings: number
  readonly funding: number
  /** Fees for borrowing on leveraged spot, in quote. */
  readonly borrowing: number
  /** Nearest that a bar's low (long) or high (short) came to the liquidation price, as a fraction of it; 0 where met. */
  readonly minDistance: number | null
  readonly minDistanceMs: number | null
  /** Most initial margin in use over equity at a close, and closes from 80 % on (RULES D5). */
  readonly maxUtilisation: number | null
  readonly warnings: number
  /** Leveraged spot: closes at which the margin level was at the call level or below; null where there is no such level. */
  readonly calls: number | null
}

export interface RunDigests {
  readonly inputs: string
  readonly decisions: string
  readonly outcomes: string
}

export interface RunResult {
  readonly runId: string
  readonly name: string
  /** The resolved configuration, every default written out. */
  readonly config: unknown
  readonly strategy: { readonly name: string; readonly params: unknown; readonly hash: string }
  readonly quote: string
  readonly symbols: readonly string[]
  readonly venue: string
  readonly timeframeMs: number
  readonly bars: number
  readonly fromMs: number
  /** Close of the last bar. */
  readonly toMs: number
  readonly initialEquity: number
  readonly finalEquity: number
  readonly digest: RunDigests
  readonly configHash: string
  readonly dataHash: string
  readonly rulebookHash: string
  /** Bar open times and equity at each bar's close; same length. */
  readonly time: Float64Array
  readonly equity: Float64Array
  /** Absolute position value over equity at each bar's close. */
  readonly exposure: Float64Array
  /** The run's candles on its rows, by symbol: NaN where a symbol has no bar. */
  readonly candles: readonly Candles[]
  readonly trades: readonly Trade[]
  readonly fees: number
  readonly funding: number
  readonly liquidations: number
  /** Null for a run without leverage. */
  readonly margin: MarginResult | null
  readonly fills: number
  readonly turnover: number
  readonly exits: Readonly<Record<string, number>>
  readonly skips: readonly SkipCount[]
  /** In the order of the run file. */
  readonly venues: readonly VenueResult[]
  /** In the order of the run file; none where it has but one account, without a name. */
  readonly accounts: readonly AccountResult[]
  /** Null where sizing isn't by portfolio. */
  readonly reallocations: ReallocationResults | null
  readonly dust: readonly DustPosition[]
  readonly profiles: readonly ProfileEvent[]
  readonly profileResults: readonly ProfileResult[]
  readonly ambiguity: Ambiguity
  readonly assumptions: readonly Assumption[]
  readonly cashFlows: readonly { readonly timeMs: number; readonly amount: number }[]
}
