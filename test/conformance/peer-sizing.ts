/**
 * How other engines size a percentage of equity, in plain doubles, so that a difference between their results and ours
 * can be computed and not only tolerated. All three decide at the close and fill at the next row's open; they differ
 * only in the quantity of an entry. Read from the sources of backtrader 1.9.78, backtesting.py 0.6.6 and vectorbt 1.2.0.
 */

import type { Candles } from '../../engine/core/candles.ts'

/**
 * - `signal-close`: fraction × equity at the signal's close ÷ that close, the fee comes on top. backtrader's
 *   `buy(size=…)`, and tandem's percent sizing.
 * - `fill`: fraction × cash ÷ (open × (1 + fee)): fee included, priced at the fill. vectorbt's `size_type="percent"`.
 * - `fill-units`: as `fill`, rounded down to whole units. backtesting.py's `buy(size=fraction)` in FractionalBacktest,
 *   which counts in units of 1e-8.
 */
export type PeerSizing = 'signal-close' | 'fill' | 'fill-units'

/** Rows at whose close the strategy wants to be in (`entries`) and out (`exits`), ascending. */
export interface SignalRows {
  readonly entries: readonly number[]
  readonly exits: readonly number[]
}

export interface PeerSetup {
  readonly cash: number
  readonly fraction: number
  readonly feeRate: number
  /** Smallest quantity, for `fill-units`. */
  readonly unit: number
}

/** Times are those of the bars filled at (ms UTC); exit null while the position is open at the end. */
export interface PeerTrade {
  readonly entryTime: number
  readonly entryPrice: number
  readonly exitTime: number | null
  readonly exitPrice: number | null
  readonly size: number
}

export interface PeerResult {
  readonly trades: readonly PeerTrade[]
  /** Cash plus the open position at the last close, without a fee for leaving it. */
  readonly finalEquity: number
}

/**
 * Rows where SMA(`fast`) of closes crosses SMA(`slow`), from exact sums: closes must be whole cents below 2⁵³ in sum.
 * The first row where both are defined is no cross.
 */
export function smaCrossRows(close: Float64Array, fast: number, slow: number): SignalRows {
  const entries: number[] = []
  const exits: number[] = []
  let fastSum = 0
  let slowSum = 0
  let wasUp: boolean | null = null
  const cents = Array.from(close, (price) => Math.round(price * 100))
  for (const [row, price] of cents.entries()) {
    fastSum += price - (cents[row - fast] ?? 0)
    slowSum += price - (cents[row - slow] ?? 0)
    if (row < slow - 1) continue
    const up = fastSum * slow > slowSum * fast
    if (wasUp !== null && up !== wasUp) (up ? entries : exits).push(row)
    wasUp = up
  }
  return { entries, exits }
}

/** Quantity of an entry decided at the close of `row`, out of `cash` (nothing else is held). */
function entrySize(sizing: PeerSizing, candles: Candles, row: number, cash: number, setup: PeerSetup): number {
  const open = candles.open[row + 1]!
  if (sizing === 'signal-close') return (setup.fraction * cash) / candles.close[row]!
  const size = (setup.fraction * cash) / (open * (1 + setup.feeRate))
  return sizing === 'fill' ? size : Math.floor(size / setup.unit) * setup.unit
}

/** The trades and the final equity of the given signals under one way of sizing. A signal on the last row is void. */
export function simulatePeer(sizing: PeerSizing, candles: Candles, signals: SignalRows, setup: PeerSetup): PeerResult {
  const exits = new Set(signals.exits)
  const entries = new Set(signals.entries)
  const trades: PeerTrade[] = []
  let cash = setup.cash
  let position: { readonly size: number; readonly entryTime: number; readonly entryPrice: number } | null = null
  for (let row = 0; row + 1 < candles.close.length; row++) {
    const price = candles.open[row + 1]!
    const time = candles.time[row + 1]!
    if (position === null && entries.has(row)) {
      position = { size: entrySize(sizing, candles, row, cash, setup), entryTime: time, entryPrice: price }
      cash -= position.size * price * (1 + setup.feeRate)
    } else if (position !== null && exits.has(row)) {
      cash += position.size * price * (1 - setup.feeRate)
      trades.push({ ...position, exitTime: time, exitPrice: price })
      position = null
    }
  }
  if (position === null) return { trades, finalEquity: cash }
  trades.push({ ...position, exitTime: null, exitPrice: null })
  return { trades, finalEquity: cash + position.size * candles.close[candles.close.length - 1]! }
}
