/** From a finished kernel to a RunResult: plain data for metrics, reports and JSON. */

import { type Dec, decToNumber } from '../core/dec.ts'
import { type Grid, gridCandles } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import { Purpose } from '../core/order.ts'
import type { Assumption, ExitReason, RunResult, SkipCount, Trade } from '../core/result.ts'
import type { DoubleTable } from '../core/table.ts'
import { StepColumn } from '../kernel/portfolio.ts'
import type { TradeRecord } from '../kernel/trades.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { Executed } from './execute.ts'
import { headerHash, type RunHeader } from './header.ts'
import { marginAssumptions, marginResult } from './margin-result.ts'
import type { Market } from './market.ts'
import { profileEvents, profileResults } from './profile-results.ts'

/** Why a trade ended, by the purpose of the order that closed it. */
export const EXIT_REASON: Readonly<Record<number, ExitReason>> = {
  [Purpose.exit]: 'SIGNAL',
  [Purpose.stop]: 'STOP',
  [Purpose.target]: 'TARGET',
  [Purpose.emergency]: 'EMERGENCY',
  [Purpose.rebalance]: 'REBALANCE',
  [Purpose.reallocation]: 'REALLOCATION',
  [Purpose.liquidation]: 'LIQUIDATION',
}

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
  const exits: Record<string, number> = {}
  for (const { exitReason } of trades) if (exitReason !== null) exits[exitReason] = (exits[exitReason] ?? 0) + 1
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
    candles: grid.symbols.map((_, symbol) => gridCandles(grid, symbol)),
    trades,
    fees: money(portfolio.ledger.feesPaid),
    funding: money(portfolio.ledger.fundingPaid),
    liquidations: portfolio.liquidations,
    margin: marginResult(config, executed, grid, equity),
    fills: portfolio.fills,
    turnover: portfolio.turnover,
    exits,
    skips: skipsOf(executed, config.data.symbols),
    profiles: profileEvents(executed.kernel),
    profileResults: profileResults(executed.kernel),
    ambiguity: {
      model: config.execution.ambiguous,
      bars: executed.venue.ambiguity.bars,
      fills: executed.venue.ambiguity.fills,
      finalEquity: input.finalEquity,
    },
    assumptions: assumptionsOf(config, executed, grid),
    cashFlows: [],
  }
}

export function strategyName(config: ResolvedConfig): string {
  return 'name' in config.strategy ? config.strategy.name : config.strategy.file
}

/** Closed trades in the order of their exits, then the open ones, marked at the last close. */
function tradesOf(executed: Executed, grid: Grid): Trade[] {
  const { trades } = executed.kernel.portfolio
  return [...trades.closed(), ...trades.stillOpen()].map((trade) =>
    tradeOf(trade, executed.instruments[trade.instrument]!, grid),
  )
}

function tradeOf(trade: TradeRecord, instrument: Instrument, grid: Grid): Trade {
  const money = (amount: Dec): number => decToNumber(amount, instrument.quoteDec)
  const columns = grid.symbols[trade.instrument]!
  const quantity = decToNumber(trade.entryQuantity, instrument.qtyDec)
  const left = decToNumber((trade.entryQuantity - trade.exitQuantity) as Dec, instrument.qtyDec)
  const open = trade.exitRow < 0
  const entryPrice = money(trade.entryValue) / quantity
  const exitPrice = open ? null : money(trade.exitValue) / quantity
  const marked = open ? left * columns.mark[grid.rows - 1]! : 0
  const gross = trade.side * (money(trade.exitValue) + marked - money(trade.entryValue))
  const pnl = gross - money(trade.entryFee) - money(trade.exitFee) - money(trade.funding)
  const lastRow = open ? grid.rows - 1 : trade.exitRow
  return {
    symbol: instrument.symbol,
    side: trade.side > 0 ? 'long' : 'short',
    entryTimeMs: trade.entryMs,
    entryPrice,
    exitTimeMs: open ? null : trade.exitMs,
    exitPrice,
    quantity,
    entryFee: money(trade.entryFee),
    exitFee: money(trade.exitFee),
    funding: money(trade.funding),
    pnl,
    returnFraction: pnl / money(trade.entryValue),
    entryRow: trade.entryRow,
    exitRow: open ? null : trade.exitRow,
    exitReason: open ? null : (EXIT_REASON[trade.exitPurpose] ?? 'SIGNAL'),
    tag: trade.tag,
    profile: trade.profile,
    ...excursions(trade, columns.high, columns.low, entryPrice, exitPrice, lastRow),
    spreadCost: money(trade.spreadCost),
    slippageCost: money(trade.slippageCost),
  }
}

/** Worst and best price while open against the entry; of the exit's bar only the exit's price is known to belong. */
function excursions(
  trade: TradeRecord,
  high: Float64Array,
  low: Float64Array,
  entryPrice: number,
  exitPrice: number | null,
  lastRow: number,
): { maeFraction: number; mfeFraction: number } {
  let top = Math.max(entryPrice, exitPrice ?? entryPrice)
  let bottom = Math.min(entryPrice, exitPrice ?? entryPrice)
  const end = exitPrice === null ? lastRow + 1 : lastRow
  for (let row = trade.entryRow; row < end; row++) {
    if (high[row]! > top) top = high[row]!
    if (low[row]! < bottom) bottom = low[row]!
  }
  const up = top / entryPrice - 1
  const down = bottom / entryPrice - 1
  return trade.side > 0 ? { maeFraction: down, mfeFraction: up } : { maeFraction: 0 - up, mfeFraction: 0 - down }
}

/** Absolute position value over equity at each close. */
function exposureOf(steps: DoubleTable, grid: Grid, equity: Float64Array): Float64Array {
  const exposure = new Float64Array(grid.rows)
  const held = new Float64Array(grid.symbols.length)
  let next = 0
  for (let row = steps.rows === 0 ? grid.rows : steps.get(0, StepColumn.row); row < grid.rows; row++) {
    for (; next < steps.rows && steps.get(next, StepColumn.row) === row; next++) {
      held[steps.get(next, StepColumn.instrument)] = steps.get(next, StepColumn.quantity)
    }
    let value = 0
    for (let k = 0; k < held.length; k++) {
      if (held[k] !== 0) value += Math.abs(held[k]!) * grid.symbols[k]!.mark[row]!
    }
    exposure[row] = value === 0 || equity[row]! <= 0 ? 0 : value / equity[row]!
  }
  return exposure
}

function skipsOf(executed: Executed, symbols: readonly string[]): SkipCount[] {
  return [...executed.recorder.skips.values()].map((tally) => ({
    code: tally.code,
    symbol: symbols[tally.instrument]!,
    count: tally.count,
    firstTimeMs: tally.firstMs,
    lastTimeMs: tally.lastMs,
    example: tally.example,
  }))
}

/** What the run took for granted: nothing is assumed silently. */
function assumptionsOf(config: ResolvedConfig, executed: Executed, grid: Grid): Assumption[] {
  const { fills } = executed.kernel.portfolio
  const assumptions: Assumption[] = [
    {
      code: 'UNLIMITED_LIQUIDITY',
      text: 'every fill found its whole quantity at one price, whatever volume the bar had',
      count: fills,
    },
  ]
  if (config.costs.spreadBps === 0 && config.costs.slippageBps === 0 && config.costs.fees !== 'classic-2026-01') {
    assumptions.push({
      code: 'NO_SPREAD',
      text: 'market orders filled at the bar price itself: no spread and no slippage',
      count: fills,
    })
  }
  if (config.execution.latencyMs === 0) {
    assumptions.push({
      code: 'NO_LATENCY',
      text: 'orders decided at a close were at the venue by the next open',
      count: executed.kernel.portfolio.fills,
    })
  }
  const toMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  assumptions.push(...executed.terms.assumptions(grid.time[0]!, toMs))
  assumptions.push(...marginAssumptions(executed))
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
  return assumptions
}

function missingBars(grid: Grid): number {
  let missing = 0
  for (let row = 1; row < grid.rows; row++) {
    missing += Math.round((grid.time[row]! - grid.time[row - 1]!) / grid.timeframeMs) - 1
  }
  return missing
}
