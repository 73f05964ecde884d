/** What lies in a folder: of which kind of result a report can be made. */

import { existsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TandemError } from '../../core/errors.ts'

export type ResultKind = 'run' | 'sweep' | 'ladder'

export interface Detected {
  readonly kind: ResultKind
  readonly folder: string
  /** A run that was validated. */
  readonly isValidated: boolean
}

/** Files that tell, in the order in which they are looked for: a sweep has a summary, too. */
const SIGNS: readonly (readonly [string, ResultKind])[] = [
  ['sweep.json', 'sweep'],
  ['ladder.json', 'ladder'],
  ['summary.json', 'run'],
]

/** Looks at a folder, or at the folder of a file that is named. Throws `NO_RESULT`. */
export function detectResult(target: string): Detected {
  const stat = statSync(target, { throwIfNoEntry: false })
  if (stat === undefined) throw noResult(target, 'there is no such folder')
  const folder = stat.isDirectory() ? target : dirname(target)
  const sign = SIGNS.find(([file]) => existsSync(join(folder, file)))
  if (sign === undefined) throw noResult(folder, 'there is no run, sweep or ladder in this folder')
  return { kind: sign[1], folder, isValidated: existsSync(join(folder, 'validation.json')) }
}

function noResult(where: string, message: string): TandemError {
  return new TandemError(message, {
    code: 'NO_RESULT',
    where,
    hint: 'name a folder that tandem backtest, sweep, ladder or validate has written',
  })
}
