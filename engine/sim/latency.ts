/** Latency: how long a message takes to reach the venue, and the answer to come back. */

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
