/** A backtest of several accounts: a run each, and the whole of them; one directory with a run's directory for each. */

import { join } from 'node:path'
import { stringify } from 'yaml'
import type { RunResult } from '../core/result.ts'
import { type AccountOutcome, type AccountRun, combineAccounts } from './accounts.ts'
import { analysisOf, metricsOf } from './analysis.ts'
import {
  type BacktestOptions,
  type BacktestOutcome,
  type BacktestSummary,
  type LoadedForRun,
  renderReport,
  simulate,
  summarise,
} from './backtest.ts'
import { ByteStore } from './byte-store.ts'
import type { ResolvedConfig } from './config/index.ts'
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
  const outcomes: AccountOutcome[] = []
  const learned: BacktestSummary['learnedMinimums'][number][] = []
  const parts: Record<string, RunDocuments> = {}
  for (const one of accounts) {
    if (config.execution.checked) {
      options.log(`checking ${one.name} for look-ahead`)
      checkLookAhead(one.config, market, terms, strategy.create)
    }
    const [decisions, facts] = [new ByteStore(), new ByteStore()]
    const done = simulate(one.config, market, terms, strategy, decisions, facts)
    const { result, metrics, header, learnedMinimums } = done
    learned.push(...learnedMinimums)
    outcomes.push({ name: one.name, result, header })
    parts[`${FOLDER}/${one.name}`] = {
      result,
      metrics,
      analysis: analysisOf(result),
      summary: { ...summarise(result, metrics), learnedMinimums, units: header.units },
      configYaml: stringify(one.config),
      records: { decisions: decisions.bytes(), outcomes: facts.bytes() },
      report: options.report ? await renderReport(result, metrics) : null,
    }
    options.log(`${one.name}: ${result.bars} bars, ${closedOf(result)} trades`)
  }
  const result = combineAccounts(config, outcomes)
  const metrics = metricsOf(result)
  const summary = { ...summarise(result, metrics), learnedMinimums: learned }
  const files = await writeRun(
    options.out ?? join(options.runs, result.runId),
    {
      result,
      metrics,
      analysis: analysisOf(result),
      summary,
      configYaml: stringify(config),
      records: null,
      report: options.report ? await renderReport(result, metrics) : null,
    },
    parts,
  )
  return { summary: { ...summary, files }, result, metrics }
}

function closedOf({ trades }: RunResult): number {
  return trades.filter(({ exitRow }) => exitRow !== null).length
}
