/**
 * A pool of processes on other machines: batches go out as jobs of a BullMQ queue, results come back as files of the
 * shared folder. A job is named by its batch, so that the same one is never in the queue twice, and may run twice
 * without harm: a stalled job of a dead worker does.
 */

import { readFile } from 'node:fs/promises'
import type { Queue, QueueEvents } from 'bullmq'
import { BugError, TandemError } from '../../core/errors.ts'
import { canonicalJson, sha256Hex } from '../../run/canonical.ts'
import { portableBundle } from '../../run/strategy-bundle.ts'
import type { Batch, BatchResult } from '../batch.ts'
import type { SweepPlan } from '../plan.ts'
import type { Pool } from '../threads/pool.ts'
import { type BatchJob, packBatch, QUEUE } from './batch-job.ts'
import { SharedFolder, type SharedPlan } from './shared-folder.ts'
import { openStore, type QueueAddress, type QueueStore } from './store.ts'

/** Batches in the queue at a time: more than any number of machines takes before the next ones come. */
const DEPTH = 256

/** How often results are looked for whose message was missed. */
const LOOK_MS = 2000

/** Times that a batch may fail for reasons of a machine, such as a folder that isn't mounted yet. */
const ATTEMPTS = 3

interface Waiting {
  readonly batch: Batch
  readonly name: string
  resolve(result: BatchResult | null): void
  reject(error: unknown): void
}

export interface QueuePoolOptions {
  readonly address: QueueAddress
  readonly shared: string
  readonly log: (line: string) => void
}

export class QueuePool implements Pool {
  readonly depth = DEPTH
  private readonly plan: SweepPlan
  private readonly folder: SharedFolder
  private readonly queue: Queue<BatchJob>
  private readonly events: QueueEvents
  private readonly store: QueueStore
  private readonly waiting = new Map<string, Waiting>()
  private readonly timer: NodeJS.Timeout
  private isClosed = false

  private constructor(
    plan: SweepPlan,
    folder: SharedFolder,
    queue: Queue<BatchJob>,
    events: QueueEvents,
    store: QueueStore,
  ) {
    this.plan = plan
    this.folder = folder
    this.queue = queue
    this.events = events
    this.store = store
    events.on('completed', ({ jobId }) => void this.look(jobId))
    events.on('failed', ({ jobId, failedReason }) => this.failed(jobId, failedReason))
    this.timer = setInterval(() => {
      for (const id of this.waiting.keys()) void this.look(id)
    }, LOOK_MS)
  }

  /** Connects and leaves the plan in the shared folder. Throws `REDIS_UNREACHABLE`, `POSTGRES_UNREACHABLE`, `SHARED_FOLDER`. */
  static async open(plan: SweepPlan, options: QueuePoolOptions): Promise<QueuePool> {
    const { latencyMs } = plan.config.execution
    if (typeof latencyMs === 'object' && 'file' in latencyMs) {
      throw new TandemError("workers of a queue don't have the file of delays", {
        code: 'FILE_NOT_SHARED',
        where: 'execution.latencyMs.file',
        hint: 'use threads or shards, or delays without a file',
      })
    }
    const store = await openStore(options.address)
    try {
      const { Queue, QueueEvents } = await import('bullmq')
      const folder = new SharedFolder(options.shared)
      await folder.writePlan(await sharedPlan(plan, folder))
      const queue = new Queue<BatchJob>(QUEUE, await store.connect(), store.backend)
      const events = new QueueEvents(QUEUE, await store.connect(), store.backend)
      // Without a listener an error of the connection would end the process; it reconnects by itself.
      queue.on('error', () => {})
      events.on('error', () => {})
      await events.waitUntilReady()
      if ((await queue.getWorkersCount()) === 0)
        options.log(`waiting for a worker: start tandem worker with the same ${store.option} and --shared`)
      return new QueuePool(plan, folder, queue, events, store)
    } catch (error) {
      store.close()
      throw error
    }
  }

  async run(batch: Batch): Promise<BatchResult | null> {
    const { identity, frames } = this.plan
    const name = resultName(identity, batch)
    const done = await this.folder.readResult(name)
    if (done !== null) return done
    const readies = await frames.readyAll(batch)
    for (const { frame, market } of readies) if (frame !== null) await this.folder.writeMarket(frame.config, market!)
    const errors = readies.map(({ trial }) => ('error' in trial ? trial.error : null))
    const id = name.replaceAll(/[^\w-]/g, '-')
    const result = new Promise<BatchResult | null>((resolve, reject) =>
      this.waiting.set(id, { batch, name, resolve, reject }),
    )
    await this.add(id, { sweep: identity, result: name, batch: packBatch({ ...batch, errors }) })
    return result
  }

  cancel(): void {
    for (const [id, one] of this.waiting) {
      // A job that is being worked on can't be taken back; its result waits in the shared folder.
      void this.queue.remove(id).catch(() => {})
      one.resolve(null)
    }
    this.waiting.clear()
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    clearInterval(this.timer)
    await this.events.close()
    await this.queue.close()
    this.store.close()
  }

  /** A job of this name that an earlier process left, ended without a result we have, makes room. */
  private async add(id: string, job: BatchJob): Promise<void> {
    const old = await this.queue.getJob(id)
    if (old !== undefined && (await old.isFailed().catch(() => false))) await old.remove()
    if (old !== undefined && (await old.isCompleted().catch(() => false))) await old.remove()
    await this.queue.add('batch', job, {
      jobId: id,
      attempts: ATTEMPTS,
      backoff: { type: 'fixed', delay: 1000 },
      removeOnComplete: true,
      removeOnFail: true,
    })
  }

  private async look(id: string): Promise<void> {
    const one = this.waiting.get(id)
    if (one === undefined) return
    const result = await this.folder.readResult(one.name).catch(() => null)
    if (result === null || !this.waiting.delete(id)) return
    const isSame = result.from === one.batch.from && canonicalJson(result.numbers) === canonicalJson(one.batch.numbers)
    if (isSame) one.resolve(result)
    else one.reject(new BugError(`a worker's result is of other trials: ${one.name}`))
  }

  private failed(id: string, reason: string): void {
    const one = this.waiting.get(id)
    if (one === undefined) return
    this.waiting.delete(id)
    one.reject(
      new TandemError(`a worker can't run the trials from ${one.batch.from} on: ${reason}`, {
        code: 'WORKER_FAILED',
        where: this.store.option,
        hint: 'see the worker, then continue with --resume',
      }),
    )
  }
}

/** A batch's name: the same for the same trials of the same sweep. */
function resultName(identity: string, { from, numbers, trades, returns }: Batch): string {
  return `${identity.slice(0, 32)}-${from}-${sha256Hex(canonicalJson([numbers, trades, returns])).slice(0, 12)}`
}

async function sharedPlan(plan: SweepPlan, folder: SharedFolder): Promise<SharedPlan> {
  const { identity, input, axes, batchRows, config, strategy } = plan
  if (strategy.bundlePath === null) return { identity, input, axes, batchRows, strategies: {} }
  const bundle = await folder.writeContent(portableBundle(await readFile(strategy.bundlePath, 'utf8')), '.mjs')
  const file = 'file' in config.strategy ? config.strategy.file : ''
  return { identity, input, axes, batchRows, strategies: { [file]: { bundle, hash: strategy.hash } } }
}
