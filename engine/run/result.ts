/** From a finished kernel to a RunResult: plain data for metrics, reports and JSON. */

import type { Preparation } from '../core/candles.ts'
import { type Dec, decToNumber } from '../core/dec.ts'
import { type Grid, gridCandles } from '../core/grid.ts'
import type { Assumption, ReallocationResults, RunResult, SkipCount } from '../core/result.ts'
import type { SkipTally } from '../kernel/recorder.ts'
import { ambiguityOf } from './ambiguity.ts'
import type { ResolvedConfig } from './config/index.ts'
import { dustOf } from './dust.ts'
import type { Executed } from './execute.ts'
import { executionAssumptions } from './execution-assumptions.ts'
import { exposureOf } from './exposure.ts'
import { headerHash, type RunHeader } from './header.ts'
import { marginAssumptions, marginResult } from './margin-result.ts'
import type { Market } from './market.ts'
import { profileEvents, profileResults } from './profile-results.ts'
import { exitsOf, tradesOf } from './trade-figures.ts'
import { priceAssumptions, venueResults } from './venue-results.ts'
import { wickStops } from './wicks.ts'

export interface ResultInput {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly executed: Executed
  readonly header: RunHeader
  readonly params: unknown
  /** Digest of the inputs. */
  readonly inputs: string
  /** Final equity under each ambiguity model that was run. */
  readonly finalEquity: Readonly<Record<string, number>>
}

/** The run's id: its name, and the first digits of the hash of everything it depends on. */
export function runIdOf(name: string, header: RunHeader): string {
  const slug = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  return `${slug === '' ? 'run' : slug}-${headerHash(header).slice(0, 10)}`
}

export function makeResult(input: ResultInput): RunResult {
  const { config, market, executed, header } = input
  const { grid } = market
  const { portfolio } = executed.kernel
  const equity = executed.equity!
  const trades = tradesOf(executed, grid)
  const money = (amount: Dec): number => decToNumber(amount, portfolio.ledger.quoteDec)
  return {
    runId: runIdOf(config.name, header),
    name: config.name,
    config,
    strategy: { name: strategyName(config), params: input.params, hash: header.strategy },
    quote: config.account.quote,
    symbols: config.data.symbols,
    venue: config.data.venue,
    timeframeMs: grid.timeframeMs,
    bars: grid.rows,
    fromMs: grid.time[0]!,
    toMs: grid.time[grid.rows - 1]! + grid.timeframeMs,
    initialEquity: config.account.equity,
    finalEquity: equity[grid.rows - 1]!,
    digest: { inputs: input.inputs, decisions: executed.decisionsDigest, outcomes: executed.outcomesDigest },
    configHash: header.config,
    dataHash: header.data,
    rulebookHash: header.rulebook,
    time: grid.time,
    equity,
    exposure: exposureOf(portfolio.steps, grid, equity),
    candles: market.columns.grid.symbols.map((_, symbol) => gridCandles(market.columns.grid, symbol)),
    trades,
    fees: money(portfolio.ledger.feesPaid),
    funding: money(portfolio.ledger.fundingPaid),
    liquidations: portfolio.liquidations,
    margin: marginResult(config, executed, grid, equity),
    fills: portfolio.fills,
    turnover: portfolio.turnover,
    exits: exitsOf(executed),
    skips: skipsOf(executed),
    venues: venueResults(config, executed, market),
    accounts: [],
    reallocations: reallocationResults(executed),
    dust: dustOf(executed, grid),
    profiles: profileEvents(executed.kernel),
    profileResults: profileResults(executed.kernel, executed.recorder),
    ambiguity: ambiguityOf(config, executed, trades, input.finalEquity),
    assumptions: [
      ...assumptionsOf(config, executed, grid),
      ...priceAssumptions(config, executed, market),
      ...wickStops(trades, grid, executed.instruments),
    ],
    cashFlows: (executed.flows?.done ?? []).map(({ atMs, amount }) => ({ timeMs: atMs, amount: money(amount) })),
  }
}

function reallocationResults({ kernel }: Executed): ReallocationResults | null {
  const { desk, portfolio } = kernel
  const { reallocator } = desk.plans
  if (reallocator === null) return null
  const { tally } = reallocator
  return { ...tally, received: decToNumber(tally.received, portfolio.ledger.quoteDec) }
}

export function strategyName(config: ResolvedConfig): string {
  return 'name' in config.strategy ? config.strategy.name : config.strategy.file
}

function skipsOf(executed: Executed): SkipCount[] {
  const { recorder, instruments, venues } = executed
  return [...recorder.skips.values()].map((tally) => ({
    code: tally.code,
    symbol: instruments[tally.instrument]!.symbol,
    ...(venues.length > 1 ? { venue: instruments[tally.instrument]!.venue } : {}),
    count: tally.count,
    firstTimeMs: tally.firstMs,
    lastTimeMs: tally.lastMs,
    example: tally.code === 'VENUE_UNSUPPORTED' ? lackedBy(executed, tally) : tally.example,
  }))
}

/** What the venue doesn't take, in its own words. */
function lackedBy({ models }: Executed, { instrument, example }: SkipTally): string {
  return models.support?.lacked.get(instrument) ?? example
}

/** What the run took for granted: nothing is assumed silently. */
function assumptionsOf(config: ResolvedConfig, executed: Executed, grid: Grid): Assumption[] {
  const assumptions = executionAssumptions(config, executed)
  const toMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  assumptions.push(...executed.terms.assumptions(grid.time[0]!, toMs))
  assumptions.push(...marginAssumptions(executed))
  assumptions.push(...preparationsOf(grid))
  const missing = missingBars(grid)
  if (missing > 0) {
    assumptions.push({
      code: 'MISSING_BARS',
      text: 'bars absent from the data were left out: the next bar is the next one there is, whenever that is',
      count: missing,
    })
  }
  const stillOpen = executed.kernel.portfolio.trades.stillOpen().length
  if (stillOpen > 0) {
    assumptions.push({
      code: 'OPEN_AT_END',
      text: 'a position still open at the end is valued at the last close, without the cost of selling it',
      count: stillOpen,
    })
  }
  const refused = executed.flows?.refused ?? 0
  if (refused > 0) {
    assumptions.push({
      code: 'WITHDRAWAL_REFUSED',
      text: 'withdrawals of more than was free: nothing was taken out',
      count: refused,
    })
  }
  const stranded = strandedAt(executed, toMs)
  if (stranded > 0) {
    assumptions.push({
      code: 'HELD_AFTER_DELISTING',
      text: "a position in a symbol that is no longer listed can't be sold: it is valued at its last close",
      count: stranded,
    })
  }
  return assumptions
}

/** What was done to the data between the store and the run. */
function preparationsOf(grid: Grid): Assumption[] {
  const made = grid.symbols.map(({ series }) => series.preparation ?? {})
  const sum = (pick: (one: Preparation) => number | undefined): number =>
    made.reduce((total, one) => total + (pick(one) ?? 0), 0)
  const resampled = made.flatMap(({ resampledFrom }) => resampledFrom ?? [])
  const bars = grid.symbols.reduce(
    (total, { series }) => total + (series.preparation?.resampledFrom === undefined ? 0 : series.candles.time.length),
    0,
  )
  const [carried, partial] = [sum((one) => one.carriedBars), sum((one) => one.partialBars)]
  const found: (Assumption | null)[] = [
    resampled.length === 0
      ? null
      : {
          code: 'RESAMPLED',
          text: `bars were made of ${[...new Set(resampled)].join(' and ')} bars when they were read`,
          count: bars,
        },
    partial === 0
      ? null
      : {
          code: 'PARTIAL_BARS',
          text: 'bars at an end were made of data that begin or end inside them',
          count: partial,
        },
    carried === 0
      ? null
      : {
          code: 'GAPS_CARRIED',
          text: 'bars absent from the data were filled in with the last close and no volume, and orders fill in them too',
          count: carried,
        },
  ]
  return found.filter((one) => one !== null)
}

/** Positions that are held in symbols whose delisting has come. */
function strandedAt({ kernel, instruments, terms }: Executed, ms: number): number {
  const { quantity } = kernel.portfolio.ledger
  return instruments.filter(({ id }) => quantity[id] !== 0 && terms.rulebook(id, ms).delistedMs <= ms).length
}

function missingBars(grid: Grid): number {
  if (grid.gapless) return 0
  let missing = 0
  for (let row = 1; row < grid.rows; row++) {
    missing += Math.round((grid.time[row]! - grid.time[row - 1]!) / grid.timeframeMs) - 1
  }
  return missing
}
