/** Latency: how long a message takes to reach the venue, and the answer to come back. */

import { draw } from './draw.ts'

export interface LatencyModel {
  /** Whether nothing ever takes time. */
  readonly isZero: boolean
  /** From the decision to the venue, ms. */
  outMs(decidedMs: number): number
  /** From the venue to us, ms. */
  backMs(atMs: number): number
}

/** The same delay each way. */
export function constantLatency(latencyMs: number): LatencyModel {
  return { isZero: latencyMs === 0, outMs: () => latencyMs, backMs: () => latencyMs }
}

/** Each message's delay is one of the samples, drawn by seed, time and direction. */
export function sampledLatency(samplesMs: readonly number[], seed: number): LatencyModel {
  const pick = (atMs: number, way: number): number => samplesMs[Math.floor(draw(seed, atMs, way) * samplesMs.length)]!
  return {
    isZero: samplesMs.every((one) => one === 0),
    outMs: (decidedMs) => pick(decidedMs, 1),
    backMs: (atMs) => pick(atMs, 2),
  }
}

/** What was measured: rising times, ms UTC, and the delays each way that held from then on. */
export interface RecordedDelays {
  readonly timeMs: Float64Array
  readonly outMs: Float64Array
  readonly backMs: Float64Array
}

/** The last delay measured by then; before the first one, the first. */
export function recordedLatency({ timeMs, outMs, backMs }: RecordedDelays): LatencyModel {
  const at = (ms: number): number => {
    let low = 0
    let high = timeMs.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (timeMs[middle]! <= ms) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }
  return { isZero: false, outMs: (ms) => outMs[at(ms)]!, backMs: (ms) => backMs[at(ms)]! }
}
