/** One simulated run in memory: market and configuration in, the finished kernel and venue out. */

import { decFromNumber } from '../core/dec.ts'
import { FactQueue, type RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { TellMinimum } from '../core/minimum.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { newRecordChunk, type RecordSink, RecordStream } from '../core/record.ts'
import type { Strategy } from '../core/strategy.ts'
import { ChunkPool } from '../core/table.ts'
import { Kernel } from '../kernel/kernel.ts'
import { Recorder } from '../kernel/recorder.ts'
import { WatchedColumns } from '../kernel/watched.ts'
import type { CashFlows } from '../sim/cash-flows.ts'
import type { AmbiguityModel } from '../sim/matching.ts'
import type { SimVenue } from '../sim/venue.ts'
import { sha256Hex } from './canonical.ts'
import { type CleanupOptions, type CleanupReport, runCleanup } from './cleanup.ts'
import type { ResolvedConfig } from './config/index.ts'
import { type ExecutionModels, executionModels } from './execution-models.ts'
import { sha256Hasher } from './header.ts'
import { refuseUnlisted } from './listing.ts'
import { marginOf, type RunMargin } from './margin.ts'
import type { Market } from './market.ts'
import { ObservedRecorder, type RunObserver } from './narrate/observer.ts'
import { refuseAccounts } from './one-account.ts'
import { rulesOf } from './rules.ts'
import { makeTerms, plainTerms, type RunTerms, type Terms } from './terms.ts'
import { flowsAround, makeVenues } from './venues.ts'

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
  /** Clean up on the last bar, before which the strategy has had its last word. Implies `plain`. */
  readonly cleanup?: CleanupOptions
  /** Scripted refusals of the simulated venue: a code other than `none` rejects the order on arrival. */
  readonly inject?: (order: ApprovedOrder, atMs: number) => RejectCode
  /** Only these rows, from `fromRow` to before `toRow`; columns keep what lies before. Default: all. */
  readonly window?: { readonly fromRow: number; readonly toRow: number }
  /** Told of each minimum that a refusal teaches; a simulation that nobody listens to forgets them. */
  readonly onMinimum?: TellMinimum
  /** Where equity at each close goes; default: a fresh column. Null keeps only the running figures. */
  readonly equity?: Float64Array | null
  /** Memory of the run before, which is over: used instead of new. What it held goes. */
  readonly memory?: RunMemory
  /** No running figures of equity are wanted: only the column `equity`. */
  readonly equityOnly?: boolean
}

/** Memory that a run works in, for another one after it. */
export interface RunMemory {
  readonly decisions: ArrayBuffer
  readonly outcomes: ArrayBuffer
  readonly pool: ChunkPool
}

export function newRunMemory(): RunMemory {
  return { decisions: newRecordChunk(), outcomes: newRecordChunk(), pool: new ChunkPool() }
}

export interface Executed {
  readonly kernel: Kernel
  /** The first of `venues`, which is the only one in most runs. */
  readonly venue: SimVenue
  readonly venues: readonly SimVenue[]
  readonly recorder: Recorder
  readonly instruments: readonly Instrument[]
  readonly equity: Float64Array | null
  readonly decisionsDigest: string
  readonly outcomesDigest: string
  readonly terms: RunTerms
  /** What a cleanup on the last bar came to; null where none was asked for. */
  readonly cleanup: CleanupReport | null
  readonly models: ExecutionModels
  /** Deposits and withdrawals; null for none. */
  readonly flows: CashFlows | null
}

/** Runs a strategy over a market. The strategy must be fresh: it keeps state. */
export function execute(
  config: ResolvedConfig,
  market: Market,
  instruments: readonly Instrument[],
  strategy: Strategy,
  options: ExecuteOptions = {},
): Executed {
  refuseAccounts(config, 'a simulation')
  const { grid, columns } = market
  const initialCash = decFromNumber(config.account.equity, instruments[0]!.quoteDec)
  const facts = new FactQueue()
  const terms = options.terms ?? plainTerms(config)
  const margin = marginOf(config, terms.margin ?? null, market, instruments)
  const made = withMargin(makeTerms(terms, instruments), margin)
  refuseUnlisted(instruments, grid, made.rulebook)
  const rules = rulesOf(config, terms)
  const models = executionModels(config, market, instruments, terms, options.inject)
  const model = options.model ?? config.execution.ambiguous
  const input = { config, grid, instruments, terms, made, rules, initialCash, model, models, margin: margin.terms }
  const { all, ...venues } = makeVenues(input, facts)
  const { memory } = options
  memory?.pool.reset()
  const decisions = new RecordStream('decisions', sha256Hasher(), options.decisions ?? null, memory?.decisions)
  const outcomes = new RecordStream('outcomes', sha256Hasher(), options.outcomes ?? null, memory?.outcomes)
  const { observer } = options
  const recorder =
    observer === undefined ? new Recorder(decisions, outcomes) : new ObservedRecorder(decisions, outcomes, observer)
  const { fromRow, toRow } = options.window ?? { fromRow: 0, toRow: grid.rows }
  const equity = options.equity === undefined ? new Float64Array(grid.rows) : options.equity
  const flows = flowsAround(input, { all, ...venues }, facts, { fromRow, toRow })
  const kernel = new Kernel({
    grid,
    columns,
    instruments,
    strategy,
    ...venues,
    ...(flows === null ? {} : { venue: flows }),
    signals: columns.grid,
    facts,
    recorder,
    rules,
    rulebook: made.rulebook,
    support: models.support,
    initialCash,
    originRow: fromRow,
    equity,
    equityOnly: options.equityOnly ?? false,
    ...(memory === undefined ? {} : { pool: memory.pool }),
    ...(margin.terms === null ? {} : { marks: margin.terms.marks }),
    ...(observer === undefined ? {} : { observer }),
    ...(options.onMinimum === undefined ? {} : { onMinimum: options.onMinimum }),
    ...(options.checked === true ? { watch: new WatchedColumns(columns, symbolNames(columns.grid)) } : {}),
  })
  kernel.start()
  const { cleanup } = options
  const cleaned = cleanup === undefined ? null : runCleanup(kernel, instruments, grid, made, cleanup)
  if (cleaned !== null) recorder.flush()
  else if (options.plain === true || options.checked === true || observer !== undefined) kernel.runPlain(toRow)
  else kernel.run(toRow)
  return {
    kernel,
    venue: all[0]!,
    venues: all,
    recorder,
    instruments,
    equity,
    decisionsDigest: recorder.decisions.digest(),
    outcomesDigest: recorder.outcomes.digest(),
    terms: made,
    models,
    cleanup: cleaned,
    flows,
  }
}

/** A run names the margin records that it used with its rulebook. */
function withMargin(terms: RunTerms, { hash, assumptions }: RunMargin): RunTerms {
  return {
    fees: terms.fees,
    rulebook: terms.rulebook,
    listed: terms.listed,
    feesHash: terms.feesHash,
    rulebookHash: hash === null ? terms.rulebookHash : () => sha256Hex(`${terms.rulebookHash()} ${hash}`),
    assumptions: (fromMs, toMs) => [...terms.assumptions(fromMs, toMs), ...assumptions()],
  }
}

function symbolNames(grid: Market['grid']): string[] {
  return grid.symbols.map(({ series }) => series.symbol)
}
