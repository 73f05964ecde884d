/**
 * Trials: runs of which only figures are kept. A frame is everything that trials share which differ in nothing but the
 * strategy's parameters; a trial in it makes the same decisions and metrics, to the bit, as `tandem backtest`.
 */

import { decToNumber } from '../../core/dec.ts'
import { gridCandles } from '../../core/grid.ts'
import type { Trade } from '../../core/result.ts'
import type { Strategy } from '../../core/strategy.ts'
import { type Benchmark, holdingOf } from '../../stats/benchmark.ts'
import { DAY_MS } from '../../stats/calendar.ts'
import { type MetricsInput, metricsContext } from '../../stats/context.ts'
import { metricsIn } from '../../stats/metrics.ts'
import { benchmarkOf } from '../analysis.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { type Executed, execute } from '../execute.ts'
import { exposureFigures } from '../exposure.ts'
import { type Market, makeInstruments } from '../market.ts'
import type { Terms } from '../terms.ts'
import { exitsOf, tradeColumns, tradesOf } from '../trade-figures.ts'
import { newTrialMemory, type TrialMemory } from './memory.ts'
import type { SharedColumns } from './shared-columns.ts'

/** A finished trial. */
export interface TrialOutcome {
  /** In the order of `trialMetrics()`; null where a metric is undefined. */
  readonly metrics: readonly (number | null)[]
  readonly decisions: string
  readonly outcomes: string
  readonly skips: Readonly<Record<string, number>>
  readonly exits: Readonly<Record<string, number>>
  readonly ambiguousBars: number
  readonly ambiguousFills: number
  /** Simple returns on UTC days (on bars, where those are longer): the first one's start, and from one to the next. */
  readonly returns: { readonly firstMs: number; readonly periodMs: number; readonly value: Float64Array }
  /** Made anew at every call: before the next trial. */
  readonly trades: () => readonly Trade[]
}

export class TrialFrame {
  readonly config: ResolvedConfig
  private readonly market: Market
  private readonly terms: Terms
  private readonly shared: SharedColumns | null
  private readonly instruments: ReturnType<typeof makeInstruments>
  private readonly memory: TrialMemory
  private benchmark: Benchmark | 'none' | null = null

  /** With `shared`, indicator columns and memory for equity come from there instead of the market's own. */
  constructor(config: ResolvedConfig, market: Market, terms: Terms, shared: SharedColumns | null = null) {
    this.config = config
    this.market = shared === null ? market : { ...market, columns: shared }
    this.terms = terms
    this.shared = shared
    this.instruments = makeInstruments(config, market.grid)
    this.memory = shared?.memory ?? newTrialMemory(market.grid.rows)
  }

  /** Runs a fresh strategy. Throws what a backtest throws. */
  run(strategy: Strategy): TrialOutcome {
    try {
      return this.outcome(strategy)
    } finally {
      this.shared?.release()
    }
  }

  /** Buy and hold is the same for every trial of a market. */
  private holding(): Benchmark | 'none' {
    const { grid, columns } = this.market
    const benchmark = benchmarkOf({ candles: [gridCandles(columns.grid, 0)], symbols: this.config.data.symbols })
    if (benchmark === null) return 'none'
    return { ...benchmark, holding: holdingOf(benchmark, grid.time, grid.timeframeMs) }
  }

  private outcome(strategy: Strategy): TrialOutcome {
    const { config, market, terms, instruments } = this
    const { grid } = market
    const { equity, run } = this.memory
    const options = { terms, equity, equityOnly: true, memory: run }
    const executed = execute(config, market, instruments, strategy, options)
    const context = metricsContext(this.metricsInput(executed))
    const metrics = metricsIn(context)
    const { periods } = context
    this.memory.last = [executed, context, metrics, strategy]
    const skips: Record<string, number> = {}
    for (const { code, count } of executed.recorder.skips.values()) skips[code] = (skips[code] ?? 0) + count
    return {
      metrics: metrics.map(({ value }) => value),
      decisions: executed.decisionsDigest,
      outcomes: executed.outcomesDigest,
      skips,
      exits: exitsOf(executed),
      ambiguousBars: executed.venue.ambiguity.bars,
      ambiguousFills: executed.venue.ambiguity.fills,
      returns: {
        firstMs: periods.startMs[0] ?? 0,
        periodMs: Math.max(DAY_MS, grid.timeframeMs),
        value: periods.value,
      },
      // Objects only where they are wanted. A getter would have a hidden class of its own in every trial, which keeps all
      // that the trial was made of until V8 collects all garbage.
      trades: () => tradesOf(executed, grid),
    }
  }

  /** What a RunResult says to the metrics, without the rest of it. */
  private metricsInput(executed: Executed): MetricsInput {
    const { config, market, memory } = this
    const { grid } = market
    const { portfolio } = executed.kernel
    const { ledger } = portfolio
    this.benchmark ??= this.holding()
    return {
      time: grid.time,
      timeframeMs: grid.timeframeMs,
      equity: memory.equity,
      initialEquity: config.account.equity,
      cashFlows: [],
      exposure: exposureFigures(portfolio.steps, grid, memory.equity, memory.exposure),
      trades: tradeColumns(executed, grid, memory.extremes, memory.trades) ?? tradesOf(executed, grid),
      fees: decToNumber(ledger.feesPaid, ledger.quoteDec),
      funding: decToNumber(ledger.fundingPaid, ledger.quoteDec),
      turnover: portfolio.turnover,
      ...(this.benchmark === 'none' ? {} : { benchmark: this.benchmark }),
      memory: memory.metrics,
    }
  }
}
