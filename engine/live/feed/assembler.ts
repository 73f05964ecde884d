/**
 * Rows out of candles, by the rule that history is read with: a row is an interval in which any symbol has a bar, a bar
 * without trades is absent (or carried forward where the run file says so), and what was once decided on never changes.
 * Candles may come twice, late, revised, in any order and from anywhere; what they did is told.
 */

import type { VenueCandle } from '../exchange.ts'
import type { ClosedRow } from '../ports.ts'
import { candleFault, sameCandle } from './candle-check.ts'

/** What happened to a candle, for the journal. */
export type FeedEvent =
  | { readonly kind: 'row'; readonly openMs: number; readonly lateMs: number; readonly late: readonly string[] }
  | { readonly kind: 'revised'; readonly symbol: string; readonly used: VenueCandle; readonly now: VenueCandle }
  /** Its interval was decided on without it. */
  | { readonly kind: 'late'; readonly symbol: string; readonly candle: VenueCandle; readonly lateMs: number }
  | { readonly kind: 'bad'; readonly symbol: string; readonly openMs: number; readonly why: string }

export interface AssemblerOptions {
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  /** What is done about a bar without trades. */
  readonly gaps: 'leave' | 'carry'
  readonly tell: (event: FeedEvent) => void
}

/** Rows that are kept to hold later words against. */
const KEPT = 100

interface Line {
  readonly pending: Map<number, VenueCandle>
  /** By open; null where the interval was decided on without a bar. */
  readonly used: Map<number, VenueCandle | null>
  /** Every candle that closed by then is known, and those that aren't there never were. */
  knownToMs: number
  last: VenueCandle | null
}

export class Assembler {
  private readonly options: AssemblerOptions
  private readonly lines: readonly Line[]
  private next: number

  /** Rows open at `fromMs` or later. */
  constructor(options: AssemblerOptions, fromMs: number) {
    this.options = options
    this.next = Math.ceil(fromMs / options.timeframeMs) * options.timeframeMs
    this.lines = options.symbols.map(() => ({
      pending: new Map(),
      used: new Map(),
      knownToMs: Number.NEGATIVE_INFINITY,
      last: null,
    }))
  }

  /** Open of the interval that is waited for. */
  get nextOpenMs(): number {
    return this.next
  }

  get nextCloseMs(): number {
    return this.next + this.options.timeframeMs
  }

  /** A closed candle, from anywhere. */
  offer(symbol: number, candle: VenueCandle, atMs: number): void {
    const { timeframeMs, tell, symbols } = this.options
    const name = symbols[symbol]!
    const why = candleFault(candle, timeframeMs)
    if (why !== null) {
      tell({ kind: 'bad', symbol: name, openMs: candle.openMs, why })
      return
    }
    const line = this.lines[symbol]!
    if (candle.openMs >= this.next) {
      line.pending.set(candle.openMs, candle)
      return
    }
    const used = line.used.get(candle.openMs)
    if (used === undefined) return
    if (used === null) {
      tell({ kind: 'late', symbol: name, candle, lateMs: atMs - candle.openMs - timeframeMs })
      line.used.set(candle.openMs, candle)
    } else if (!sameCandle(used, candle)) {
      tell({ kind: 'revised', symbol: name, used, now: candle })
      line.used.set(candle.openMs, candle)
    }
  }

  /** All of the symbol's candles that closed by `toMs` have been offered. */
  known(symbol: number, toMs: number): void {
    const line = this.lines[symbol]!
    line.knownToMs = Math.max(line.knownToMs, toMs)
  }

  /** Symbols whose bar of the next interval is neither there nor known to be absent. */
  missing(): readonly number[] {
    const close = this.nextCloseMs
    return this.lines.flatMap(({ pending, knownToMs }, i) => (pending.has(this.next) || knownToMs >= close ? [] : [i]))
  }

  /** Whether any symbol has a bar in the next interval or later: the venue is alive. */
  hasAny(): boolean {
    return this.lines.some(({ pending }) => pending.size > 0)
  }

  /**
   * Takes the next interval as it is: a row, or null where no symbol has a bar in it (history has no such row). Symbols
   * still missing are late, for good.
   */
  take(atMs: number): ClosedRow | null {
    const { symbols, timeframeMs, tell } = this.options
    const openMs = this.next
    const late = this.missing().map((i) => symbols[i]!)
    const candles = this.lines.map((line) => this.barOf(line, openMs))
    this.next += timeframeMs
    if (candles.every((candle) => candle === null)) return null
    tell({ kind: 'row', openMs, lateMs: atMs - openMs - timeframeMs, late })
    return { openMs, candles, late }
  }

  private barOf(line: Line, openMs: number): VenueCandle | null {
    const own = line.pending.get(openMs) ?? null
    line.pending.delete(openMs)
    line.used.set(openMs, own)
    line.used.delete(openMs - KEPT * this.options.timeframeMs)
    if (own !== null) line.last = own
    if (own !== null || this.options.gaps === 'leave' || line.last === null) return own
    const { close } = line.last
    return { openMs, open: close, high: close, low: close, close, volume: 0 }
  }
}
