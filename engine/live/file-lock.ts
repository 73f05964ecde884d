/**
 * Small files that several processes change: one at a time, and whole or not at all. Synchronous, so that a lesson is
 * on disk before anything else happens; what is done under the lock takes milliseconds.
 */

import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { TandemError } from '../core/errors.ts'
import { createExclusively } from './exclusive-file.ts'

const WAIT_MS = 5000
const POLL_MS = 10

/**
 * Runs `work` while no other process that asks for the lock of `path` does. The lock of a process that died on this
 * machine is taken over. Throws `FILE_LOCKED` (retryable) after five seconds.
 */
export function withFileLock<T>(path: string, work: () => T): T {
  const lock = `${path}.lock`
  const mine = `${process.pid} ${hostname()} ${randomBytes(6).toString('hex')}`
  mkdirSync(dirname(path), { recursive: true })
  for (let waited = 0; !createExclusively(lock, mine); waited += POLL_MS) {
    takeFromDead(lock)
    if (waited >= WAIT_MS) throw lockedBy(lock)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, POLL_MS)
  }
  try {
    return work()
  } finally {
    if (holderOf(lock) === mine) rmSync(lock, { force: true })
  }
}

/** Writes `text` in place of `path`: a temporary name, flushed, renamed; a reader or a crash sees the old or the new. */
export function replaceFile(path: string, text: string | Uint8Array, mode = 0o666): void {
  const partial = `${path}.partial-${randomBytes(4).toString('hex')}`
  try {
    const file = openSync(partial, 'wx', mode)
    try {
      const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw error
  }
  flushFolder(dirname(path))
}

/** Makes a rename outlive a power cut, where the system lets one open folders. */
function flushFolder(folder: string): void {
  let handle: number | null = null
  try {
    handle = openSync(folder, 'r')
    fsyncSync(handle)
  } catch {
    // Not every system can: the file itself is whole either way.
  } finally {
    if (handle !== null) closeSync(handle)
  }
}

function holderOf(lock: string): string | null {
  try {
    return readFileSync(lock, 'utf8')
  } catch {
    return null
  }
}

/** Moved aside first, which only one of several can do. */
function takeFromDead(lock: string): void {
  const holder = holderOf(lock)
  const [pid, host] = (holder ?? '').split(' ')
  if (host !== hostname() || isAlive(Number(pid))) return
  const aside = `${lock}-${randomBytes(6).toString('hex')}`
  try {
    renameSync(lock, aside)
    if (holderOf(aside) !== holder) renameSync(aside, lock)
    else rmSync(aside, { force: true })
  } catch {
    // Another one was faster.
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function lockedBy(lock: string): TandemError {
  return new TandemError(`another process (${holderOf(lock) ?? 'gone by now'}) is changing this file`, {
    code: 'FILE_LOCKED',
    where: lock,
    hint: 'try again; if that process is no longer running, remove the lock file',
    retryable: true,
  })
}
