/** A finished run made up from a seed: what report tests render. It looks like a run but obeys no trading rule. */

import seedrandom from 'seedrandom'
import type { RunResult, Trade } from '../../engine/core/result.ts'
import { HOUR_MS, makeTrades, markEquity, START_MS, walk } from './run-market.ts'

export interface MadeUpRun {
  readonly seed?: string
  readonly bars?: number
  readonly trades?: number
  readonly symbols?: readonly string[]
}

function countExits(trades: readonly Trade[]): Record<string, number> {
  const exits: Record<string, number> = {}
  for (const { exitReason } of trades) if (exitReason !== null) exits[exitReason] = (exits[exitReason] ?? 0) + 1
  return exits
}

const hash = (text: string) =>
  Array.from({ length: 64 }, (_, i) => ((text.charCodeAt(i % text.length) * 7 + i * 5) % 16).toString(16)).join('')

/** The run; 5,000 hourly bars of one symbol and 40 trades unless told otherwise. */
export function madeUpRun(options: MadeUpRun = {}): RunResult {
  const { seed = 'report', bars = 5000, trades: count = 40, symbols = ['BTC/USD'] } = options
  const random = seedrandom.alea(seed)
  const candles = symbols.map((_, index) => walk(random, bars, index === 0 ? 29_000 : 720))
  const trades = makeTrades(random, candles, symbols, bars, count)
  const { equity, exposure } = markEquity(trades, candles, symbols, bars, 10_000)
  const fees = trades.reduce((sum, t) => sum + t.entryFee + t.exitFee, 0)
  const finalEquity = equity[bars - 1] ?? 10_000
  const at = (fraction: number) => START_MS + Math.floor(bars * fraction) * HOUR_MS
  return {
    runId: 'r-3f9c2a71',
    name: 'btc-sma',
    config: {
      name: 'btc-sma',
      strategy: { name: 'sma-cross', params: { fast: 20, slow: 100 } },
      data: { venue: 'kraken', symbols, timeframe: '1h' },
      account: { quote: 'USD', equity: 10_000, leverage: 1, profile: 'STANDARD' },
      costs: { fees: 'schedule', spreadBps: 1, slippageBps: 0.5 },
      execution: { latencyMs: 0, ambiguous: 'pessimistic', detail: 'none' },
      seed: 7,
    },
    strategy: { name: 'sma-cross', params: { fast: 20, slow: 100 }, hash: hash('strategy') },
    quote: 'USD',
    symbols,
    venue: 'kraken',
    venues: [],
    accounts: [],
    reallocations: null,
    dust: [],
    timeframeMs: HOUR_MS,
    bars,
    fromMs: START_MS,
    toMs: START_MS + bars * HOUR_MS,
    initialEquity: 10_000,
    finalEquity,
    digest: { inputs: hash('inputs'), decisions: hash('decisions'), outcomes: hash('outcomes') },
    configHash: hash('config'),
    dataHash: hash('data'),
    rulebookHash: hash('rulebook'),
    time: Float64Array.from({ length: bars }, (_, row) => START_MS + row * HOUR_MS),
    equity,
    exposure,
    candles,
    trades,
    fees,
    funding: 0,
    liquidations: 0,
    margin: null,
    fills: trades.length * 2 - trades.filter((t) => t.exitRow === null).length,
    turnover: trades.reduce((sum, t) => sum + t.quantity * (t.entryPrice + (t.exitPrice ?? 0)), 0),
    exits: countExits(trades),
    skips: [
      {
        code: 'FEE_UNPROFITABLE',
        symbol: symbols[0]!,
        count: 17,
        firstTimeMs: at(0.02),
        lastTimeMs: at(0.93),
        example: 'target=0.0031 needed=0.0072',
      },
      {
        code: 'BELOW_MINIMUM',
        symbol: symbols[0]!,
        count: 212,
        firstTimeMs: at(0.1),
        lastTimeMs: at(0.88),
        example: 'wanted=2.00 minimum=2.50',
      },
      {
        code: 'INSUFFICIENT_BALANCE',
        symbol: symbols[0]!,
        count: 3,
        firstTimeMs: at(0.4),
        lastTimeMs: at(0.41),
        example: 'needed=2.5065 available=2.50',
      },
      {
        code: 'HOUSE_RULE_7',
        symbol: symbols[0]!,
        count: 1,
        firstTimeMs: at(0.5),
        lastTimeMs: at(0.5),
        example: 'house=7',
      },
    ],
    ambiguity: {
      model: 'pessimistic',
      bars: 9,
      fills: 11,
      finalEquity: { pessimistic: finalEquity, optimistic: finalEquity + 184.2 },
      range: { low: finalEquity, high: finalEquity + 184.2 },
      trades: 8,
      pnl: -31.5,
      profitShare: 0.125,
      detail: null,
    },
    assumptions: [
      { code: 'FEE_TIER', text: 'Fees of the lowest volume tier, as no account history was given', count: 79 },
      { code: 'NO_QUEUE', text: 'Limit orders fill only when price trades through them', count: 24 },
      { code: 'APPROXIMATE_DATE', text: 'A fee schedule’s effective date is approximate', count: 1 },
    ],
    profiles: [],
    profileResults: [],
    cashFlows: [],
  }
}
