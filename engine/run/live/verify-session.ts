/** `tandem verify`: a session's journal through a fresh engine. Nothing is asked of anyone but the session's own files. */

import { readFileSync } from 'node:fs'
import { TandemError } from '../../core/errors.ts'
import { type JournalRecord, readJournal } from '../../live/journal-record.ts'
import { OrderTable } from '../../live/order-table.ts'
import { namingOf, type OpenBody } from '../../live/recovery.ts'
import { type Replay, replay } from '../../live/replay.ts'
import { continuationOf, fromSession, instrumentsWith } from './from-bundle.ts'
import { type DeciderInput, KernelDecider } from './kernel-decider.ts'
import { hashOf, readBytes, type SessionPaths, unpackRows } from './session-folder.ts'

export interface Verified {
  readonly session: string
  /** Whether every decision came out again. */
  readonly identical: boolean
  readonly decisions: number
  readonly same: number
  readonly rows: number
  readonly facts: number
  readonly records: number
  /** Digest over all decisions, as a backtest over the same facts has it; null where they differ. */
  readonly digest: string | null
  /** Hash of the journal's last record. */
  readonly head: string
  /** Bytes of a torn last record, which a restart cuts away. */
  readonly tornBytes: number
  readonly firstDifference: string | null
  readonly closed: boolean
  readonly writers: number
}

/** Rows that a proof leaves room for beyond the journal's. */
const ROOM = 16

/** What a session's files say that it is; checked against the hashes of its first record. */
export async function sessionParts(paths: SessionPaths, opening: OpenBody) {
  const { identity } = opening
  const text = readFileSync(paths.bundle, 'utf8')
  const history = readBytes(paths.history)
  for (const [name, is] of [
    ['bundle', hashOf(text)],
    ['history', hashOf(history)],
  ] as const) {
    if (identity.hashes[name] === is) continue
    throw new TandemError(`the session's ${name} isn't the one that it began with`, {
      code: 'BAD_SESSION',
      where: name === 'bundle' ? paths.bundle : paths.history,
      hint: 'bring the file back; the journal proves nothing without it',
    })
  }
  const parts = await fromSession(text, paths.bundle, paths.folder)
  const rows = unpackRows(history, identity.symbols.length)
  return { parts, rows }
}

/** A fresh engine as the session began with it. */
export async function freshDecider(
  paths: SessionPaths,
  opening: OpenBody,
  room: number,
  more: Pick<DeciderInput, 'simulated' | 'observer' | 'onMinimum'> = {},
): Promise<KernelDecider> {
  const { identity } = opening
  const { parts, rows } = await sessionParts(paths, opening)
  const { origin } = parts.content
  const cold = identity.hashes['continuation'] === 'cold'
  return new KernelDecider({
    config: parts.config,
    terms: parts.terms,
    instruments: instrumentsWith(parts.config, identity.units),
    strategy: parts.create(),
    history: rows,
    ...(identity.startMs === undefined ? {} : { startMs: identity.startMs }),
    continuation: cold
      ? null
      : continuationOf(parts.content, parts.config, identity.hashes['continuation'] === 'whole'),
    strategyState:
      cold || origin.strategyState === null ? null : new Uint8Array(Buffer.from(origin.strategyState, 'base64')),
    initialEquity: Number(identity.equity),
    room,
    ...more,
  })
}

export async function verifySession(paths: SessionPaths): Promise<Verified> {
  const { records, tornBytes } = readJournal(readBytes(paths.journal), paths.journal)
  const first = records[0]
  if (first?.kind !== 'OPEN') {
    throw new TandemError("the journal doesn't begin with an opening", { code: 'BAD_JOURNAL', where: paths.journal })
  }
  const rows = records.filter(({ kind }) => kind === 'INPUT').length
  const decider = await freshDecider(paths, first.body as OpenBody, rows + ROOM)
  const again = replay(records, decider, new OrderTable(), namingOf)
  return verdict(paths.folder, records, tornBytes, again, decider)
}

function verdict(
  session: string,
  records: readonly JournalRecord[],
  tornBytes: number,
  again: Replay,
  decider: KernelDecider,
): Verified {
  const identical = again.difference === null
  return {
    session,
    identical,
    decisions: again.decisions,
    same: again.identical,
    rows: again.rows,
    facts: again.facts,
    records: records.length,
    digest: identical ? decider.finish().decisions : null,
    head: records.at(-1)!.hash,
    tornBytes,
    firstDifference: again.difference,
    closed: records.at(-1)!.kind === 'CLOSE',
    writers: records.filter(({ kind }) => kind === 'OPEN').length,
  }
}
