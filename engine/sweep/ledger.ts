/**
 * The trial ledger: how often a strategy was tried on a data window, over all sweeps, finished or not. A line is added
 * for every batch of trials as it ends; lines are never changed. Whoever judges the best of many trials needs the
 * honest number of them.
 */

import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { Origin } from './batch.ts'

const FILE = 'trials.jsonl'

/** One line. `sweep` and `from` name the batch: the same one again isn't a new trial. */
interface Line extends Origin {
  readonly sweep: string
  readonly from: number
}

export interface LedgerCount {
  readonly trials: number
  readonly sweeps: number
}

/** The ledger of a folder of runs. */
export function ledgerPath(runs: string): string {
  return join(runs, FILE)
}

/** Adds a batch. Throws `LEDGER_NOT_WRITABLE`. */
export function recordTrials(path: string, sweep: string, from: number, origins: readonly Origin[]): void {
  // A line of its own even after one that a crash left incomplete.
  const lines = origins.map((origin) => `\n${JSON.stringify({ ...origin, sweep, from } satisfies Line)}\n`)
  try {
    mkdirSync(dirname(path), { recursive: true })
    appendFileSync(path, lines.join(''))
  } catch (cause) {
    throw new TandemError(`can't write the trial ledger: ${(cause as Error).message}`, {
      code: 'LEDGER_NOT_WRITABLE',
      where: path,
      hint: 'make room, then continue with --resume',
      cause,
    })
  }
}

/** Batches of a sweep that the ledger has. */
export function recordedBatches(path: string, sweep: string): Set<number> {
  return new Set(
    readLines(path)
      .filter((line) => line.sweep === sweep)
      .map(({ from }) => from),
  )
}

/** Trials of a strategy on a data window; of all strategies where none is named. */
export function countRecorded(path: string, dataHash: string, strategyHash?: string): LedgerCount {
  const seen = new Set<string>()
  const sweeps = new Set<string>()
  let trials = 0
  for (const line of readLines(path)) {
    if (line.dataHash !== dataHash || (strategyHash !== undefined && line.strategyHash !== strategyHash)) continue
    const key = `${line.sweep}/${line.from}/${line.strategyHash}`
    if (seen.has(key)) continue
    seen.add(key)
    sweeps.add(line.sweep)
    trials += line.trials
  }
  return { trials, sweeps: sweeps.size }
}

/** Lines that a crash left incomplete count as not written: their batch isn't in the journal's end either, or is added again. */
function readLines(path: string): Line[] {
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((text) => {
      try {
        return text === '' ? [] : [JSON.parse(text) as Line]
      } catch {
        return []
      }
    })
}
