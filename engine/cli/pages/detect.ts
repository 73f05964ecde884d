/** What lies in a folder: of which kind of result a report can be made. */

import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TandemError } from '../../core/errors.ts'

export type ResultKind = 'run' | 'sweep' | 'ladder' | 'session'

export interface Detected {
  readonly kind: ResultKind
  readonly folder: string
  /** A run that was validated. */
  readonly isValidated: boolean
}

/** Files that tell, in the order in which they are looked for: a sweep has a summary, too. */
const SIGNS: readonly (readonly [string, ResultKind])[] = [
  ['sweep.json', 'sweep'],
  ['journal.jsonl', 'session'],
  ['ladder.json', 'ladder'],
  ['summary.json', 'run'],
]

/** Looks at a folder, at the folder of a file that is named, or at a session by its name. Throws `NO_RESULT`. */
export function detectResult(target: string, runs: string): Detected {
  const path = existsSync(target) ? target : join(runs, 'live', target)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw noResult(target, 'there is no such folder')
  const folder = stat.isDirectory() ? path : dirname(path)
  const sign = SIGNS.find(([file]) => existsSync(join(folder, file)))
  if (sign === undefined) throw noResult(folder, 'there is no run, sweep, ladder or session in this folder')
  return { kind: sign[1], folder, isValidated: existsSync(join(folder, 'validation.json')) }
}

function noResult(where: string, message: string): TandemError {
  return new TandemError(message, {
    code: 'NO_RESULT',
    where,
    hint: 'name a folder that tandem backtest, sweep, ladder, validate or live has written',
  })
}
