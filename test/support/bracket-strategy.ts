/**
 * Seeded bracket strategies that decide at hourly closes, to be run on hours, and on minutes with the same decisions:
 * each entry has a stop and a target, and comes at market, by a limit below or by a stop above.
 */

import type { Candles } from '../../engine/core/candles.ts'
import { allocateCandles } from '../../engine/core/candles.ts'
import type { Context, SignalOptions, Strategy } from '../../engine/core/strategy.ts'
import { ParkMiller } from './park-miller.ts'

export const HOUR_MS = 3_600_000

/** Bars of `timeframeMs` from finer ones; a bar exists where any finer one does. */
export function resample(fine: Candles, timeframeMs: number): Candles {
  const starts: number[] = []
  for (let i = 0; i < fine.time.length; i++) {
    if (i === 0 || hourOf(fine.time[i]!, timeframeMs) !== hourOf(fine.time[i - 1]!, timeframeMs)) starts.push(i)
  }
  const coarse = allocateCandles(starts.length)
  for (const [bar, first] of starts.entries()) {
    const end = starts[bar + 1] ?? fine.time.length
    coarse.time[bar] = hourOf(fine.time[first]!, timeframeMs) * timeframeMs
    coarse.open[bar] = fine.open[first]!
    coarse.close[bar] = fine.close[end - 1]!
    coarse.high[bar] = Math.max(...fine.high.subarray(first, end))
    coarse.low[bar] = Math.min(...fine.low.subarray(first, end))
    coarse.volume[bar] = fine.volume.subarray(first, end).reduce((sum, one) => sum + one, 0)
  }
  return coarse
}

function hourOf(ms: number, timeframeMs: number): number {
  return Math.floor(ms / timeframeMs)
}

export class BracketStrategy implements Strategy {
  private readonly random: ParkMiller
  private readonly closes: Float64Array
  private readonly every: number
  private readonly trails: boolean
  private x!: Context

  /** `closes` are the hours' own, whatever bars the strategy is run on. */
  constructor(seed: number, closes: Float64Array, trails = false) {
    this.random = new ParkMiller(seed * 7919)
    this.closes = closes
    this.every = 2 + this.random.below(10)
    this.trails = trails
  }

  setup(x: Context): void {
    this.x = x
  }

  onBar(hour: number): void {
    const { random } = this
    const act = random.below(this.every) === 0
    const options = this.options(this.closes[hour]!)
    const leaves = random.below(40) === 0
    if (this.x.position(0) !== 0 || this.x.entryPending(0)) {
      if (leaves) this.x.exit(0)
    } else if (act) this.x.enter(0, options)
  }

  private options(price: number): SignalOptions {
    const { random } = this
    const stop = (random.below(15) + 2) / 1000
    const target = (random.below(25) + 2) / 1000
    const away = 1 + (random.below(10) + 1) / 1000
    const kind = random.below(3)
    const trail = (random.below(15) + 3) / 1000
    const entry = kind === 1 ? { limitPrice: price / away } : kind === 2 ? { triggerPrice: price * away } : {}
    return { ...(this.trails ? { trail } : { stop }), target, ...entry }
  }
}

/** Asks a strategy at the last minute of each hour. */
export class OnMinutes implements Strategy {
  private readonly inner: Strategy
  private readonly hours: Int32Array

  constructor(inner: Strategy, minutes: Candles) {
    this.inner = inner
    const { time } = minutes
    this.hours = new Int32Array(time.length).fill(-1)
    let hour = -1
    for (let row = 0; row < time.length; row++) {
      if (row === 0 || hourOf(time[row]!, HOUR_MS) !== hourOf(time[row - 1]!, HOUR_MS)) hour += 1
      const isLast = row === time.length - 1 || hourOf(time[row]!, HOUR_MS) !== hourOf(time[row + 1]!, HOUR_MS)
      if (isLast) this.hours[row] = hour
    }
  }

  setup(x: Context): void {
    this.inner.setup(x)
  }

  onBar(row: number): void {
    if (this.hours[row]! >= 0) this.inner.onBar(this.hours[row]!)
  }
}
