/** `tandem compare` from run folders to the page on disk. */

import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { shellWord } from '../again-line.ts'
import { allInOrder } from '../all-in-order.ts'
import { sha256Hex } from '../canonical.ts'
import { writeWhole } from '../whole-file.ts'
import { type Comparison, compareRuns } from './compare.ts'
import { pairTrades } from './match.ts'
import { readRun } from './run-files.ts'

export interface CompareOptions {
  readonly folders: readonly string[]
  /** Where the page goes; default: `compare-….html` among the runs. Null for no page. */
  readonly out: string | null | undefined
  readonly runs: string
}

/** Throws `TWO_RUNS` for fewer than two, `NO_RUN` for a folder that isn't one, `NOT_WRITABLE`. */
export async function comparePages(options: CompareOptions): Promise<{ comparison: Comparison; page: string | null }> {
  const { folders, out, runs } = options
  if (folders.length < 2) {
    throw new TandemError('a comparison needs two runs or more', {
      code: 'TWO_RUNS',
      hint: 'give the directories of the runs, the one to compare with first',
    })
  }
  const read = await allInOrder(folders.map(readRun))
  const comparison = compareRuns(read)
  if (out === null) return { comparison, page: null }
  const name = sha256Hex(read.map(({ runId }) => runId).join(' ')).slice(0, 10)
  const page = out ?? join(runs, `compare-${name}.html`)
  const rendered = await renderComparison(read, folders)
  await writeWhole(page, rendered.html, UNWRITABLE)
  await writeWhole(figuresPath(page), `${JSON.stringify(rendered.figures, null, 2)}\n`, UNWRITABLE)
  return { comparison, page }
}

/** The page of runs that were read, and its figures; `folders` are theirs, as a user would name them. */
export async function renderComparison(
  read: Parameters<typeof compareRuns>[0],
  folders: readonly string[],
): Promise<{ readonly html: string; readonly figures: unknown }> {
  const { renderCompareReport } = await import('../../../reports/compare-report.ts')
  const [first, ...others] = read
  const pairs = others.map((other) => pairTrades(first!.trades, other.trades))
  const command = ['tandem compare', ...folders.map(shellWord)].join(' ')
  return renderCompareReport({ ...compareRuns(read), runs: read, pairs, command })
}

/** `compare.html` → `compare.figures.json`. */
function figuresPath(page: string): string {
  return `${page.replace(/\.html?$/, '')}.figures.json`
}

const UNWRITABLE = { code: 'NOT_WRITABLE', what: 'the page', hint: 'name a writable file by --out' }
