/** Drives a search through a pool: batches out, results into the journal and the ledger, as they come. */

import type { Batch, BatchResult } from './batch.ts'
import { figureWidth } from './batch.ts'
import type { Journal } from './journal.ts'
import type { Judge } from './objective.ts'
import type { Search, TrialRange } from './search.ts'
import { isOwn, type Shard } from './shard.ts'
import type { Pool } from './threads/pool.ts'

export interface TrialsInput {
  readonly search: Search
  readonly judge: Judge
  readonly pool: Pool
  readonly journal: Journal
  readonly batchRows: number
  readonly shard: Shard | null
  readonly trades: boolean
  readonly returns: boolean
  /** Stops between batches; the pool stops between trials. */
  readonly isCancelled: () => boolean
  /** After a result is in the journal. */
  readonly onResult: (result: BatchResult) => void
}

/** Runs what the journal hasn't. False where it was cancelled before the end. Rejects on what is no trial's fault. */
export async function runTrials(input: TrialsInput): Promise<boolean> {
  const { search, batchRows, shard, journal } = input
  let ordinal = 0
  for (let group = search.next(batchRows); group !== null; group = search.next(batchRows)) {
    const sent = new InFlight(input)
    const froms: number[] = []
    for (const range of group) {
      if (!isOwn(shard, ordinal++)) continue
      // Only adaptive searches want to be told, and their generations are short.
      if (search.stage !== null) froms.push(range.from)
      if (!journal.has(range.from)) await sent.add(range)
      if (input.isCancelled() || sent.failed) break
    }
    await sent.all()
    if (input.isCancelled()) return false
    for (const from of froms) tell(input, journal.read(from))
  }
  return true
}

/** Batches that are out, at most as many as the pool wants. */
class InFlight {
  private readonly input: TrialsInput
  private readonly running = new Set<Promise<void>>()
  private error: unknown = null

  constructor(input: TrialsInput) {
    this.input = input
  }

  get failed(): boolean {
    return this.error !== null
  }

  async add({ from, numbers, points }: TrialRange): Promise<void> {
    const { pool, trades, returns, journal, onResult } = this.input
    const batch: Batch = { from, numbers, points, trades, returns }
    const one: Promise<void> = pool
      .run(batch)
      .then((result) => {
        if (result === null) return
        journal.append(result)
        onResult(result)
      })
      .catch((error: unknown) => {
        this.error ??= error
      })
      .finally(() => this.running.delete(one))
    this.running.add(one)
    if (this.running.size >= pool.depth) await Promise.race(this.running)
  }

  async all(): Promise<void> {
    await Promise.all(this.running)
    if (this.error !== null) throw this.error
  }
}

function tell({ search, judge }: TrialsInput, { numbers, figures }: BatchResult): void {
  const width = figureWidth()
  for (const [i, number] of numbers.entries()) {
    search.tell(number, judge.verdict(search.pointOf(number), figures.subarray(i * width, (i + 1) * width)))
  }
}
