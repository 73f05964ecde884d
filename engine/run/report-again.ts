/**
 * The report of a finished run, made again: by running its stored configuration once more, which must make the same
 * inputs, decisions and outcomes. Nothing but the report in the run's directory changes.
 */

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { RunDigests } from '../core/result.ts'
import { runBacktest } from './backtest.ts'
import { loadConfig } from './config/index.ts'

const REPORT = 'report.html'
/** What a report consists of: the page, and its figures beside it. */
const FILES = [REPORT, 'figures.json']
const ACCOUNTS = 'accounts'

export interface ReportAgainOptions {
  readonly store: string
  /** What a strategy file is relative to; default: what the run's folder says. */
  readonly baseFolder?: string
  readonly log: (line: string) => void
}

/** Makes the report anew, and those of the run's accounts. Returns its path. Throws `NO_RUN`, `RUN_CHANGED`. */
export async function makeReportAgain(folder: string, options: ReportAgainOptions): Promise<string> {
  const stored = await readStored(folder)
  const config = loadConfig(join(folder, 'config.yaml'))
  const baseFolder = options.baseFolder ?? join(folder, stored.base ?? '.')
  const scratch = `${folder.replace(/[/\\]+$/, '')}.remade-${randomBytes(4).toString('hex')}`
  const { store, log } = options
  try {
    const { summary } = await runBacktest(config, { store, log, baseFolder, runs: scratch, out: scratch, report: true })
    const { digest } = stored
    const changed = (['inputs', 'decisions', 'outcomes'] as const).filter((one) => summary.digest[one] !== digest[one])
    if (changed.length > 0) throw runChanged(folder, changed)
    await replaceIn(scratch, folder)
    for (const account of await readdir(join(scratch, ACCOUNTS)).catch(() => [])) {
      await replaceIn(join(scratch, ACCOUNTS, account), join(folder, ACCOUNTS, account))
    }
    return join(folder, REPORT)
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

async function replaceIn(from: string, to: string): Promise<void> {
  for (const file of FILES) if (existsSync(join(from, file))) await replace(join(from, file), join(to, file))
}

async function replace(from: string, to: string): Promise<void> {
  const partial = `${to}.part`
  await copyFile(from, partial)
  await rename(partial, to)
}

function runChanged(folder: string, what: readonly string[]): TandemError {
  return new TandemError(`this run doesn't come out as it did: ${what.join(' and ')} differ`, {
    code: 'RUN_CHANGED',
    where: folder,
    hint: 'its candles, strategy or dated fees have changed since; the report that it has still tells the old run',
  })
}

interface Stored {
  readonly digest: RunDigests
  /** What a strategy file is relative to, seen from the folder. */
  readonly base?: string
}

async function readStored(folder: string): Promise<Stored> {
  try {
    const stored = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Stored
    if (typeof stored.digest.decisions === 'string') return stored
  } catch (cause) {
    throw noRun(folder, cause)
  }
  throw noRun(folder, null)
}

function noRun(folder: string, cause: unknown): TandemError {
  return new TandemError('this is no run that can be read', {
    code: 'NO_RUN',
    where: folder,
    hint: 'name a directory that tandem backtest has written',
    cause,
  })
}
