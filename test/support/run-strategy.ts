/** One strategy, one market, one run: digests, fills, and the account checked by the auditor. */

import type { Strategy } from '../../engine/core/strategy.ts'
import type { ExecuteOptions } from '../../engine/run/execute.ts'
import type { Market } from '../../engine/run/market.ts'
import { strategies } from '../../strategies/registry.ts'
import { type ConfigChanges, runOn } from './runs.ts'

/** A way to make fresh instances of a strategy of the registry, with its defaults or some parameters. */
export async function maker(name: string, params: Readonly<Record<string, unknown>> = {}): Promise<() => Strategy> {
  const module = await strategies[name]!()
  return () => module.create(module.params.parse(params))
}

export interface StrategyRun {
  readonly decisions: string
  readonly outcomes: string
  readonly fills: number
}

/** Runs; `runOn` has it audited. */
export function runStrategy(
  market: Market,
  strategy: Strategy,
  changes: ConfigChanges,
  options: ExecuteOptions = {},
): StrategyRun {
  const executed = runOn(market, strategy, changes, options)
  const { decisionsDigest, outcomesDigest, kernel } = executed
  return { decisions: decisionsDigest, outcomes: outcomesDigest, fills: kernel.portfolio.fills }
}
