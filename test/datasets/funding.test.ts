import { rmSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fundingDirectory } from '../../datasets/funding/series.ts'
import { listFunding, loadFunding, writeFunding } from '../../datasets/funding/store.ts'
import { HOUR_MS, refusalOf, START_MS, temporaryDirectory } from './support.ts'

const KEY = { venue: 'binance', symbol: 'BTC/USDT:USDT' } as const
const SOURCE = { kind: 'file', name: 'f.csv', sha256: '0'.repeat(64), format: 'funding' } as const

const rates = (rows: number, stepMs = 8 * HOUR_MS) => ({
  time: Float64Array.from({ length: rows }, (_, row) => START_MS + row * stepMs),
  rate: Float64Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? -1 : 1) * row * 1e-5),
})

it('keeps settlements to the bit and loads ranges of them', async () => {
  const store = temporaryDirectory()
  const { manifest, replaced } = await writeFunding(store, KEY, rates(5000), SOURCE)
  expect(replaced).toBe(false)
  expect(manifest).toMatchObject({ rows: 5000, intervalMs: 8 * HOUR_MS, gaps: { runs: 0, rows: 0 } })
  const all = await loadFunding(store, KEY)
  expect([all.dataHash, [...all.rate]]).toEqual([manifest.dataHash, [...rates(5000).rate]])
  const part = await loadFunding(store, { ...KEY, fromMs: START_MS + 1, toMs: START_MS + 16 * HOUR_MS + 1 })
  expect([...part.time]).toEqual([START_MS + 8 * HOUR_MS, START_MS + 16 * HOUR_MS])
  expect((await listFunding(store)).map(({ rows }) => rows)).toEqual([5000])
  const again = await writeFunding(store, KEY, rates(3, HOUR_MS), SOURCE)
  expect([again.replaced, (await loadFunding(store, KEY)).time.length]).toEqual([true, 3])
})

it('counts missing settlements in the usual interval', async () => {
  const { time, rate } = rates(10)
  const kept = (column: Float64Array) => column.filter((_, row) => row !== 4 && row !== 5 && row !== 8)
  const { manifest } = await writeFunding(temporaryDirectory(), KEY, { time: kept(time), rate: kept(rate) }, SOURCE)
  expect(manifest.gaps).toEqual({ runs: 2, rows: 3 })
})

it('says what is missing or damaged', async () => {
  const store = temporaryDirectory()
  expect((await refusalOf(loadFunding(store, KEY))).code).toBe('NO_SUCH_SERIES')
  const { manifest } = await writeFunding(store, KEY, rates(9), SOURCE)
  expect((await refusalOf(loadFunding(store, { ...KEY, toMs: START_MS }))).code).toBe('NO_DATA_IN_RANGE')
  const file = join(fundingDirectory(store, KEY), manifest.file)
  truncateSync(file, 50)
  expect((await refusalOf(loadFunding(store, KEY))).code).toBe('DAMAGED_SERIES')
  rmSync(file)
  expect((await refusalOf(loadFunding(store, KEY))).code).toBe('DAMAGED_SERIES')
  expect((await refusalOf(loadFunding(store, { ...KEY, symbol: '../x' }))).code).toBe('BAD_SYMBOL')
})
