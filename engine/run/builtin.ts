/** The strategies that come with tandem, for rooms that may not import strategies themselves. */

import { existsSync, readFileSync } from 'node:fs'
import { sha256Hex } from './canonical.ts'
import type { StrategyRegistry } from './strategy-loader.ts'

/** Loads the registry; each strategy in it is loaded only when asked for. */
export async function builtinStrategies(): Promise<StrategyRegistry> {
  return (await import('../../strategies/registry.ts')).strategies
}

/**
 * Fingerprint of a strategy that comes with tandem: SHA-256 of its file as it runs, so that a change of code shows. Run
 * from source the text is TypeScript, so the fingerprint differs from the built one's.
 */
export function builtinHash(name: string): string {
  for (const ending of ['js', 'ts']) {
    const file = new URL(`../../strategies/${name}.${ending}`, import.meta.url)
    if (existsSync(file)) return sha256Hex(readFileSync(file, 'utf8'))
  }
  return sha256Hex(`strategy ${name}`)
}
