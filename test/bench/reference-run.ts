/**
 * The reference job through the real engine: kernel, rules, simulated venue, exact ledger, costs, journal with its
 * SHA-256 digests, and a strategy file. SMA 20 over SMA 100, long only, all-in at the next open, fee 0.1 % a side.
 */

import { type Candles, sharedColumn } from '../../engine/core/candles.ts'
import type { Strategy, StrategyModule } from '../../engine/core/strategy.ts'
import { MarketColumns } from '../../engine/kernel/columns.ts'
import { MarkSlot } from '../../engine/kernel/mark.ts'
import { type ResolvedConfig, resolveConfig } from '../../engine/run/config/index.ts'
import { type Executed, execute, newRunMemory } from '../../engine/run/execute.ts'
import { type Market, makeInstruments, makeMarket } from '../../engine/run/market.ts'

export const FAST = 20
export const SLOW = 100

const MINUTE_MS = 60_000

export const JOB = {
  strategy: { name: 'sma-cross' },
  data: { venue: 'bench', symbols: ['BTC/USD'], timeframe: '1m' },
  account: { quote: 'USD', equity: 1_000_000, profile: 'none' },
  sizing: { mode: 'percent', fraction: 1, by: 'quote' },
  costs: { fees: { maker: 0.001, taker: 0.001 } },
  rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' },
}

/** A small account under every rule of its profile; its gate on quality needs signals that state one, so it is off. */
const MICRO_CAP = {
  account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' },
  sizing: { mode: 'profile' },
  rules: { gates: { quality: false }, venueMinimums: false, minimums: 'off' },
}

const BRACKETS = { target: 0.01, stop: 0.005 }

/**
 * What is run: the job itself, and the same with more asked of the engine. The job is the C program's: equity is worked
 * out at every close and goes into the running figures; 'with-column' also keeps it, as a report wants it.
 */
export const CASES = [
  'given',
  'computed',
  'with-column',
  'outside',
  'after-others',
  'bar-by-bar',
  'brackets',
  'micro-cap',
  'perpetual',
] as const
export type BenchCase = (typeof CASES)[number]

/** The numbers that the C program computes, too. */
export interface JobNumbers {
  /** Entries filled. */
  readonly entries: number
  /** Final over initial equity. */
  readonly finalRatio: number
  readonly maxDrawdown: number
  /** Σr and Σr² of the bars' returns. */
  readonly sumR: number
  readonly sumR2: number
}

/** One way to run, to be called again and again: everything but the run itself is made once. */
export interface PreparedJob {
  readonly bars: number
  readonly initialEquity: number
  run(): Executed
}

/** The bench's market from its candles. */
export function marketFor(candles: Candles): Market {
  return makeMarket([{ venue: 'bench', symbol: 'BTC/USD', timeframeMs: MINUTE_MS, candles, dataHash: 'random walk' }])
}

/** Prepares a case on a market. `module` is sma-cross, or a strategy file of the same parameters. */
export function prepareJob(name: Exclude<BenchCase, 'perpetual'>, market: Market, module: StrategyModule): PreparedJob {
  const config = resolveConfig({ ...JOB, ...(name === 'micro-cap' ? MICRO_CAP : {}) }, 'bench')
  const params = module.params.parse({ fast: FAST, slow: SLOW, ...(name === 'brackets' ? BRACKETS : {}) })
  const equity = name === 'with-column' ? new Float64Array(market.grid.rows) : null
  const job = prepareRun(config, market, () => module.create(params), undefined, equity)
  if (name !== 'computed') return job
  // Both averages anew in every run; of the run before nothing is kept but the memory.
  const kept = [0, 1].map(() => sharedColumn(market.grid.rows))
  const fresh = (): MarketColumns => {
    let next = 0
    return new MarketColumns(market.grid, [], (rows) => kept[next++] ?? sharedColumn(rows))
  }
  return prepareRun(config, market, () => module.create(params), fresh)
}

/** Prepares another strategy with its own parameters, such as the run without orders beyond the first. */
export function prepareOther(name: string, market: Market, module: StrategyModule): PreparedJob {
  const config = resolveConfig({ ...JOB, strategy: { name } }, 'bench')
  return prepareRun(config, market, () => module.create(module.params.parse({})))
}

function prepareRun(
  config: ResolvedConfig,
  market: Market,
  create: () => Strategy,
  columns: () => MarketColumns = () => market.columns,
  equity: Float64Array | null = null,
): PreparedJob {
  const instruments = makeInstruments(config, market.grid)
  // As a sweep's trials: the memory of the run before serves the next one.
  const memory = newRunMemory()
  return {
    bars: market.grid.rows,
    initialEquity: config.account.equity,
    run: () => execute(config, { ...market, columns: columns() }, instruments, create(), { equity, memory }),
  }
}

/** A finished run's numbers. */
export function numbersOf({ kernel }: Executed, initialEquity: number): JobNumbers {
  const { portfolio, marker } = kernel
  const { state } = marker
  return {
    entries: portfolio.trades.closed().length + portfolio.trades.stillOpen().length,
    finalRatio: state[MarkSlot.equity]! / initialEquity,
    maxDrawdown: state[MarkSlot.maxDrawdown]!,
    sumR: state[MarkSlot.sumReturns]!,
    sumR2: state[MarkSlot.sumSquares]!,
  }
}
