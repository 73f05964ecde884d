/**
 * A strategy that trades at random, by seed and row alone: replayed from a journal it decides the same again, and a
 * replay that skips or repeats a row does not.
 */

import type { Context, FillView, SignalOptions, Strategy } from '../../../engine/core/strategy.ts'
import { Draws } from '../world/draws.ts'

export interface TraderHabits {
  readonly seed: string
  /** One signal in about this many rows and symbols. */
  readonly every: number
  /** Stops and targets. */
  readonly brackets: boolean
  /** Entries that rest: limits and breakouts. */
  readonly resting: boolean
  /** Wanted weights instead of single entries. */
  readonly weights: boolean
  /** Moves what rests. */
  readonly amends: boolean
  /** Sells what it doesn't have, too. */
  readonly shorts: boolean
  /** Quote a trade. */
  readonly size: number
}

export class RandomTrader implements Strategy {
  private readonly habits: TraderHabits
  private x!: Context
  private close: Float64Array[] = []
  private rows = 0
  /** What it has heard, so that a replay that tells other fills decides otherwise. */
  private heard = 0

  constructor(habits: TraderHabits) {
    this.habits = habits
  }

  setup(x: Context): void {
    this.x = x
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
  }

  onFill(_: FillView): void {
    this.heard += 1
  }

  onBar(row: number): void {
    this.rows += 1
    const draws = new Draws(`${this.habits.seed}/trader/${this.rows}/${this.heard}`)
    if (this.habits.weights) {
      if (draws.chance(1 / this.habits.every)) this.rebalance(draws)
      return
    }
    for (let symbol = 0; symbol < this.close.length; symbol++) {
      if (!draws.chance(1 / this.habits.every)) continue
      const price = this.close[symbol]![row]!
      if (Number.isNaN(price)) continue
      const isIn = this.x.position(symbol) !== 0
      if (isIn && draws.chance(0.6)) this.x.exit(symbol, { tag: 'random' })
      else this.x.enter(symbol, this.options(draws, price))
      if (this.habits.amends && draws.chance(0.4)) {
        const away = 1 + draws.between(0.001, 0.02)
        this.x.amend(symbol, { limitPrice: price / away, stopPrice: price / away, targetPrice: price * away })
      }
    }
  }

  private rebalance(draws: Draws): void {
    const { shorts } = this.habits
    const weights = new Float64Array(this.close.length)
    for (let symbol = 0; symbol < weights.length; symbol++)
      weights[symbol] = (0.8 / weights.length) * (shorts ? draws.between(-1, 1) : draws.share())
    this.x.target(weights)
  }

  private options(draws: Draws, price: number): SignalOptions {
    const { brackets, resting, size, shorts } = this.habits
    const kind = resting ? draws.whole(0, 3) : 0
    const isShort = shorts && draws.chance(0.5)
    const far = 1 + draws.between(0.0005, 0.01)
    const away = isShort ? 1 / far : far
    return {
      ...(isShort ? { side: 'short' as const } : {}),
      sizeQuote: size * draws.between(0.5, 1.5),
      ...(kind === 1 ? { limitPrice: price / away } : {}),
      ...(kind === 2 ? { triggerPrice: price * away } : {}),
      ...(brackets && draws.chance(0.8) ? { stop: draws.between(0.002, 0.02) } : {}),
      ...(brackets && draws.chance(0.7) ? { target: draws.between(0.002, 0.03) } : {}),
      tag: `t${draws.whole(0, 2)}`,
    }
  }
}
