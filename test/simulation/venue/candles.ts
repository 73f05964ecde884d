/** Candles of the simulated market: built from its ticks, shown with the faults of a real feed. */

import type { VenueCandle } from '../../../engine/live/exchange.ts'
import type { Faults } from '../faults.ts'
import type { Draws } from '../world/draws.ts'
import { text } from './amount.ts'

type Candle = { -readonly [K in keyof VenueCandle]: VenueCandle[K] } & { shownMs: number; missingUntilMs: number }

export class Candles {
  frozenUntilMs = 0
  private readonly timeframeMs: number
  private readonly bySymbol = new Map<string, Candle[]>()
  private readonly faults: Faults
  private readonly draws: Draws
  private readonly listeners = new Set<(symbol: string, openMs: number) => void>()

  constructor(timeframeMs: number, faults: Faults, draws: Draws) {
    this.timeframeMs = timeframeMs
    this.faults = faults
    this.draws = draws
  }

  tick(symbol: string, price: bigint, atMs: number): void {
    const value = Number(text(price))
    const openMs = Math.floor(atMs / this.timeframeMs) * this.timeframeMs
    let candles = this.bySymbol.get(symbol)
    if (candles === undefined) this.bySymbol.set(symbol, (candles = []))
    const last = candles.at(-1)
    if (last === undefined || last.openMs !== openMs) {
      candles.push(this.newCandle(openMs, value))
      this.tell(symbol, openMs, atMs)
      return
    }
    last.high = Math.max(last.high, value)
    last.low = Math.min(last.low, value)
    last.close = value
    last.volume += 1
    this.tell(symbol, openMs, atMs)
  }

  /** Hears of every change; returns what ends it. */
  listen(listener: (symbol: string, openMs: number) => void): () => void {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  private tell(symbol: string, openMs: number, atMs: number): void {
    if (atMs < this.frozenUntilMs) return
    for (const listener of [...this.listeners]) listener(symbol, openMs)
  }

  /** The true closed candles, for the judge. */
  all(symbol: string): readonly VenueCandle[] {
    return this.bySymbol.get(symbol) ?? []
  }

  view(symbol: string, timeframeMs: number, sinceMs: number, nowMs: number): VenueCandle[] {
    if (timeframeMs !== this.timeframeMs) throw new Error(`no candles of ${timeframeMs} ms`)
    const frozen = nowMs < this.frozenUntilMs
    const shown = (this.bySymbol.get(symbol) ?? []).filter(
      ({ openMs, shownMs, missingUntilMs }) =>
        openMs >= sinceMs && shownMs <= nowMs && missingUntilMs <= nowMs && (!frozen || openMs < nowMs - 120_000),
    )
    const list = shown.map(({ openMs, open, high, low, close, volume }) => ({ openMs, open, high, low, close, volume }))
    const last = list.at(-2)
    if (last === undefined) return list
    if (this.faults.fires('candleRepeated')) list.splice(-1, 0, { ...last })
    if (this.faults.fires('candleRevised')) {
      // The candle just closed was still being counted when it was first shown.
      const at = list.indexOf(last)
      list[at] = { ...last, volume: last.volume + 1 }
    }
    return list
  }

  private newCandle(openMs: number, value: number): Candle {
    const late = this.faults.fires('candleLate') ? this.draws.whole(1000, 20_000) : 0
    const missing = this.faults.fires('candleMissing') ? this.draws.whole(5000, 60_000) : 0
    return {
      ...{ openMs, open: value, high: value, low: value, close: value, volume: 1 },
      shownMs: late > 0 ? openMs + this.timeframeMs + late : 0,
      missingUntilMs: missing > 0 ? openMs + this.timeframeMs + missing : 0,
    }
  }
}
