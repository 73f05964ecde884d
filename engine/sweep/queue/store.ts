/**
 * Where the queue of batches is kept: Redis (or Valkey), or PostgreSQL. Both keep the same queue of BullMQ; here are the
 * ways to it, and one clear line when there is nobody at the other end.
 */

import type { BackendFactory, ConnectionOptions, RedisQueueBackend } from 'bullmq'
import { TandemError } from '../../core/errors.ts'

export type StoreKind = 'redis' | 'postgres'

/** Which store, and its address, such as `redis://host:6379` or `postgres://user@host/database`. */
export interface QueueAddress {
  readonly kind: StoreKind
  readonly url: string
}

/** What a queue, its events and its workers are opened with. */
export interface QueueStore {
  readonly option: `--${StoreKind}`
  /** A connection of its own for each. Throws `REDIS_UNREACHABLE`, `POSTGRES_UNREACHABLE`. */
  connect(): Promise<{ readonly connection: ConnectionOptions }>
  /** How BullMQ speaks to it. (Its classes are typed by Redis; at run time either will do.) */
  readonly backend: BackendFactory<RedisQueueBackend>
  close(): void
}

type Redis = import('ioredis').Redis

/** Time that a first connection may take. */
const CONNECT_MS = 5000

const STORES = {
  redis: { name: 'Redis', scheme: /^rediss?:$/, example: 'redis://localhost:6379' },
  postgres: { name: 'PostgreSQL', scheme: /^postgres(ql)?:$/, example: 'postgres://localhost/sweeps' },
} as const

/**
 * The one address of `--redis` and `--postgres`; null where there is none. Throws `USAGE` for both at once, and for an
 * address that is none.
 */
export function queueAddress(redis: string | undefined, postgres: string | undefined): QueueAddress | null {
  if (redis !== undefined && postgres !== undefined) {
    throw new TandemError('a queue is in one place: give --redis or --postgres', { code: 'USAGE', where: '--postgres' })
  }
  const address: QueueAddress | null =
    redis !== undefined
      ? { kind: 'redis', url: redis }
      : postgres !== undefined
        ? { kind: 'postgres', url: postgres }
        : null
  if (address !== null) placeOf(address)
  return address
}

/** Connects once, so that it is known to be there. Errors name host and port, never a password. */
export async function openStore(address: QueueAddress): Promise<QueueStore> {
  return address.kind === 'redis' ? openRedis(address) : openPostgres(address)
}

async function openRedis(address: QueueAddress): Promise<QueueStore> {
  const [{ createRedisBackend }, first] = await Promise.all([import('bullmq'), connectRedis(address)])
  const opened = [first]
  let isFirst = true
  return {
    option: '--redis',
    backend: createRedisBackend,
    async connect() {
      if (!isFirst) opened.push(await connectRedis(address))
      isFirst = false
      // bullmq's type is of its own copy of ioredis; at run time it is the same.
      return { connection: opened.at(-1) as unknown as ConnectionOptions }
    },
    close() {
      for (const one of opened) one.disconnect()
    },
  }
}

async function connectRedis(address: QueueAddress): Promise<Redis> {
  const { Redis } = await import('ioredis')
  // Commands wait through a reconnection: a sweep outlives a restart of Redis.
  const redis = new Redis(address.url, { lazyConnect: true, connectTimeout: CONNECT_MS, maxRetriesPerRequest: null })
  let reason: unknown
  redis.on('error', (error: Error) => {
    reason = error
  })
  try {
    await withTimeout(redis.connect().then(() => redis.ping()))
    return redis
  } catch (cause) {
    redis.disconnect()
    throw unreachable(address, reason ?? cause, cause)
  }
}

/** BullMQ makes its tables in a schema of its own, `bullmq`, at the first connection. */
async function openPostgres(address: QueueAddress): Promise<QueueStore> {
  const [{ default: pg }, { createPostgresBackend }] = await Promise.all([import('pg'), import('bullmq')])
  const client = new pg.Client({ connectionString: address.url, connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await withTimeout(client.connect())
  } catch (cause) {
    throw unreachable(address, cause, cause)
  } finally {
    await client.end().catch(() => {})
  }
  const connection = { connectionString: address.url, migrate: true } as unknown as ConnectionOptions
  return {
    option: '--postgres',
    backend: createPostgresBackend as unknown as BackendFactory<RedisQueueBackend>,
    connect: async () => ({ connection }),
    // Each queue ends its own pool.
    close() {},
  }
}

function unreachable(address: QueueAddress, reason: unknown, cause: unknown): TandemError {
  const place = placeOf(address)
  const { name, example } = STORES[address.kind]
  const { message = '', code } = reason as NodeJS.ErrnoException
  const text = (message === '' ? (code ?? 'no answer') : message).replaceAll(address.url, place)
  return new TandemError(`can't reach ${name}: ${text}`, {
    code: `${address.kind.toUpperCase()}_UNREACHABLE`,
    where: place,
    hint: `start it, or correct --${address.kind}, such as ${example}`,
    retryable: true,
    cause,
  })
}

function placeOf({ kind, url }: QueueAddress): string {
  const { scheme, example } = STORES[kind]
  try {
    const { protocol, host } = new URL(url)
    if (scheme.test(protocol) && host !== '') return host
  } catch {
    // Told below.
  }
  throw new TandemError(`expected an address such as ${example}`, { code: 'USAGE', where: `--${kind}` })
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
