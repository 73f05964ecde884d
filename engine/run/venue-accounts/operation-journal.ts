/** The journal of one operation on an account: what was planned, sent and answered, synced before anything leaves. */

import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Journal } from '../../live/journal.ts'
import type { RecordKind } from '../../live/journal-record.ts'
import { nodeFiles } from '../../live/node-files.ts'
import { tandemVersion } from '../installation.ts'

export interface OperationJournal {
  readonly path: string
  /** Tells this operation's orders from all others: part of their client ids. */
  readonly genesis: string
  note(kind: RecordKind, body: unknown): void
  /** As `note`, and on the disk when it returns. */
  commit(kind: RecordKind, body: unknown): void
  close(): void
}

/** Begins one in `runs/operations/`. Its name tells the time, the operation and the account. */
export function beginOperation(runs: string, operation: string, account: string, nowMs: number): OperationJournal {
  const stamp = new Date(nowMs).toISOString().replace(/[-:]|\.\d+Z$/g, '')
  const name = `${stamp}-${operation}-${account.replace(/[^A-Za-z0-9_.-]/g, '-')}-${randomBytes(3).toString('hex')}`
  const folder = join(runs, 'operations', name)
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'journal.jsonl')
  const journal = Journal.create({ files: nodeFiles, path })
  const { hash } = journal.append('OPEN', { operation, account, atMs: nowMs, code: tandemVersion(), name })
  journal.sync()
  return {
    path,
    genesis: hash,
    note: (kind, body) => void journal.append(kind, body),
    commit: (kind, body) => {
      journal.append(kind, body)
      journal.sync()
    },
    close: () => {
      journal.append('CLOSE', {})
      journal.close()
    },
  }
}
