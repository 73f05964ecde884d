/**
 * What a sweep will cost, from a short measurement: a few of its own trials are run, and time, memory and disk are
 * reckoned from them. Nothing is written.
 */

import type { RunFile } from '../run/config/index.ts'
import { trialMetrics } from '../run/trial/trial-metrics.ts'
import { figureWidth } from './batch.ts'
import { encodeFrame } from './codec.ts'
import { type PlanOptions, planSweep, type SweepPlan } from './plan.ts'
import { isAdaptive } from './search.ts'
import type { Point } from './space/axis.ts'
import { InlinePool } from './threads/pool.ts'

/** Trials that are measured, after some that aren't. */
const MEASURED = 12
const WARM_UP = 4
/** No more are measured once they have taken so long. */
const ENOUGH_SECONDS = 5

/** Share of a second thread's speed that is left when all cores work. */
const SCALING = 0.9
/** Resident bytes of the process, of a thread, and of what the results' writer may take. */
const PROCESS_BYTES = 110 * 2 ** 20
const THREAD_BYTES = 40 * 2 ** 20
const WRITER_BYTES = 512 * 2 ** 20
/** Columns of the run's length that a thread works in. */
const THREAD_COLUMNS = 6
/** What a number takes in the results' Parquet. */
const PARQUET_SHARE = 0.8

/** A night on one machine; a working day for an array of them. */
const ONE_MACHINE_HOURS = 12
const SHARD_HOURS = 8
/** Equal machines up to which shards are simpler than a queue. */
const MOST_SHARDS = 64

export interface Estimate {
  readonly name: string
  readonly method: string
  readonly trials: number
  readonly isExact: boolean
  readonly bars: number
  readonly workers: number
  readonly measuredTrials: number
  readonly secondsPerTrial: number
  readonly nsPerBar: number
  readonly trialsPerSecond: number
  /** On this machine, with these workers. */
  readonly hours: number
  /** Hours of one such machine. */
  readonly machineHours: number
  readonly memoryBytes: number
  readonly diskBytes: number
  readonly fits: 'one machine' | 'shards' | 'queue'
  /** Machines that finish it in a working day, where one isn't enough. */
  readonly machines: number
  readonly why: string
}

/** Measures and reckons. Throws what planning the sweep throws. */
export async function estimateSweep(
  file: RunFile,
  options: PlanOptions & { readonly workers: number },
): Promise<Estimate> {
  const plan = await planSweep(file, options)
  const measured = await measure(plan)
  return reckon(plan, measured, options.workers)
}

export interface Measurement {
  readonly trials: number
  readonly secondsPerTrial: number
  /** Bytes of a trial in the journal. */
  readonly bytesPerTrial: number
}

async function measure(plan: SweepPlan): Promise<Measurement> {
  const pool = new InlinePool(plan.frames)
  const points = spread(plan)
  const trades = plan.sweep.keep.trades === 'all'
  const run = async (some: readonly Point[], from: number) =>
    pool.run({ from, numbers: some.map((_, i) => from + i), points: some, trades, returns: plan.returns })
  // The first ones compile, and compute columns that others share.
  for (let i = 0; i < WARM_UP; i++) await run([points[i % points.length]!], 0)
  const began = performance.now()
  let trials = 0
  let bytes = 0
  for (const [i, point] of points.entries()) {
    const result = await run([point], i)
    bytes += encodeFrame(result!).length
    trials += 1
    if (performance.now() - began > ENOUGH_SECONDS * 1000) break
  }
  const seconds = (performance.now() - began) / 1000
  return { trials, secondsPerTrial: seconds / trials, bytesPerTrial: bytes / trials }
}

/** Points from all over the space. */
function spread(plan: SweepPlan): Point[] {
  const { space } = plan
  const points: Point[] = []
  const step = Math.max(1, Math.floor(space.size / MEASURED))
  for (let number = 0; number < space.size && points.length < MEASURED; number += step) {
    const point = space.at(number)
    if (point !== null) points.push(point)
  }
  // Where conditions leave out all of these, the first that passes.
  return points.length > 0 ? points : [plan.first]
}

/** The reckoning, apart from the measurement. */
export function reckon(plan: SweepPlan, measured: Measurement, workers: number): Estimate {
  const { market, sweep, count, batchRows, name } = plan
  const { rows } = market.grid
  const trials = plan.search().trials
  const { secondsPerTrial, bytesPerTrial } = measured
  const speed = 1 + (workers - 1) * SCALING
  const hours = (trials * secondsPerTrial) / speed / 3600
  const series = market.grid.symbols.length
  const candles = series * rows * 7 * 8
  const matrix = workers * 2 * batchRows * (figureWidth() * 8 + 64)
  const results = trials * (trialMetrics().length + 12) * 8 * PARQUET_SHARE
  const { fits, machines, why } = advise(hours, isAdaptive(sweep.method))
  return {
    name,
    method: sweep.method,
    trials,
    isExact: count.isExact,
    bars: rows,
    workers,
    measuredTrials: measured.trials,
    secondsPerTrial,
    nsPerBar: (secondsPerTrial * 1e9) / rows,
    trialsPerSecond: speed / secondsPerTrial,
    hours,
    machineHours: hours,
    memoryBytes: Math.round(
      PROCESS_BYTES +
        workers * (THREAD_BYTES + THREAD_COLUMNS * rows * 8) +
        candles +
        plan.columnBytes +
        matrix +
        Math.min(WRITER_BYTES, results),
    ),
    diskBytes: Math.round(trials * bytesPerTrial + results),
    fits,
    machines,
    why,
  }
}

/** One machine while it takes a night; then as many as do it in a working day. */
export function advise(hours: number, adaptive: boolean): Pick<Estimate, 'fits' | 'machines' | 'why'> {
  const machines = Math.ceil(hours / SHARD_HOURS)
  if (hours <= ONE_MACHINE_HOURS)
    return { fits: 'one machine', machines: 1, why: `it takes at most ${ONE_MACHINE_HOURS} hours here` }
  if (adaptive)
    return { fits: 'queue', machines, why: 'each generation needs the results of all machines: tandem sweep --redis' }
  if (machines <= MOST_SHARDS)
    return {
      fits: 'shards',
      machines,
      why: `so many equal machines take at most ${SHARD_HOURS} hours, and need no service: tandem sweep --shard i/${machines}`,
    }
  return {
    fits: 'queue',
    machines,
    why: 'among so many machines some are slower and some go away: a queue gives their work to others',
  }
}
