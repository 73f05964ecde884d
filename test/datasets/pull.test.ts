/** Goal: a pull gives the venue's candles, all of them and no others, whatever the way there was like. */

import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openExchange } from '../../datasets/pull/exchange.ts'
import { addToPart, beginPart, partPath, resumePart } from '../../datasets/pull/part.ts'
import type { CandleRow, Exchange, PullClock, TradeRow } from '../../datasets/pull/port.ts'
import { type PullOptions, pullCandles } from '../../datasets/pull/pull.ts'
import { loadCandles } from '../../datasets/store.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { repositoryRoot } from '../support/shared.ts'
import { candleAt, MINUTE_MS, type ServerOptions, startPullServer } from './pull-server.ts'
import { plain, refusalOf, START_MS, snapshot, temporaryDirectory, writeText } from './support.ts'

const KEY = { venue: 'binance', symbol: 'BTC/USDT', timeframeMs: MINUTE_MS } as const

/** A clock on which waiting takes no time. `minutes` bars are over and half of the next. */
function clockAfter(minutes: number): PullClock & { readonly waits: number[] } {
  const waits: number[] = []
  const nowMs = START_MS + minutes * MINUTE_MS + 30_000
  return { waits, nowMs: () => nowMs, sleep: async (ms) => void waits.push(ms) }
}

const MINUTES = 100_000
/** How long an answer that never comes is waited for where calls are counted: one that is only slow would be asked for twice. */
const GIVES_UP_MS = 1000
/** The rows that the server has of bars that are over. */
const expectedRows = (minutes: number): CandleRow[] =>
  Array.from({ length: minutes }, (_, index) => candleAt(START_MS, index)).filter((row) => row !== null)

async function serve(options: Partial<ServerOptions> = {}) {
  const server = await startPullServer({ startMs: START_MS, minutes: MINUTES + 1, ...options })
  onTestFinished(() => server.close())
  return server
}

/** Files of a store but for what is named by chance or by the hour. */
async function pullFrom(url: string, options: Partial<PullOptions> & { store: string }, timeoutMs = 60_000) {
  const exchange = await openExchange('binance', { apiUrl: url, paced: false, timeoutMs })
  try {
    return await pullCandles(exchange, { ...KEY, fromMs: START_MS, clock: clockAfter(MINUTES), ...options })
  } finally {
    await exchange.close()
  }
}

describe('through ccxt, from a server that speaks the candle endpoint', () => {
  it('gives every candle that is over, and is byte for byte the same with faults on the way', async () => {
    const smooth = temporaryDirectory()
    const rough = temporaryDirectory()
    const server = await serve()
    const report = await pullFrom(server.url, { store: smooth })
    const expected = expectedRows(MINUTES)
    expect(report).toMatchObject({ rows: expected.length, pulledRows: expected.length, resumedRows: 0, retries: 0 })
    const { candles } = await loadCandles(smooth, KEY)
    expect([...candles.time]).toEqual(expected.map(([time]) => time))
    expect([...candles.close]).toEqual(expected.map((row) => row[4]))

    const faulty = await serve({ faults: 0.3 })
    const survived = await pullFrom(faulty.url, { store: rough }, 250)
    expect(survived.retries).toBeGreaterThanOrEqual(faulty.calls.faults)
    expect(faulty.calls.faults).toBeGreaterThan(20)
    expect(snapshot(rough)).toEqual(snapshot(smooth))
  })

  it.runIf(existsSync(join(repositoryRoot, 'dist/datasets/pull/pull.js')))(
    'killed in the middle, goes on where it was, to the same bytes',
    async () => {
      const [undisturbed, killed] = [temporaryDirectory(), temporaryDirectory()]
      await pullFrom((await serve()).url, { store: undisturbed })
      let kill = (): void => undefined
      const server = await serve({ faults: 0.1, onCall: (count) => count === 40 && kill() })
      const child = spawn(process.execPath, ['--input-type=module', '-e', childScript(server.url, killed)])
      kill = () => child.kill('SIGKILL')
      const signal = await new Promise((resolve) => child.on('exit', (_, by) => resolve(by)))
      expect(signal).toBe('SIGKILL')
      const before = server.calls.candles
      const report = await pullFrom(server.url, { store: killed }, GIVES_UP_MS)
      expect(report.resumedRows).toBeGreaterThan(20_000)
      expect(report.resumedRows + report.pulledRows).toBe(expectedRows(MINUTES).length)
      expect(server.calls.candles - before).toBeLessThan(100)
      expect(snapshot(killed)).toEqual(snapshot(undisturbed))
    },
  )

  it('says in one line what the venue lacks', async () => {
    const { url } = await serve()
    const store = temporaryDirectory()
    expect((await refusalOf(pullFrom(url, { store, symbol: 'ETH/USDT' }))).line).toMatch(
      /binance: has no symbol ETH\/USDT/,
    )
    const week = { store, timeframeMs: 7 * MINUTE_MS }
    expect((await refusalOf(pullFrom(url, week))).line).toMatch(/has no 7m candles \(it has 1s, 1m/)
    expect((await refusalOf(openExchange('krakn'))).line).toMatch(/no exchange 'krakn' \(known: kraken, krakenfutures/)
    expect(snapshot(store)).toEqual({})
  })
})

/** The pull of the test as a program of its own, which can be killed. */
function childScript(url: string, store: string): string {
  const from = (name: string) =>
    JSON.stringify(new URL(`file://${join(repositoryRoot, 'dist/datasets/pull', name)}`).href)
  const now = START_MS + MINUTES * MINUTE_MS + 30_000
  return `
    import { openExchange } from ${from('exchange.js')}
    import { pullCandles } from ${from('pull.js')}
    const exchange = await openExchange('binance', { apiUrl: ${JSON.stringify(url)}, paced: false, timeoutMs: ${GIVES_UP_MS} })
    const clock = { nowMs: () => ${now}, sleep: async () => undefined }
    await pullCandles(exchange, { ...${JSON.stringify({ ...KEY, store, fromMs: START_MS })}, clock })
  `
}

/** An exchange of one's own: answers in turn, then nothing. */
function fake(
  name: string,
  candles: (sinceMs: number, limit: number) => readonly CandleRow[],
  trades: readonly TradeRow[] = [],
) {
  const asked: number[] = []
  const exchange: Exchange = {
    name,
    prepare: async () => undefined,
    candles: async (_symbol, _timeframe, sinceMs, limit) => {
      asked.push(sinceMs)
      return candles(sinceMs, limit)
    },
    trades: async (_symbol, sinceMs) => {
      asked.push(sinceMs)
      return trades.filter(({ timeMs }) => timeMs >= sinceMs).slice(0, 4)
    },
    close: async () => undefined,
  }
  return { exchange, asked }
}

const at = (minute: number): CandleRow => [START_MS + minute * MINUTE_MS, 10, 12, 9, 11, minute]

describe('pages', () => {
  const pull = (exchange: Exchange, options: Partial<PullOptions> = {}) => {
    const store = options.store ?? temporaryDirectory()
    return pullCandles(exchange, { ...KEY, fromMs: START_MS, clock: clockAfter(10), ...options, store })
  }

  it('in any order, with repeated and foreign rows, become one series', async () => {
    const store = temporaryDirectory()
    const { exchange } = fake('binance', (sinceMs) =>
      [at(-1), at(3), at(0), at(3), at(1), at(9), at(10), at(11)].filter(([time]) => time >= sinceMs - 3 * MINUTE_MS),
    )
    await pull(exchange, { store })
    const { candles } = await loadCandles(store, KEY)
    expect([...candles.volume]).toEqual([0, 1, 3, 9])
  })

  it('the bar that is not over is left out, and comes with the next pull', async () => {
    const store = temporaryDirectory()
    const { exchange, asked } = fake('binance', (sinceMs) =>
      Array.from({ length: 30 }, (_, k) => at(k)).filter(([time]) => time >= sinceMs),
    )
    expect((await pull(exchange, { store })).rows).toBe(10)
    const { fromMs: _, ...rest } = { ...KEY, fromMs: 0, store }
    const more = await pullCandles(exchange, { ...rest, clock: clockAfter(15) })
    expect(more).toMatchObject({ rows: 15, pulledRows: 5, resumedRows: 10 })
    expect(asked).toEqual([START_MS, START_MS + 10 * MINUTE_MS])
    const nothing = await refusalOf(pullCandles(exchange, { ...rest, clock: clockAfter(15) }))
    expect(nothing.code).toBe('NOTHING_NEW')
  })

  it('an empty window is asked for twice before it is believed', async () => {
    let calls = 0
    const { exchange } = fake('binance', () => ((calls += 1) === 1 ? [] : [at(0), at(9)]))
    expect((await pull(exchange)).rows).toBe(2)
    const empty = fake('binance', () => [])
    expect((await refusalOf(pull(empty.exchange))).code).toBe('NOTHING_NEW')
    expect(empty.asked).toHaveLength(2)
  })

  it('with rows that can not be candles are refused, and nothing is stored', async () => {
    const store = temporaryDirectory()
    for (const row of [
      [START_MS + 1, 1, 1, 1, 1, 1],
      [START_MS, 1, 1, 1, Number.NaN, 1],
      [START_MS, 1],
    ]) {
      const { exchange } = fake('binance', () => [row as unknown as CandleRow])
      expect((await refusalOf(pull(exchange, { store }))).code).toBe('BAD_VENUE_DATA')
    }
    const { exchange } = fake('binance', () => [[START_MS, 10, 9, 12, 11, 1]])
    expect((await refusalOf(pull(exchange, { store }))).code).toBe('INCONSISTENT_BAR')
    expect(existsSync(join(store, 'candles', 'venue=binance', 'symbol=BTC-USDT', 'timeframe=1m'))).toBe(false)
  })
})

describe('limits of venues', () => {
  it('Kraken serves the newest 720: older ones are refused with what to do, and trades make them', async () => {
    const trades = Array.from({ length: 40 }, (_, k) => ({
      id: String(k),
      timeMs: START_MS + Math.floor(k / 3) * 20_000,
      price: 100 + (k % 7),
      amount: 1,
    }))
    const { exchange } = fake('kraken', () => [at(0)], trades)
    const store = temporaryDirectory()
    const options = { ...KEY, venue: 'kraken', symbol: 'BTC/USD', store, fromMs: START_MS, clock: clockAfter(1000) }
    const error = await refusalOf(pullCandles(exchange, options))
    expect(error.line).toMatch(
      /kraken: serves only the newest 720 candles, from 2020-01-01 04:42 on.*--from-trades.*data import/,
    )
    expect(snapshot(store)).toEqual({})
    const made = await pullCandles(exchange, { ...options, fromTrades: true })
    const { candles } = await loadCandles(store, options)
    expect(made.rows).toBe(5)
    expect(candles.volume.reduce((sum, value) => sum + value, 0)).toBe(40)
    expect(plain(candles)['open']).toEqual([100, 102, 104, 106, 101])
  })

  it('a venue that stays busy is given up after a while, and what came is kept', async () => {
    const clock = clockAfter(10)
    let down = false
    const busy = new TandemError('too many requests', { code: 'VENUE_BUSY', retryable: true })
    const { exchange } = fake('binance', (sinceMs) => {
      if (down) throw busy
      down = true
      return [at(0), at(1)].filter(([time]) => time >= sinceMs)
    })
    const store = temporaryDirectory()
    const options = { ...KEY, store, fromMs: START_MS, clock }
    expect((await refusalOf(pullCandles(exchange, options))).code).toBe('VENUE_BUSY')
    expect(clock.waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60].map((s) => s * 1000))
    const after = fake('binance', (sinceMs) => [at(0), at(1), at(5)].filter(([time]) => time >= sinceMs))
    expect(await pullCandles(after.exchange, options)).toMatchObject({ rows: 3, resumedRows: 2, pulledRows: 1 })
    expect(after.asked[0]).toBe(START_MS + 2 * MINUTE_MS)
  })

  it('a series from a file is not replaced, a beginning must be known', async () => {
    const { exchange } = fake('binance', () => [at(0)])
    const store = temporaryDirectory()
    const { fromMs: _, ...rest } = { ...KEY, fromMs: 0, store, clock: clockAfter(10) }
    expect((await refusalOf(pullCandles(exchange, rest))).code).toBe('NEED_FROM')
  })
})

describe('a part that was cut short', () => {
  const head = { exchange: 'binance', symbol: 'BTC/USDT', timeframe: '1m', fromMs: START_MS, fromTrades: false }

  it('at any byte resumes with whole pages only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-part-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const path = partPath(folder, KEY)
    await beginPart(path, head)
    await addToPart(path, [at(0), at(1)], START_MS + 2 * MINUTE_MS)
    await addToPart(path, [at(2), at(4)], START_MS + 5 * MINUTE_MS)
    const whole = (await import('node:fs')).readFileSync(path)
    for (let length = 0; length <= whole.length; length++) {
      writeText(folder, 'copy', whole.subarray(0, length))
      const state = await resumePart(join(folder, 'copy'), head)
      expect([null, 2, 4]).toContain(state === null ? null : state.rows.length)
      if (state !== null) expect(state.rows).toEqual([at(0), at(1), at(2), at(4)].slice(0, state.rows.length))
    }
    expect((await resumePart(path, head))?.rows).toHaveLength(4)
    expect(await resumePart(path, { ...head, fromMs: 0 })).toBeNull()
  })
})
