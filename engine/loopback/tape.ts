/**
 * What the market shows at a time: candles that have closed, the one that is forming (only its open is known of it: a
 * bar doesn't say in which order its prices came), the last price.
 */

import { firstRowClosingAt, type Grid } from '../core/grid.ts'

export interface TapeCandle {
  readonly openMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
  /** Bars of the tape that it is made of. */
  readonly bars: number
  /** Not closed yet. */
  readonly forming: boolean
}

export class Tape {
  readonly grid: Grid

  constructor(grid: Grid) {
    this.grid = grid
  }

  /** First row that opens at or after `ms`; `rows` where there is none. */
  rowFrom(ms: number): number {
    return firstRowClosingAt(this.grid, ms + this.grid.timeframeMs, 0)
  }

  /** Rows that have closed at `ms`. */
  closedRows(ms: number): number {
    const row = firstRowClosingAt(this.grid, ms, 0)
    const closesNow = row < this.grid.rows && this.grid.time[row]! + this.grid.timeframeMs === ms
    return closesNow ? row + 1 : row
  }

  /** The price of the last trade: the open of a bar that has begun, else the last close. NaN before the first bar. */
  last(symbol: number, ms: number): number {
    const { grid } = this
    const closed = this.closedRows(ms)
    const column = grid.symbols[symbol]!
    if (closed < grid.rows && grid.time[closed]! <= ms && column.open[closed]! > 0) return column.open[closed]!
    return closed === 0 ? Number.NaN : column.mark[closed - 1]!
  }

  /**
   * Candles of `intervalMs` (a multiple of the tape's own) that begin at or after `sinceMs`, oldest first, the newest
   * `limit` of them. The last may be forming. Intervals without a bar are absent.
   */
  candles(symbol: number, intervalMs: number, sinceMs: number, ms: number, limit: number): TapeCandle[] {
    const { grid } = this
    const found: TapeCandle[] = []
    const firstMs = Math.max(sinceMs, Math.floor(ms / intervalMs) * intervalMs - limit * intervalMs)
    const closed = this.closedRows(ms)
    for (let row = this.rowFrom(Math.ceil(firstMs / intervalMs) * intervalMs); row <= closed; row++) {
      if (row >= grid.rows || grid.time[row]! > ms) break
      this.addRow(found, symbol, row, { intervalMs, isClosed: row < closed, ms })
    }
    return found.slice(-limit)
  }

  private addRow(
    found: TapeCandle[],
    symbol: number,
    row: number,
    { intervalMs, isClosed, ms }: { intervalMs: number; isClosed: boolean; ms: number },
  ): void {
    const column = this.grid.symbols[symbol]!
    const first = column.open[row]!
    if (!(first > 0)) return
    const openMs = Math.floor(this.grid.time[row]! / intervalMs) * intervalMs
    const bar = isClosed
      ? { high: column.high[row]!, low: column.low[row]!, close: column.close[row]!, volume: column.volume[row]! }
      : { high: first, low: first, close: first, volume: 0 }
    const last = found.at(-1)
    const forming = openMs + intervalMs > ms
    if (last === undefined || last.openMs !== openMs) {
      found.push({ openMs, open: first, ...bar, bars: isClosed ? 1 : 0, forming })
      return
    }
    found[found.length - 1] = {
      ...last,
      high: Math.max(last.high, bar.high),
      low: Math.min(last.low, bar.low),
      close: bar.close,
      volume: last.volume + bar.volume,
      bars: last.bars + (isClosed ? 1 : 0),
      forming,
    }
  }

  /** The last 24 hours and the UTC day so far. */
  day(symbol: number, ms: number): { readonly last24h: TapeCandle | null; readonly today: TapeCandle | null } {
    const dayMs = 86_400_000
    const midnight = Math.floor(ms / dayMs) * dayMs
    return { last24h: this.whole(symbol, ms - dayMs, ms), today: this.whole(symbol, midnight, ms) }
  }

  private whole(symbol: number, fromMs: number, ms: number): TapeCandle | null {
    const found: TapeCandle[] = []
    const closed = this.closedRows(ms)
    for (let row = this.rowFrom(fromMs); row <= closed && row < this.grid.rows; row++) {
      if (this.grid.time[row]! > ms) break
      // One interval that holds everything from the epoch on.
      this.addRow(found, symbol, row, { intervalMs: Number.MAX_SAFE_INTEGER, isClosed: row < closed, ms })
    }
    return found[0] ?? null
  }
}
