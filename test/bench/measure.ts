/** How a run is measured: after warm-up, in nanoseconds a bar, and in bytes that a bar leaves on the heap. */

import { getHeapStatistics } from 'node:v8'
import type { PreparedJob } from './reference-run.ts'

/**
 * Bars before the first run that counts. V8 has optimised the loops after a few runs, but the paths that only orders take
 * much later, and while it compiles them the other processor isn't free.
 */
const WARM_UP_BARS = 40_000_000
const HEAP_WARM_UP_RUNS = 40
export const MEASURED_RUNS = 21
const HEAP_RUNS = 40

export interface Timing {
  /** Nanoseconds a bar over the measured runs. */
  readonly median: number
  readonly minimum: number
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Warm time of the job, in this process. */
export function timeJob(job: PreparedJob, runs = MEASURED_RUNS): Timing {
  for (let bars = 0; bars < WARM_UP_BARS; bars += job.bars) job.run()
  const times: number[] = []
  for (let i = 0; i < runs; i++) {
    const start = process.hrtime.bigint()
    job.run()
    times.push(Number(process.hrtime.bigint() - start) / job.bars)
  }
  return { median: median(times), minimum: Math.min(...times) }
}

/**
 * Bytes that a bar allocates: what a run over a long market leaves more than one over a short market, over the bars
 * between them, so that what a run needs once doesn't count. The process must have been started with --expose-gc; null
 * without it. The smallest of many runs counts: compilations fall into some, and allocate; a bar's own allocation
 * would be in all of them.
 */
export function allocatedPerBar(short: PreparedJob, long: PreparedJob): number | null {
  const collect = globalThis.gc
  if (collect === undefined) return null
  for (let i = 0; i < HEAP_WARM_UP_RUNS; i++) {
    short.run()
    long.run()
  }
  const leftBy = (job: PreparedJob): number => {
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < HEAP_RUNS; i++) {
      collect()
      const before = usedBytes()
      job.run()
      const left = usedBytes() - before
      // Below zero a collection fell into the run: it says nothing.
      if (left >= 0 && left < least) least = left
    }
    return least
  }
  return (leftBy(long) - leftBy(short)) / (long.bars - short.bars)
}

/** The heap and what typed arrays hold beside it. */
function usedBytes(): number {
  const { used_heap_size, external_memory } = getHeapStatistics()
  return used_heap_size + external_memory
}
