/** The command that runs a folder's run again, and what it has to know for it. */

import { relative, resolve } from 'node:path'
import type { ResolvedConfig } from './config/index.ts'

/** Where candles are kept unless a command says otherwise. */
export const DEFAULT_STORE = 'datasets/store'

/** `tandem backtest FOLDER`: runs what the folder holds again and compares the digests. */
export function againCommand(directory: string, store: string): string {
  const at = store === DEFAULT_STORE ? '' : ` --store ${shellWord(store)}`
  return `tandem backtest ${shellWord(directory)}${at}`
}

/** A word of a POSIX shell's command line, quoted where it must be. */
export function shellWord(word: string): string {
  return /^[A-Za-z0-9_./:@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

/**
 * What `strategy.file` and recorded delays are relative to, from the run's folder: the configuration beside it has them
 * as the run file had. Nothing for a run without files of its own.
 */
export function againBase(
  { strategy, execution: { latencyMs } }: ResolvedConfig,
  directory: string,
  baseFolder: string,
): { readonly base?: string } {
  const hasFile = 'file' in strategy || (typeof latencyMs === 'object' && 'file' in latencyMs)
  return hasFile ? { base: relative(resolve(directory), resolve(baseFolder)) || '.' } : {}
}
