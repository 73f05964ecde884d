import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { tableFromIPC } from 'apache-arrow'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { EXPORT_FORMATS, exportSeries } from '../../datasets/export.ts'
import { readCandleFile } from '../../datasets/import/import-file.ts'
import { readParquet } from '../../datasets/parquet.ts'
import { writeSeries } from '../../datasets/write.ts'
import {
  arbitraryCandles,
  HOUR_MS,
  KEY,
  refusalOf,
  START_MS,
  smallCandles,
  temporaryDirectory,
  writeText,
} from './support.ts'

const SOURCE = { kind: 'synthetic', model: 'test', parameters: { seed: 1 } } as const

describe('export', () => {
  it('CSV, plain and gzip, imports again with the same hash', async () => {
    const store = temporaryDirectory()
    await fc.assert(
      fc.asyncProperty(arbitraryCandles, fc.constantFrom('csv', 'csv.gz'), async (candles, format) => {
        const { manifest } = await writeSeries(store, KEY, candles, SOURCE)
        const file = join(store, `out.${format}`)
        const done = await exportSeries(store, KEY, file, { force: true })
        expect(done).toMatchObject({ format, rows: candles.time.length, dataHash: manifest.dataHash })
        expect(hashCandles((await readCandleFile(file, KEY)).candles)).toBe(manifest.dataHash)
      }),
      { seed: 2, numRuns: 12 },
    )
  })

  it('Arrow has times and doubles as they are, Parquet what the store has', async () => {
    const store = temporaryDirectory()
    const candles = smallCandles(5000)
    await writeSeries(store, KEY, candles, SOURCE)
    await exportSeries(store, KEY, join(store, 'out.arrow'), { force: false })
    const table = tableFromIPC(readFileSync(join(store, 'out.arrow')))
    expect(table.schema.fields.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'timestamp Timestamp<MILLISECOND, UTC>',
      ...['open', 'high', 'low', 'close', 'volume'].map((name) => `${name} Float64`),
    ])
    expect([...table.getChild('timestamp')!]).toEqual([...candles.time])
    expect(table.getChild('close')!.toArray()).toEqual(candles.close)
    await exportSeries(store, KEY, join(store, 'out.parquet'), { force: false })
    expect(hashCandles(await readParquet([join(store, 'out.parquet')]))).toBe(hashCandles(candles))
  })

  it('a range of the bars', async () => {
    const store = temporaryDirectory()
    await writeSeries(store, KEY, smallCandles(10), SOURCE)
    const query = { ...KEY, fromMs: START_MS + 2 * HOUR_MS, toMs: START_MS + 4 * HOUR_MS }
    const file = join(store, 'part.txt')
    const done = await exportSeries(store, query, file, { force: false, format: 'csv' })
    expect([done.rows, done.firstMs]).toEqual([2, START_MS + 2 * HOUR_MS])
    expect(readFileSync(file, 'utf8')).toBe(
      'timestamp,open,high,low,close,volume\n1577844000000,102,103.5,101.25,103,0.25\n1577847600000,103,104.5,102.25,104,0.375\n',
    )
  })

  it('refuses what it would have to guess or destroy, and leaves nothing half-written', async () => {
    const store = temporaryDirectory()
    await writeSeries(store, KEY, smallCandles(10), SOURCE)
    const kept = writeText(store, 'mine.csv', 'mine')
    expect((await refusalOf(exportSeries(store, KEY, kept, { force: false }))).code).toBe('FILE_EXISTS')
    expect(readFileSync(kept, 'utf8')).toBe('mine')
    const unnamed = await refusalOf(exportSeries(store, KEY, join(store, 'out.xlsx'), { force: false }))
    expect([unnamed.code, unnamed.line]).toEqual([
      'BAD_OPTION',
      expect.stringMatching(/\.csv, \.csv\.gz, \.arrow, \.parquet/),
    ])
    const before = readdirSync(store).sort()
    for (const format of EXPORT_FORMATS) {
      const blocked = exportSeries(store, KEY, join(kept, `out.${format}`), { force: false })
      expect((await refusalOf(blocked)).code).toBe('NOT_WRITABLE')
    }
    expect(readdirSync(store).sort()).toEqual(before)
  })
})
