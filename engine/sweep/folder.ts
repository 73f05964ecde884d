/** The folder of a sweep: what it belongs to, who works in it, and what may be continued. */

import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { TandemError } from '../core/errors.ts'
import type { SweepPlan } from './plan.ts'
import type { Shard } from './shard.ts'

const RECORD = 'sweep.json'
const LOCK = 'lock.json'
const JOURNAL = 'journal.bin'
const SUMMARY = 'summary.json'
const SCRATCH = 'scratch'

/** What sweep.json says. */
export interface SweepRecord {
  readonly name: string
  readonly identity: string
  readonly strategyHash: string
  readonly dataHash: string
  readonly batchRows: number
  readonly shard: Shard | null
  readonly axes: readonly { readonly key: string; readonly values: readonly unknown[] | null }[]
}

export interface SweepFolder {
  readonly path: string
  readonly journal: string
  /** Removes the lock. */
  release(): void
}

/** Where a sweep goes that names no folder: by its name and identity. */
export function defaultFolder(runs: string, { name, identity }: SweepPlan, shard: Shard | null): string {
  const slug = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '')
  const part = shard === null ? '' : `-shard-${shard.index + 1}-of-${shard.count}`
  return join(runs, `${slug === '' ? 'sweep' : slug}-sweep-${identity.slice(0, 10)}${part}`)
}

/**
 * Opens the folder for a sweep and locks it. Throws `SWEEP_EXISTS` where a sweep is there and nothing was said of
 * continuing, `SWEEP_CHANGED` where it is another one, `SWEEP_LOCKED` where a process works in it, `NO_SWEEP_FOLDER`.
 */
export function openFolder(path: string, plan: SweepPlan, shard: Shard | null, resume: boolean): SweepFolder {
  const names = existsSync(path) ? namesIn(path) : []
  const isSweep = names.includes(RECORD)
  if (names.length > 0 && !isSweep) {
    throw new TandemError('this folder has other files than those of a sweep', {
      code: 'NO_SWEEP_FOLDER',
      where: path,
      hint: 'name a new folder, or an empty one',
    })
  }
  if (isSweep && !resume) {
    throw new TandemError('a sweep is in this folder already', {
      code: 'SWEEP_EXISTS',
      where: path,
      hint: 'continue it with --resume, or name another folder with --out',
    })
  }
  if (!isSweep && resume) {
    throw new TandemError('there is no sweep to continue', {
      code: 'NO_SWEEP_FOLDER',
      where: path,
      hint: 'leave --resume out, or name its folder with --out',
    })
  }
  if (isSweep) checkSame(path, plan, shard)
  makeFolder(path)
  lock(path)
  if (!isSweep) writeRecord(path, plan, shard)
  return { path, journal: join(path, JOURNAL), release: () => rmSync(join(path, LOCK), { force: true }) }
}

function namesIn(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (cause) {
    throw new TandemError('this is no folder', { code: 'NO_SWEEP_FOLDER', where: path, cause })
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(join(path, SCRATCH), { recursive: true })
  } catch (cause) {
    throw new TandemError(`can't make the folder: ${(cause as Error).message}`, {
      code: 'SWEEP_NOT_WRITABLE',
      where: path,
      hint: 'name another with --out',
      cause,
    })
  }
}

/** The record of a sweep's folder. Throws `NO_SWEEP_FOLDER`. */
export function readRecord(path: string): SweepRecord {
  try {
    return JSON.parse(readFileSync(join(path, RECORD), 'utf8')) as SweepRecord
  } catch (cause) {
    throw new TandemError('this is no folder of a sweep', {
      code: 'NO_SWEEP_FOLDER',
      where: path,
      hint: 'name the folder that tandem sweep made',
      cause,
    })
  }
}

export function journalOf(path: string): string {
  return join(path, JOURNAL)
}

function checkSame(path: string, plan: SweepPlan, shard: Shard | null): void {
  const record = readRecord(path)
  const fail = (message: string): never => {
    throw new TandemError(message, {
      code: 'SWEEP_CHANGED',
      where: path,
      hint: 'start it anew in another folder with --out',
    })
  }
  if (record.strategyHash !== plan.strategy.hash) fail("the strategy's code isn't what this sweep began with")
  if (record.dataHash !== plan.market.dataHash) fail("the candles aren't those this sweep began with")
  if (record.identity !== plan.identity) fail("the configuration isn't the one this sweep began with")
  if (JSON.stringify(record.shard) !== JSON.stringify(shard)) fail('this folder is of another shard')
}

function writeRecord(path: string, plan: SweepPlan, shard: Shard | null): void {
  const record: SweepRecord = {
    name: plan.name,
    identity: plan.identity,
    strategyHash: plan.strategy.hash,
    dataHash: plan.market.dataHash,
    batchRows: plan.batchRows,
    shard,
    axes: plan.axes.map(({ key, values }) => ({ key, values })),
  }
  writeFileSync(join(path, 'config.yaml'), stringify({ ...plan.input, sweep: plan.sweep }))
  writeWhole(join(path, RECORD), record)
}

/** Writes JSON under another name and renames it. */
export function writeWhole(path: string, value: unknown): void {
  const partial = `${path}.part`
  writeFileSync(partial, `${JSON.stringify(value, null, 2)}\n`)
  renameSync(partial, path)
}

export function writeSummary(path: string, summary: unknown): void {
  writeWhole(join(path, SUMMARY), summary)
  rmSync(join(path, SCRATCH), { recursive: true, force: true })
}

interface LockRecord {
  readonly pid: number
  readonly host: string
}

/** One process a folder. The lock of a process that is no more, on this machine, is taken over. */
function lock(path: string): void {
  const file = join(path, LOCK)
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const handle = openSync(file, 'wx')
      writeFileSync(handle, JSON.stringify({ pid: process.pid, host: hostname() } satisfies LockRecord))
      closeSync(handle)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = readLock(file)
      if (holder !== null && (holder.host !== hostname() || isAlive(holder.pid))) {
        throw new TandemError(`process ${holder.pid} on ${holder.host} works in this folder`, {
          code: 'SWEEP_LOCKED',
          where: path,
          hint: `wait for it; if it is gone, remove ${LOCK}`,
        })
      }
      rmSync(file, { force: true })
    }
  }
}

function readLock(file: string): LockRecord | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockRecord
  } catch {
    return null
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
