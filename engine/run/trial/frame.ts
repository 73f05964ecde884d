/**
 * Trials: runs of which only figures are kept. A frame is everything that trials share which differ in nothing but the
 * strategy's parameters; a trial in it makes the same decisions and metrics, to the bit, as `tandem backtest`.
 */

import type { RunResult, Trade } from '../../core/result.ts'
import type { Strategy } from '../../core/strategy.ts'
import { type Benchmark, holdingOf } from '../../stats/benchmark.ts'
import { DAY_MS } from '../../stats/calendar.ts'
import { metricsContext } from '../../stats/context.ts'
import { metricsIn } from '../../stats/metrics.ts'
import { benchmarkOf } from '../analysis.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { execute } from '../execute.ts'
import { type Market, makeInstruments } from '../market.ts'
import { makeResult } from '../result.ts'
import type { Terms } from '../terms.ts'
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
  readonly trades: readonly Trade[]
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
  private holding(result: RunResult): Benchmark | 'none' {
    const benchmark = benchmarkOf(result)
    if (benchmark === null) return 'none'
    return { ...benchmark, holding: holdingOf(benchmark, result.time, result.timeframeMs) }
  }

  private outcome(strategy: Strategy): TrialOutcome {
    const { config, market, terms, instruments } = this
    const executed = execute(config, market, instruments, strategy, { terms, equity: this.memory.equity })
    const header = NO_HEADER
    const { exposure, metrics: memory } = this.memory
    const result = makeResult({ config, market, executed, header, params: null, inputs: '', finalEquity: {}, exposure })
    this.benchmark ??= this.holding(result)
    const benchmark = this.benchmark === 'none' ? {} : { benchmark: this.benchmark }
    const context = metricsContext({ ...result, ...benchmark, memory })
    const metrics = metricsIn(context)
    const { periods } = context
    const skips: Record<string, number> = {}
    for (const { code, count } of result.skips) skips[code] = (skips[code] ?? 0) + count
    return {
      metrics: metrics.map(({ value }) => value),
      decisions: executed.decisionsDigest,
      outcomes: executed.outcomesDigest,
      skips,
      exits: result.exits,
      ambiguousBars: result.ambiguity.bars,
      ambiguousFills: result.ambiguity.fills,
      returns: {
        firstMs: periods.startMs[0] ?? 0,
        periodMs: Math.max(DAY_MS, result.timeframeMs),
        value: periods.value,
      },
      trades: result.trades,
    }
  }
}

/** A trial's result isn't kept, so that nothing has to be named. */
const NO_HEADER = {
  schema: 0,
  config: '',
  strategy: '',
  rulebook: '',
  fees: '',
  data: '',
  originMs: 0,
  units: {},
} as const
