/** `tandem validate`: from a run file or a run's directory to a validated run on disk. */

import { dirname, join } from 'node:path'
import type { renderValidationReport } from '../../../reports/validation-report.ts'
import { TandemError } from '../../core/errors.ts'
import { runBacktest } from '../backtest.ts'
import { builtinStrategies } from '../builtin.ts'
import { configHash, defaultValidation, loadConfig, type ResolvedConfig } from '../config/index.ts'
import { readRunFolder } from '../explain/run-folder.ts'
import { loadMarket } from '../market.ts'
import { strategyFailure } from '../strategy-failure.ts'
import { loadAfresh, loadStrategy } from '../strategy-loader.ts'
import { parseParams } from '../strategy-params.ts'
import { loadTerms } from '../terms.ts'
import type { ValidationDocument } from './document.ts'
import { isFolder, loadPolicy, writeValidation } from './files.ts'
import { ValidationLedger } from './ledger.ts'
import { type Validated, validate } from './validate.ts'

export interface RunValidationOptions {
  readonly store: string
  readonly runs: string
  /** `path=value` changes to a run file. */
  readonly set: readonly string[]
  readonly policy?: string
  /** Opens the sealed stretch, once. */
  readonly openHoldout: boolean
  readonly report: boolean
  /** What a strategy file in a run's directory is relative to. */
  readonly base?: string
  /** No stretch is kept sealed: a sweep has seen all of the data. */
  readonly nothingSealed?: boolean
  /** What was tried, as values by key, where a sweep knows; default: the space of `validate:`. */
  readonly points?: readonly Readonly<Record<string, unknown>>[]
  /** Trials that other commands have on record for a data set: they count too. */
  readonly recorded?: (dataHash: string) => number
  readonly log: (line: string) => void
}

export interface ValidatedRun {
  readonly document: ValidationDocument
  readonly directory: string
  readonly files: Readonly<Record<string, string>>
}

interface Target {
  readonly config: ResolvedConfig
  readonly choice: 'best' | 'own'
  readonly baseFolder: string
  /** The run's directory, where there is one already. */
  readonly directory: string | null
}

/** The one ledger of a runs folder. */
export function ledgerOf(runs: string): ValidationLedger {
  return new ValidationLedger(join(runs, 'validation-ledger.jsonl'))
}

/**
 * Validates a run file (the best of its space is chosen, and its run is made) or the run in a directory (as it is). The
 * run's directory gets `validation.json` and `validation.html`.
 */
export async function runValidation(target: string, options: RunValidationOptions): Promise<ValidatedRun> {
  const found = await targetOf(target, options)
  const policy = loadPolicy(options.policy)
  const { document, config } = await validated(found, options, policy)
  const directory = found.directory ?? (await makeRun(config, found.baseFolder, options))
  const run = await readRunFolder(directory)
  // The run ends where the sealed stretch begins: its configuration is the one that can be promoted.
  const hashes = { ...document.hashes, config: configHash(run.config) }
  const complete: ValidationDocument = { ...document, hashes, runId: run.runId }
  const report = options.report ? await render(complete) : null
  const files = writeValidation(directory, complete, report)
  return { document: complete, directory, files }
}

async function targetOf(target: string, { set, base, nothingSealed }: RunValidationOptions): Promise<Target> {
  if (!isFolder(target)) {
    const config = loadConfig(target, set)
    const shown = nothingSealed === true ? unsealed(config) : config
    return { config: shown, choice: 'best', baseFolder: base ?? dirname(target), directory: null }
  }
  if (set.length > 0) {
    throw new TandemError('a finished run is validated as it is', {
      code: 'USAGE',
      where: '--set',
      hint: 'validate its run file instead',
    })
  }
  const { config } = await readRunFolder(target)
  return { config: unsealed(config), choice: 'own', baseFolder: base ?? '.', directory: target }
}

/** What a finished run or sweep has shown is no longer unseen. */
function unsealed(config: ResolvedConfig): ResolvedConfig {
  return { ...config, validate: { ...(config.validate ?? defaultValidation()), holdout: 'off' } }
}

async function validated(
  { config, choice, baseFolder }: Target,
  options: RunValidationOptions,
  policy: ReturnType<typeof loadPolicy>,
): Promise<Validated> {
  const loaded = await loadStrategy(config.strategy, { registry: await builtinStrategies(), baseFolder })
  const { module, hash } = loaded
  const afresh = await loadAfresh(loaded)
  const market = await loadMarket(config, options.store)
  const ledger = ledgerOf(options.runs)
  const recorded = options.recorded?.(market.dataHash) ?? 0
  try {
    return await validate({
      config: { ...config, strategy: { ...config.strategy, params: parsed(module, config) } },
      section: config.validate ?? defaultValidation(),
      market,
      terms: await loadTerms(config, baseFolder),
      module,
      fresh: (params) => afresh.create(params as never),
      strategyHash: hash,
      policy,
      choice,
      baseFolder,
      ...(options.points === undefined ? {} : { points: options.points }),
      count: (configs) => ledger.countTrials(market.dataHash, configs) + recorded,
      sweptBefore: recorded > 0,
      ...(options.openHoldout
        ? { open: ({ fromMs, toMs }, one) => ledger.openHoldout(market.dataHash, fromMs, toMs, one) }
        : {}),
      log: options.log,
    })
  } catch (error) {
    throw strategyFailure(error, loaded)
  }
}

/** Parameters with their defaults written out, so that the same configuration has the same hash. */
function parsed(module: Parameters<typeof parseParams>[0], config: ResolvedConfig): Readonly<Record<string, unknown>> {
  return parseParams(module, config.strategy.params) as Readonly<Record<string, unknown>>
}

async function makeRun(config: ResolvedConfig, baseFolder: string, options: RunValidationOptions): Promise<string> {
  const { store, runs, report, log } = options
  const { summary } = await runBacktest(config, { store, runs, report, baseFolder, log })
  return join(runs, summary.runId)
}

async function render(document: ValidationDocument): ReturnType<typeof renderValidationReport> {
  const reports = await import('../../../reports/validation-report.ts')
  return reports.renderValidationReport(document)
}
