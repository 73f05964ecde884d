/** From a request to the words of a command and to the operation that it is. */

import { createHash } from 'node:crypto'
import { basename, join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { canonicalJson } from '../../run/canonical.ts'
import { loadRunFile } from '../../run/config/index.ts'
import type { Operation } from '../../run/operation-lock.ts'
import { backtestOperation, rebalanceOperation, sweepOperation } from '../../run/operations.ts'
import { parseRebalance } from '../../run/rebalance.ts'
import type { Project } from '../project.ts'
import type { RunIndex } from '../runs/index.ts'
import type { JobRequest, JobResult } from './job.ts'

export interface Places {
  readonly project: Project
  readonly index: RunIndex
  readonly runs: string
  readonly store: string
}

export interface PreparedJob {
  readonly title: string
  /** Without node, script, --store, --runs and --json. */
  readonly words: readonly string[]
  /** For a human. */
  readonly shown: string
  readonly operation: Operation
  /** What becomes of the command's one document. */
  readonly resultOf: (document: unknown) => JobResult
  /** A file that must be there for it. */
  readonly writes?: { readonly path: string; readonly text: string }
}

/**
 * Checks all that can be checked before a process is started. Throws what the command would have said, `NO_RUN` for a
 * run that isn't in the list, `STRATEGY_OUTSIDE` for a strategy file outside the project folder.
 */
export function prepareJob(request: JobRequest, places: Places): PreparedJob {
  switch (request.kind) {
    case 'backtest':
      return prepareBacktest(request, places)
    case 'sweep':
      return prepareSweep(request, places)
    case 'validate':
      return prepareValidation(request, places)
    case 'promote':
      return preparePromotion(request, places)
    case 'rebalance':
      return prepareRebalance(request.document, join(places.runs, '.tandem', 'rebalance'))
  }
}

type Of<K extends JobRequest['kind']> = Extract<JobRequest, { kind: K }>

function prepareBacktest({ file, set }: Of<'backtest'>, { project }: Places): PreparedJob {
  const { config } = checkedFile(file, set, project)
  const words = ['backtest', file, ...options('set', set)]
  return {
    title: config.name,
    words,
    shown: shownAs(words),
    operation: backtestOperation(config, {}),
    resultOf: (document) => ({ run: text(document, 'runId') }),
  }
}

function prepareSweep({ file, set, workers, resume }: Of<'sweep'>, { project }: Places): PreparedJob {
  const { loaded, full } = checkedFile(file, set, project)
  if (loaded.sweep === null) {
    throw new TandemError('there is no sweep: section', {
      code: 'BAD_CONFIG',
      where: file,
      hint: 'add one with a space: to search, or start it as a backtest',
    })
  }
  const more = [...(workers === undefined ? [] : [`--workers=${workers}`]), ...(resume ? ['--resume'] : [])]
  const words = ['sweep', file, ...options('set', set), ...more]
  return {
    title: loaded.config.name,
    words,
    shown: shownAs(words),
    operation: sweepOperation(loaded, full, []),
    resultOf: (document) => ({ sweep: basename(text(document, 'folder')) }),
  }
}

function prepareValidation({ run, file, set }: Of<'validate'>, places: Places): PreparedJob {
  if ((run === undefined) === (file === undefined)) {
    throw new TandemError('name either a run or a file', { code: 'BAD_REQUEST', where: 'validate' })
  }
  const target = run === undefined ? file! : knownRun(run, places)
  if (file !== undefined) checkedFile(file, set, places.project)
  const words = ['validate', target, ...options('set', set), ...(run === undefined ? [] : ['--base=.'])]
  return {
    title: run ?? file!,
    words,
    shown: shownAs(words),
    operation: {
      kind: 'validate',
      label: run ?? file!,
      path: run === undefined ? join(places.project.root, file!) : target,
      details: set,
    },
    resultOf: (document) => ({
      run: basename(text(document, 'directory')),
      passed: (document as { passed?: unknown }).passed === true,
    }),
  }
}

function preparePromotion({ run, out, overrides, by }: Of<'promote'>, places: Places): PreparedJob {
  const target = knownRun(run, places)
  // A bundle is a YAML file of the project like any other; refuses a name that leads elsewhere.
  places.project.check(out)
  const given = Object.entries(overrides).map(([gate, justification]) => `${gate}=${justification}`)
  const words = [
    'promote',
    target,
    `--out=${out}`,
    ...options('override', given),
    ...(by === '' ? [] : [`--by=${by}`]),
    '--base=.',
  ]
  return {
    title: `${run} to ${out}`,
    words,
    shown: shownAs(words),
    operation: { kind: 'promote', label: run, path: target },
    resultOf: (document) => ({ run, document }),
  }
}

/** The document becomes a file, so that what is carried out is on record and the command is the one that anybody types. */
export function prepareRebalance(document: unknown, folder: string, dryRun = false): PreparedJob {
  const content = `${JSON.stringify(document, null, 2)}\n`
  parseRebalance(content, 'rebalancing')
  const id = createHash('sha256').update(canonicalJson(document)).digest('hex').slice(0, 16)
  const path = join(folder, `${id}.yaml`)
  const words = ['rebalance', path, ...(dryRun ? ['--dry-run'] : [])]
  return {
    title: 'rebalancing',
    words,
    shown: shownAs(words),
    operation: rebalanceOperation(content),
    resultOf: (report) => ({ document: report }),
    writes: { path, text: content },
  }
}

/** The run file with overrides, as the command will read it; a strategy of its own must lie in the project. */
export function checkedFile(file: string, set: readonly string[], project: Project) {
  const full = project.existing(file)
  const loaded = loadRunFile(full, set)
  const { strategy } = loaded.config
  if ('file' in strategy && strategy.file !== undefined && !project.has(strategy.file, full)) {
    throw new TandemError('the strategy lies outside the project folder', {
      code: 'STRATEGY_OUTSIDE',
      where: strategy.file,
      hint: 'move it in, or start the run from the command line',
    })
  }
  return { loaded, config: loaded.config, full }
}

function knownRun(run: string, { index }: Places): string {
  const folder = index.folderOf(run)
  if (folder === null) throw new TandemError('there is no such run', { code: 'NO_RUN', where: run })
  return folder
}

/** `--name=value` in one word, so that no value is taken for an option. */
function options(name: string, values: readonly string[]): string[] {
  return values.map((value) => `--${name}=${value}`)
}

function shownAs(words: readonly string[]): string {
  const quoted = words.map((word) => (/^[\w./=:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
  return ['tandem', ...quoted].join(' ')
}

function text(document: unknown, key: string): string {
  const value = (document as Record<string, unknown> | null)?.[key]
  return typeof value === 'string' ? value : ''
}
