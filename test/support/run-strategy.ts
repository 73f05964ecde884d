/** One strategy, one market, one run: digests, fills, and the account checked by the auditor. */

import { expect } from 'vitest'
import type { Strategy } from '../../engine/core/strategy.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import type { ExecuteOptions } from '../../engine/run/execute.ts'
import type { Market } from '../../engine/run/market.ts'
import { strategies } from '../../strategies/registry.ts'
import { audit } from './auditor.ts'
import { type ConfigChanges, plainConfig, runOn } from './runs.ts'

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

/** Runs and audits. */
export function runStrategy(
  market: Market,
  strategy: Strategy,
  changes: ConfigChanges,
  options: ExecuteOptions = {},
): StrategyRun {
  const outcomes = new ByteStore()
  const executed = runOn(market, strategy, changes, { ...options, outcomes: outcomes.add })
  const { equity } = plainConfig(changes).account
  const initial = Math.round(equity * 10 ** executed.instruments[0]!.quoteDec)
  expect(audit(executed, outcomes.bytes(), initial)).toEqual([])
  const { decisionsDigest, outcomesDigest, kernel } = executed
  return { decisions: decisionsDigest, outcomes: outcomesDigest, fills: kernel.portfolio.fills }
}
