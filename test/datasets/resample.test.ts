import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { carryForward } from '../../datasets/carry.ts'
import { hashCandles } from '../../datasets/columns.ts'
import { readCandleFile } from '../../datasets/import/import-file.ts'
import { loadPrepared } from '../../datasets/prepare.ts'
import { barOpen, resample, withoutPartialEnds } from '../../datasets/resample.ts'
import { resampleSeries } from '../../datasets/resample-series.ts'
import { loadCandles, readManifest } from '../../datasets/store.ts'
import { writeSeries } from '../../datasets/write.ts'
import type { Candles } from '../../engine/core/candles.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import {
  arbitraryCandles,
  DAY_MS,
  HOUR_MS,
  KEY,
  plain,
  refusalOf,
  START_MS,
  smallCandles,
  temporaryDirectory,
} from './support.ts'

const SOURCE = { kind: 'synthetic', model: 'test', parameters: { seed: 1 } } as const

/** Row by row, into a map: the definition. */
function naive(fine: Candles, toMs: number): Record<string, number[]> {
  const bars = new Map<number, number[]>()
  fine.time.forEach((time, row) => {
    const key = Math.floor(time / toMs) * toMs
    const [open, high, low, close, volume] = [fine.open, fine.high, fine.low, fine.close, fine.volume].map(
      (c) => c[row]!,
    ) as [number, number, number, number, number]
    const bar = bars.get(key)
    bars.set(
      key,
      bar === undefined
        ? [open, high, low, close, volume]
        : [bar[0]!, Math.max(bar[1]!, high), Math.min(bar[2]!, low), close, bar[4]! + volume],
    )
  })
  const column = (index: number) => [...bars.values()].map((bar) => bar[index]!)
  return {
    time: [...bars.keys()],
    open: column(0),
    high: column(1),
    low: column(2),
    close: column(3),
    volume: column(4),
  }
}

describe('resample', () => {
  it('is the definition, whatever the gaps', () => {
    fc.assert(
      fc.property(arbitraryCandles, fc.constantFrom(2, 4, 24), (candles, factor) => {
        const made = resample(candles, HOUR_MS, factor * HOUR_MS)
        expect(plain(made.candles)).toEqual(naive(candles, factor * HOUR_MS))
        expect(made.count.reduce((sum, count) => sum + count, 0)).toBe(candles.time.length)
      }),
      { seed: 8, numRuns: 100 },
    )
  })

  it('in two steps is as in one', () => {
    const fine = smallCandles(1000)
    const steps = resample(resample(fine, HOUR_MS, 4 * HOUR_MS).candles, 4 * HOUR_MS, DAY_MS)
    expect(plain(steps.candles)).toEqual(plain(resample(fine, HOUR_MS, DAY_MS).candles))
  })

  it('flags bars that are not whole: at the ends, and with holes inside', () => {
    const all = smallCandles(72)
    const rows = (keep: (row: number) => boolean): Candles =>
      Object.fromEntries(
        Object.entries(all).map(([name, column]) => [name, column.filter((_: number, row: number) => keep(row))]),
      ) as unknown as Candles
    const partial = (keep: (row: number) => boolean) => resample(rows(keep), HOUR_MS, DAY_MS).partial
    expect(partial(() => true)).toEqual({ first: false, last: false, inside: 0 })
    expect(partial((row) => row > 0)).toEqual({ first: true, last: false, inside: 0 })
    expect(partial((row) => row < 71)).toEqual({ first: false, last: true, inside: 0 })
    expect(partial((row) => row !== 30)).toEqual({ first: false, last: false, inside: 1 })
    const kept = withoutPartialEnds(
      resample(
        rows((row) => row > 0 && row < 71),
        HOUR_MS,
        DAY_MS,
      ),
    )
    expect([...kept.candles.time]).toEqual([START_MS + DAY_MS])
    expect(kept.partial).toEqual({ first: false, last: false, inside: 0 })
  })

  it('weeks begin on Monday, days and less at the epoch', () => {
    expect(new Date(barOpen(START_MS, 7 * DAY_MS)).toISOString()).toBe('2019-12-30T00:00:00.000Z')
    expect(barOpen(START_MS + 5 * HOUR_MS, 4 * HOUR_MS)).toBe(START_MS + 4 * HOUR_MS)
  })

  it('refuses what does not divide', () => {
    for (const [from, to] of [
      [HOUR_MS, 1.5 * HOUR_MS],
      [HOUR_MS, HOUR_MS],
      [DAY_MS, HOUR_MS],
    ] as const) {
      expect(() => resample(smallCandles(5), from, to)).toThrow(expect.objectContaining({ code: 'BAD_TIMEFRAME' }))
    }
  })
})

describe('gaps carried forward', () => {
  it('fill every missing bar with the close before it and no volume, and leave the others alone', () => {
    fc.assert(
      fc.property(arbitraryCandles, (candles) => {
        const filled = carryForward(candles, HOUR_MS).candles
        expect(filled.time.length).toBe((candles.time.at(-1)! - candles.time[0]!) / HOUR_MS + 1)
        let row = -1
        filled.time.forEach((time, at) => {
          expect(time).toBe(candles.time[0]! + at * HOUR_MS)
          if (candles.time[row + 1] === time) row += 1
          const isMissing = candles.time[row] !== time
          const close = candles.close[row]!
          const bar = [filled.open, filled.high, filled.low, filled.close, filled.volume].map((column) => column[at])
          const own = [candles.open, candles.high, candles.low, candles.close, candles.volume].map(
            (column) => column[row],
          )
          expect(bar).toEqual(isMissing ? [close, close, close, close, 0] : own)
        })
      }),
      { seed: 9, numRuns: 50 },
    )
  })
})

/** 100 hours from which a few are missing. */
async function gappyStore(): Promise<string> {
  const store = temporaryDirectory()
  const all = smallCandles(100)
  const kept = [...all.time.keys()].filter((row) => row !== 10 && (row < 40 || row > 45))
  const candles = Object.fromEntries(
    Object.entries(all).map(([name, column]) => [name, Float64Array.from(kept, (row) => column[row])]),
  )
  await writeSeries(store, KEY, candles as unknown as Candles, SOURCE)
  return store
}

describe('a series for a run', () => {
  it('is the stored one, or made of the coarsest finer one there is', async () => {
    const store = await gappyStore()
    const stored = await loadPrepared(store, KEY, 'leave')
    expect([stored.preparation, stored.dataHash]).toEqual([undefined, (await loadCandles(store, KEY)).dataHash])
    const day = { ...KEY, timeframeMs: DAY_MS }
    const days = await loadPrepared(store, day, 'leave')
    expect(days.preparation).toEqual({ resampledFrom: '1h', partialBars: 1 })
    expect(hashCandles(days.candles)).toBe(days.dataHash)
    expect([...days.candles.time]).toEqual([0, 1, 2, 3, 4].map((k) => START_MS + k * DAY_MS))
    await resampleSeries(store, KEY, { timeframeMs: 4 * HOUR_MS, dropPartial: false, gaps: 'leave' })
    const again = await loadPrepared(store, day, 'leave')
    expect([again.preparation!.resampledFrom, again.dataHash]).toEqual(['4h', days.dataHash])
    const part = await loadPrepared(store, { ...day, fromMs: START_MS + DAY_MS, toMs: START_MS + 3 * DAY_MS }, 'leave')
    expect([part.preparation, [...part.candles.time]]).toEqual([
      { resampledFrom: '4h', partialBars: 0 },
      [START_MS + DAY_MS, START_MS + 2 * DAY_MS],
    ])
  })

  it('has its gaps left, or carried over and counted', async () => {
    const store = await gappyStore()
    const left = await loadPrepared(store, KEY, 'leave')
    const carried = await loadPrepared(store, KEY, 'carry')
    expect([left.candles.time.length, carried.candles.time.length, carried.preparation]).toEqual([
      93,
      100,
      { carriedBars: 7 },
    ])
    expect(carried.dataHash).toBe(hashCandles(carried.candles))
    expect(carried.dataHash).not.toBe(left.dataHash)
  })

  it('is refused where there is nothing to make it of, or no bar in the range', async () => {
    const store = await gappyStore()
    const odd = await refusalOf(loadPrepared(store, { ...KEY, timeframeMs: 1.5 * HOUR_MS }, 'leave'))
    expect(odd.code).toBe('NO_SUCH_SERIES')
    const range = { fromMs: START_MS + HOUR_MS, toMs: START_MS + 3 * HOUR_MS }
    const none = await refusalOf(loadPrepared(store, { ...KEY, timeframeMs: DAY_MS, ...range }, 'leave'))
    expect(none.line).toMatch(/no 1d bar of kraken BTC\/USD opens in the range \(.* from 2020-01-01 to 2020-01-05\)/)
  })
})

describe('data resample', () => {
  it('stores the coarser series and what it was made of', async () => {
    const store = await gappyStore()
    const { dataHash } = await loadCandles(store, KEY)
    const { partial } = await resampleSeries(store, KEY, { timeframeMs: DAY_MS, dropPartial: true, gaps: 'leave' })
    expect(partial).toEqual({ first: false, last: false, inside: 2 })
    const manifest = await readManifest(store, { ...KEY, timeframeMs: DAY_MS })
    expect(manifest).toMatchObject({ rows: 4, source: { kind: 'resampled', timeframe: '1h', dataHash, partial } })
    await resampleSeries(store, KEY, { timeframeMs: 2 * HOUR_MS, dropPartial: false, gaps: 'carry' })
    const filled = await readManifest(store, { ...KEY, timeframeMs: 2 * HOUR_MS })
    expect([filled.gaps.bars, filled.fixes]).toEqual([0, [expect.objectContaining({ code: 'GAPS_CARRIED', rows: 3 })]])
    const none = resampleSeries(store, KEY, { timeframeMs: 50 * DAY_MS, dropPartial: true, gaps: 'leave' })
    expect((await refusalOf(none)).code).toBe('NO_WHOLE_BAR')
  })
})

describeShared('real bars resampled', () => {
  it('XRP/ETH minutes give the 5-minute bars that the trades give', async () => {
    const read = async (name: string, timeframeMs: number): Promise<Candles> =>
      (
        await readCandleFile(sharedPath(`data/candles/unstated-XRPETH-${name}.csv.gz`), {
          symbol: 'XRP/ETH',
          timeframeMs,
        })
      ).candles
    const made = resample(await read('1m', 60_000), 60_000, 300_000)
    expect(hashCandles(made.candles)).toBe(hashCandles(await read('5m', 300_000)))
    expect(made.partial).toMatchObject({ first: false, last: false })
  })
})
