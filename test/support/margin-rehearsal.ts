/** Sessions on margin through ccxt and HTTP at the practice exchange, one after the other on one journal, bar by bar. */

import { loadFees } from '../../datasets/dated/dated.ts'
import type { CandleSeries } from '../../engine/core/candles.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { openExchange } from '../../engine/live/ccxt/open.ts'
import { PATIENCE } from '../../engine/live/context.ts'
import type { Environment } from '../../engine/live/environment.ts'
import type { ExchangePort, VenueTrade } from '../../engine/live/exchange.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import type { AlertLevel } from '../../engine/live/ports.ts'
import { startSession } from '../../engine/live/recovery.ts'
import { exportExchange } from '../../engine/loopback/export.ts'
import type { FloorSetup } from '../../engine/loopback/floor.ts'
import { MarginTimeline } from '../../engine/market/margins.ts'
import { folder } from '../live/ccxt/support.ts'
import { type Bar, floorSetup, futuresSetup, HOUR_MS, open, START_MS, series } from '../loopback/support.ts'
import { deciderOf, type LiveCase, rowsOf, startOf, TestGate } from './live-runs.ts'
import { MemoryFiles } from './memory-files.ts'
import { marketOf } from './runs.ts'

/** First row of a session. */
export const FROM = 6
/** Quiet around 40 000, then half of it is gone. */
export const BARS: readonly Bar[] = [
  ...Array.from({ length: FROM + 4 }, (): Bar => [40_000, 40_100, 39_900, 40_000]),
  [40_000, 40_000, 20_000, 20_500],
  ...Array.from({ length: 4 }, (): Bar => [20_500, 20_600, 20_400, 20_500]),
]

/** Buys in the session's first row, without a stop. */
function buysOnce(): Strategy {
  let context: Context
  return {
    setup: (own) => {
      context = own
    },
    onBar: (row) => {
      if (row === FROM) context.enter(0)
    },
  }
}

export interface Floor {
  readonly venue: 'kraken' | 'krakenfutures'
  readonly symbol: string
  readonly setup: (bars: CandleSeries) => Partial<Record<'spot' | 'futures', FloorSetup>>
}

export const FLOORS: readonly Floor[] = [
  {
    venue: 'krakenfutures',
    symbol: 'BTC/USD:USD',
    setup: (bars) => ({ futures: futuresSetup([bars]) }),
  },
  { venue: 'kraken', symbol: 'BTC/USD', setup: (bars) => ({ spot: onMargin(bars) }) },
]

function onMargin(bars: CandleSeries): FloorSetup {
  const record = {
    ...{ venue: 'kraken', symbols: ['BTC/USD'], fromMs: 0, toMs: null, approximate: false, source: 'test' },
    ...{ product: 'spot' as const, leverages: [2, 5], callLevel: 0.8, stopLevel: 0.4 },
    ...{ longFee: 0.00025, shortFee: 0.0001, rolloverHours: 4 },
  }
  return floorSetup([bars], {
    leverages: () => [2, 5],
    margin: (instruments) => {
      const timelines = instruments.map((one) =>
        one.kind === 'spot' ? null : new MarginTimeline([record], 'kraken', one),
      )
      return {
        ...{ mode: 'cross', leverage: 2, rules: (id, atMs) => timelines[id]?.at(atMs) ?? null },
        nextChangeMs: () => Number.POSITIVE_INFINITY,
        funding: instruments.map(() => null),
        marks: instruments.map(() => null),
      }
    },
  })
}

interface Told {
  readonly level: AlertLevel
  readonly code: string
  readonly text: string
}

const closers: (() => Promise<void>)[] = []

/** After each test. */
export async function closeAll(): Promise<void> {
  for (const close of closers.splice(0)) await close()
}

/** The practice exchange, and sessions at it one after the other on one journal; time moves by `to`. */
export async function rehearsal(
  { venue, symbol, setup }: Floor,
  shown: (trade: VenueTrade) => VenueTrade = (one) => one,
) {
  const bars = series(symbol, BARS)
  const { spot = null, futures = null } = setup(bars)
  const running = await open(spot, futures, { startMs: START_MS + FROM * HOUR_MS })
  const one: LiveCase = {
    ...{ market: marketOf([bars]), make: buysOnce, from: FROM, kind: 'live' },
    changes: {
      account: { quote: 'USD', equity: 10_000, profile: 'none', leverage: 5 },
      sizing: { mode: 'percent', fraction: 4 },
    },
  }
  const environment: Environment = {
    nowMs: () => running.clock.nowMs(),
    // Time moves by the exchange's bars alone; only what waits for an answer waits for real.
    monotonicMs: () => running.clock.nowMs(),
    after(delayMs, then) {
      const timer = setTimeout(then, delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
  }
  const opened = await openExchange({
    venue,
    keys: { apiKey: running.key.key, secret: running.key.secret },
    ...{ url: running.url, nonceFolder: folder(), paced: false },
    environment: { ...environment, monotonicMs: () => performance.now() },
    scheduledFees: await loadFees([venue]),
  })
  closers.push(async () => {
    await opened.close()
    await running.close()
  })
  const exchange: ExchangePort = new Proxy(opened, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target)
      if (name === 'trades') return async (sinceMs: number) => (await target.trades(sinceMs)).map((one) => shown(one))
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const files = new MemoryFiles()
  const rows = rowsOf(one.market, FROM, BARS.length)
  return {
    rows,
    books: () => exportExchange(running.exchange),
    to: (row: number) => running.exchange.advanceTo(START_MS + row * HOUR_MS),
    journal: () => readJournal(files.read('journal.jsonl'), 'journal').records,
    async start() {
      const gate = new TestGate()
      const told: Told[] = []
      const reports: string[] = []
      const decider = deciderOf(one)
      const started = await startSession({
        ...startOf(one, decider, files),
        ...{ environment, exchange, gate, leverage: 5, reconcileMs: 0, patience: PATIENCE },
        feed: { start: () => {}, stop: () => Promise.resolve() },
        alerts: { tell: (level, code, text) => void told.push({ level, code, text }) },
        onReport: (text) => reports.push(text),
      })
      return { ...started, gate, told, reports, decider }
    },
  }
}
