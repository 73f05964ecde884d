/** Costs told from the candles: the estimates against references, and what a fill pays of them. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import type { Dec } from '../../engine/core/dec.ts'
import { deviationColumn, halfSpreadColumn, volumeColumn } from '../../engine/market/cost-estimates.ts'
import { ln } from '../../engine/market/logarithm.ts'
import { spreadModel } from '../../engine/sim/costs.ts'
import { ColumnCosts } from '../../engine/sim/market-costs.ts'
import { ParkMiller } from '../support/park-miller.ts'
import { randomCandles } from '../support/random-market.ts'

describe('the logarithm by arithmetic', () => {
  it('is Math.log to its last digits, wherever prices are', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1e12, noNaN: true }), (x) => {
        expect(Math.abs(ln(x) - Math.log(x))).toBeLessThan(1e-15 + 4e-16 * Math.abs(Math.log(x)))
      }),
      { seed: 7, numRuns: 2000 },
    )
    expect(ln(1)).toBe(0)
    expect([ln(0), ln(-1), ln(Number.NaN), ln(Number.POSITIVE_INFINITY)].every(Number.isNaN)).toBe(true)
  })
})

/** Bars of many trades around a mid price that walks; each trade is at the bid or at the ask. */
function quoted(spread: number, bars: number): Candles {
  const random = new ParkMiller(11)
  const candles = allocateCandles(bars)
  let mid = 100
  for (let bar = 0; bar < bars; bar++) {
    const trades = Array.from({ length: 200 }, () => {
      mid *= 1 + random.draw(1000) / 1e7
      return mid * (1 + (random.below(2) === 0 ? -spread / 2 : spread / 2))
    })
    candles.time[bar] = bar * 3_600_000
    candles.open[bar] = trades[0]!
    candles.high[bar] = Math.max(...trades)
    candles.low[bar] = Math.min(...trades)
    candles.close[bar] = trades.at(-1)!
    candles.volume[bar] = 1 + random.below(10)
  }
  return candles
}

describe('the spread by Abdi and Ranaldo', () => {
  it.each([0.01, 0.02, 0.04])('finds a spread of %f that the trades bounced between, within 15 %%', (spread) => {
    const column = halfSpreadColumn(quoted(spread, 1500), 1000)
    const estimate = 2 * column[1400]!
    expect(estimate / spread).toBeGreaterThan(0.85)
    expect(estimate / spread).toBeLessThan(1.15)
  })

  it('is what the formula says, pair by pair', () => {
    const { high, low, close } = randomCandles({ seed: 5, bars: 60 })
    const window = 20
    const column = halfSpreadColumn({ high, low, close } as Candles, window)
    const eta = (t: number): number => (Math.log(high[t]!) + Math.log(low[t]!)) / 2
    for (let bar = 0; bar < 60; bar++) {
      if (bar <= window) {
        expect(column[bar]).toBeNaN()
        continue
      }
      let sum = 0
      for (let t = bar - window - 1; t < bar - 1; t++) {
        const c = Math.log(close[t]!)
        sum += Math.sqrt(Math.max(0, 4 * (c - eta(t)) * (c - eta(t + 1))))
      }
      expect(column[bar]).toBeCloseTo(sum / window / 2, 12)
    }
  })

  it('knows nothing of the bar it is for, nor of later ones', () => {
    const whole = randomCandles({ seed: 6, bars: 80 })
    const cut = Object.fromEntries(Object.entries(whole).map(([name, column]) => [name, column.slice(0, 50)]))
    for (const estimate of [halfSpreadColumn, deviationColumn, volumeColumn]) {
      expect([...estimate(cut as never, 10)]).toEqual([...estimate(whole, 10).slice(0, 50)])
      const changed = { ...whole, close: whole.close.slice(), high: whole.high.slice(), volume: whole.volume.slice() }
      changed.close[49] = 1e6
      changed.high[49] = 2e6
      changed.volume[49] = 1e9
      expect([...estimate(changed, 10).slice(0, 50)]).toEqual([...estimate(whole, 10).slice(0, 50)])
    }
  })
})

describe('what a fill pays', () => {
  const at = (value: number): Float64Array => Float64Array.of(Number.NaN, value)
  const fixed = spreadModel(10, 5)

  it('coefficient × deviation × √(quantity / volume), on top of the slippage', () => {
    const costs = new ColumnCosts([{ halfSpread: null, deviation: at(0.02), volume: at(100) }], 1.5)
    const model = costs.model(fixed, 0, 1, 25)
    expect(model.halfSpread).toBe(fixed.halfSpread)
    expect(model.slippage).toBe(fixed.slippage + 0.015e12)
  })

  it('is the four-fold size for the two-fold impact', () => {
    const costs = new ColumnCosts([{ halfSpread: null, deviation: at(0.02), volume: at(64) }], 1)
    const free = spreadModel(0, 0)
    expect(costs.model(free, 0, 1, 16).slippage).toBe(2 * costs.model(free, 0, 1, 4).slippage)
  })

  it('is nothing, and counted, while nothing is known; and never more than half the price', () => {
    const costs = new ColumnCosts([{ halfSpread: at(0.001), deviation: at(0.5), volume: at(1) }], 10)
    expect(costs.model(fixed, 0, 0, 5)).toEqual({ halfSpread: 0, slippage: fixed.slippage, costly: true })
    costs.count(0, 0)
    costs.count(0, 1)
    expect(costs.unknown).toBe(1)
    expect(costs.model(fixed, 0, 1, 1e6).slippage).toBe((fixed.slippage + 0.5e12) as Dec)
    expect(costs.halfSpread(fixed, 0, 1)).toBe(1e9)
  })
})
