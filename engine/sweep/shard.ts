/** One part of a sweep that is split over machines: every n-th batch, from the i-th on. */

import { TandemError } from '../core/errors.ts'

export interface Shard {
  /** From 0. */
  readonly index: number
  readonly count: number
}

/** Where schedulers say which of an array's jobs this is, from 0 unless said otherwise. */
const INDEX_VARIABLES = [
  'JOB_COMPLETION_INDEX',
  'AWS_BATCH_JOB_ARRAY_INDEX',
  'BATCH_TASK_INDEX',
  'CLOUD_RUN_TASK_INDEX',
  'SLURM_ARRAY_TASK_ID',
]
const COUNT_VARIABLES = [
  'TANDEM_SHARDS',
  'AWS_BATCH_JOB_ARRAY_SIZE',
  'BATCH_TASK_COUNT',
  'CLOUD_RUN_TASK_COUNT',
  'SLURM_ARRAY_TASK_COUNT',
]

type Environment = Readonly<Record<string, string | undefined>>

/**
 * `2/3`: the second of three. `auto/3`, or `auto`: which one (and of how many) from the variables that Kubernetes
 * indexed jobs, AWS Batch, Google Batch, Cloud Run jobs and Slurm arrays set; Slurm's from 0. Throws `BAD_SHARD`.
 */
export function parseShard(text: string, env: Environment = process.env): Shard {
  const fail = (
    message: string,
    hint = 'write --shard 1/3 for the first of three, or auto/3 in an array job',
  ): never => {
    throw new TandemError(message, { code: 'BAD_SHARD', where: `--shard ${text}`, hint })
  }
  const match = /^(?:(\d+)|(auto))(?:\/(\d+))?$/.exec(text)
  if (match === null) return fail('expected i/n')
  const [, place, auto, of] = match
  const count = of === undefined ? fromEnvironment(COUNT_VARIABLES, env) : Number(of)
  if (count === null) return fail(`how many shards there are isn't said, and ${COUNT_VARIABLES.join(', ')} aren't set`)
  const index = auto === undefined ? Number(place) - 1 : fromEnvironment(INDEX_VARIABLES, env)
  if (index === null)
    return fail(`none of ${INDEX_VARIABLES.join(', ')} is set`, 'start it from an array job, or write 1/3')
  if (count < 1 || index < 0 || index >= count) return fail(`there is no shard ${index + 1} of ${count}`)
  return { index, count }
}

function fromEnvironment(names: readonly string[], env: Environment): number | null {
  for (const name of names) {
    const text = env[name]
    if (text !== undefined && /^\d+$/.test(text)) return Number(text)
  }
  return null
}

/** Whether a batch is the shard's: every n-th, so that shards take alike long. */
export function isOwn(shard: Shard | null, batch: number): boolean {
  return shard === null || batch % shard.count === shard.index
}
