/** What passes between the sweep's main thread and its workers. */

import type { BatchTrades, FrameSpec, MarketShare, PreparedTrial, TrialTexts } from '../batch.ts'

/** Handed to a worker when it starts. */
export interface WorkerSetup {
  /** Word 0 becomes 1 when everything is to stop. */
  readonly control: Int32Array
  /** The shared matrix of figures, and digests: `slots` batches of `batchRows` rows. */
  readonly figures: Float64Array
  readonly digests: Uint8Array
  readonly batchRows: number
}

export type ToWorker =
  | { readonly kind: 'market'; readonly share: MarketShare }
  | { readonly kind: 'drop'; readonly market: number }
  | { readonly kind: 'forget' }
  | { readonly kind: 'frame'; readonly spec: FrameSpec }
  | {
      readonly kind: 'batch'
      readonly slot: number
      readonly trials: readonly PreparedTrial[]
      readonly trades: boolean
      readonly returns: boolean
    }

export type FromWorker =
  | {
      readonly kind: 'done'
      readonly slot: number
      readonly texts: readonly (TrialTexts | null)[]
      readonly returns: Float64Array
      readonly trades: BatchTrades
    }
  | { readonly kind: 'cancelled'; readonly slot: number }
  | { readonly kind: 'failed'; readonly slot: number; readonly message: string }
