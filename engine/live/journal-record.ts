/**
 * The journal's records and their chain. A record is one line of canonical JSON, `{body, hash, kind, prev, seq}`;
 * `hash` is the SHA-256 over prev, seq, kind and body, so that nothing can be changed, dropped or put in between
 * unnoticed. What each kind's body holds is written in docs/journal.md.
 */

import { createHash } from 'node:crypto'
import { canonicalJson } from '../core/canonical.ts'
import { TandemError } from '../core/errors.ts'
import { processRedactor } from './keys/redactor.ts'

export const RECORD_KINDS = [
  /** A process begins to write: who, with which code and configuration, as which writer. */
  'OPEN',
  /** The end of the file was torn off by a crash and has been cut away. */
  'TORN',
  /** A closed row of candles. */
  'INPUT',
  /** The engine has looked at everything so far: count and digest of its decisions. */
  'DECISION',
  /** An order, cancel or amendment that the engine wants; or a further leg of an order that the executor needs. */
  'INTENT',
  /** It is about to leave, for the n-th time. */
  'SEND',
  'ACK',
  'REJECT',
  /** It may or may not have happened. */
  'UNKNOWN',
  /** A leg at the venue is over; nothing more can come of it. */
  'ENDED',
  /** Something that happened, as the engine is told of it. */
  'FACT',
  /** A comparison with the venue's books that found something, or settled it. */
  'RECONCILE',
  /** A safety limit let an order not go out. */
  'RISK_BLOCK',
  /** Something was taken for granted, with its numbers. */
  'ASSUMED',
  'HALT',
  'RESUME',
  'CLOSE',
] as const
export type RecordKind = (typeof RECORD_KINDS)[number]

export interface JournalRecord {
  readonly seq: number
  readonly kind: RecordKind
  readonly body: unknown
  readonly prev: string
  readonly hash: string
}

/** `prev` of the first record. */
export const NO_HASH = '0'.repeat(64)

export function recordHash(prev: string, seq: number, kind: string, body: string): string {
  return createHash('sha256').update(`${prev}\n${seq}\n${kind}\n${body}`, 'utf8').digest('hex')
}

/** The record after one with hash `prev`, and its line. */
export function makeRecord(
  prev: string,
  seq: number,
  kind: RecordKind,
  body: unknown,
): { readonly record: JournalRecord; readonly line: string } {
  // What a venue said may repeat what it was sent. A record without secrets stays as it is, and so does its hash.
  const text = processRedactor.redact(canonicalJson(body))
  const hash = recordHash(prev, seq, kind, text)
  // Keys in canonical order, without walking the body twice.
  const line = `{"body":${text},"hash":"${hash}","kind":"${kind}","prev":"${prev}","seq":${seq}}\n`
  return { record: { seq, kind, body, prev, hash }, line }
}

export interface JournalContent {
  readonly records: readonly JournalRecord[]
  /** Bytes of whole, good records. What follows, if anything, is a torn last one. */
  readonly goodBytes: number
  readonly tornBytes: number
}

/**
 * Reads a journal. A last line without its end is torn: whatever crash made it, nothing had been sent on its strength.
 * Throws `BAD_JOURNAL` for damage anywhere else. `after`: the record that the first one follows; none for the beginning.
 */
export function readJournal(bytes: Uint8Array, where: string, after?: JournalRecord): JournalContent {
  const records: JournalRecord[] = []
  const first = after === undefined ? 0 : after.seq + 1
  let prev = after?.hash ?? NO_HASH
  let at = 0
  while (at < bytes.length) {
    const end = bytes.indexOf(10, at)
    if (end === -1) return { records, goodBytes: at, tornBytes: bytes.length - at }
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + at, end - at).toString('utf8')
    const record = parseLine(line, prev, first + records.length, where)
    records.push(record)
    prev = record.hash
    at = end + 1
  }
  return { records, goodBytes: at, tornBytes: 0 }
}

function parseLine(line: string, prev: string, seq: number, where: string): JournalRecord {
  const bad = (what: string): TandemError =>
    new TandemError(`record ${seq} ${what}: the journal is damaged`, {
      code: 'BAD_JOURNAL',
      where,
      hint: "nothing was sent; don't trade on from it: compare with the exchange by hand, then begin a new session",
    })
  let parsed: unknown
  try {
    parsed = JSON.parse(line)
  } catch {
    throw bad("isn't JSON")
  }
  if (typeof parsed !== 'object' || parsed === null || !('body' in parsed)) throw bad("isn't a record")
  const record = parsed as JournalRecord
  if (record.seq !== seq) throw bad(`has the number ${String(record.seq)}`)
  if (record.prev !== prev) throw bad("doesn't follow the one before it")
  if (!RECORD_KINDS.includes(record.kind)) throw bad('is of a kind that is not known')
  // One spelling only, so that a changed byte shows whatever it means.
  const { record: again, line: spelled } = makeRecord(prev, seq, record.kind, record.body)
  if (again.hash !== record.hash) throw bad("doesn't have the content that its hash says")
  if (spelled !== `${line}\n`) throw bad("isn't spelled as it was written")
  return record
}
