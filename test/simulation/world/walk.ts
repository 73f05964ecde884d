/** The simulated market: a price per symbol that walks in ticks, now quiet, now rough, with jumps. */

import { floorTo } from '../venue/amount.ts'
import type { Candles } from '../venue/candles.ts'
import type { Exchange } from '../venue/exchange.ts'
import type { Draws } from './draws.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface WalkTerms {
  /** Time between two ticks of the price, ms. */
  readonly everyMs: number
  /** Standard deviation of a tick, as a share of the price. */
  readonly volatility: number
  /** Share of ticks that are jumps of up to 3 %. */
  readonly jumps: number
}

export class Walk {
  private readonly parts: { readonly time: VirtualTime; readonly exchange: Exchange; readonly candles: Candles }
  private readonly draws: Draws
  private readonly terms: WalkTerms
  private endMs: number | null = null

  constructor(
    parts: { readonly time: VirtualTime; readonly exchange: Exchange; readonly candles: Candles },
    draws: Draws,
    terms: WalkTerms,
  ) {
    this.parts = parts
    this.draws = draws
    this.terms = terms
  }

  /** Ticks of the past, from `fromMs` up to now, at once; then one every so often, for ever. */
  start(fromMs: number, first: ReadonlyMap<string, bigint>): void {
    const { time } = this.parts
    for (const [symbol, price] of first) this.show(symbol, price, fromMs)
    for (let atMs = fromMs + this.terms.everyMs; atMs < time.nowMs; atMs += this.terms.everyMs) this.all(atMs)
    this.next()
  }

  /** The market closes: the price stands still, and no candle begins any more. */
  stop(): void {
    this.endMs ??= this.parts.time.nowMs
  }

  /** Until when there are prices, ms UTC. */
  get untilMs(): number {
    return this.endMs ?? this.parts.time.nowMs
  }

  private next(): void {
    const { time } = this.parts
    if (this.endMs !== null) return
    time.at(time.nowMs + this.terms.everyMs, () => {
      if (this.endMs === null) this.all(time.nowMs)
      this.next()
    })
  }

  private all(atMs: number): void {
    for (const [symbol, price] of this.parts.exchange.price) this.show(symbol, this.moved(symbol, price), atMs)
  }

  private moved(symbol: string, price: bigint): bigint {
    const { draws, terms } = this
    const rough = draws.chance(terms.jumps) ? 0.03 : terms.volatility
    const normal = draws.share() + draws.share() + draws.share() + draws.share() - 2
    const { tick } = this.parts.exchange.terms(symbol)
    const factor = BigInt(Math.round(1e8 * Math.max(0.5, 1 + rough * normal * 1.7)))
    const moved = floorTo((price * factor) / 100_000_000n, tick)
    return moved < 100n * tick ? 100n * tick : moved
  }

  private show(symbol: string, price: bigint, atMs: number): void {
    this.parts.exchange.tick(symbol, price, atMs)
    this.parts.candles.tick(symbol, price, atMs)
  }
}
