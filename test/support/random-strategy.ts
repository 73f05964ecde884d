/** A strategy that does everything a strategy can, at random but from a seed: for comparing two ways to run it. */

import type { Context, SignalOptions, Strategy } from '../../engine/core/strategy.ts'
import { ParkMiller } from './park-miller.ts'

export interface RandomHabits {
  readonly seed: number
  /** One signal in about this many bars. */
  readonly every: number
  readonly brackets?: boolean
  readonly resting?: boolean
  readonly shorts?: boolean
  readonly targets?: boolean
  /** Wants to hear of fills. */
  readonly listens?: boolean
  /** Signals an entry on every bar, held or not. */
  readonly insists?: boolean
  /** Speaks for several symbols in one row, in any order, sometimes for one of them twice. */
  readonly chorus?: boolean
  /** Trailing stops, stop-limits, take-profits, post-only, IOC, FOK, GTD; and moves what rests. */
  readonly special?: boolean
  /** States a quality with every entry. */
  readonly rates?: boolean
}

export class RandomStrategy implements Strategy {
  private readonly habits: RandomHabits
  private readonly random: ParkMiller
  private x!: Context
  private close: Float64Array[] = []
  /** Only where the habits say so: a strategy that hears of fills goes another way through the kernel. */
  onFill?: () => void
  fills = 0

  constructor(habits: RandomHabits) {
    this.habits = habits
    if (habits.listens === true) this.onFill = () => void (this.fills += 1)
    this.random = new ParkMiller(habits.seed * 7919)
  }

  setup(x: Context): void {
    this.x = x
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
  }

  onBar(row: number): void {
    // The draws happen on every bar, so that a path that skipped or repeated a bar would decide differently.
    const draw = this.random.below(this.habits.every)
    const symbol = this.random.below(this.close.length)
    if (this.habits.insists === true) this.x.enter(0, this.options(symbol, row))
    if (draw !== 0) return
    if (this.habits.chorus === true) {
      this.sing(row)
      if (this.random.below(8) !== 0) return
    }
    const price = this.close[symbol]![row]!
    if (Number.isNaN(price)) return
    if (this.habits.targets === true) this.rebalance()
    else if (this.x.position(symbol) !== 0 && this.random.below(3) > 0) this.x.exit(symbol, { tag: 'random exit' })
    else this.x.enter(symbol, this.options(symbol, row))
    if (this.habits.special === true && this.random.below(2) === 0) this.amend(symbol, price)
  }

  private sing(row: number): void {
    const first = this.random.below(this.close.length)
    for (let k = 0; k < this.close.length; k++) {
      const symbol = (first + k) % this.close.length
      if (this.random.below(3) === 0) continue
      if (this.x.position(symbol) !== 0) this.x.exit(symbol)
      else if (!Number.isNaN(this.close[symbol]![row]!)) this.x.enter(symbol, this.options(symbol, row))
    }
  }

  private amend(symbol: number, price: number): void {
    const away = 1 + this.random.below(20) / 1000
    const entry = this.random.below(2) === 0 ? { limitPrice: price / away, triggerPrice: price * away } : {}
    this.x.amend(symbol, { ...entry, stopPrice: price / away, targetPrice: price * away })
  }

  private rebalance(): void {
    const weights = new Float64Array(this.close.length)
    const share = 0.9 / this.close.length
    for (let k = 0; k < weights.length; k++) {
      const sign = this.habits.shorts === true && this.random.below(2) === 0 ? -1 : 1
      weights[k] = sign * share * (this.random.below(5) / 4)
    }
    this.x.target(weights)
  }

  private special(row: number, kind: number): SignalOptions {
    const { random } = this
    const trail = random.below(3)
    const tif = (['GTC', 'IOC', 'FOK', 'GTD'] as const)[random.below(4)]!
    return {
      ...(trail === 0 ? { trail: (random.below(20) + 1) / 1000 } : {}),
      ...(trail === 1 ? { trailAmount: (random.below(200) + 1) / 100 } : {}),
      ...(random.below(3) === 0 ? { stopLimit: random.below(5) / 1000 } : {}),
      targetOrder: (['limit', 'takeProfit', 'takeProfitLimit'] as const)[random.below(3)]!,
      triggerType: (['stop', 'takeProfit'] as const)[random.below(2)]!,
      ...(kind === 1 && random.below(2) === 0
        ? { postOnly: true }
        : {
            timeInForce: tif,
            ...(tif === 'GTD' ? { goodTillMs: this.x.time[row]! + random.below(10) * 1_000_000 } : {}),
          }),
    }
  }

  private options(symbol: number, row: number): SignalOptions {
    const { brackets, resting, shorts } = this.habits
    const price = this.close[symbol]![row]!
    const short = shorts === true && this.random.below(2) === 0
    const kind = resting === true ? this.random.below(3) : 0
    const away = 1 + (this.random.below(20) + 1) / 2000
    const below = price / away
    const above = price * away
    return {
      side: short ? 'short' : 'long',
      ...(brackets === true && this.random.below(4) > 0
        ? { stop: (this.random.below(10) + 1) / 1000, target: (this.random.below(20) + 1) / 1000 }
        : {}),
      ...(brackets === true && this.random.below(4) === 0 ? { stop: (this.random.below(10) + 1) / 1000 } : {}),
      ...(kind === 1 ? { limitPrice: short ? above : below } : {}),
      ...(kind === 2 ? { triggerPrice: short ? below : above } : {}),
      tag: `t${this.random.below(3)}`,
      ...(this.habits.rates === true ? { quality: 0.6 + this.random.below(4) / 10 } : {}),
      ...(this.habits.special === true ? this.special(row, kind) : {}),
    }
  }
}
