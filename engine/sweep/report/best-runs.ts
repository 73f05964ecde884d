/** Run reports of a sweep's best trials: each is made by a backtest of its configuration, and must come out the same. */

import { existsSync, readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { runBacktest } from '../../run/backtest.ts'
import { canonicalJson } from '../../run/canonical.ts'
import { applyOverride, loadRunFile, type ResolvedConfig, resolveConfig } from '../../run/config/index.ts'
import { SweepQuery } from '../results/query.ts'
import { sqlName } from '../results/table-writer.ts'
import { axisPath } from '../space/axis.ts'
import { axisValue } from '../tried.ts'
import { bestOf, comparedWhere, objectivesOf } from './compared.ts'

const FOLDER = 'best'
const NAME = /^trial-(\d+)$/

export interface BestRunsOptions {
  readonly store: string
  /** What a strategy file is relative to. */
  readonly baseFolder: string
  readonly log: (line: string) => void
}

/** Numbers of the trials that have a run's directory with a report in the sweep's folder, ascending. */
export function reportedTrials(folder: string): number[] {
  const root = join(folder, FOLDER)
  if (!existsSync(root)) return []
  return readdirSync(root)
    .flatMap((name) => {
      const match = NAME.exec(name)
      return match !== null && existsSync(join(root, name, 'report.html')) ? [Number(match[1])] : []
    })
    .sort((a, b) => a - b)
}

/** Numbers of the best `count` trials by the first objective. */
export async function bestTrials(folder: string, count: number): Promise<readonly number[]> {
  return SweepQuery.with(folder, (query) => {
    const file = loadRunFile(join(folder, 'config.yaml'))
    return bestOf(query, comparedWhere(query, file), objectivesOf(file.sweep!)[0]!, count)
  })
}

interface TrialRow {
  readonly trial: number
  readonly config: ResolvedConfig
  readonly decisions: string
  readonly outcomes: string
}

/**
 * Runs `trials` as backtests into `best/trial-N` of the sweep's folder, those that are there already left alone. Returns
 * the directories. Throws `TRIAL_CHANGED` where a run doesn't make the decisions and outcomes that the sweep recorded.
 */
export async function runTrialsAgain(
  folder: string,
  trials: readonly number[],
  options: BestRunsOptions,
): Promise<readonly string[]> {
  const there = new Set(reportedTrials(folder))
  const rows = await rowsOf(folder, trials)
  const directories: string[] = []
  for (const row of rows) {
    const directory = join(folder, FOLDER, `trial-${row.trial}`)
    directories.push(directory)
    if (there.has(row.trial)) continue
    options.log(`trial ${row.trial}`)
    await runAgain(row, directory, folder, options)
  }
  return directories
}

async function runAgain(row: TrialRow, directory: string, folder: string, options: BestRunsOptions): Promise<void> {
  const { store, baseFolder } = options
  const { summary } = await runBacktest(row.config, {
    store,
    runs: join(folder, FOLDER),
    out: directory,
    report: true,
    baseFolder,
    log: () => {},
  })
  const { decisions, outcomes } = summary.digest
  if (decisions === row.decisions && outcomes === row.outcomes) return
  await rm(directory, { recursive: true, force: true })
  throw new TandemError(`trial ${row.trial} doesn't come out as it did in the sweep`, {
    code: 'TRIAL_CHANGED',
    where: folder,
    hint: 'its candles, strategy or dated fees have changed since: run the sweep again',
  })
}

async function rowsOf(folder: string, trials: readonly number[]): Promise<TrialRow[]> {
  if (trials.length === 0) return []
  const { input } = loadRunFile(join(folder, 'config.yaml'))
  return SweepQuery.with(folder, async (query) => {
    const { axes } = query.record
    const names = ['trial', 'decisions', 'outcomes', ...query.axes()].map(sqlName)
    const { rows } = await query.sql(
      `select ${names.join(', ')} from trials where trial in (${trials.join(', ')}) and status = 'done'`,
    )
    const found = new Map(rows.map((row) => [Number(row[0]), row]))
    return trials.flatMap((trial) => {
      const row = found.get(trial)
      if (row === undefined) return []
      const changed = axes.reduce<unknown>((root, axis, i) => {
        const value = axisValue(row[3 + i] ?? null, axis)
        const text = `${axis.key}=${canonicalJson(value ?? null)}`
        return value === undefined ? root : applyOverride(root, { path: axisPath(axis.key), value, text })
      }, input)
      const config = resolveConfig(changed, `trial ${trial}`)
      return [{ trial, config, decisions: String(row[1]), outcomes: String(row[2]) }]
    })
  })
}
