/** Which operations are the same: what a command and the workbench page both call one before they lock it. */

import { canonicalJson, sha256Hex } from './canonical.ts'
import { configHash, type ResolvedConfig, type RunFile } from './config/index.ts'
import type { Operation } from './operation-lock.ts'

/** Backtests are one where their configuration is, whatever file it came from, and where they go to one directory. */
export function backtestOperation(config: ResolvedConfig, { out }: { readonly out?: string }): Operation {
  const operation: Operation = { kind: 'backtest', label: config.name, details: [configHash(config)] }
  return out === undefined ? operation : { ...operation, path: out }
}

/** Sweeps are one where what they run and search is; shards and folders of their own (`own`) are apart. */
export function sweepOperation({ config, sweep }: RunFile, file: string, own: readonly string[]): Operation {
  return {
    kind: 'sweep',
    label: config.name,
    path: file,
    details: [configHash(config), sha256Hex(canonicalJson(sweep)), ...own],
  }
}

/** Rebalancings are one where what their files say is. */
export function rebalanceOperation(text: string): Operation {
  return { kind: 'rebalance', label: 'the simulated account', details: [sha256Hex(text)] }
}
