import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { countGaps } from '../../datasets/grid.ts'
import { readCandleFile } from '../../datasets/import/import-file.ts'
import { loadCandles, readManifest } from '../../datasets/store.ts'
import { SYNTHETIC_MODELS, type SyntheticOptions } from '../../datasets/synthetic/options.ts'
import { importSynthetic, syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import { DAY_MS, HOUR_MS, plain, START_MS, temporaryDirectory, toCsv, writeText } from './support.ts'

const BASE = { model: 'gbm', seed: 7, bars: 1000, venue: 'synthetic', symbol: 'BTC/USD', timeframeMs: HOUR_MS } as const
const make = (more: Partial<SyntheticOptions> = {}) => syntheticCandles({ ...BASE, ...more })

/** Annual standard deviation of simple returns. */
function realisedVolatility(close: Float64Array): number {
  let sum = 0
  for (let row = 1; row < close.length; row++) sum += (close[row]! / close[row - 1]! - 1) ** 2
  return Math.sqrt((sum / (close.length - 1)) * 365 * 24)
}

/** Is the price a whole number of ticks, as the double nearest to that decimal? */
function isOnTick(price: number, tick: number): boolean {
  const scale = tick < 0.01 ? 1e6 : 100
  const units = Math.round(price * scale)
  return units / scale === price && units % Math.round(tick * scale) === 0
}

describe('synthetic markets', () => {
  // Golden: these change only when a model changes, and then every seeded result built on it changes too.
  it.each([
    ['gbm', '93977bab7ff86f46ea253e39cf19f3466a9f2ed1112e9fd270137442b9f7b71d'],
    ['regime', 'c5495770e5e98f75a40b81281e04f3b1101e50ca7dcc90a50d018c85100bbd0a'],
    ['jumps', '9fc39a0ead0dd396521994e381ad6d384d838223ad790b55ccd1517544792907'],
    ['garch', 'a3263fbcd47c814d71e1c2f3b2d7c07cd4629bca49c40c10c16c52998296a784'],
    ['edge', '10c02b2aa8c751a1eee84939d10d0b05d29cca22a54a287c9208b8989c713ed8'],
    ['coin', 'f92ef5f26667298c0ebd290a986e7ec943c7bc9ab5f4edcf268a2c2ea96ee440'],
    ['correlated', '07311e4ce52361fd713baa3eaba5eff18dc542eeaa62abafd5d4cbbedfcbab79'],
    ['crash', 'e9fc391f59b6074b54e5ab7e1f418bc0ff25d07c97e4cad857f1a8d122607078'],
    ['outage', '45e7e2c785d9f24f2dbf363af847bb467c2931896697454018cdfa1fe346da69'],
  ] as const)('%s: seed 7 gives these bytes', (model, hash) => {
    expect(make({ model }).dataHash).toBe(hash)
  })

  it('are repeatable, and differ by seed and model', () => {
    const hashes = SYNTHETIC_MODELS.flatMap((model) => [7, 8, '8x'].map((seed) => make({ model, seed }).dataHash))
    expect(new Set(hashes).size).toBe(3 * SYNTHETIC_MODELS.length)
    expect(make().dataHash).toBe(make().dataHash)
  })

  it('go on the same way when more bars are asked for', () => {
    const [short, long] = [make({ bars: 300 }), make({ bars: 600 })]
    expect([...long.candles.close.subarray(0, 300)]).toEqual([...short.candles.close])
  })

  it('keep price and volume apart: another volume leaves the prices alone', () => {
    const [a, b] = [make().candles, make({ meanVolume: 0 }).candles]
    expect([...a.close]).toEqual([...b.close])
    expect(Math.max(...b.volume)).toBe(0)
  })

  it('have about the volatility and volume asked for', () => {
    const { close, volume } = make({ bars: 20_000 }).candles
    expect(realisedVolatility(close)).toBeGreaterThan(0.58)
    expect(realisedVolatility(close)).toBeLessThan(0.62)
    const mean = volume.reduce((sum, value) => sum + value, 0) / volume.length
    expect(mean).toBeGreaterThan(90)
    expect(mean).toBeLessThan(110)
  })

  it('regime: has calm and wild days, gbm has not', () => {
    const spread = (model: 'gbm' | 'regime'): number => {
      const { close } = make({ model, bars: 24 * 500 }).candles
      const daily = Array.from({ length: 500 }, (_, day) => realisedVolatility(close.subarray(day * 24, day * 24 + 24)))
      daily.sort((a, b) => a - b)
      return daily[475]! / daily[25]!
    }
    expect(spread('gbm')).toBeLessThan(2)
    expect(spread('regime')).toBeGreaterThan(3)
  })

  it('are valid candles on their tick whatever the parameters', async () => {
    const directory = temporaryDirectory()
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          model: fc.constantFrom(...SYNTHETIC_MODELS.filter((model) => model !== 'outage')),
          seed: fc.integer(),
          bars: fc.integer({ min: 1, max: 60 }),
          startPrice: fc.constantFrom(1, 100, 65_000, 1e8),
          annualDrift: fc.double({ min: -10, max: 10, noNaN: true }),
          annualVolatility: fc.double({ min: 0, max: 10, noNaN: true }),
          tick: fc.constantFrom(1, 0.5, 0.05, 0.01, 1e-6),
          timeframeMs: fc.constantFrom(60_000, HOUR_MS, DAY_MS, 7 * DAY_MS),
        }),
        async (options) => {
          const { candles } = make(options)
          expect(candles.time[0]).toBe(START_MS)
          expect(countGaps(candles.time, options.timeframeMs)).toEqual({ runs: 0, bars: 0 })
          for (const price of candles.close) expect(isOnTick(price, options.tick)).toBe(true)
          const path = writeText(directory, 'synthetic.csv', toCsv(candles))
          const read = await readCandleFile(path, { symbol: BASE.symbol, timeframeMs: options.timeframeMs })
          expect(hashCandles(read.candles)).toBe(hashCandles(candles))
        },
      ),
      { seed: 6, numRuns: 60 },
    )
  })

  it('go into the store with their model and every parameter', async () => {
    const store = temporaryDirectory()
    const report = await importSynthetic({ ...BASE, store })
    const { dataHash, candles } = make()
    expect(report).toMatchObject({ rows: 1000, dataHash, format: 'synthetic', sourceSha256: null, replaced: false })
    const series = await loadCandles(store, BASE)
    expect([series.dataHash, plain(series.candles)]).toEqual([dataHash, plain(candles)])
    const { source } = await readManifest(store, BASE)
    expect(source).toEqual({
      kind: 'synthetic',
      model: 'gbm',
      parameters: {
        seed: 7,
        bars: 1000,
        startMs: START_MS,
        startPrice: 10_000,
        annualDrift: 0.1,
        annualVolatility: 0.6,
        tick: 0.01,
        meanVolume: 100,
      },
    })
  })

  it.each([
    ['model', { model: 'cauchy' as 'gbm' }],
    ['bars', { bars: 0 }],
    ['bars', { bars: 1.5 }],
    ['seed', { seed: Number.NaN }],
    ['startMs', { startMs: START_MS + 1 }],
    ['startPrice', { startPrice: 0.001 }],
    ['startPrice', { startPrice: 1e11, tick: 1e-6 }],
    ['annualVolatility', { annualVolatility: -1 }],
    ['annualDrift', { annualDrift: Number.POSITIVE_INFINITY }],
    ['tick', { tick: 0 }],
    ['tick', { tick: 1 / 3 }],
    ['meanVolume', { meanVolume: -1 }],
  ])('refuse a bad %s, naming it', (where, more) => {
    expect(() => make(more)).toThrow(expect.objectContaining({ code: 'BAD_OPTION', where }))
  })
})
