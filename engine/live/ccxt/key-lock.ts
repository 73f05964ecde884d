/**
 * One signed request at a time per key, over all processes of a machine that share it: a lock file made whole or not at
 * all. The lock of a process that died is taken over at once, one that nobody lets go of after a while.
 */

import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readFileSync, unlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { type Environment, pause } from '../environment.ts'
import { ExchangeError } from '../exchange.ts'
import { createExclusively } from '../exclusive-file.ts'

/** A request gives up after 10 s; who holds a key for longer than this isn't coming back. */
const STALE_MS = 40_000
const WAIT_MAX_MS = 180_000

/** A full or read-only disk: what can't be written must not keep anybody from cancelling. */
export function isFull(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')
}

export class KeyLock {
  readonly #path: string
  readonly #environment: Environment
  readonly #mine = JSON.stringify({ pid: process.pid, host: hostname(), token: randomUUID() })
  #unwritten = false

  constructor(path: string, environment: Environment) {
    this.#path = path
    this.#environment = environment
  }

  /** Waits for the lock. Throws an `ExchangeError` (local) where another process keeps it for minutes. */
  async acquire(): Promise<void> {
    const startMs = this.#environment.monotonicMs()
    let seen: string | null = null
    let sinceMs = startMs
    for (let attempt = 0; !this.#create(this.#path); attempt += 1) {
      const held = read(this.#path)
      const nowMs = this.#environment.monotonicMs()
      if (held !== seen) {
        seen = held
        sinceMs = nowMs
      }
      if (held !== null && (isDead(held) || nowMs - sinceMs > STALE_MS))
        this.#takeOver(held, nowMs - sinceMs > STALE_MS)
      else if (nowMs - startMs > WAIT_MAX_MS) throw busy(this.#path)
      // Uneven pauses, so that two waiters don't keep meeting.
      else await pause(this.#environment, 1 + ((attempt * 3 + process.pid) % 5))
    }
  }

  release(): void {
    if (this.#unwritten) this.#unwritten = false
    else if (read(this.#path) !== this.#mine) return
    remove(this.#path)
  }

  #create(path: string): boolean {
    try {
      return createExclusively(path, this.#mine, 0o600)
    } catch (error) {
      if (!isFull(error)) throw unusable(path, error)
      return this.#createEmpty(path)
    }
  }

  /** A name needs no room on a full disk; where even that is too much, it goes without. */
  #createEmpty(path: string): boolean {
    try {
      closeSync(openSync(path, 'wx', 0o600))
      this.#unwritten = true
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      if (isFull(error)) return true
      throw unusable(path, error)
    }
  }

  /** Removes the lock `held` of somebody who is gone. A second lock keeps two heirs from removing each other's. */
  #takeOver(held: string, waitedLong: boolean): void {
    const guard = `${this.#path}.heir`
    if (!this.#create(guard)) {
      // An heir that died in these few lines; whoever waited long enough clears its place, too.
      if (waitedLong) remove(guard)
      return
    }
    this.#unwritten = false
    if (read(this.#path) === held) remove(this.#path)
    remove(guard)
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It's gone already.
  }
}

/** Whether the text names a process of this machine that doesn't run any more. */
function isDead(held: string): boolean {
  try {
    const { pid, host } = JSON.parse(held) as { pid: number; host: string }
    if (host !== hostname()) return false
    process.kill(pid, 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

function busy(path: string): ExchangeError {
  return new ExchangeError(`another process has kept the key to itself for minutes (${path})`, {
    kind: 'local',
    code: 'KEY_BUSY',
  })
}

function unusable(path: string, error: unknown): ExchangeError {
  const why = (error as NodeJS.ErrnoException).code ?? 'unknown error'
  return new ExchangeError(`the key's lock file can't be made (${path}: ${why})`, { kind: 'local', code: 'NONCE_FILE' })
}
