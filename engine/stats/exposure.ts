/** Absolute position value over equity at bar closes, summed up: stretch by stretch, for runs that keep no column of it. */

import { corrected } from './sum.ts'

export interface ExposureFigures {
  readonly rows: number
  /** Bars with a position at the close. */
  readonly inMarket: number
  readonly largest: number
  /** Σ over all bars, as sum.ts has it; bars without a position add exactly nothing. */
  readonly total: number
}

/** What comes of a column of exposures, or what has come of it already. */
export function exposureFiguresOf(exposure: Float64Array | ExposureFigures): ExposureFigures {
  if (!(exposure instanceof Float64Array)) return exposure
  const sums = new ExposureSums()
  sums.add(exposure, 0, exposure.length)
  return sums.figures(exposure.length)
}

/** A position's value over its account's equity, both at a close; 0 where there is no equity to speak of. */
export function exposureAt(value: number, equity: number): number {
  return value === 0 || equity <= 0 ? 0 : value / equity
}

/** One serves run after run: `clear` begins it anew. */
export class ExposureSums {
  private inMarket = 0
  private largest = 0
  private total = 0
  private correction = 0

  clear(): this {
    this.keep(0, 0, 0, 0)
    return this
  }

  /** Adds rows of a column. */
  add(exposure: Float64Array, from: number, to: number): void {
    let { inMarket, largest, total, correction } = this
    for (let row = from; row < to; row++) {
      const x = exposure[row] as number
      if (x === 0) continue
      if (x > 0) inMarket++
      if (x > largest) largest = x
      const next = total + x
      const added = next - total
      correction += total - (next - added) + (x - added)
      total = next
    }
    this.keep(inMarket, largest, total, correction)
  }

  /** Adds rows in which one position of `quantity` is held at prices `mark`. */
  hold(quantity: number, mark: Float64Array, equity: Float64Array, from: number, to: number): void {
    let { inMarket, largest, total, correction } = this
    for (let row = from; row < to; row++) {
      const value = quantity * (mark[row] as number)
      const own = equity[row] as number
      if (value === 0 || own <= 0) continue
      const x = value / own
      if (x > 0) inMarket++
      if (x > largest) largest = x
      const next = total + x
      const added = next - total
      correction += total - (next - added) + (x - added)
      total = next
    }
    this.keep(inMarket, largest, total, correction)
  }

  figures(rows: number): ExposureFigures {
    const { inMarket, largest, total, correction } = this
    return { rows, inMarket, largest, total: corrected(total, correction) }
  }

  private keep(inMarket: number, largest: number, total: number, correction: number): void {
    this.inMarket = inMarket
    this.largest = largest
    this.total = total
    this.correction = correction
  }
}
