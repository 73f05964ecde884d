/** The queue of batches: its names, and a connection that says clearly when there is nobody at the other end. */

import type { ConnectionOptions } from 'bullmq'
import { TandemError } from '../../core/errors.ts'
import type { Batch } from '../batch.ts'

export const QUEUE = 'tandem-sweep'

export type Redis = import('ioredis').Redis

/** Time that a first connection may take. */
const CONNECT_MS = 5000

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

/** A connection to Redis or Valkey. Throws `REDIS_UNREACHABLE`; the error names host and port, never a password. */
export async function connectRedis(url: string): Promise<Redis> {
  const place = placeOf(url)
  const { Redis } = await import('ioredis')
  // Commands wait through a reconnection: a sweep outlives a restart of Redis.
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: CONNECT_MS, maxRetriesPerRequest: null })
  let reason = 'no answer'
  const note = (error: Error): void => {
    reason = error.message === '' ? ((error as NodeJS.ErrnoException).code ?? reason) : error.message
  }
  redis.on('error', note)
  try {
    await withTimeout(redis.connect().then(() => redis.ping()))
    return redis
  } catch (cause) {
    redis.disconnect()
    throw new TandemError(`can't reach Redis: ${reason.replaceAll(url, place)}`, {
      code: 'REDIS_UNREACHABLE',
      where: place,
      hint: 'start it, or correct --redis, such as redis://localhost:6379',
      retryable: true,
      cause,
    })
  }
}

/** bullmq's type is of its own copy of ioredis; at run time it is the same. */
export function asConnection(redis: Redis): ConnectionOptions {
  return redis as unknown as ConnectionOptions
}

function placeOf(url: string): string {
  try {
    const { protocol, host } = new URL(url)
    if (/^rediss?:$/.test(protocol) && host !== '') return host
  } catch {
    // Told below.
  }
  throw new TandemError('expected an address such as redis://localhost:6379', { code: 'USAGE', where: '--redis' })
}

async function withTimeout<T>(promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), CONNECT_MS + 1000)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
