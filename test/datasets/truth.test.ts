/** Synthetic markets hold the truth that they are said to hold. */

import { describe, expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { readCandleFile } from '../../datasets/import/import-file.ts'
import { readManifest } from '../../datasets/store.ts'
import { stationaryRows, usualBlock } from '../../datasets/synthetic/bootstrap.ts'
import { importLike, likeCandles } from '../../datasets/synthetic/like.ts'
import type { SyntheticOptions } from '../../datasets/synthetic/options.ts'
import { forkedUniform } from '../../datasets/synthetic/random.ts'
import { shapesOf } from '../../datasets/synthetic/shapes.ts'
import { importSynthetic, syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import { writeSeries } from '../../datasets/write.ts'
import type { Candles } from '../../engine/core/candles.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { HOUR_MS, plain, refusalOf, temporaryDirectory } from './support.ts'

const BASE = {
  model: 'gbm',
  seed: 7,
  bars: 20_000,
  venue: 'synthetic',
  symbol: 'BTC/USD',
  timeframeMs: HOUR_MS,
  annualDrift: 0,
} as const
const make = (more: Partial<SyntheticOptions>) => syntheticCandles({ ...BASE, ...more } as SyntheticOptions).candles
const returnsOf = ({ open, close }: Candles): Float64Array => close.map((price, row) => price / open[row]! - 1)
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length
function moment(values: Float64Array, power: number): number {
  const middle = mean(values)
  return mean(values.map((value) => (value - middle) ** power))
}

const kurtosis = (values: Float64Array): number => moment(values, 4) / moment(values, 2) ** 2

function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)]
  const both = mean(a.map((value, row) => (value - meanA) * (b[row]! - meanB)))
  return both / Math.sqrt(moment(a, 2) * moment(b, 2))
}

const lagged = (values: Float64Array): number => correlation(values.subarray(1), values.subarray(0, -1))

describe('models', () => {
  it('jumps: as many as asked for, and fat tails from them alone', () => {
    const walk = returnsOf(make({}))
    const jumps = returnsOf(make({ model: 'jumps', jumpsPerYear: 100, jumpVolatility: 0.05 }))
    // 20,000 hours are 2.28 years; a jump below 4 usual bars isn't seen as one.
    const seen = jumps.filter((value) => Math.abs(value) > 4 * 0.0064).length
    expect(kurtosis(walk)).toBeLessThan(3.3)
    expect(kurtosis(jumps)).toBeGreaterThan(10)
    expect(seen).toBeGreaterThan(80)
    expect(seen).toBeLessThan(228)
    expect(hashCandles(make({ model: 'jumps', jumpsPerYear: 0 }))).toBe(hashCandles(make({})))
  })

  it('garch: volatility clusters around the one asked for, returns stay unpredictable', () => {
    const returns = returnsOf(make({ model: 'garch', bars: 50_000, alpha: 0.15, beta: 0.8 }))
    expect(lagged(returns.map(Math.abs))).toBeGreaterThan(0.15)
    expect(Math.abs(lagged(returns))).toBeLessThan(0.03)
    expect(Math.sqrt(moment(returns, 2) * 8760) / 0.6).toBeCloseTo(1, 1)
    expect(hashCandles(make({ model: 'garch', alpha: 0, beta: 0 }))).toBe(hashCandles(make({})))
  })

  it.each([0.2, 0, -0.1])('edge %d: following the bar before earns that Sharpe ratio a bar', (strength) => {
    const returns = returnsOf(make({ model: 'edge', bars: 50_000, strength }))
    const followed = returns.subarray(1).map((value, row) => Math.sign(returns[row]!) * value)
    // One standard error of a Sharpe ratio of 50,000 bars is 0.0045.
    expect(Math.abs(mean(followed) / Math.sqrt(moment(followed, 2)) - strength)).toBeLessThan(0.02)
  })

  it('coin: two outcomes of one size at even odds, nothing to follow', () => {
    const candles = make({ model: 'coin', tick: 1e-6 })
    const returns = returnsOf(candles)
    const ups = returns.filter((value) => value > 0).length
    expect(Math.abs(ups - 10_000)).toBeLessThan(4 * Math.sqrt(5000))
    const size = 0.6 / Math.sqrt(8760)
    for (const value of returns) expect(Math.abs(value)).toBeCloseTo(size, 6)
    expect(Math.abs(lagged(returns))).toBeLessThan(0.03)
    expect([...candles.open.subarray(1)]).toEqual([...candles.close.subarray(0, -1)])
  })

  it.each([0, 0.5, 0.9, 1])('correlated %d: any two symbols of a seed', (asked) => {
    const of = (symbol: string) => returnsOf(make({ model: 'correlated', symbol, correlation: asked, tick: 1e-4 }))
    const [a, b, c] = [of('BTC/USD'), of('ETH/USD'), of('SOL/USD')]
    for (const [x, y] of [
      [a, b],
      [b, c],
      [a, c],
    ] as const)
      expect(Math.abs(correlation(x, y) - asked)).toBeLessThan(0.03)
  })

  it('crash: one bar falls by the depth, and the price comes back to the path it would have taken', () => {
    const walk = make({})
    const crash = make({ model: 'crash', depth: 0.6, recoveryBars: 20 })
    const first = crash.low.findIndex((low, row) => low !== walk.low[row])
    const last = crash.close.findLastIndex((close, row) => close !== walk.close[row])
    expect(crash.low[first]! / walk.low[first]!).toBeCloseTo(0.4, 4)
    expect(crash.close[first]! / walk.close[first]!).toBeCloseTo(0.7, 4)
    expect(last - first).toBe(19)
    expect(first).toBeGreaterThanOrEqual(5000)
    expect(first).toBeLessThan(15_000)
    for (let row = 0; row < first; row++) expect(crash.close[row]).toBe(walk.close[row])
  })

  it('outage: bars are missing where the manifest says, the others are as without', async () => {
    const store = temporaryDirectory()
    const options = { ...BASE, bars: 500, model: 'outage', outages: 4, outageBars: 5 } as const
    const report = await importSynthetic({ ...options, store })
    expect([report.rows, report.gaps]).toEqual([480, { runs: 4, bars: 20 }])
    const { source } = await readManifest(store, BASE)
    const { events } = (source as unknown as { parameters: { events: { timeMs: number; bars: number }[] } }).parameters
    const walk = make({ bars: 500 })
    const isGone = (time: number) => events.some(({ timeMs, bars }) => time >= timeMs && time < timeMs + bars * HOUR_MS)
    const kept = Object.fromEntries(
      Object.entries(walk).map(([name, column]) => [
        name,
        column.filter((_: number, row: number) => !isGone(walk.time[row]!)),
      ]),
    )
    expect(plain(make({ ...options }))).toEqual(plain(kept as unknown as Candles))
  })

  it.each([
    ['strength', { strength: 0.1 }, /the model gbm has no such parameter, edge has/],
    ['alpha', { model: 'garch', alpha: 0.5, beta: 0.5 }, /below 1/],
    ['correlation', { model: 'correlated', correlation: 1.1 }, /give from 0 to 1/],
    ['recoveryBars', { model: 'crash', recoveryBars: 1.5 }, /whole number/],
    ['outages', { model: 'outage', bars: 20, outages: 5 }, /no room/],
  ])('a bad %s is refused, naming it', (where, more, hint) => {
    expect(() => make(more as Partial<SyntheticOptions>)).toThrow(
      expect.objectContaining({ code: 'BAD_OPTION', where, hint: expect.stringMatching(hint) }),
    )
  })
})

describe('made of a real series', () => {
  /** Stands for a real one: regimes, with a rhythm of the day. */
  const real = syntheticCandles({ ...BASE, model: 'regime', bars: 8000, venue: 'kraken' })

  it('the stationary bootstrap follows blocks of the mean length asked for, around the end', () => {
    const next = stationaryRows(1000, 25, forkedUniform(1, 'test'))
    let before = next()
    let jumps = 0
    for (let k = 0; k < 50_000; k++) {
      const row = next()
      if (row !== (before + 1) % 1000) jumps += 1
      before = row
    }
    expect(50_000 / jumps).toBeGreaterThan(23)
    expect(50_000 / jumps).toBeLessThan(27)
    expect([8, 1000, 1330, 70_253].map(usualBlock)).toEqual([2, 10, 10, 41])
  })

  it('bootstrap: every bar is one of the real ones', () => {
    const options = { ...BASE, model: 'bootstrap', seed: 2, block: 30 } as const
    const made = likeCandles({ ...options, bars: 2000, tick: 1e-9 }, real)
    const near = (value: number): string => value.toFixed(9)
    const known = new Set([...shapesOf(real.candles, HOUR_MS).close].map(near))
    const closes = [...shapesOf(made.candles, HOUR_MS).close].map(near)
    expect(closes.filter((close) => known.has(close)).length / closes.length).toBeGreaterThan(0.99)
    expect(made.parameters).toMatchObject({
      seed: 2,
      block: 30,
      from: { series: 'kraken:BTC/USD:1h', dataHash: real.dataHash },
    })
  })

  it('both are repeatable, and differ by seed', () => {
    for (const model of ['bootstrap', 'like'] as const) {
      const hash = (seed: number) => hashCandles(likeCandles({ ...BASE, model, seed, bars: 500 }, real).candles)
      expect(hash(1)).toBe(hash(1))
      expect(hash(2)).not.toBe(hash(1))
    }
  })

  it('go into the store with their source, parameters and statistics', async () => {
    const store = temporaryDirectory()
    await writeSeries(store, real, real.candles, { kind: 'file', name: 'x.csv', sha256: '0'.repeat(64), format: 'csv' })
    const source = { venue: 'kraken', symbol: 'BTC/USD' }
    const report = await importLike({ ...BASE, store, model: 'like', seed: 5, bars: 3000, source })
    const manifest = await readManifest(store, BASE)
    expect(manifest.source).toMatchObject({
      kind: 'synthetic',
      model: 'like',
      parameters: {
        seed: 5,
        bars: 3000,
        from: { dataHash: real.dataHash },
        alpha: expect.any(Number),
        statistics: report.statistics,
      },
    })
    expect(report.statistics.length).toBeGreaterThan(8)
    const short = importLike({ ...BASE, store, model: 'like', seed: 5, bars: 10, source, timeframeMs: 48 * HOUR_MS })
    expect((await refusalOf(short)).code).toBe('TOO_SHORT')
  })
})

describeShared('like a real market', () => {
  it.each([
    ['binance-BTCUSDT-1h', HOUR_MS, 1],
    ['ftx-BTCPERP-1m', 60_000, 2],
  ])('%s: tails, clustering and rhythm', async (name, timeframeMs, seed) => {
    const { candles } = await readCandleFile(sharedPath(`data/candles/${name}.csv.gz`), {
      symbol: 'BTC/USDT',
      timeframeMs,
    })
    const series = { venue: 'any', symbol: 'BTC/USDT', timeframeMs, candles, dataHash: hashCandles(candles) }
    const { statistics } = likeCandles({ ...BASE, timeframeMs, model: 'like', seed, bars: 25_000 }, series)
    const ratio = (part: string): number => {
      const { real, synthetic } = statistics.find((one) => one.name.startsWith(part))!
      return synthetic! / real!
    }
    const within = (part: string, low: number, high: number): void => {
      expect([part, ratio(part) > low && ratio(part) < high]).toEqual([part, true])
    }
    within('volatility', 0.8, 1.25)
    within('kurtosis', 0.33, 3)
    within('worst bar', 0.7, 1.4)
    within('best bar', 0.7, 1.4)
    within('clustering: autocorrelation of |return|, lag 1', 0.6, 1.4)
    within('clustering: autocorrelation of |return|, lag 24', 0.6, 1.6)
    within('rhythm', 0.6, 1.6)
    within('volume', 0.9, 1.1)
  })
})
