/** What is remembered of an account between looks: its last figures, and symbols that were purged. `runs/accounts/`. */

import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { replaceFile } from '../../live/file-lock.ts'
import type { AccountFigures } from './status.ts'

export interface RememberedAccount {
  /** When the figures were true, ms UTC. */
  readonly updatedMs: number | null
  readonly figures: AccountFigures | null
  /** No longer listed when they were purged: forgotten until they are held again. */
  readonly purged: readonly string[]
}

const NOTHING: RememberedAccount = { updatedMs: null, figures: null, purged: [] }

/** Nothing where there is no file, or it is damaged: it is a memory, not a ledger. */
export function recall(runs: string, id: string): RememberedAccount {
  try {
    return { ...NOTHING, ...(JSON.parse(readFileSync(pathOf(runs, id), 'utf8')) as Partial<RememberedAccount>) }
  } catch {
    return NOTHING
  }
}

/** Changes what is remembered now, which others may have changed since it was recalled. */
export function remember(
  runs: string,
  id: string,
  change: (now: RememberedAccount) => Partial<RememberedAccount>,
): void {
  const path = pathOf(runs, id)
  mkdirSync(dirname(path), { recursive: true })
  const now = recall(runs, id)
  replaceFile(path, `${JSON.stringify({ ...now, ...change(now) }, null, 2)}\n`)
}

/** A symbol that the venue no longer lists is forgotten with what was held of it. */
export function forgetting(symbol: string): (now: RememberedAccount) => Partial<RememberedAccount> {
  return ({ figures, purged }) => ({
    purged: [...new Set([...purged, symbol])].sort(),
    figures:
      figures === null ? null : { ...figures, positions: figures.positions.filter((one) => one.symbol !== symbol) },
  })
}

function pathOf(runs: string, id: string): string {
  return join(runs, 'accounts', `${id.replace(/[^A-Za-z0-9_.@-]/g, '-')}.json`)
}
