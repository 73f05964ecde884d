/** `tandem data check` on files and on a store, in this process. */

import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listFunding, loadFunding, writeFunding } from '../../datasets/funding/store.ts'
import { loadCandles, readManifest } from '../../datasets/store.ts'
import { syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import { writeSeries } from '../../datasets/write.ts'
import { HOUR_MS, KEY, START_MS, snapshot, temporaryDirectory, toCsv, writeText } from '../datasets/support.ts'
import { runTandem } from './run-tandem.ts'

const SOURCE = { kind: 'file', name: 'prices.csv', sha256: '0'.repeat(64), format: 'csv' } as const
const BASE = { model: 'gbm', seed: 4, bars: 600, timeframeMs: HOUR_MS } as const
const market = (symbol = 'BTC/USD', more = {}) =>
  syntheticCandles({ ...BASE, venue: 'kraken', symbol, ...more }).candles

describe('data check', () => {
  it('a clean store: exit 0, nothing found', async () => {
    const store = temporaryDirectory()
    await writeSeries(store, KEY, market(), SOURCE)
    const { code, stdout } = await runTandem(['data', 'check', '--store', store, '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      errors: 0,
      warnings: 0,
      checks: [{ target: 'kraken:BTC/USD:1h', kind: 'candles', rows: 600, findings: [], fixes: [], written: null }],
    })
    expect((await runTandem(['data', 'check', 'kraken:BTC/USD:1h', '--store', store])).stdout).toBe(
      'kraken:BTC/USD:1h: 600 rows, 0 errors, 0 warnings\n',
    )
  })

  it('errors: exit 1, each with row, severity and advice', async () => {
    const file = writeText(temporaryDirectory(), 'bad.csv', toCsv(market()).replace(/\n(\d+),[^,]*,/, '\n$1,oops,'))
    const { code, stdout } = await runTandem(['data', 'check', file])
    expect(code).toBe(1)
    expect(stdout).toMatch(/error +BAD_PRICE +2 +2020-01-01 00:00 +the open is no number/)
    expect(stdout).toMatch(/BAD_PRICE: correct or remove the row/)
  })

  it('a time of no unit is told, times of any unit are read', async () => {
    const folder = temporaryDirectory()
    const text = toCsv(market())
    const odd = writeText(folder, 'odd.csv', text.replace(/\n\d+,/, '\n17,'))
    const { stdout } = await runTandem(['data', 'check', odd])
    expect(stdout).toMatch(/BAD_TIME +2 .* the time 17 is before 2009 or after 2100, whatever its unit/)
    const mixed = writeText(folder, 'mixed.csv', text.replace(/\n(\d{13}),/, '\n$1000,'))
    expect((await runTandem(['data', 'check', mixed])).stdout).toMatch(/600 rows, 0 errors, 0 warnings/)
  })

  it('--fix mends a stored series in place and says so in its manifest', async () => {
    const store = temporaryDirectory()
    const clean = market()
    await writeSeries(store, KEY, { ...clean, time: clean.time.map((at) => at + 3 * HOUR_MS) }, SOURCE)
    await writeSeries(store, { ...KEY, venue: 'coinbase' }, clean, SOURCE)
    const before = snapshot(store)
    const asked = ['data', 'check', 'kraken:BTC/USD:1h', '--store', store, '--json']
    const told = await runTandem(asked)
    expect([told.code, JSON.parse(told.stdout).checks[0].fixes.length]).toEqual([1, 1])
    expect(snapshot(store)).toEqual(before)
    expect((await runTandem([...asked, '--fix'])).code).toBe(1)
    const manifest = await readManifest(store, KEY)
    expect(manifest.fixes).toMatchObject([{ code: 'LOCAL_TIME', rows: 600, text: /UTC\+3/ }])
    expect(manifest.source).toEqual(SOURCE)
    expect([...(await loadCandles(store, KEY)).candles.time]).toEqual([...clean.time])
    expect(JSON.parse((await runTandem(asked)).stdout).errors).toBe(0)
  })

  it('--fix imports a file mended, or not at all', async () => {
    const folder = temporaryDirectory()
    const store = join(folder, 'store')
    const [header, ...rows] = toCsv(market()).trimEnd().split('\n')
    const newestFirst = writeText(folder, 'newest.csv', [header, ...rows.reverse(), rows[599]].join('\n'))
    const words = ['data', 'check', newestFirst, '--fix', '--store', store]
    const refused = await runTandem(words)
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringMatching(/--venue, --symbol and --timeframe/)])
    const place = ['--venue', 'kraken', '--symbol', 'BTC/USD', '--timeframe', '1h']
    const mended = await runTandem([...words, ...place])
    expect(mended.stdout).toMatch(/Done, and written to kraken:BTC\/USD:1h/)
    const manifest = await readManifest(store, KEY)
    expect(manifest).toMatchObject({ rows: 600, source: { kind: 'file', name: 'newest.csv' } })
    expect(manifest.fixes!.map(({ code }) => code)).toEqual(['NEWEST_FIRST', 'DUPLICATE'])
    const bad = writeText(folder, 'bad.csv', [header, rows[599]!.replace(/[\d.]+$/, '-1'), rows[598]].join('\n'))
    const before = snapshot(store)
    const left = await runTandem(['data', 'check', bad, '--fix', '--store', store, ...place])
    expect([left.code, left.stdout]).toEqual([2, ''])
    expect(left.stderr).toMatch(/no safe fix mends 1 error, so nothing was written/)
    expect(snapshot(store)).toEqual(before)
  })

  it('funding in the store is checked and mended, too', async () => {
    const store = temporaryDirectory()
    const key = { venue: 'binance', symbol: 'BTC/USDT:USDT' }
    const time = Float64Array.from({ length: 90 }, (_, row) => START_MS + row * 8 * HOUR_MS)
    const late = time.map((at, row) => at + 3 * HOUR_MS + (row % 2) * 40)
    await writeFunding(store, key, { time: late, rate: time.map(() => 1e-4) }, SOURCE)
    const words = ['data', 'check', '--store', store, '--json']
    const told = JSON.parse((await runTandem(words)).stdout)
    expect(told.checks[0]).toMatchObject({
      target: 'binance:BTC/USDT:USDT:funding',
      kind: 'funding',
      timeframe: '8h',
      counts: { FUNDING_OFF_HOUR: 1, LOCAL_TIME: 1 },
    })
    await runTandem([...words, '--fix'])
    expect([...(await loadFunding(store, key)).time]).toEqual([...time])
    expect((await runTandem(words)).code).toBe(0)
    expect((await listFunding(store))[0]!.fixes!.map(({ code }) => code)).toEqual(['FUNDING_OFF_HOUR', 'LOCAL_TIME'])
  })

  it.each([
    ['nothing.csv', /there is no such file/],
    ['kraken:BTC/USD:hourly', /'hourly' is not a timeframe/],
    ['kraken:ETH/USD:1h', /no candles of kraken ETH\/USD 1h/],
  ])('%s is refused in one line', async (target, message) => {
    const { code, stderr, stdout } = await runTandem(['data', 'check', target, '--store', temporaryDirectory()])
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
    expect(stderr.trimEnd().split('\n').length).toBe(1)
  })
})
