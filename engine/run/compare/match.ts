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

/** Every trade of two runs: shared ones in pairs, and those that only one has, each in its run's order. */
export interface TradePairs {
  readonly pairs: readonly { readonly first: ReadTrade; readonly second: ReadTrade; readonly sameExit: boolean }[]
  readonly onlyFirst: readonly ReadTrade[]
  readonly onlySecond: readonly ReadTrade[]
}

const keyOf = ({ symbol, side, entryTimeMs }: ReadTrade): string => `${symbol} ${side} ${entryTimeMs}`

/** Several trades of one key, such as parts of an entry, are paired in their order. */
export function pairTrades(first: readonly ReadTrade[], second: readonly ReadTrade[]): TradePairs {
  const waiting = new Map<string, ReadTrade[]>()
  for (const trade of second) {
    const list = waiting.get(keyOf(trade))
    if (list === undefined) waiting.set(keyOf(trade), [trade])
    else list.push(trade)
  }
  const onlyFirst: ReadTrade[] = []
  const pairs: TradePairs['pairs'][number][] = []
  for (const trade of first) {
    const other = waiting.get(keyOf(trade))?.shift()
    if (other === undefined) {
      onlyFirst.push(trade)
      continue
    }
    const sameExit = other.exitTimeMs === trade.exitTimeMs && other.exitPrice === trade.exitPrice
    pairs.push({ first: trade, second: other, sameExit })
  }
  const left = new Set([...waiting.values()].flat())
  return { pairs, onlyFirst, onlySecond: second.filter((trade) => left.has(trade)) }
}

/** The same in figures. */
export function matchTrades(first: readonly ReadTrade[], second: readonly ReadTrade[]): TradeMatch {
  const { pairs, onlyFirst, onlySecond } = pairTrades(first, second)
  return {
    matched: pairs.length,
    sameExit: pairs.filter(({ sameExit }) => sameExit).length,
    onlyFirst: onlyFirst.length,
    onlySecond: onlySecond.length,
    pnlMatched: pairs.reduce((total, pair) => total + (pair.second.pnl - pair.first.pnl), 0),
    pnlOnlyFirst: -sum(onlyFirst),
    pnlOnlySecond: sum(onlySecond),
    firstDifference: earliest(onlyFirst, onlySecond),
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
