/** What a session's journal says of a halt by its operator, and of what left before and after it. */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SAFETY_CODE } from '../../engine/live/safety/recall.ts'
import type { Folder } from '../cli/built.ts'

export interface JournalRow {
  readonly kind: string
  // biome-ignore lint/suspicious/noExplicitAny: what a record holds depends on its kind
  readonly body: any
}

/** The records so far; the last line may be under way. */
export function journalOf(folder: Folder, session: string): readonly JournalRow[] {
  const path = join(folder.path, 'runs', 'live', session, 'journal.jsonl')
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => JSON.parse(line) as JournalRow)
}

export interface Halted {
  /** By the session's clock, which is the venue's; NaN where it wasn't halted. */
  readonly sinceMs: number
  /** Entries that left before it, and after it. */
  readonly entriesBefore: number
  readonly entriesAfter: readonly unknown[]
  /** Entries that the strategy wanted afterwards, and that were held back. */
  readonly heldBack: number
  readonly rowsAfter: number
}

/** Of the latest halt. */
export function halted(folder: Folder, session: string): Halted {
  const rows = journalOf(folder, session)
  const at = rows.findLastIndex(
    ({ kind, body }) =>
      kind === 'ASSUMED' &&
      body.code === SAFETY_CODE &&
      body.event.kind === 'raised' &&
      body.event.condition.key === 'HALT_COMMAND',
  )
  const exits = new Set(
    rows.filter(({ kind, body }) => kind === 'INTENT' && body.order?.reduceOnly === true).map(({ body }) => body.id),
  )
  const entries = (some: readonly JournalRow[]) =>
    some.filter(({ kind, body }) => kind === 'SEND' && body.op === 'submit' && !exits.has(body.id))
  const [before, after] = at < 0 ? [rows, []] : [rows.slice(0, at), rows.slice(at)]
  return {
    sinceMs: at < 0 ? Number.NaN : rows[at]!.body.event.condition.sinceMs,
    entriesBefore: entries(before).length,
    entriesAfter: entries(after),
    heldBack: after.filter(({ kind, body }) => kind === 'RISK_BLOCK' && body.code === 'STATE_HALTED').length,
    rowsAfter: after.filter(({ kind }) => kind === 'INPUT').length,
  }
}

/** Looks again and again until it is so; the test's own limit of time ends it. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50))
}
