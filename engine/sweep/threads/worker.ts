/** A worker thread of a sweep: takes markets, frames and batches, leaves rows in the shared matrix. */

import { parentPort, workerData } from 'node:worker_threads'
import { DIGEST_BYTES, figureWidth } from '../batch.ts'
import { collectMemory } from '../collect-memory.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts'
import { describeError, TrialRunner } from './trial-runner.ts'

const { control, figures, digests, batchRows } = workerData as WorkerSetup
const port = parentPort!
const runner = new TrialRunner()
const width = figureWidth()
/** Trials after which a thread collects its garbage: V8 alone lets its heap grow for as long as a sweep goes on. */
const COLLECT_AFTER = 512
let uncollected = 0
const isCancelled = (): boolean => Atomics.load(control, 0) !== 0

/** Batches one after the other, whatever order their messages come in. */
let last: Promise<void> = Promise.resolve()

port.on('message', (message: ToWorker) => {
  last = last.then(() => take(message))
})

async function take(message: ToWorker): Promise<void> {
  if (message.kind === 'market') runner.addMarket(message.share)
  else if (message.kind === 'drop') runner.dropMarket(message.market)
  else if (message.kind === 'forget') runner.forget()
  else if (message.kind === 'frame') runner.addFrame(message.spec)
  else await batch(message)
}

async function batch(message: Extract<ToWorker, { kind: 'batch' }>): Promise<void> {
  const { slot } = message
  const rows = {
    figures: figures.subarray(slot * batchRows * width, (slot + 1) * batchRows * width),
    digests: digests.subarray(slot * batchRows * DIGEST_BYTES, (slot + 1) * batchRows * DIGEST_BYTES),
  }
  let reply: FromWorker
  try {
    const rest = await runner.run(message, rows, isCancelled)
    reply = rest === null ? { kind: 'cancelled', slot } : { kind: 'done', slot, ...rest }
  } catch (error) {
    reply = { kind: 'failed', slot, message: describeError(error) }
  }
  port.postMessage(reply)
  uncollected += message.trials.length
  if (uncollected < COLLECT_AFTER) return
  uncollected = 0
  collectMemory()
}
