/**
 * One at a time: the same operation, started twice by pages or commands that share a folder of runs, is done once, and
 * whoever comes second is told who does it. A lock is a file that appears with its content in it (a hard link of a
 * finished one), so that nobody reads half of it; that of a process that is no more, on this machine, is taken over.
 */

import { createHash, randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, realpathSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { TandemError } from '../core/errors.ts'

/** `account` is anything that is done to an account at a venue: never two at once. */
export type OperationKind = 'backtest' | 'sweep' | 'validate' | 'promote' | 'rebalance' | 'cleanup' | 'account'

/** What is done to what: two are the same where kind, path (links followed) and details are. */
export interface Operation {
  readonly kind: OperationKind
  /** For a human; says nothing about identity. */
  readonly label: string
  /** A file or folder that it is done to or into. */
  readonly path?: string
  /** What else tells two apart, such as a configuration's hash. */
  readonly details?: readonly string[]
}

export interface LockHolder {
  readonly pid: number
  readonly host: string
  /** `command` or `page`. */
  readonly by: string
  readonly operation: string
  readonly sinceMs: number
}

export interface HeldLock {
  release(): void
}

/** Where the lock of an operation lies. Paths are followed to the file itself, so that two spellings are one. */
export function operationLockPath(runs: string, { kind, path, details = [] }: Operation): string {
  const id = createHash('sha256')
    .update(JSON.stringify([kind, path === undefined ? null : realPath(path), ...details]))
    .digest('hex')
  return join(runs, '.tandem', 'locks', `${kind}-${id.slice(0, 24)}.json`)
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}

/** Who does the operation right now; null for nobody. */
export function operationHolder(runs: string, operation: Operation): LockHolder | null {
  const holder = readHolder(operationLockPath(runs, operation))
  return holder !== null && isHeld(holder) ? holder : null
}

/** The line that the second one gets. */
export function operationRunning(operation: Operation, holder: LockHolder): TandemError {
  const since = new Date(holder.sinceMs).toISOString().slice(0, 19).replace('T', ' ')
  const who = holder.by === 'page' ? 'the workbench page' : 'a command'
  return new TandemError(`${who} is doing this already, since ${since} UTC (process ${holder.pid} on ${holder.host})`, {
    code: 'OPERATION_RUNNING',
    where: `${operation.kind} ${operation.label}`,
    hint: 'wait for it, or stop it',
    retryable: true,
  })
}

/** Does `work` while holding the operation's lock. Throws `OPERATION_RUNNING` where somebody else does it. */
export async function withOperation<T>(
  runs: string,
  operation: Operation,
  nowMs: number,
  work: () => Promise<T>,
): Promise<T> {
  const lock = lockOperation(runs, operation, nowMs)
  try {
    return await work()
  } finally {
    lock.release()
  }
}

/** Takes the lock. Throws `OPERATION_RUNNING`, `LOCK_NOT_WRITABLE`. */
export function lockOperation(runs: string, operation: Operation, nowMs: number): HeldLock {
  const path = operationLockPath(runs, operation)
  const by = process.env['TANDEM_STARTED_BY'] === 'page' ? 'page' : 'command'
  const mine: LockHolder = {
    pid: process.pid,
    host: hostname(),
    by,
    operation: `${operation.kind} ${operation.label}`,
    sinceMs: nowMs,
  }
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const made = writeDraft(path, mine)
    if (made === null) continue
    try {
      if (take(made.draft, path, operation)) return { release: () => release(path, made.first) }
    } finally {
      rmSync(made.draft, { force: true })
    }
  }
  throw operationRunning(operation, readHolder(path) ?? { ...mine, pid: 0, host: '?' })
}

const TRIES = 5

interface Draft {
  readonly draft: string
  /** The topmost folder that had to be made for it. */
  readonly first: string | undefined
}

/** The lock's content under a name of its own; null where somebody's release took the new folder away. */
function writeDraft(path: string, mine: LockHolder): Draft | null {
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    const first = mkdirSync(dirname(path), { recursive: true })
    writeFileSync(draft, JSON.stringify(mine))
    return { draft, first }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new TandemError(`can't be written: ${(cause as Error).message}`, {
      code: 'LOCK_NOT_WRITABLE',
      where: path,
      hint: 'name another folder with --runs',
      cause,
    })
  }
}

/** Leaves nothing behind: folders that were made for the lock go with it, where nothing else has come into them. */
function release(path: string, first: string | undefined): void {
  rmSync(path, { force: true })
  if (first === undefined) return
  for (let folder = dirname(path); folder.startsWith(first); folder = dirname(folder)) {
    try {
      rmdirSync(folder)
    } catch {
      return
    }
  }
}

/** Whether the lock is ours now; false where it is to be tried again. Throws `OPERATION_RUNNING`. */
function take(draft: string, path: string, operation: Operation): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    // Somebody's release took the empty folder away.
    if (code === 'ENOENT') return false
    if (code !== 'EEXIST') throw error
  }
  const holder = readHolder(path)
  if (holder !== null && isHeld(holder)) throw operationRunning(operation, holder)
  if (holder !== null) putAside(path, holder)
  return false
}

/** Removes a dead process's lock, and puts it back where somebody else's had taken its place in between. */
function putAside(path: string, dead: LockHolder): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}.old`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  const moved = readHolder(aside)
  if (moved !== null && (moved.pid !== dead.pid || moved.sinceMs !== dead.sinceMs)) {
    try {
      linkSync(aside, path)
    } catch {
      // A third one has it by now; the moved one's owner still finishes what it began.
    }
  }
  rmSync(aside, { force: true })
}

function readHolder(path: string): LockHolder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LockHolder
  } catch {
    return null
  }
}

function isHeld({ host, pid }: LockHolder): boolean {
  if (host !== hostname()) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
