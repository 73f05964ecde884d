/** The kinds of scenarios. `run` goes through kernel, rules and simulated venue; the others drive one rule directly. */

import { assert } from '../../core/errors.ts'
import type { ScenarioKind } from './kind.ts'

const KINDS: Readonly<Record<string, () => Promise<ScenarioKind>>> = {
  run: async () => (await import('./run-kind.ts')).runKind,
  promise: async () => (await import('./promise.ts')).promiseKind,
  compare: async () => (await import('./compare.ts')).compareKind,
  balance: async () => (await import('./rules/account.ts')).balanceKind,
  account: async () => (await import('./rules/account.ts')).accountKind,
  sells: async () => (await import('./rules/account.ts')).sellsKind,
  utilisation: async () => (await import('./rules/account.ts')).utilisationKind,
  sizing: async () => (await import('./rules/sizing.ts')).sizingKind,
  profile: async () => (await import('./rules/profile.ts')).profileKind,
  quality: async () => (await import('./rules/profile.ts')).qualityKind,
  reallocation: async () => (await import('./rules/reallocation.ts')).reallocationKind,
  cleanup: async () => (await import('./rules/cleanup.ts')).cleanupKind,
  rebalance: async () => (await import('./rules/rebalance.ts')).rebalanceKind,
  routing: async () => (await import('./rules/routing.ts')).routingKind,
}

export const KIND_NAMES = Object.keys(KINDS) as [string, ...string[]]

export async function loadKind(name: string): Promise<ScenarioKind> {
  const load = KINDS[name]
  assert(load !== undefined, `a kind of scenario '${name}'`)
  return await load()
}
