import { z } from 'zod'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({
  lookback: z.int().min(1).default(168).describe('bars over which the return is measured'),
  skip: z.int().min(0).default(0).describe('newest bars left out of it, where short-term reversal would disturb'),
  every: z.int().min(1).default(24).describe('bars between rebalancings'),
  hold: z.int().min(1).default(2).describe('how many of the strongest symbols are held, in equal parts'),
  invested: z.number().positive().max(1).default(0.95).describe('fraction of equity when fully invested'),
  floor: z.number().default(0).describe('smallest return that is held at all; below it the part stays in cash'),
})

type Params = z.infer<typeof params>

/** A symbol without a bar counts with its last close, if that is no older than this many rows. */
const STALE_ROWS = 24

class MomentumRotation implements Strategy {
  private readonly p: Params
  private x!: Context
  private time!: Float64Array
  private close: Float64Array[] = []
  private momentum!: Float64Array

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.time = x.time
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
    this.momentum = new Float64Array(x.symbols.length)
  }

  onBar(row: number): void {
    if (row < this.p.lookback + this.p.skip || !this.isDue(row)) return
    for (let symbol = 0; symbol < this.close.length; symbol++) this.momentum[symbol] = this.momentumOf(symbol, row)
    this.x.target(this.weights())
  }

  /** By the clock and not by counting rows, so that it falls on the same bars wherever a run begins. */
  private isDue(row: number): boolean {
    const periodMs = this.p.every * this.x.timeframeMs
    return Math.floor(this.time[row]! / periodMs) !== Math.floor(this.time[row - 1]! / periodMs)
  }

  private momentumOf(symbol: number, row: number): number {
    const last = row - this.p.skip
    return this.lastClose(symbol, last) / this.lastClose(symbol, last - this.p.lookback) - 1
  }

  private lastClose(symbol: number, row: number): number {
    const close = this.close[symbol]!
    for (let i = row; i >= 0 && i > row - STALE_ROWS; i--) if (close[i]! > 0) return close[i]!
    return Number.NaN
  }

  /** Equal parts for the strongest; a symbol whose momentum isn't known isn't held. */
  private weights(): Float64Array {
    const { momentum } = this
    const weights = new Float64Array(momentum.length)
    const places = Math.min(this.p.hold, momentum.length)
    for (let place = 0; place < places; place++) {
      let best = -1
      for (let symbol = 0; symbol < momentum.length; symbol++) {
        if (weights[symbol] !== 0 || !(momentum[symbol]! > this.p.floor)) continue
        if (best < 0 || momentum[symbol]! > momentum[best]!) best = symbol
      }
      if (best < 0) break
      weights[best] = this.p.invested / places
    }
    return weights
  }
}

export default defineStrategy({
  name: 'momentum-rotation',
  description:
    'Holds the symbols that rose most over some weeks, in equal parts, and changes them at fixed times (Jegadeesh and ' +
    'Titman, Journal of Finance 1993; for crypto Liu, Tsyvinski and Wu, Journal of Finance 2022). It gives target ' +
    'weights, which carry no quality. It fails when leaders and laggards change places, after crashes above all, and ' +
    'when everything falls together it is only as good as its floor.',
  params,
  create: (p) => new MomentumRotation(p),
})
