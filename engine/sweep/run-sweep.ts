/** A sweep from run file to results: the composition root of `tandem sweep` and `tandem merge`. */

import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { ResolvedConfig, RunFile } from '../run/config/index.ts'
import { trialMetrics } from '../run/trial/trial-metrics.ts'
import { type BatchResult, Figure, figureWidth } from './batch.ts'
import { collectMemory } from './collect-memory.ts'
import { defaultFolder, openFolder, type SweepFolder, writeSummary } from './folder.ts'
import { fromStore } from './frames.ts'
import { Journal } from './journal.ts'
import { countRecorded, type LedgerCount, ledgerPath, recordedBatches, recordTrials } from './ledger.ts'
import type { Ranked } from './objective.ts'
import { planSweep, type SweepPlan } from './plan.ts'
import { type Progress, ProgressMeter } from './progress.ts'
import { type Ranking, rankTrials } from './results/ranking.ts'
import { writeResults, writeTrades } from './results/write.ts'
import { runTrials } from './run-trials.ts'
import type { Search } from './search.ts'
import { isAdaptive } from './search.ts'
import type { Shard } from './shard.ts'
import { type Pool, ThreadPool } from './threads/pool.ts'

/** More trials than this want to be asked for twice. */
export const MOST_UNASKED = 10_000_000

export interface SweepOptions {
  readonly store: string
  readonly runs: string
  /** The sweep's folder; default: by its name and identity, in `runs`. */
  readonly out?: string
  readonly baseFolder: string
  readonly workers: number
  readonly shard: Shard | null
  readonly resume: boolean
  /** How many of the best the summary has, where that is more than keep.best. */
  readonly top?: number
  /** Agrees to more than ten million trials. */
  readonly yes: boolean
  readonly log: (line: string) => void
  readonly progress: (progress: Progress) => void
  /** Stops the sweep between two trials; it can be continued. */
  readonly signal?: AbortSignal
  /** Default: worker threads. */
  readonly pool?: (plan: SweepPlan, folder: string) => Promise<Pool>
  /** Default: from the store. */
  readonly market?: (config: ResolvedConfig) => ReturnType<ReturnType<typeof fromStore>>
}

/** A trial as summaries show it. */
export interface ShownTrial {
  readonly trial: number
  readonly values: Readonly<Record<string, unknown>>
  readonly objectives: readonly number[]
  readonly metrics: Readonly<Record<string, number | null>>
}

export interface SweepSummary {
  readonly name: string
  readonly sweepId: string
  readonly folder: string
  readonly method: string
  readonly trials: number
  readonly failed: number
  readonly feasible: number
  readonly errors: Ranking['errors']
  readonly objectives: readonly string[]
  readonly best: readonly ShownTrial[]
  /** Where there are several objectives. */
  readonly front: readonly ShownTrial[]
  /** Every trial ever run of this strategy on this data, this sweep's included. */
  readonly ledger: LedgerCount
  readonly dataHash: string
  readonly strategyHash: string
  readonly files: Readonly<Record<string, string>>
}

/** A shard has no results of its own. */
export interface ShardSummary {
  readonly name: string
  readonly sweepId: string
  readonly folder: string
  readonly shard: Shard
  readonly trials: number
}

/** Runs a sweep, or a shard of one. Throws one clear line on bad input, `SWEEP_STOPPED` where it was cancelled. */
export async function runSweep(file: RunFile, options: SweepOptions): Promise<SweepSummary | ShardSummary> {
  const { shard } = options
  const plan = await planSweep(file, {
    baseFolder: options.baseFolder,
    market: options.market ?? fromStore(options.store),
  })
  checkSize(plan, options)
  const path = options.out ?? defaultFolder(options.runs, plan, shard)
  const folder = openFolder(path, plan, shard, options.resume)
  try {
    const journal = openJournal(folder)
    try {
      return await runIn(plan, path, journal, options)
    } finally {
      journal.close()
    }
  } finally {
    folder.release()
  }
}

function openJournal({ journal }: SweepFolder): Journal {
  try {
    return new Journal(journal)
  } catch (cause) {
    throw new TandemError(`can't open: ${(cause as Error).message}`, {
      code: 'SWEEP_NOT_WRITABLE',
      where: journal,
      cause,
    })
  }
}

function checkSize(plan: SweepPlan, { yes, shard }: SweepOptions): void {
  const trials = plan.search().trials
  if (trials > MOST_UNASKED && !yes) {
    throw new TandemError(`this sweep has ${plan.count.isExact ? '' : 'about '}${trials} trials`, {
      code: 'TOO_MANY_TRIALS',
      where: 'sweep.space',
      hint: 'see what they cost with --plan; --yes runs them',
    })
  }
  if (shard !== null && isAdaptive(plan.sweep.method)) {
    throw new TandemError(
      `method ${plan.sweep.method} can't be split into shards: it chooses trials by the results of others`,
      {
        code: 'BAD_SHARD',
        where: '--shard',
        hint: 'use a queue (--redis), or another method',
      },
    )
  }
}

async function runIn(
  plan: SweepPlan,
  path: string,
  journal: Journal,
  options: SweepOptions,
): Promise<SweepSummary | ShardSummary> {
  const { shard, log, signal } = options
  const search = plan.search()
  const total = shard === null ? search.trials : Math.ceil(search.trials / shard.count)
  log(
    `${plan.count.isExact ? '' : 'about '}${total} trials${total === plan.count.points ? '' : ` of ${plan.count.points} points`}, ${plan.market.grid.rows} bars`,
  )
  if (journal.trials > 0) log(`${journal.trials} of them are done already`)
  const ledger = ledgerPath(options.runs)
  catchUp(ledger, plan.identity, journal)
  const pool = await makePool(plan, path, options)
  const stop = (): void => pool.cancel()
  signal?.addEventListener('abort', stop)
  try {
    const isCancelled = (): boolean => signal?.aborted === true
    if (isCancelled()) stop()
    const meter = new ProgressMeter(total, journal.trials)
    const isWhole = await runTrials({
      search,
      judge: plan.judge,
      pool,
      journal,
      batchRows: plan.batchRows,
      shard,
      trades: plan.sweep.keep.trades === 'all',
      returns: plan.returns,
      isCancelled,
      onResult: (result) => {
        recordTrials(ledger, plan.identity, result.from, result.origins)
        options.progress(meter.add(result.numbers.length))
      },
    })
    if (!isWhole) throw stopped(path, journal.trials, total)
    if (shard !== null) return { name: plan.name, sweepId: plan.identity, folder: path, shard, trials: journal.trials }
    return await finish(plan, search, path, journal, pool, ledger, options.top)
  } finally {
    signal?.removeEventListener('abort', stop)
    await pool.close()
  }
}

async function makePool(plan: SweepPlan, path: string, { pool, workers }: SweepOptions): Promise<Pool> {
  return pool === undefined ? new ThreadPool(plan.frames, workers, plan.batchRows) : pool(plan, path)
}

function stopped(path: string, done: number, total: number): TandemError {
  return new TandemError(`stopped: ${done} of ${total} trials are kept`, {
    code: 'SWEEP_STOPPED',
    where: path,
    hint: 'continue with --resume',
  })
}

/** Batches that reached the journal but not the ledger, when the process died between the two. */
export function catchUp(ledger: string, identity: string, journal: Journal): void {
  const batches = journal.batches()
  if (batches.length === 0) return
  const recorded = recordedBatches(ledger, identity)
  for (const from of batches) if (!recorded.has(from)) recordTrials(ledger, identity, from, journal.read(from).origins)
}

/**
 * Writes the results of a journal that has every trial. The pool runs the best once more, for their trades; then it is
 * closed: what its threads have of memory is wanted for the writing.
 */
export async function finish(
  plan: SweepPlan,
  search: Search,
  path: string,
  journal: Journal,
  pool: Pool,
  ledger: string,
  top = 0,
): Promise<SweepSummary> {
  const { sweep, judge } = plan
  const ranking = rankTrials({ search, judge, journal, best: Math.max(top, sweep.keep.best) })
  const kept = sweep.keep.trades === 'best' ? ranking.best.slice(0, sweep.keep.best) : []
  const trades = await runAgain(plan, search, path, journal, pool, kept)
  await pool.close()
  plan.frames.release()
  collectMemory()
  const { returns } = plan
  const files = await writeResults({
    folder: path,
    search,
    judge,
    journal,
    returns,
    trades: sweep.keep.trades === 'all',
  })
  if (trades.length > 0) files['trades'] = await writeTrades(path, trades)
  const shown = (ranked: readonly Ranked[]): ShownTrial[] => ranked.map((one) => showTrial(one, search, journal))
  const summary: SweepSummary = {
    name: plan.name,
    sweepId: plan.identity,
    folder: path,
    method: sweep.method,
    trials: ranking.trials,
    failed: ranking.failed,
    feasible: ranking.feasible,
    errors: ranking.errors,
    objectives: judge.objectives.map(({ text, sign }) => (sign === 1 ? text : `−(${text})`)),
    best: shown(ranking.best),
    front: shown(ranking.front),
    ledger: countRecorded(ledger, plan.market.dataHash, plan.strategy.hash),
    dataHash: plan.market.dataHash,
    strategyHash: plan.strategy.hash,
    files: { ...files, summary: join(path, 'summary.json') },
  }
  writeSummary(path, summary)
  return summary
}

/** Runs the best trials once more, for their trades. */
async function runAgain(
  plan: SweepPlan,
  search: Search,
  path: string,
  journal: Journal,
  pool: Pool,
  best: readonly Ranked[],
): Promise<BatchResult[]> {
  const numbers = best.map(({ number }) => number).sort((a, b) => a - b)
  const results: BatchResult[] = []
  for (let at = 0; at < numbers.length; at += plan.batchRows) {
    const some = numbers.slice(at, at + plan.batchRows)
    const points = some.map((number) => search.pointOf(number))
    const result = await pool.run({ from: some[0]!, numbers: some, points, trades: true, returns: false })
    if (result === null) throw stopped(path, journal.trials, journal.trials)
    results.push(result)
  }
  return results
}

function showTrial({ number, objectives }: Ranked, search: Search, journal: Journal): ShownTrial {
  const from = journal.batches().findLast((first) => first <= number)!
  const { numbers, figures } = journal.read(from)
  const at = numbers.indexOf(number) * figureWidth() + Figure.metrics
  const point = search.pointOf(number)
  return {
    trial: number,
    values: Object.fromEntries(search.axes.map(({ key }, i) => [key, point[i] ?? null])),
    objectives,
    metrics: Object.fromEntries(
      trialMetrics().map(({ id }, i) => [id, Number.isNaN(figures[at + i]!) ? null : figures[at + i]!]),
    ),
  }
}
