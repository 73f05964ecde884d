import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, relative } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { withDuckDb } from '../../datasets/duckdb.ts'
import { withWriterLock } from '../../datasets/lock.ts'
import { readParquet, writeParquet } from '../../datasets/parquet.ts'
import { seriesDirectory } from '../../datasets/series.ts'
import { listSeries, loadCandles, parquetPaths, readManifest } from '../../datasets/store.ts'
import { writeSeries } from '../../datasets/write.ts'
import type { Candles } from '../../engine/core/candles.ts'
import {
  arbitraryCandles,
  HOUR_MS,
  KEY,
  plain,
  refusalOf,
  START_MS,
  smallCandles,
  snapshot,
  temporaryDirectory,
} from './support.ts'

const SOURCE = { kind: 'synthetic', model: 'test', parameters: { seed: 1 } } as const

interface Stored {
  readonly store: string
  readonly directory: string
  readonly parquet: string
  readonly columns: string
  readonly manifest: string
}

async function stored(rows = 48): Promise<Stored> {
  const store = temporaryDirectory()
  const { manifest } = await writeSeries(store, KEY, smallCandles(rows), SOURCE)
  const directory = seriesDirectory(store, KEY)
  return {
    store,
    directory,
    parquet: join(directory, manifest.files.parquet[0]!),
    columns: join(directory, manifest.files.columns),
    manifest: join(directory, 'manifest.json'),
  }
}

describe('store', () => {
  it('gives back the same bits, from the raw copy and from Parquet', async () => {
    const store = temporaryDirectory()
    await fc.assert(
      fc.asyncProperty(arbitraryCandles, async (candles) => {
        const { manifest } = await writeSeries(store, KEY, candles, SOURCE)
        const series = await loadCandles(store, KEY)
        expect(series.dataHash).toBe(hashCandles(candles))
        expect(hashCandles(series.candles)).toBe(series.dataHash)
        const parquet = await readParquet(parquetPaths(seriesDirectory(store, KEY), manifest))
        expect(hashCandles(parquet)).toBe(series.dataHash)
      }),
      { seed: 5, numRuns: 25 },
    )
    expect(Object.keys(snapshot(store)).length).toBe(3)
  })

  it('loads into shared buffers that begin at their start', async () => {
    const { store } = await stored()
    for (const range of [{}, { fromMs: START_MS + 5 * HOUR_MS }]) {
      const { candles } = await loadCandles(store, { ...KEY, ...range })
      for (const column of Object.values(candles)) {
        expect(column.buffer).toBeInstanceOf(SharedArrayBuffer)
        expect([column.byteOffset, column.byteLength]).toEqual([0, column.buffer.byteLength])
      }
    }
  })

  it('loads the bars that open within a half-open range, hashed by themselves', async () => {
    const { store } = await stored()
    const all = await loadCandles(store, KEY)
    const part = await loadCandles(store, { ...KEY, fromMs: START_MS + HOUR_MS, toMs: START_MS + 3 * HOUR_MS })
    expect([...part.candles.time]).toEqual([START_MS + HOUR_MS, START_MS + 2 * HOUR_MS])
    expect(part.dataHash).toBe(hashCandles(part.candles))
    expect(part.dataHash).not.toBe(all.dataHash)
    const wide = await loadCandles(store, { ...KEY, fromMs: 0, toMs: START_MS * 2 })
    expect([wide.dataHash, plain(wide.candles)]).toEqual([all.dataHash, plain(all.candles)])
  })

  it('writes the same manifest twice, without a clock or a path', async () => {
    const [a, b] = [await stored(), await stored()]
    const text = readFileSync(a.manifest, 'utf8')
    expect(text).toBe(readFileSync(b.manifest, 'utf8'))
    expect(text).not.toContain(a.store)
    expect(JSON.parse(text)).toMatchObject({
      rows: 48,
      zeroVolumeRows: 1,
      createdBy: expect.stringMatching(/^tandem \d/),
    })
  })

  it('lists what it has, in order', async () => {
    const store = temporaryDirectory()
    expect(await listSeries(store)).toEqual([])
    for (const key of [
      KEY,
      { ...KEY, timeframeMs: 60_000 },
      { ...KEY, symbol: 'BTC/USDT:USDT' },
      { ...KEY, venue: 'binance' },
    ]) {
      await writeSeries(store, key, smallCandles(2), SOURCE)
    }
    const names = (await listSeries(store)).map(({ venue, symbol, timeframe }) => `${venue} ${symbol} ${timeframe}`)
    expect(names).toEqual(['binance BTC/USD 1h', 'kraken BTC/USD 1m', 'kraken BTC/USD 1h', 'kraken BTC/USDT:USDT 1h'])
  })

  it('is plain hive-partitioned Parquet for anybody else', async () => {
    const { store } = await stored()
    const rows = await withDuckDb(async (connection) => {
      const glob = join(store, 'candles/**/*.parquet')
      const sql = `select venue, symbol, timeframe, typeof(ts), count(*)::int, min(ts)::double from read_parquet('${glob}') group by all`
      return (await connection.runAndReadAll(sql)).getRows()
    })
    expect(rows).toEqual([['kraken', 'BTC-USD', '1h', 'BIGINT', 48, START_MS]])
  })

  it('leaves nothing behind when it is replaced, and two writers at once leave a whole series', async () => {
    const { store } = await stored()
    await Promise.all([10, 11, 12].map((rows) => writeSeries(store, KEY, smallCandles(rows), SOURCE)))
    expect([10, 11, 12]).toContain((await loadCandles(store, KEY)).candles.time.length)
    expect(Object.keys(snapshot(store)).filter((name) => name.includes('.tmp-'))).toEqual([])
    const fresh = await stored()
    await writeSeries(fresh.store, KEY, smallCandles(7), SOURCE)
    expect(Object.keys(snapshot(fresh.store)).length).toBe(3)
  })
})

/** Two hours before 2021 to two hours into 2022. */
function threeYears(): Candles {
  const start = Date.UTC(2020, 11, 31, 22)
  const candles = smallCandles((Date.UTC(2022, 0, 1, 2) - start) / HOUR_MS)
  return { ...candles, time: candles.time.map((time) => time - START_MS + start) }
}

describe('layout by years', () => {
  it('has one Parquet file a year (UTC), which any tool prunes, and the same hash as ever', async () => {
    const store = temporaryDirectory()
    const candles = threeYears()
    const { manifest } = await writeSeries(store, KEY, candles, SOURCE)
    expect(manifest.files.parquet.map((name) => name.slice(0, 18))).toEqual([
      'year=2020/candles-',
      'year=2021/candles-',
      'year=2022/candles-',
    ])
    const loaded = await loadCandles(store, KEY)
    expect([manifest.dataHash, loaded.dataHash]).toEqual([hashCandles(candles), hashCandles(candles)])
    const rows = await withDuckDb(async (connection) => {
      const glob = join(store, 'candles/**/*.parquet')
      const sql = `select year::int, count(*)::int from read_parquet('${glob}') group by year order by year`
      return (await connection.runAndReadAll(sql)).getRows()
    })
    expect(rows).toEqual([
      [2020, 2],
      [2021, 8760],
      [2022, 2],
    ])
  })

  it('a series of the layout before, all years in one file, is read as it is and written anew by years', async () => {
    const store = temporaryDirectory()
    const candles = threeYears()
    const directory = seriesDirectory(store, KEY)
    const { manifest } = await writeSeries(store, KEY, candles, SOURCE)
    for (const name of manifest.files.parquet) rmSync(join(directory, name, '..'), { recursive: true, force: true })
    const stem = `candles-${manifest.dataHash.slice(0, 16)}`
    await writeParquet(join(directory, `${stem}.parquet`), candles)
    const old = {
      ...manifest,
      format: 'tandem-candles-1',
      files: { parquet: `${stem}.parquet`, columns: `${stem}.columns` },
    }
    writeFileSync(join(directory, 'manifest.json'), JSON.stringify(old))
    expect((await loadCandles(store, KEY)).dataHash).toBe(manifest.dataHash)
    rmSync(join(directory, `${stem}.columns`))
    expect((await loadCandles(store, KEY)).dataHash).toBe(manifest.dataHash)
    expect((await listSeries(store)).length).toBe(1)
    await writeSeries(store, KEY, candles, SOURCE)
    expect(
      Object.keys(snapshot(store))
        .filter((name) => name.endsWith('.parquet'))
        .sort(),
    ).toEqual(manifest.files.parquet.map((name) => join(relative(store, directory), name)))
  })
})

describe('one writer, any number of readers', () => {
  it('readers meet a whole series whenever they look', async () => {
    const store = temporaryDirectory()
    const versions = [5, 9, 14].map((rows) => smallCandles(rows))
    const hashes = versions.map(hashCandles)
    await writeSeries(store, KEY, versions[0]!, SOURCE)
    let writing = true
    const read = async (): Promise<void> => {
      while (writing) {
        const series = await loadCandles(store, KEY)
        expect(hashes).toContain(series.dataHash)
        expect(hashCandles(series.candles)).toBe(series.dataHash)
      }
    }
    const readers = [read(), read(), read()]
    for (let round = 0; round < 12; round++) await writeSeries(store, KEY, versions[round % 3]!, SOURCE)
    writing = false
    await Promise.all(readers)
  })

  it('a living writer is waited for, and named when the wait is over', async () => {
    const directory = join(temporaryDirectory(), 'series')
    const order: string[] = []
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const first = withWriterLock(directory, async () => {
      await held
      order.push('first')
    })
    while (!existsSync(`${directory}.lock`)) await new Promise((resolve) => setImmediate(resolve))
    const late = await refusalOf(withWriterLock(directory, async () => undefined, { waitMs: 20, pollMs: 5 }))
    expect(late).toMatchObject({ code: 'STORE_LOCKED', retryable: true })
    expect(late.message).toContain(`process ${process.pid} on `)
    const second = withWriterLock(directory, async () => order.push('second'))
    release()
    await Promise.all([first, second])
    expect(order).toEqual(['first', 'second'])
    expect(existsSync(`${directory}.lock`)).toBe(false)
  })

  it('the lock and the half-written files of a writer that was killed are cleared away', async () => {
    const { store, directory } = await stored()
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    writeFileSync(`${directory}.lock`, JSON.stringify({ pid: dead, host: hostname(), token: 'x' }))
    writeFileSync(join(directory, '.tmp-0'), 'half a file')
    await writeSeries(store, KEY, smallCandles(6), SOURCE)
    expect((await loadCandles(store, KEY)).candles.time.length).toBe(6)
    expect(Object.keys(snapshot(store)).length).toBe(3)
  })
})

describe('store errors', () => {
  it('a missing series names what there is', async () => {
    const { store } = await stored()
    const error = await refusalOf(loadCandles(store, { ...KEY, symbol: 'ETH/USD' }))
    expect(error.code).toBe('NO_SUCH_SERIES')
    expect(error.message).toBe('no candles of kraken ETH/USD 1h; the store has kraken BTC/USD 1h')
    expect((await refusalOf(readManifest(temporaryDirectory(), KEY))).message).toMatch(/the store has nothing yet/)
  })

  it('a range without data names the range there is', async () => {
    const { store } = await stored()
    for (const range of [{ fromMs: START_MS + 48 * HOUR_MS }, { toMs: START_MS }]) {
      const error = await refusalOf(loadCandles(store, { ...KEY, ...range }))
      expect(error.code).toBe('NO_DATA_IN_RANGE')
      expect(error.line).toMatch(/kraken BTC\/USD 1h .*2020-01-0.*bars from 2020-01-01 to 2020-01-02 23:00/)
    }
  })

  it('a damaged or missing raw copy is made up for by Parquet, and the other way round', async () => {
    const files = await stored()
    const { dataHash } = await loadCandles(files.store, KEY)
    const bytes = readFileSync(files.columns)
    bytes[100] = bytes[100]! ^ 1
    writeFileSync(files.columns, bytes)
    expect(hashCandles((await loadCandles(files.store, KEY)).candles)).toBe(dataHash)
    writeFileSync(files.columns, bytes.subarray(0, 500))
    expect((await loadCandles(files.store, KEY)).dataHash).toBe(dataHash)
    rmSync(files.columns)
    expect((await loadCandles(files.store, KEY)).dataHash).toBe(dataHash)
    const other = await stored()
    rmSync(other.parquet)
    expect((await loadCandles(other.store, KEY)).dataHash).toBe(dataHash)
  })

  it('damaged Parquet is refused', async () => {
    const files = await stored()
    rmSync(files.columns)
    const whole = readFileSync(files.parquet)
    for (const bytes of [whole.subarray(0, whole.length / 2), Buffer.from('not parquet'), Buffer.alloc(0)]) {
      writeFileSync(files.parquet, bytes)
      const error = await refusalOf(loadCandles(files.store, KEY))
      expect(error).toMatchObject({ code: 'DAMAGED_SERIES', where: files.directory })
    }
    rmSync(files.parquet)
    expect((await refusalOf(loadCandles(files.store, KEY))).code).toBe('DAMAGED_SERIES')
  })

  it('Parquet with other rows than the manifest says is refused', async () => {
    const files = await stored(48)
    const other = await stored(47)
    rmSync(files.columns)
    writeFileSync(files.parquet, readFileSync(other.parquet))
    expect((await refusalOf(loadCandles(files.store, KEY))).line).toMatch(/isn't what the manifest says/)
  })

  it('a damaged manifest is refused, and mended by the next import', async () => {
    const files = await stored()
    const whole = JSON.parse(readFileSync(files.manifest, 'utf8')) as Record<string, unknown>
    const faults = {
      format: 'other',
      rows: -1,
      dataHash: 'x',
      files: { parquet: ['../x'], columns: 'y' },
      gaps: null,
      source: {},
    }
    for (const [name, value] of Object.entries(faults)) {
      writeFileSync(files.manifest, JSON.stringify({ ...whole, [name]: value }))
      const error = await refusalOf(loadCandles(files.store, KEY))
      expect(error).toMatchObject({ code: 'BAD_MANIFEST', where: files.manifest })
      expect(error.message).toContain(`${name} is missing or wrong`)
    }
    writeFileSync(files.manifest, JSON.stringify({ ...whole, symbol: 'ETH/USD' }))
    expect((await refusalOf(loadCandles(files.store, KEY))).message).toMatch(/is of kraken ETH\/USD 1h, not of/)
    writeFileSync(files.manifest, '{"format":')
    expect((await refusalOf(listSeries(files.store))).message).toMatch(/is not JSON/)
    expect((await writeSeries(files.store, KEY, smallCandles(9), SOURCE)).replaced).toBe(true)
    expect((await loadCandles(files.store, KEY)).candles.time.length).toBe(9)
    expect(Object.keys(snapshot(files.store)).length).toBe(3)
  })

  it('a write that fails half-way leaves the series that was there and nothing of its own', async () => {
    const files = await stored(20)
    const before = snapshot(files.store)
    const next = smallCandles(21)
    const obstacle = join(
      seriesDirectory(files.store, KEY),
      `candles-${hashCandles(next).slice(0, 16)}.columns`,
      'in-the-way',
    )
    mkdirSync(obstacle, { recursive: true })
    expect((await refusalOf(writeSeries(files.store, KEY, next, SOURCE))).code).toBe('STORE_NOT_WRITABLE')
    expect(snapshot(files.store)).toEqual(before)
    expect((await loadCandles(files.store, KEY)).candles.time.length).toBe(20)
  })

  it('a store that is no directory is refused', async () => {
    const { manifest } = await stored()
    const error = await refusalOf(writeSeries(manifest, KEY, smallCandles(3), SOURCE))
    expect(error).toMatchObject({ code: 'STORE_NOT_WRITABLE', where: manifest })
  })
})
