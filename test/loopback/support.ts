/** An exchange over scripted candles, and a real ccxt client of it. */

import ccxt from 'ccxt'
import { allocateCandles, type CandleSeries } from '../../engine/core/candles.ts'
import type { MarginRecord, RulebookRecord } from '../../engine/core/dated.ts'
import { decArray, decFromNumber } from '../../engine/core/dec.ts'
import { VirtualClock } from '../../engine/loopback/clock.ts'
import type { ExchangeSetup } from '../../engine/loopback/exchange.ts'
import type { FloorSetup } from '../../engine/loopback/floor.ts'
import { generateKey, type KeySetup } from '../../engine/loopback/keys.ts'
import { type RunningExchange, type StartOptions, startExchange } from '../../engine/loopback/start.ts'
import { MarginTimeline } from '../../engine/market/margins.ts'
import { toRulebook } from '../../engine/market/rulebooks.ts'
import { flatFees } from '../../engine/sim/costs.ts'

export const START_MS = Date.UTC(2024, 0, 1)
export const HOUR_MS = 3_600_000

export type Bar = readonly [number, number, number, number, number?]

export const FEES = { maker: 0.0025, taker: 0.004 }

export function series(symbol: string, bars: readonly Bar[], timeframeMs = HOUR_MS, startMs = START_MS): CandleSeries {
  const candles = allocateCandles(bars.length)
  for (const [row, [open, high, low, close, volume = 100]] of bars.entries()) {
    candles.time[row] = startMs + row * timeframeMs
    candles.open[row] = open
    candles.high[row] = high
    candles.low[row] = low
    candles.close[row] = close
    candles.volume[row] = volume
  }
  return { venue: 'kraken', symbol, timeframeMs, candles, dataHash: symbol }
}

export const RECORD: RulebookRecord = {
  venue: 'kraken',
  symbol: 'BTC/USD',
  fromMs: 0,
  toMs: null,
  tick: '0.1',
  step: '0.00000001',
  minQty: '0.0001',
  minCost: '0.5',
  minBuyCost: '0',
  significantDigits: null,
  listedMs: null,
  delistedMs: null,
  approximate: false,
  source: 'test',
}

export function floorSetup(all: readonly CandleSeries[], changes: Partial<FloorSetup> = {}): FloorSetup {
  return {
    series: all,
    accounts: [{ name: 'main', balances: { USD: '10000' } }],
    rulebook: () => RECORD,
    toRulebook: (instruments) => {
      const books = instruments.map((one) => toRulebook(RECORD, one))
      return (instrument) => books[instrument]!
    },
    leverages: () => [],
    fees: () => flatFees(FEES.maker, FEES.taker),
    margin: null,
    model: 'pessimistic',
    limitFill: 'through',
    participation: 0,
    spreadBps: 0,
    slippageBps: 0,
    ...changes,
  }
}

export interface TestExchange extends RunningExchange {
  readonly clock: VirtualClock
  readonly key: KeySetup
  /** Moves the clock on by whole bars of an hour. */
  hours(count: number): void
}

export async function open(
  spot: FloorSetup | null,
  futures: FloorSetup | null = null,
  changes: Partial<ExchangeSetup & StartOptions> = {},
): Promise<TestExchange> {
  const clock = new VirtualClock(changes.startMs ?? START_MS)
  const key = generateKey('test', 'main', ['query', 'trade'])
  const setup: ExchangeSetup = { spot, futures, keys: [key], clock, startMs: clock.nowMs(), seed: 1, ...changes }
  const options: StartOptions = { port: 0, tier: 'pro', rateLimits: 'off', ...changes }
  const running = await startExchange(setup, options)
  return { ...running, clock, key, hours: (count) => running.exchange.advanceTo(clock.nowMs() + count * HOUR_MS) }
}

let nonce = 0

/** Microseconds that always rise: one source for every caller of a test. */
export function nextNonce(): number {
  nonce = Math.max(nonce + 1, Date.now() * 1000)
  return nonce
}

/** ccxt's own client, pointed at the exchange. */
export function krakenClient(
  { url, key }: TestExchange,
  changes: Partial<KeySetup> = {},
): InstanceType<typeof ccxt.kraken> {
  const { key: apiKey, secret } = { ...key, ...changes }
  const client = new ccxt.kraken({ apiKey, secret, enableRateLimit: false, timeout: 60_000 })
  client.urls['api'] = { public: url, private: url, zendesk: url }
  client.nonce = nextNonce
  return client
}

const MARGIN: MarginRecord = {
  venue: 'krakenfutures',
  symbols: ['BTC/USD:USD', 'SOL/USD:USD'],
  fromMs: 0,
  toMs: null,
  approximate: false,
  source: 'test',
  product: 'perp',
  tiers: [{ fromNotional: 0, maintenanceRate: 0.01, maxLeverage: 50 }],
  cumulative: false,
  fundingHours: 1,
  maxFundingRate: null,
  liquidationFee: 0,
  partial: null,
  backstop: null,
}

/** A floor of Kraken Futures; `fundings` by hour from the start on, as fractions. */
export function futuresSetup(
  all: readonly CandleSeries[],
  fundings: readonly number[] = [],
  leverage = 50,
): FloorSetup {
  const record = { ...RECORD, tick: '1', step: '0.0001', minQty: '0.0001', minCost: '0' }
  return floorSetup(
    all.map((one) => ({ ...one, venue: 'krakenfutures' })),
    {
      rulebook: () => record,
      toRulebook: (instruments) => {
        const books = instruments.map((one) => toRulebook(record, one))
        return (instrument) => books[instrument]!
      },
      leverages: () => [50],
      fees: () => flatFees(0.0002, 0.0005),
      margin: (instruments) => {
        const timelines = instruments.map((one) => new MarginTimeline([MARGIN], 'krakenfutures', one))
        const rate = decArray(fundings.length)
        fundings.forEach((one, i) => {
          rate[i] = decFromNumber(one, 12)
        })
        const events = { timeMs: Float64Array.from(fundings, (_, i) => START_MS + i * HOUR_MS), rate }
        return {
          mode: 'cross',
          leverage,
          rules: (id, atMs) => timelines[id]!.at(atMs),
          nextChangeMs: () => Number.POSITIVE_INFINITY,
          funding: instruments.map(() => events),
          marks: instruments.map(() => null),
        }
      },
    },
  )
}

/** ccxt's client of Kraken Futures. */
export function futuresClient(
  { url, key }: TestExchange,
  changes: Partial<KeySetup> = {},
): InstanceType<typeof ccxt.krakenfutures> {
  const { key: apiKey, secret } = { ...key, ...changes }
  const client = new ccxt.krakenfutures({ apiKey, secret, enableRateLimit: false, timeout: 60_000 })
  const trading = `${url}/derivatives/api/`
  client.urls['api'] = {
    charts: `${url}/api/charts/`,
    history: `${url}/api/history/`,
    feeschedules: `${url}/api/feeschedules/`,
    public: trading,
    private: trading,
  }
  return client
}
