/** Trades as rows of numbers, and their names apart. */

import type { Trade } from '../core/result.ts'

/** Numbers of a trade, in their order; the last is the place of its words. */
export const TRADE_NUMBERS = [
  'entryTimeMs',
  'entryPrice',
  'exitTimeMs',
  'exitPrice',
  'quantity',
  'entryFee',
  'exitFee',
  'funding',
  'pnl',
  'returnFraction',
  'entryRow',
  'exitRow',
  'maeFraction',
  'mfeFraction',
  'spreadCost',
  'slippageCost',
] as const satisfies readonly (keyof Trade)[]

export const TRADE_WORDS = [
  'symbol',
  'side',
  'exitReason',
  'tag',
  'profile',
] as const satisfies readonly (keyof Trade)[]

export const TRADE_WIDTH = TRADE_NUMBERS.length + 1

/** Collects the trades of a batch. */
export class TradeRows {
  readonly words: (readonly (string | null)[])[] = []
  private readonly places = new Map<string, number>()
  private readonly rows: Float64Array[] = []

  add(trades: readonly Trade[]): void {
    const numbers = new Float64Array(trades.length * TRADE_WIDTH)
    for (const [row, trade] of trades.entries()) {
      const at = row * TRADE_WIDTH
      for (const [i, key] of TRADE_NUMBERS.entries()) numbers[at + i] = trade[key] ?? Number.NaN
      numbers[at + TRADE_NUMBERS.length] = this.place(TRADE_WORDS.map((key) => trade[key]))
    }
    this.rows.push(numbers)
  }

  numbers(): Float64Array {
    const all = new Float64Array(this.rows.reduce((sum, one) => sum + one.length, 0))
    let at = 0
    for (const one of this.rows) {
      all.set(one, at)
      at += one.length
    }
    return all
  }

  private place(words: readonly (string | null)[]): number {
    const key = JSON.stringify(words)
    let place = this.places.get(key)
    if (place === undefined) {
      place = this.words.length
      this.words.push(words)
      this.places.set(key, place)
    }
    return place
  }
}
