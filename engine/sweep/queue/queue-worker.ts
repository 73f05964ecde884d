/**
 * A process that works off batches of any sweep in the queue. The processor only waits for the local threads: one that
 * computed itself couldn't tell the queue that it lives, and its jobs would be given to others.
 */

import { resolve } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { builtinStrategies } from '../../run/builtin.ts'
import { unpackBundle } from '../../run/strategy-bundle.ts'
import { importStrategy, loadStrategy } from '../../run/strategy-loader.ts'
import { Frames, type FramesOptions } from '../frames.ts'
import { COLUMN_BYTES } from '../plan.ts'
import { ThreadPool } from '../threads/pool.ts'
import { describeError } from '../threads/trial-runner.ts'
import { type BatchJob, QUEUE, unpackBatch } from './batch-job.ts'
import { SharedFolder, type SharedPlan } from './shared-folder.ts'
import { openStore, type QueueAddress } from './store.ts'

export interface WorkerOptions {
  readonly address: QueueAddress
  readonly shared: string
  readonly workers: number
  /** How long a worker that says nothing keeps its batches. */
  readonly lockSeconds: number
  readonly log: (line: string) => void
  /** Ends the worker once its batches are done. */
  readonly signal: AbortSignal
}

/** Times a batch may lose its worker: on machines that come and go it may well happen more than once. */
const MOST_STALLS = 10

/** Sweeps whose threads are kept. */
const MOST_SWEEPS = 2

/** Works until the signal. Throws `REDIS_UNREACHABLE`, `POSTGRES_UNREACHABLE`. */
export async function runQueueWorker(options: WorkerOptions): Promise<{ batches: number; trials: number }> {
  const store = await openStore(options.address)
  const { Worker } = await import('bullmq')
  const folder = new SharedFolder(options.shared)
  const pools = new Pools(folder, options.workers)
  const done = { batches: 0, trials: 0 }
  const lockDuration = options.lockSeconds * 1000
  const worker = new Worker<BatchJob>(
    QUEUE,
    async ({ data }) => {
      const pool = await pools.of(data.sweep)
      const result = await pool.run(unpackBatch(data.batch))
      if (result === null) throw new TandemError('the worker was stopped', { code: 'WORKER_STOPPED' })
      await folder.writeResult(data.result, result)
      done.batches += 1
      done.trials += result.numbers.length
      return data.result
    },
    {
      ...(await store.connect()),
      concurrency: options.workers * 2,
      lockDuration,
      stalledInterval: lockDuration,
      maxStalledCount: MOST_STALLS,
    },
    store.backend,
  )
  worker.on('error', (error) => options.log(describeError(error)))
  worker.on('failed', (job, error) => options.log(`batch ${job?.data.batch.from ?? ''}: ${describeError(error)}`))
  worker.on('stalled', (id) => options.log(`batch ${id} lost its worker and is given out again`))
  try {
    await worker.waitUntilReady()
    options.log(`${options.workers} threads, waiting for batches`)
    await untilAborted(options.signal)
    await worker.close()
  } finally {
    await pools.close()
    store.close()
  }
  return done
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}

/** Threads by sweep; those of the one that came first go when there are too many. */
class Pools {
  private readonly folder: SharedFolder
  private readonly workers: number
  private readonly pools = new Map<string, Promise<ThreadPool>>()

  constructor(folder: SharedFolder, workers: number) {
    this.folder = folder
    this.workers = workers
  }

  of(sweep: string): Promise<ThreadPool> {
    let pool = this.pools.get(sweep)
    if (pool === undefined) {
      pool = this.open(sweep)
      // A plan that couldn't be read may be there at the next attempt.
      pool.catch(() => this.pools.delete(sweep))
      this.pools.set(sweep, pool)
      if (this.pools.size > MOST_SWEEPS) void this.drop()
    }
    return pool
  }

  async close(): Promise<void> {
    for (const pool of this.pools.values()) await (await pool).close().catch(() => {})
  }

  private async drop(): Promise<void> {
    const [sweep, pool] = this.pools.entries().next().value!
    this.pools.delete(sweep)
    await (await pool).close()
  }

  private async open(sweep: string): Promise<ThreadPool> {
    const plan = await this.folder.readPlan(sweep)
    const options: FramesOptions = {
      input: plan.input,
      axes: plan.axes,
      baseFolder: '.',
      market: (config) => this.folder.readMarket(config),
      strategy: strategyLoader(plan, this.folder),
      columnBytes: COLUMN_BYTES,
    }
    return new ThreadPool(new Frames(options), this.workers, plan.batchRows)
  }
}

function strategyLoader({ strategies }: SharedPlan, folder: SharedFolder): NonNullable<FramesOptions['strategy']> {
  return async ({ strategy }) => {
    if ('name' in strategy) return loadStrategy(strategy, { registry: await builtinStrategies() })
    const shared = strategies[strategy.file]
    if (shared === undefined) {
      throw new TandemError(`the strategy ${strategy.file} isn't in the shared folder`, {
        code: 'SHARED_FOLDER',
        hint: 'a sweep over several strategy files needs a single machine or shards',
      })
    }
    const code = await folder.readContent(shared.bundle)
    const bundlePath = unpackBundle(code, resolve('.tandem/cache'))
    return { module: await importStrategy(bundlePath, strategy.file), hash: shared.hash, source: code, bundlePath }
  }
}
