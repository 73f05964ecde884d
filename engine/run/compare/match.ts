/** Which trades two runs have in common: the same symbol and side, entered at the same time. */

import type { ReadTrade } from './run-files.ts'

export interface TradeMatch {
  /** Trades of both, and how many of these also ended at the same time and price. */
  readonly matched: number
  readonly sameExit: number
  readonly onlyFirst: number
  readonly onlySecond: number
  /** Result of the second less that of the first: over matched trades, and of those that only one has. */
  readonly pnlMatched: number
  readonly pnlOnlyFirst: number
  readonly pnlOnlySecond: number
  /** The earliest entry that only one of them has; null where there is none. */
  readonly firstDifference: { readonly timeMs: number; readonly symbol: string; readonly in: 'first' | 'second' } | null
}

const keyOf = ({ symbol, side, entryTimeMs }: ReadTrade): string => `${symbol} ${side} ${entryTimeMs}`

/** Several trades of one key, such as parts of an entry, are matched in their order. */
export function matchTrades(first: readonly ReadTrade[], second: readonly ReadTrade[]): TradeMatch {
  const waiting = new Map<string, ReadTrade[]>()
  for (const trade of second) {
    const list = waiting.get(keyOf(trade))
    if (list === undefined) waiting.set(keyOf(trade), [trade])
    else list.push(trade)
  }
  const alone: ReadTrade[] = []
  let [matched, sameExit, pnlMatched] = [0, 0, 0]
  for (const trade of first) {
    const other = waiting.get(keyOf(trade))?.shift()
    if (other === undefined) {
      alone.push(trade)
      continue
    }
    matched += 1
    pnlMatched += other.pnl - trade.pnl
    if (other.exitTimeMs === trade.exitTimeMs && other.exitPrice === trade.exitPrice) sameExit += 1
  }
  const left = [...waiting.values()].flat()
  return {
    matched,
    sameExit,
    onlyFirst: alone.length,
    onlySecond: left.length,
    pnlMatched,
    pnlOnlyFirst: -sum(alone),
    pnlOnlySecond: sum(left),
    firstDifference: earliest(alone, left),
  }
}

function sum(trades: readonly ReadTrade[]): number {
  return trades.reduce((total, { pnl }) => total + pnl, 0)
}

function earliest(first: readonly ReadTrade[], second: readonly ReadTrade[]): TradeMatch['firstDifference'] {
  const all = [
    ...first.map((trade) => ({ trade, in: 'first' as const })),
    ...second.map((trade) => ({ trade, in: 'second' as const })),
  ]
  if (all.length === 0) return null
  const least = all.reduce((a, b) => (b.trade.entryTimeMs < a.trade.entryTimeMs ? b : a))
  return { timeMs: least.trade.entryTimeMs, symbol: least.trade.symbol, in: least.in }
}
