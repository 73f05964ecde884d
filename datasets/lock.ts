/** One writer a directory: a lock file that a dead writer's successor takes over. Readers need none. */

import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { TandemError } from '../engine/core/errors.ts'

export interface LockOptions {
  /** How long to wait for another writer, ms. Default one minute. */
  readonly waitMs?: number
  /** Between two looks, ms. Default 25. */
  readonly pollMs?: number
}

interface Holder {
  readonly pid: number
  readonly host: string
  readonly token: string
}

/**
 * Runs `work` while holding the lock of `directory`, a file beside it; what leads there is made if need be. Waits for a living writer; the lock of one
 * that died on this machine is taken over. Throws `STORE_LOCKED` (retryable) when the wait is over.
 */
export async function withWriterLock<T>(
  directory: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const path = `${directory}.lock`
  const token = await acquire(path, options)
  try {
    return await work()
  } finally {
    if ((await holderOf(path))?.token === token) await rm(path, { force: true })
  }
}

async function acquire(path: string, options: LockOptions): Promise<string> {
  const { waitMs = 60_000, pollMs = 25 } = options
  const mine: Holder = { pid: process.pid, host: hostname(), token: randomUUID() }
  for (let waited = 0; ; waited += pollMs) {
    await mkdir(dirname(path), { recursive: true })
    if (await create(path, mine)) return mine.token
    const holder = await holderOf(path)
    if (holder !== null && isDead(holder)) await remove(path, holder)
    else if (waited >= waitMs) throw locked(path, holder)
    else await sleep(pollMs)
  }
}

/** Creates the file whole, or not at all if it is there. */
async function create(path: string, holder: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(JSON.stringify(holder))
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Who holds the lock; null where nobody does or the file is just being written. */
async function holderOf(path: string): Promise<Holder | null> {
  try {
    const { pid, host, token } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string'
      ? { pid, host, token }
      : null
  } catch {
    return null
  }
}

function isDead({ pid, host }: Holder): boolean {
  if (host !== hostname()) return false
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

/**
 * Removes a dead writer's lock. It is first moved aside, which only one of several can do; if it then turns out to be
 * the lock of somebody who took over meanwhile, it goes back.
 */
async function remove(path: string, dead: Holder): Promise<void> {
  const aside = `${path}-${randomUUID()}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  if ((await holderOf(aside))?.token !== dead.token) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

function locked(path: string, holder: Holder | null): TandemError {
  const who = holder === null ? 'another writer' : `process ${holder.pid} on ${holder.host}`
  return new TandemError(`${who} is writing this series`, {
    code: 'STORE_LOCKED',
    where: path,
    hint: 'try again when it is done; if it is no longer running, remove the file',
    retryable: true,
  })
}
