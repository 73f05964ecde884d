/** One simulated run in memory: market and configuration in, the finished kernel and venue out. */

import type { Dec } from '../core/dec.ts'
import { decFromNumber } from '../core/dec.ts'
import { FactQueue, type RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { type RecordSink, RecordStream } from '../core/record.ts'
import type { Strategy } from '../core/strategy.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Recorder } from '../kernel/recorder.ts'
import { WatchedColumns } from '../kernel/watched.ts'
import { RATE_DECIMALS, spreadModel } from '../sim/costs.ts'
import { constantLatency } from '../sim/latency.ts'
import type { AmbiguityModel } from '../sim/matching.ts'
import { SimVenue } from '../sim/venue.ts'
import { sha256Hex } from './canonical.ts'
import type { ResolvedConfig } from './config/index.ts'
import { sha256Hasher } from './header.ts'
import { marginOf, type RunMargin } from './margin.ts'
import type { Market } from './market.ts'
import { ObservedRecorder, type RunObserver } from './narrate/observer.ts'
import { rulesOf } from './rules.ts'
import { makeTerms, plainTerms, type RunTerms, type Terms, takerRateOf } from './terms.ts'

export interface ExecuteOptions {
  /** Default: flat fees and no rulebook, where the configuration asks for no more. */
  readonly terms?: Terms
  readonly model?: AmbiguityModel
  /** Every row by `step`, for comparison with the fast path. */
  readonly plain?: boolean
  /** Watch the strategy's columns: a look ahead throws a LookAheadError. Implies `plain`. */
  readonly checked?: boolean
  /** Keep the decision and outcome records. */
  readonly decisions?: RecordSink
  readonly outcomes?: RecordSink
  /** Watches every decision and fact, for explanations. Implies `plain`. */
  readonly observer?: RunObserver
  /** Scripted refusals of the simulated venue: a code other than `none` rejects the order on arrival. */
  readonly inject?: (order: ApprovedOrder) => RejectCode
  /** Where equity at each close goes; default: a fresh column. Null keeps only the running figures. */
  readonly equity?: Float64Array | null
}

export interface Executed {
  readonly kernel: Kernel
  readonly venue: SimVenue
  readonly recorder: Recorder
  readonly instruments: readonly Instrument[]
  readonly equity: Float64Array | null
  readonly decisionsDigest: string
  readonly outcomesDigest: string
  readonly terms: RunTerms
}

/** Runs a strategy over a market. The strategy must be fresh: it keeps state. */
export function execute(
  config: ResolvedConfig,
  market: Market,
  instruments: readonly Instrument[],
  strategy: Strategy,
  options: ExecuteOptions = {},
): Executed {
  const { grid, columns } = market
  const initialCash = decFromNumber(config.account.equity, instruments[0]!.quoteDec)
  const facts = new FactQueue()
  const terms = options.terms ?? plainTerms(config)
  const { fees, rulebook, ...named } = makeTerms(terms, instruments)
  const margin = marginOf(config, terms.margin ?? null, market, instruments)
  const venue = new SimVenue(
    {
      grid,
      instruments,
      initialCash,
      leverage: decFromNumber(config.account.leverage, RATE_DECIMALS),
      rulebook,
      fees,
      spread: spreadModel(terms.spread * 1e4, terms.slippage * 1e4),
      latency: constantLatency(config.execution.latencyMs),
      model: options.model ?? config.execution.ambiguous,
      limitFill: config.execution.limitFill,
      participation: 0,
      ...(margin.terms === null ? {} : { margin: margin.terms }),
      ...(options.inject === undefined ? {} : { inject: options.inject }),
    },
    facts,
  )
  const decisions = new RecordStream('decisions', sha256Hasher(), options.decisions ?? null)
  const outcomes = new RecordStream('outcomes', sha256Hasher(), options.outcomes ?? null)
  const { observer } = options
  const recorder =
    observer === undefined ? new Recorder(decisions, outcomes) : new ObservedRecorder(decisions, outcomes, observer)
  const equity = options.equity === undefined ? new Float64Array(grid.rows) : options.equity
  const kernel = new Kernel({
    grid,
    columns,
    instruments,
    strategy,
    venue,
    facts,
    recorder,
    rules: rulesOf(config, terms),
    rulebook,
    takerRate: takerRateOf(fees),
    initialCash: initialCash as Dec,
    originRow: 0,
    equity,
    ...(margin.terms === null ? {} : { marks: margin.terms.marks }),
    ...(observer === undefined ? {} : { observer }),
    ...(options.checked === true ? { watch: new WatchedColumns(columns, symbolNames(grid)) } : {}),
  })
  kernel.start()
  if (options.plain === true || options.checked === true || observer !== undefined) kernel.runPlain(grid.rows)
  else kernel.run(grid.rows)
  return {
    kernel,
    venue,
    recorder,
    instruments,
    equity,
    decisionsDigest: recorder.decisions.digest(),
    outcomesDigest: recorder.outcomes.digest(),
    terms: withMargin({ fees, rulebook, ...named }, margin),
  }
}

/** A run names the margin records that it used with its rulebook. */
function withMargin(terms: RunTerms, { hash, assumptions }: RunMargin): RunTerms {
  return {
    ...terms,
    rulebookHash: hash === null ? terms.rulebookHash : sha256Hex(`${terms.rulebookHash} ${hash}`),
    assumptions: (fromMs, toMs) => [...terms.assumptions(fromMs, toMs), ...assumptions()],
  }
}

function symbolNames(grid: Market['grid']): string[] {
  return grid.symbols.map(({ series }) => series.symbol)
}
