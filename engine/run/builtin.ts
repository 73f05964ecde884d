/** The strategies that come with tandem, for rooms that may not import strategies themselves. */

import type { StrategyRegistry } from './strategy-loader.ts'

/** Loads the registry; each strategy in it is loaded only when asked for. */
export async function builtinStrategies(): Promise<StrategyRegistry> {
  return (await import('../../strategies/registry.ts')).strategies
}
