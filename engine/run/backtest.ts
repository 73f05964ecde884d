/** A backtest from run file to run directory: the composition root of simulation. */

import { join } from 'node:path'
import { stringify } from 'yaml'
import { TandemError } from '../core/errors.ts'
import type { LearnedMinimum } from '../core/minimum.ts'
import type { Metric, RunDigests, RunResult } from '../core/result.ts'
import type { RunDetail } from '../core/run-detail.ts'
import type { Strategy } from '../core/strategy.ts'
import type { AmbiguityModel } from '../sim/matching.ts'
import { accountsOf } from './accounts.ts'
import { againBase, againCommand } from './again-line.ts'
import { analysisOf, type Measured, measure } from './analysis.ts'
import { preloadArrow } from './arrow-files.ts'
import { builtinStrategies } from './builtin.ts'
import { ByteStore } from './byte-store.ts'
import { canonicalJson, sha256Hex } from './canonical.ts'
import { configHash, type ResolvedConfig } from './config/index.ts'
import { dataFindings } from './data-findings.ts'
import { dataQuality } from './detail/data-quality.ts'
import { detailOf } from './detail/detail.ts'
import type { SensitivityChoice } from './detail/sensitivity.ts'
import { type Executed, execute } from './execute.ts'
import { checkRunDirectory, type RunDocuments, type RunFiles, writeRun } from './files.ts'
import { type RunHeader, SCHEMA, unitsOf } from './header.ts'
import { checkLookAhead } from './look-ahead/check.ts'
import { loadMarket, type Market, makeInstruments } from './market.ts'
import { minimumsHash, writeOutMinimums } from './minimums.ts'
import { makeResult } from './result.ts'
import { rulesOf } from './rules.ts'
import { strategyFailure } from './strategy-failure.ts'
import { loadAfresh, loadStrategy } from './strategy-loader.ts'
import { parseParams } from './strategy-params.ts'
import { loadTerms, type Terms } from './terms.ts'
import { refuseFlowsOutside } from './venues.ts'

export interface BacktestOptions {
  readonly store: string
  readonly runs: string
  /** The run's own directory; default: one named by the run's id, in `runs`. */
  readonly out?: string
  /** The directory that the report's own command names; default: the one that is written. */
  readonly shownAs?: string
  readonly report: boolean
  /** Whether the run is made again at other costs, which a report shows; default: `auto`, see there. */
  readonly sensitivity?: SensitivityChoice
  /** What `strategy.file` is relative to. */
  readonly baseFolder: string
  readonly log: (line: string) => void
}

/** What `tandem backtest --json` prints. */
export interface BacktestSummary {
  readonly runId: string
  readonly name: string
  readonly digest: RunDigests
  readonly configHash: string
  readonly dataHash: string
  readonly rulebookHash: string
  readonly strategyHash: string
  readonly bars: number
  readonly fromMs: number
  readonly toMs: number
  readonly initialEquity: number
  readonly finalEquity: number
  /** Closed trades; open ones at the end apart. */
  readonly trades: number
  readonly openTrades: number
  readonly fees: number
  readonly funding: number
  readonly liquidations: number
  readonly margin: RunResult['margin']
  readonly exits: Readonly<Record<string, number>>
  readonly skips: Readonly<Record<string, number>>
  readonly venues: RunResult['venues']
  readonly accounts: RunResult['accounts']
  readonly reallocations: RunResult['reallocations']
  readonly dust: RunResult['dust']
  /** Deposits and withdrawals; absent without any. */
  readonly cashFlows?: RunResult['cashFlows']
  readonly profiles: RunResult['profiles']
  readonly profileResults: RunResult['profileResults']
  readonly metrics: Readonly<Record<string, number | null>>
  readonly ambiguity: RunResult['ambiguity']
  readonly assumptions: RunResult['assumptions']
  /** What is known of least orders at the end: what the run began with and what refusals taught. */
  readonly learnedMinimums: readonly LearnedMinimum[]
  readonly files: RunFiles
}

export interface BacktestOutcome {
  readonly summary: BacktestSummary
  readonly result: RunResult
  readonly metrics: readonly Metric[]
}

/** A strategy ready to run, with a fresh instance a call. */
export interface PreparedStrategy {
  readonly create: () => Strategy
  readonly hash: string
  readonly params: unknown
}

/** One that was loaded by name or from a file. */
export interface LoadedForRun extends PreparedStrategy {
  /** A maker from a module that has seen nothing yet. */
  readonly afresh: () => Promise<() => Strategy>
  /** An error of a run as it is to be thrown on: one out of the user's own strategy says so. */
  readonly failure: (error: unknown) => unknown
}

/** Loads the strategy that a run file names and checks its parameters. */
export async function prepareStrategy(config: ResolvedConfig, baseFolder: string): Promise<LoadedForRun> {
  const loaded = await loadStrategy(config.strategy, { registry: await builtinStrategies(), baseFolder })
  const params = parseParams(loaded.module, config.strategy.params)
  return {
    create: () => loaded.module.create(params),
    hash: loaded.hash,
    params,
    afresh: async () => {
      const module = await loadAfresh(loaded)
      return () => module.create(params)
    },
    failure: (error) => strategyFailure(error, loaded),
  }
}

/** Runs a configuration over the store's data and writes its directory. */
export async function runBacktest(given: ResolvedConfig, options: BacktestOptions): Promise<BacktestOutcome> {
  refuseUnseen(options)
  if (options.out !== undefined) await checkRunDirectory(options.out)
  const config = writeOutMinimums(given, options.store)
  const strategy = await prepareStrategy(config, options.baseFolder)
  try {
    return await runPrepared(config, strategy, options)
  } catch (error) {
    throw strategy.failure(error)
  }
}

/** Runs at other costs are told in the report alone. Throws `USAGE`. */
function refuseUnseen({ report, sensitivity }: BacktestOptions): void {
  if (report || sensitivity !== 'on') return
  throw new TandemError('runs at other costs are for the report, and it is left out', {
    code: 'USAGE',
    where: '--sensitivity',
    hint: 'leave out --sensitivity on or --no-report',
  })
}

async function runPrepared(
  config: ResolvedConfig,
  strategy: LoadedForRun,
  options: BacktestOptions,
): Promise<BacktestOutcome> {
  preloadArrow()
  const market = await loadMarket(config, options.store)
  refuseFlowsOutside(config, market.grid)
  const terms = await loadTerms(config, options.baseFolder)
  const accounts = accountsOf(config)
  if (accounts !== null) {
    const { runAccounts } = await import('./backtest-accounts.ts')
    return await runAccounts(config, accounts, market, terms, strategy, options)
  }
  if (config.execution.checked) {
    options.log('checking for look-ahead')
    checkLookAhead(config, market, terms, strategy.create, { fresh: await strategy.afresh() })
  }
  const decisions = new ByteStore()
  const outcomes = new ByteStore()
  const done = simulate(config, market, terms, strategy, decisions, outcomes)
  const { metrics, header, learnedMinimums } = done
  const quality = dataQuality(market.grid)
  const assumptions = [...done.result.assumptions, ...dataFindings(quality)]
  const result = { ...done.result, assumptions }
  const summary = { ...summarise(result, metrics), learnedMinimums }
  options.log(`${result.bars} bars, ${summary.trades} trades`)
  for (const { code, count, example } of result.skips) {
    if (code === 'VENUE_UNSUPPORTED') options.log(`the venue refused ${count} orders: ${example}`)
  }
  const directory = options.out ?? join(options.runs, result.runId)
  const records = { decisions: decisions.bytes(), outcomes: outcomes.bytes() }
  const detail = () =>
    detailOf({
      ...{ config, market, terms, strategy, header, result, metrics, quality, records },
      executed: done.executed,
      sensitivity: options.sensitivity ?? 'auto',
      again: againCommand(options.shownAs ?? directory, options.store),
    })
  const files = await writeRun(directory, {
    result,
    metrics,
    // With the units, so that the binary records can be read without the data.
    summary: { ...summary, units: header.units, ...againBase(config, directory, options.baseFolder) },
    configYaml: stringify(config),
    records,
    analysis: analysisOf(result, done.tables()),
    report: options.report ? await renderReport(result, metrics, detail()) : null,
  })
  return { summary: { ...summary, files }, result, metrics }
}

/** Runs a configuration over a market in memory. */
export function simulate(
  config: ResolvedConfig,
  market: Market,
  terms: Terms,
  strategy: PreparedStrategy,
  decisions?: ByteStore,
  outcomes?: ByteStore,
): {
  executed: Executed
  result: RunResult
  header: RunHeader
  learnedMinimums: readonly LearnedMinimum[]
} & Measured {
  const instruments = makeInstruments(config, market.grid)
  const executed = execute(config, market, instruments, strategy.create(), {
    terms,
    ...(decisions === undefined ? {} : { decisions: decisions.add }),
    ...(outcomes === undefined ? {} : { outcomes: outcomes.add }),
  })
  const header: RunHeader = {
    schema: SCHEMA,
    config: configHash(config),
    strategy: strategy.hash,
    rulebook: executed.terms.rulebookHash(),
    fees: executed.terms.feesHash(),
    data: terms.latency === undefined ? market.dataHash : sha256Hex(`${market.dataHash} ${terms.latency.hash}`),
    originMs: market.grid.time[0]!,
    units: unitsOf(instruments),
  }
  const minimums = minimumsHash(rulesOf(config, terms).learned)
  const { data, originMs } = header
  const inputs = sha256Hex(canonicalJson({ data, originMs, ...(minimums === null ? {} : { minimums }) }))
  const finalEquity = equityByModel(config, executed, (model) =>
    execute(config, market, instruments, strategy.create(), { terms, model, equity: null }),
  )
  const result = makeResult({ config, market, executed, header, params: strategy.params, inputs, finalEquity })
  const learnedMinimums = executed.kernel.desk.entries.minimums.list()
  return { executed, result, ...measure(result), header, learnedMinimums }
}

const MODELS: readonly AmbiguityModel[] = ['pessimistic', 'optimistic', 'path']

/** Final equity under each model; the others are only run where the first met an ambiguous bar. */
function equityByModel(
  config: ResolvedConfig,
  executed: Executed,
  again: (model: AmbiguityModel) => Executed,
): Record<string, number> {
  const own = config.execution.ambiguous
  const models = executed.venue.ambiguity.bars > 0 ? MODELS : [own]
  return Object.fromEntries(
    models.map((model) => [model, (model === own ? executed : again(model)).kernel.marker.equityNow]),
  )
}

export function summarise(
  result: RunResult,
  metrics: readonly Metric[],
): Omit<BacktestSummary, 'files' | 'learnedMinimums'> {
  const skips: Record<string, number> = {}
  for (const { code, count } of result.skips) skips[code] = (skips[code] ?? 0) + count
  const closed = result.trades.filter((trade) => trade.exitRow !== null).length
  return {
    runId: result.runId,
    name: result.name,
    digest: result.digest,
    configHash: result.configHash,
    dataHash: result.dataHash,
    rulebookHash: result.rulebookHash,
    strategyHash: result.strategy.hash,
    bars: result.bars,
    fromMs: result.fromMs,
    toMs: result.toMs,
    initialEquity: result.initialEquity,
    finalEquity: result.finalEquity,
    trades: closed,
    openTrades: result.trades.length - closed,
    fees: result.fees,
    funding: result.funding,
    liquidations: result.liquidations,
    margin: result.margin,
    exits: result.exits,
    skips,
    venues: result.venues,
    accounts: result.accounts,
    reallocations: result.reallocations,
    dust: result.dust,
    ...(result.cashFlows.length === 0 ? {} : { cashFlows: result.cashFlows }),
    profiles: result.profiles,
    profileResults: result.profileResults,
    metrics: Object.fromEntries(metrics.map(({ id, value }) => [id, value])),
    ambiguity: result.ambiguity,
    assumptions: result.assumptions,
  }
}

/** The page of a run, and its figures. */
export async function renderReport(
  result: RunResult,
  metrics: readonly Metric[],
  detail: RunDetail | null,
): Promise<RunDocuments['report']> {
  const { reportOf } = await import('../../reports/run-report.ts')
  const { figures, page } = reportOf(result, metrics, detail)
  return { figures, page: await page() }
}
