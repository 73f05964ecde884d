/**
 * What a report shows of a run beside its result: what the strategy looked at, what rested at the venue and when, how
 * near a liquidation was, which dated records decided, what the checks say of the data, and the run at other costs.
 * Plain data; money in quote currency, times in ms UTC.
 */

/** One output of an indicator, a higher timeframe's column or an exogenous series that the strategy took in set-up. */
export interface RunIndicator {
  /** Index of its symbol; -1 for a series that belongs to none. */
  readonly symbol: number
  /** What is drawn together: `rsi`, `macd`; equal for outputs of one indicator and for the same one at other settings. */
  readonly group: string
  /** As the strategy asked for it: `sma 20`, `macd 12 26 9 signal, 4h`. */
  readonly label: string
  /** Whether its values are prices of the symbol, so that it is drawn over the candles. */
  readonly overlay: boolean
  /** On the run's rows; NaN where there is none. */
  readonly values: Float64Array
}

/** A price at which an order rested, from when to when. A trailing stop is several, one a step. */
export interface RestingLevel {
  readonly symbol: number
  readonly kind: 'entry' | 'stop' | 'target' | 'liquidation'
  /** Of the order, which is against the position for stops and targets. */
  readonly side: 'buy' | 'sell'
  readonly price: number
  readonly fromMs: number
  readonly toMs: number
}

/** How far the mark price of each close was from the liquidation price, the nearest of all positions. */
export interface LiquidationDistance {
  /** Fractions of the mark; NaN where nothing was held that could be liquidated. On the run's rows. */
  readonly distance: Float64Array
}

/** A dated record that decided something in the run, and what of the run's time it was used for. */
export interface UsedRecord {
  readonly kind: 'fees' | 'rulebook' | 'margin'
  readonly venue: string
  readonly symbol: string
  /** When the record says that it was in force; null for no known end. */
  readonly validFromMs: number
  readonly validToMs: number | null
  /** Days of the run, with fractions, for which it was used, and how many of these it doesn't cover by itself. */
  readonly days: number
  readonly daysOutside: number
  readonly approximate: boolean
  /** What it says, in a line. */
  readonly says: string
  readonly source: string
}

/** What the checks say of one series in the run's window. */
export interface SeriesQuality {
  readonly name: string
  readonly bars: number
  readonly firstMs: number
  readonly lastMs: number
  /** Null where the series was too long to be checked in the run. */
  readonly checked: {
    /** Runs of missing bars and bars missing in all, by what they are taken for. */
    readonly outages: { readonly runs: number; readonly bars: number }
    readonly noTrades: { readonly runs: number; readonly bars: number }
    readonly zeroVolumeBars: number
    readonly findings: readonly DataFinding[]
    /** Findings by kind, those that aren't listed included. */
    readonly counts: Readonly<Record<string, number>>
  } | null
  /** Bars absent, whatever the reason: told for every series. */
  readonly missing: number
  /** The longest stretches without a bar, longest first: at most ten. */
  readonly gaps: readonly { readonly fromMs: number; readonly toMs: number; readonly bars: number }[]
  /** What does the same with all its advice. */
  readonly command: string
}

export interface DataFinding {
  readonly code: string
  readonly severity: 'error' | 'warning'
  readonly timeMs: number | null
  readonly rows: number
  readonly message: string
}

/** The run once more with all its costs times a factor; 1 is the run itself. */
export interface CostRun {
  readonly factor: number
  readonly finalEquity: number
  readonly totalReturn: number | null
  readonly maxDrawdown: number | null
  readonly sharpe: number | null
  /** Closed trades. */
  readonly trades: number
  readonly fees: number
  /** Half-spreads and slippage of all trades together. */
  readonly spreadAndSlippage: number
  /** Paid (positive) or received, borrowing included. */
  readonly funding: number
  /** Digest of the decisions: other costs mean other sizes, and often other trades. */
  readonly decisions: string
}

export interface CostSensitivity {
  /** By rising factor. */
  readonly runs: readonly CostRun[]
  readonly scaled: readonly string[]
  /** Costs that stay as they are, and why. */
  readonly kept: readonly string[]
}

/** By what the capital profile was chosen. Equity in quote, ranges half-open; null for no upper end. */
export interface ProfileRule {
  readonly ranges: readonly { readonly name: string; readonly from: number; readonly to: number | null }[]
  /** A profile that the run file names, whatever the equity. */
  readonly pinned: string | null
  /** How far equity must pass a boundary, as a fraction of it. */
  readonly hysteresis: number
}

export interface RunDetail {
  readonly indicators: readonly RunIndicator[]
  readonly levels: readonly RestingLevel[]
  /** What the levels leave out, in sentences. */
  readonly levelNotes: readonly string[]
  /** Null for a run without margin rules. */
  readonly liquidation: LiquidationDistance | null
  readonly records: readonly UsedRecord[]
  readonly quality: readonly SeriesQuality[]
  /** Null where no profile is in force. */
  readonly profileRule: ProfileRule | null
  /** The run at other costs, or why it wasn't made. */
  readonly sensitivity: CostSensitivity | { readonly omitted: string }
  /** A command that runs it again and compares the digests; null where there is no folder to run again. */
  readonly again: string | null
}
