import { z } from 'zod'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({
  trend: z.int().min(1).default(100).describe('bars of the average that says which way the trend goes'),
  volatilityBars: z.int().min(2).default(72).describe('bars over which volatility is measured'),
  annualVolatility: z.number().positive().default(0.3).describe('wanted volatility a year of 365 days (0.3 is 30 %)'),
  every: z.int().min(1).default(24).describe('bars between looks'),
  band: z.number().min(0).max(1).default(0.1).describe('smallest change of weight that is traded'),
  short: z.boolean().default(false).describe('sell short in falling trends'),
  invested: z.number().positive().max(1).default(0.95).describe('largest fraction of equity that is invested'),
})

type Params = z.infer<typeof params>

const YEAR_MS = 365 * 86_400_000

class VolTargetTrend implements Strategy {
  private readonly p: Params
  private x!: Context
  private time!: Float64Array
  private close: Float64Array[] = []
  private average: Float64Array[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.time = x.time
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
    this.average = x.symbols.map((_, symbol) => x.indicator({ kind: 'ema', symbol, length: this.p.trend }))
  }

  onBar(row: number): void {
    if (row < this.p.volatilityBars || !this.isDue(row)) return
    const equity = this.x.equityAt(row)
    const weights = new Float64Array(this.close.length)
    const part = this.p.invested / weights.length
    let changed = false
    for (let symbol = 0; symbol < weights.length; symbol++) {
      const price = this.close[symbol]![row]!
      const position = this.x.position(symbol)
      const held = position === 0 ? 0 : (position * price) / equity
      const wanted = this.weight(symbol, row)
      if (Number.isNaN(held)) continue
      if (Number.isNaN(wanted)) {
        // Where nothing can be said, what is held stays.
        weights[symbol] = Math.max(-part, Math.min(part, held))
        continue
      }
      weights[symbol] = wanted
      const closes = wanted === 0 && held !== 0
      if (closes || Math.abs(wanted - held) > this.p.band / weights.length) changed = true
    }
    if (changed) this.x.target(weights)
  }

  /** By the clock and not by counting rows, so that it falls on the same bars wherever a run begins. */
  private isDue(row: number): boolean {
    const periodMs = this.p.every * this.x.timeframeMs
    return Math.floor(this.time[row]! / periodMs) !== Math.floor(this.time[row - 1]! / periodMs)
  }

  /** Each symbol has an equal part of the equity, of which it takes what its volatility allows; NaN where unknown. */
  private weight(symbol: number, row: number): number {
    const price = this.close[symbol]![row]!
    const average = this.average[symbol]![row]!
    const volatility = this.volatility(symbol, row)
    if (Number.isNaN(price) || Number.isNaN(average) || Number.isNaN(volatility)) return Number.NaN
    const side = price > average ? 1 : this.p.short && price < average ? -1 : 0
    const part = this.p.invested / this.close.length
    return side * part * Math.min(1, this.p.annualVolatility / volatility)
  }

  /** Root of the mean squared return, times the root of the bars in a year; NaN where nothing moved. */
  private volatility(symbol: number, row: number): number {
    const close = this.close[symbol]!
    let count = 0
    let squares = 0
    for (let i = row - this.p.volatilityBars + 1; i <= row; i++) {
      const change = close[i]! / close[i - 1]! - 1
      if (Number.isNaN(change)) continue
      count += 1
      squares += change * change
    }
    return squares > 0 ? Math.sqrt((squares / count) * (YEAR_MS / this.x.timeframeMs)) : Number.NaN
  }
}

export default defineStrategy({
  name: 'vol-target-trend',
  description:
    'Follows the trend with a position that is the smaller, the wilder the market, so that the account swings about ' +
    'equally at all times (Moskowitz, Ooi and Pedersen, Journal of Financial Economics 2012). Every symbol of the run ' +
    'has an equal part. It gives target weights, which carry no quality. It fails in sideways markets like every trend ' +
    'rule, and it is still large when a calm market breaks suddenly.',
  params,
  create: (p) => new VolTargetTrend(p),
})
