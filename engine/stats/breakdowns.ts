/** Closed trades taken apart: by exit reason, tag, symbol, profile, side, and hour and weekday of the entry (UTC). */

import type { Trade } from '../core/result.ts'
import { hourOf, WEEKDAYS, weekdayOf } from './calendar.ts'
import { closedTrades, tradeStatistics } from './trades.ts'

export interface BreakdownRow {
  readonly key: string
  readonly trades: number
  readonly wins: number
  readonly losses: number
  readonly breakEven: number
  /** Net of fees and funding, quote. */
  readonly netProfit: number
  readonly averageProfit: number
  /** Null where undefined: no win or loss, no loss. */
  readonly winRate: number | null
  readonly profitFactor: number | null
  readonly averageHoldingMs: number | null
}

export interface Breakdown {
  readonly id: string
  readonly label: string
  /** Only keys that occur; hours and weekdays in their order, others by name. */
  readonly rows: readonly BreakdownRow[]
}

/** A trade without a tag or profile stands under this. */
export const NO_KEY = 'none'

/** `order` ranks the groups before their names do; groups of one key share it. */
interface Dimension {
  readonly id: string
  readonly label: string
  readonly key: (trade: Trade) => string
  readonly order?: (trade: Trade) => number
}

const DIMENSIONS: readonly Dimension[] = [
  { id: 'exitReason', label: 'Exit reason', key: (trade) => trade.exitReason ?? NO_KEY },
  { id: 'tag', label: 'Entry tag', key: (trade) => trade.tag ?? NO_KEY },
  { id: 'symbol', label: 'Symbol', key: (trade) => trade.symbol },
  { id: 'profile', label: 'Profile', key: (trade) => trade.profile ?? NO_KEY },
  { id: 'side', label: 'Side', key: (trade) => trade.side },
  {
    id: 'hour',
    label: 'Hour of entry (UTC)',
    key: (trade) => String(hourOf(trade.entryTimeMs)).padStart(2, '0'),
  },
  {
    id: 'weekday',
    label: 'Weekday of entry (UTC)',
    key: (trade) => WEEKDAYS[weekdayOf(trade.entryTimeMs)]!,
    // The week starts on Monday.
    order: (trade) => (weekdayOf(trade.entryTimeMs) + 6) % 7,
  },
]

/** One table a dimension; open trades are left out. */
export function computeBreakdowns(trades: readonly Trade[]): readonly Breakdown[] {
  const closed = closedTrades(trades)
  return DIMENSIONS.map((dimension) => breakdown(dimension, closed))
}

function breakdown({ id, label, key, order = () => 0 }: Dimension, closed: readonly Trade[]): Breakdown {
  const groups = new Map<string, Trade[]>()
  for (const trade of closed) {
    const name = key(trade)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [trade])
    else group.push(trade)
  }
  const ranked = [...groups].map(([name, group]) => ({ name, group, rank: order(group[0]!) }))
  ranked.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1))
  return { id, label, rows: ranked.map(({ name, group }) => rowOf(name, group)) }
}

function rowOf(key: string, group: readonly Trade[]): BreakdownRow {
  const statistics = tradeStatistics(group)
  return {
    key,
    trades: group.length,
    wins: statistics.wins,
    losses: statistics.losses,
    breakEven: statistics.breakEven,
    netProfit: statistics.netProfit,
    averageProfit: statistics.netProfit / group.length,
    winRate: statistics.winRate.value,
    profitFactor: statistics.profitFactor.value,
    averageHoldingMs: statistics.averageHoldingMs.value,
  }
}
