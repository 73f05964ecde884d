/** What goes through the queue: its name, and batches as jobs. */

import type { Batch } from '../batch.ts'

export const QUEUE = 'tandem-sweep'

/** What a batch is as a job. `sweep` names the plan in the shared folder. */
export interface BatchJob {
  readonly sweep: string
  /** Name of the result in the shared folder. */
  readonly result: string
  readonly batch: Batch
}

/** Stands for a value that a point leaves out: JSON has no undefined, and null is a value. */
const ABSENT = '\u0000absent'

export function packBatch(batch: Batch): Batch {
  return { ...batch, points: batch.points.map((point) => point.map((value) => (value === undefined ? ABSENT : value))) }
}

export function unpackBatch(batch: Batch): Batch {
  return { ...batch, points: batch.points.map((point) => point.map((value) => (value === ABSENT ? undefined : value))) }
}
