/**
 * A pool of worker threads over shared memory. Batches go to whoever is free, two to each thread so that none waits for
 * the main one; rows come back through a shared matrix.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { BugError, TandemError } from '../../core/errors.ts'
import { installationRoot } from '../../run/installation.ts'
import { type Batch, type BatchResult, DIGEST_BYTES, figureWidth } from '../batch.ts'
import { type Frames, originsOf } from '../frames.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts'
import { TrialRunner } from './trial-runner.ts'

/** Runs batches; their order of finishing says nothing. */
export interface Pool {
  /** Batches it wants to have at a time. */
  readonly depth: number
  /** Null where the pool was cancelled before the batch was done. Rejects on what isn't any trial's own fault. */
  run(batch: Batch): Promise<BatchResult | null>
  /** Lets threads stop between two trials. */
  cancel(): void
  /** Ends what it has. Closed again, it does nothing. */
  close(): Promise<void>
}

const BATCHES_A_WORKER = 2
/** Frames a thread keeps. */
const MOST_SENT = 512

interface Waiting {
  readonly batch: Batch
  origins: BatchResult['origins']
  resolve(result: BatchResult | null): void
  reject(error: unknown): void
}

interface Thread {
  readonly worker: Worker
  readonly frames: Set<number>
  readonly markets: Set<number>
  /** Batches sent and not back, by slot. */
  readonly busy: Map<number, Waiting>
}

export class ThreadPool implements Pool {
  readonly depth: number
  private readonly frames: Frames
  private readonly setup: WorkerSetup
  private readonly threads: Thread[] = []
  private readonly freeSlots: number[] = []
  private readonly waiting: Waiting[] = []
  private sending: Promise<void> = Promise.resolve()
  private closing = false
  private failure: unknown = null

  constructor(frames: Frames, workers: number, batchRows: number) {
    this.frames = frames
    this.depth = workers * BATCHES_A_WORKER
    this.setup = {
      control: new Int32Array(new SharedArrayBuffer(4)),
      figures: new Float64Array(new SharedArrayBuffer(this.depth * batchRows * figureWidth() * 8)),
      digests: new Uint8Array(new SharedArrayBuffer(this.depth * batchRows * DIGEST_BYTES)),
      batchRows,
    }
    for (let slot = this.depth - 1; slot >= 0; slot--) this.freeSlots.push(slot)
    for (let i = 0; i < workers; i++) this.threads.push(this.start())
  }

  run(batch: Batch): Promise<BatchResult | null> {
    if (this.failure !== null) return Promise.reject(this.failure)
    return new Promise((resolve, reject) => {
      this.waiting.push({ batch, origins: [], resolve, reject })
      this.pump()
    })
  }

  cancel(): void {
    Atomics.store(this.setup.control, 0, 1)
    for (const one of this.waiting.splice(0)) one.resolve(null)
  }

  async close(): Promise<void> {
    this.closing = true
    await Promise.all(this.threads.map(({ worker }) => worker.terminate()))
  }

  private start(): Thread {
    // A small nursery: what a trial leaves dies young, and a large one only spreads it over memory.
    const resourceLimits = { maxYoungGenerationSizeMb: 8 }
    const worker = new Worker(workerUrl(), { workerData: this.setup, resourceLimits })
    const thread: Thread = { worker, frames: new Set(), markets: new Set(), busy: new Map() }
    worker.on('message', (message: FromWorker) => this.receive(thread, message))
    worker.on('error', (error) => this.fail(workerError(error)))
    worker.on('exit', (code) => {
      if (!this.closing) this.fail(new BugError(`a worker thread ended by itself (code ${code})`))
    })
    return thread
  }

  /** Sends what waits to the threads with the least to do. One at a time: making a batch ready may take a load. */
  private pump(): void {
    this.sending = this.sending.then(async () => {
      while (this.waiting.length > 0 && this.freeSlots.length > 0) {
        const thread = this.threads.reduce((a, b) => (b.busy.size < a.busy.size ? b : a))
        const next = this.waiting.shift()!
        const slot = this.freeSlots.pop()!
        thread.busy.set(slot, next)
        try {
          next.origins = await this.send(thread, slot, next.batch)
        } catch (error) {
          this.fail(error)
        }
      }
    })
  }

  private async send(thread: Thread, slot: number, batch: Batch): Promise<BatchResult['origins']> {
    const post = (message: ToWorker): void => thread.worker.postMessage(message)
    if (thread.frames.size > MOST_SENT) {
      post({ kind: 'forget' })
      thread.frames.clear()
    }
    const readies = await this.frames.readyAll(batch)
    const used = new Set<number>()
    for (const { frame, market } of readies) {
      if (frame === null || market === null) continue
      used.add(market.id)
      if (!thread.markets.has(market.id)) {
        post({ kind: 'market', share: market })
        thread.markets.add(market.id)
      }
      if (!thread.frames.has(frame.id)) {
        post({ kind: 'frame', spec: frame })
        thread.frames.add(frame.id)
      }
    }
    const trials = readies.map(({ trial }) => trial)
    post({ kind: 'batch', slot, trials, trades: batch.trades, returns: batch.returns })
    // After the batch: the next one may be on other markets, and this thread's views would keep the old ones alive.
    for (const id of thread.markets) {
      if (used.has(id) || used.size === 0) continue
      post({ kind: 'drop', market: id })
      post({ kind: 'forget' })
      thread.markets.delete(id)
      thread.frames.clear()
    }
    return originsOf(readies)
  }

  private receive(thread: Thread, message: FromWorker): void {
    const { slot } = message
    const done = thread.busy.get(slot)
    if (done === undefined) return
    thread.busy.delete(slot)
    if (message.kind === 'failed') done.reject(new BugError(`in a worker thread: ${message.message}`))
    else if (message.kind === 'cancelled') done.resolve(null)
    else done.resolve(this.resultOf(done, message))
    this.freeSlots.push(slot)
    this.pump()
  }

  private resultOf({ batch, origins }: Waiting, done: Extract<FromWorker, { kind: 'done' }>): BatchResult {
    const { from, numbers } = batch
    const { figures, digests, batchRows } = this.setup
    const width = figureWidth()
    const row = done.slot * batchRows
    return {
      from,
      numbers,
      figures: figures.slice(row * width, (row + numbers.length) * width),
      digests: digests.slice(row * DIGEST_BYTES, (row + numbers.length) * DIGEST_BYTES),
      texts: done.texts,
      returns: done.returns,
      trades: done.trades,
      origins,
    }
  }

  private fail(error: unknown): void {
    this.failure ??= error
    for (const { busy } of this.threads) {
      for (const one of busy.values()) one.reject(error)
      busy.clear()
    }
    for (const one of this.waiting.splice(0)) one.reject(error)
  }
}

function workerError(error: unknown): unknown {
  const { code } = error as { code?: string }
  if (code !== 'ERR_WORKER_OUT_OF_MEMORY') return error
  return new TandemError('a worker thread ran out of memory', {
    code: 'OUT_OF_MEMORY',
    where: 'sweep',
    hint: 'use fewer --workers, or a shorter window',
    cause: error,
  })
}

/** The built worker, from the build or from the TypeScript source beside it, which a thread of Node 20 can't read. */
function workerUrl(): URL | string {
  const built = fileURLToPath(new URL('./worker.js', import.meta.url))
  return existsSync(built) ? built : join(installationRoot(), 'dist/engine/sweep/threads/worker.js')
}

/** The same in the calling thread: for few trials, and for tests. */
export class InlinePool implements Pool {
  readonly depth = 1
  private readonly frames: Frames
  private readonly runner = new TrialRunner()
  private readonly known = { frames: new Set<number>(), markets: new Set<number>() }
  private isCancelled = false

  constructor(frames: Frames) {
    this.frames = frames
  }

  async run(batch: Batch): Promise<BatchResult | null> {
    const readies = await this.frames.readyAll(batch)
    for (const { frame, market } of readies) {
      if (frame === null || market === null) continue
      if (!this.known.markets.has(market.id)) this.runner.addMarket(market)
      if (!this.known.frames.has(frame.id)) this.runner.addFrame(frame)
      this.known.markets.add(market.id)
      this.known.frames.add(frame.id)
    }
    const trials = readies.map(({ trial }) => trial)
    const count = trials.length
    const figures = new Float64Array(count * figureWidth())
    const digests = new Uint8Array(count * DIGEST_BYTES)
    const wanted = { trials, trades: batch.trades, returns: batch.returns }
    const rest = await this.runner.run(wanted, { figures, digests }, () => this.isCancelled)
    return rest === null
      ? null
      : { from: batch.from, numbers: batch.numbers, figures, digests, ...rest, origins: originsOf(readies) }
  }

  cancel(): void {
    this.isCancelled = true
  }

  async close(): Promise<void> {}
}
