/** A backtest of several accounts: a run each, and the whole of them; one directory with a run's directory for each. */

import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RunResult } from '../core/result.ts'
import type { RunDetail } from '../core/run-detail.ts'
import { type AccountRun, combineAccounts } from './accounts.ts'
import { againBase, againCommand } from './again-line.ts'
import { analysisOf, measure } from './analysis.ts'
import {
  type BacktestOptions,
  type BacktestOutcome,
  type LoadedForRun,
  renderReport,
  simulate,
  summarise,
} from './backtest.ts'
import { ByteStore } from './byte-store.ts'
import type { ResolvedConfig } from './config/index.ts'
import { dataQuality } from './detail/data-quality.ts'
import { detailOf } from './detail/detail.ts'
import { type RunDocuments, writeRun } from './files.ts'
import { checkLookAhead } from './look-ahead/check.ts'
import type { Market } from './market.ts'
import type { Terms } from './terms.ts'

/** Where the accounts' own runs are, in the directory of the whole. */
const FOLDER = 'accounts'

export async function runAccounts(
  config: ResolvedConfig,
  accounts: readonly AccountRun[],
  market: Market,
  terms: Terms,
  strategy: LoadedForRun,
  options: BacktestOptions,
): Promise<BacktestOutcome> {
  const made: AccountMade[] = []
  for (const one of accounts) {
    if (config.execution.checked) {
      options.log(`checking ${one.name} for look-ahead`)
      checkLookAhead(one.config, market, terms, strategy.create)
    }
    const [decisions, facts] = [new ByteStore(), new ByteStore()]
    const done = simulate(one.config, market, terms, strategy, decisions, facts)
    made.push({ ...one, ...done, records: { decisions: decisions.bytes(), outcomes: facts.bytes() } })
    options.log(`${one.name}: ${done.result.bars} bars, ${closedOf(done.result)} trades`)
  }
  const result = combineAccounts(config, made)
  const { metrics, tables } = measure(result)
  const learnedMinimums = made.flatMap((one) => one.learnedMinimums)
  const summary = { ...summarise(result, metrics), learnedMinimums }
  const directory = options.out ?? join(options.runs, result.runId)
  const quality = options.report ? dataQuality(market.grid) : null
  const details =
    quality === null
      ? null
      : made.map((one) =>
          detailOf({
            ...{ ...one, market, terms, strategy, quality },
            sensitivity: options.sensitivity ?? 'auto',
            again: againCommand(join(options.shownAs ?? directory, FOLDER, one.name), options.store),
          }),
        )
  const parts: Record<string, RunDocuments> = {}
  for (const [i, one] of made.entries()) {
    const folder = join(directory, FOLDER, one.name)
    parts[`${FOLDER}/${one.name}`] = {
      ...documentsOf(one, folder, options),
      report: details === null ? null : await renderReport(one.result, one.metrics, details[i]!),
    }
  }
  const files = await writeRun(
    directory,
    {
      result,
      metrics,
      summary: { ...summary, ...againBase(config, directory, options.baseFolder) },
      configYaml: stringify(config),
      records: null,
      analysis: analysisOf(result, tables()),
      report: details === null ? null : await renderReport(result, metrics, wholeDetail(details, directory, options)),
    },
    parts,
  )
  return { summary: { ...summary, files }, result, metrics }
}

/** An account with its finished run. */
type AccountMade = AccountRun &
  ReturnType<typeof simulate> & { readonly records: { readonly decisions: Uint8Array; readonly outcomes: Uint8Array } }

function documentsOf(
  { config, result, metrics, tables, learnedMinimums, header, records }: AccountMade,
  directory: string,
  { baseFolder }: BacktestOptions,
): Omit<RunDocuments, 'report'> {
  const base = againBase(config, directory, baseFolder)
  return {
    result,
    metrics,
    summary: { ...summarise(result, metrics), learnedMinimums, units: header.units, ...base },
    configYaml: stringify(config),
    records,
    analysis: analysisOf(result, tables()),
  }
}

/** What all accounts share; what rested, and the run at other costs, is each account's own. */
function wholeDetail(details: readonly RunDetail[], directory: string, { shownAs, store }: BacktestOptions): RunDetail {
  return {
    ...details[0]!,
    levels: [],
    levelNotes: ['What rested at the venues is drawn in the report of each account.'],
    liquidation: null,
    sensitivity: { omitted: 'Each account has the runs at other costs in its own report.' },
    again: againCommand(shownAs ?? directory, store),
  }
}

function closedOf({ trades }: RunResult): number {
  return trades.filter(({ exitRow }) => exitRow !== null).length
}
