/** A finished run again, from its own folder: the same configuration on today's data must give the same digests. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { RunDigests } from '../core/result.ts'
import { accountsOf, combineAccounts } from './accounts.ts'
import { type PreparedStrategy, prepareStrategy, simulate } from './backtest.ts'
import { loadConfig, type ResolvedConfig } from './config/index.ts'
import { loadMarket, type Market } from './market.ts'
import { loadTerms, type Terms } from './terms.ts'

export interface Again {
  readonly runId: string
  /** Whether all three digests are the same. */
  readonly same: boolean
  readonly digest: RunDigests
  /** What the folder says. */
  readonly expected: RunDigests
  /** What came out differently, in order. */
  readonly differs: readonly (keyof RunDigests)[]
}

interface Told {
  readonly runId: string
  readonly digest: RunDigests
  readonly base?: string
}

/** Runs a folder's run again; nothing is written. Throws `NO_RUN`, and what data, strategy and terms throw. */
export async function runAgain(folder: string, store: string): Promise<Again> {
  const told = await readTold(folder)
  const config = loadConfig(join(folder, 'config.yaml'))
  const baseFolder = join(folder, told.base ?? '.')
  const strategy = await prepareStrategy(config, baseFolder)
  const market = await loadMarket(config, store)
  const terms = await loadTerms(config, baseFolder)
  let digest: RunDigests
  try {
    digest = digestsOf(config, market, terms, strategy)
  } catch (error) {
    throw strategy.failure(error)
  }
  const differs = (['inputs', 'decisions', 'outcomes'] as const).filter((one) => digest[one] !== told.digest[one])
  return { runId: told.runId, same: differs.length === 0, digest, expected: told.digest, differs }
}

function digestsOf(config: ResolvedConfig, market: Market, terms: Terms, strategy: PreparedStrategy): RunDigests {
  const accounts = accountsOf(config)
  if (accounts === null) return simulate(config, market, terms, strategy).result.digest
  const outcomes = accounts.map((one) => {
    const { result, header } = simulate(one.config, market, terms, strategy)
    return { name: one.name, result, header }
  })
  return combineAccounts(config, outcomes).digest
}

async function readTold(folder: string): Promise<Told> {
  try {
    const summary = JSON.parse(await readFile(join(folder, 'summary.json'), 'utf8')) as Told
    if (typeof summary.digest?.decisions === 'string') return summary
  } catch (cause) {
    throw noRun(folder, cause)
  }
  throw noRun(folder, null)
}

function noRun(folder: string, cause: unknown): TandemError {
  return new TandemError('this folder holds no run', {
    code: 'NO_RUN',
    where: folder,
    hint: 'name a run file, or a directory that tandem backtest has written',
    cause,
  })
}
