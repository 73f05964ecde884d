/** Rows that the session decided on: only closed candles, as the market made them, each once and in order. */

import type { VenueCandle } from '../../../engine/live/exchange.ts'
import type { WatchedRecord } from './journal-watch.ts'

interface RowBody {
  readonly openMs?: number
  readonly candles?: readonly (readonly number[] | null)[]
}

export interface RowParts {
  readonly timeframeMs: number
  readonly symbols: readonly string[]
  /** True candles of a symbol; null where what the venue shows may be something else for a while. */
  readonly truth: (symbol: string) => readonly VenueCandle[] | null
  /** Closes that the session may value its positions by. */
  readonly closes: (symbol: string) => readonly number[]
  readonly nowMs: () => number
}

/** A clock may be a second off where the line is too slow to tell, and a candle is believed half a second after its close. */
const EARLY_MS = 500

export class RowWatch {
  private readonly parts: RowParts
  private lastMs = Number.NEGATIVE_INFINITY

  constructor(parts: RowParts) {
    this.parts = parts
  }

  /** What is wrong with an INPUT; null where nothing is. */
  input({ body }: WatchedRecord): string | null {
    const { openMs, candles } = body as RowBody
    if (openMs === undefined || candles === undefined) return null
    const { symbols, timeframeMs, truth, nowMs } = this.parts
    const name = `row ${new Date(openMs).toISOString()}`
    if (openMs <= this.lastMs) return `${name} comes after ${new Date(this.lastMs).toISOString()}`
    this.lastMs = openMs
    if (openMs + timeframeMs > nowMs() + EARLY_MS) return `${name} was decided on before it had closed`
    for (const [i, symbol] of symbols.entries()) {
      const used = candles[i]
      const real = truth(symbol)?.find((one) => one.openMs === openMs)
      if (used === null || used === undefined || real === undefined) continue
      const { open, high, low, close, volume } = real
      const is = [open, high, low, close, volume]
      if (is.some((value, k) => value !== used[k]))
        return `${name} of ${symbol} was ${is.join(' ')}, not ${used.join(' ')}`
    }
    return null
  }
}
