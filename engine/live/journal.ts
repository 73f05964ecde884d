/**
 * The durable journal: appended by one writer, synced before anything leaves. A write or sync that fails is the end:
 * what the disk holds isn't known any more, so it is never tried again (the kernel may have dropped the pages), and
 * nothing more is sent.
 */

import { TandemError } from '../core/errors.ts'
import { type JournalRecord, makeRecord, NO_HASH, type RecordKind, readJournal } from './journal-record.ts'
import type { Files, GrowingFile } from './ports.ts'

/** Room that is kept free so that a full disk still takes the last records. */
export const RESERVE_BYTES = 16 * 1024 * 1024

/** Points at which a process may die, for tests that make it. */
export type JournalPoint = 'before-write' | 'after-write' | 'before-sync' | 'after-sync'

export interface JournalOptions {
  readonly files: Files
  readonly path: string
  /** Bytes of the reserve file; 0 for none. */
  readonly reserveBytes?: number
  readonly at?: (point: JournalPoint) => void
}

export class Journal {
  private readonly options: JournalOptions
  private readonly file: GrowingFile
  private prev: string
  private seq: number
  private synced: number
  private failed: TandemError | null = null
  private waiting: string[] = []
  private over = false

  private constructor(options: JournalOptions, file: GrowingFile, prev: string, seq: number) {
    this.options = options
    this.file = file
    this.prev = prev
    this.seq = seq
    this.synced = seq
  }

  /** A new journal. Throws where the file is there already. */
  static create(options: JournalOptions): Journal {
    const { files, path, reserveBytes = 0 } = options
    if (reserveBytes > 0) files.replace(`${path}.reserve`, new Uint8Array(reserveBytes))
    return new Journal(options, files.open(path, true), NO_HASH, 0)
  }

  /**
   * Goes on with a journal: its chain is verified, a torn last record is cut away and that is recorded. Throws
   * `BAD_JOURNAL` for any other damage.
   */
  static open(options: JournalOptions): { readonly journal: Journal; readonly records: readonly JournalRecord[] } {
    const { files, path, reserveBytes = 0 } = options
    const { records, goodBytes, tornBytes } = readJournal(files.read(path), path)
    if (tornBytes > 0) files.truncate(path, goodBytes)
    if (reserveBytes > 0 && !files.exists(`${path}.reserve`)) {
      files.replace(`${path}.reserve`, new Uint8Array(reserveBytes))
    }
    const journal = new Journal(options, files.open(path, false), records.at(-1)?.hash ?? NO_HASH, records.length)
    if (tornBytes === 0) return { journal, records }
    const torn = journal.append('TORN', { bytes: tornBytes, after: records.length })
    return { journal, records: [...records, torn] }
  }

  /** Hash of the newest record. */
  get head(): string {
    return this.prev
  }

  get length(): number {
    return this.seq
  }

  /** Why nothing can be written any more; null while it can. */
  get failure(): TandemError | null {
    return this.failed
  }

  /** Whether it was closed: nothing more belongs in it. */
  get isClosed(): boolean {
    return this.over
  }

  /** Adds a record. It is on the disk after the next `sync`. */
  append(kind: RecordKind, body: unknown): JournalRecord {
    if (this.failed !== null) throw this.failed
    const { record, line } = makeRecord(this.prev, this.seq, kind, body)
    this.waiting.push(line)
    this.prev = record.hash
    this.seq += 1
    return record
  }

  /** Hands what was added to the system, which keeps it if this process dies, though not if the machine does. */
  write(): void {
    if (this.failed !== null) throw this.failed
    if (this.waiting.length === 0) return
    this.options.at?.('before-write')
    const bytes = Buffer.from(this.waiting.join(''), 'utf8')
    try {
      this.file.append(bytes)
    } catch (cause) {
      this.fail('written', cause)
    }
    this.waiting = []
    this.options.at?.('after-write')
  }

  /** Everything added so far is on the disk when it returns. Throws `JOURNAL_FAILED`, and from then on always. */
  sync(): void {
    this.write()
    if (this.synced === this.seq) return
    this.options.at?.('before-sync')
    try {
      this.file.sync()
    } catch (cause) {
      this.fail('synced', cause)
    }
    this.synced = this.seq
    this.options.at?.('after-sync')
  }

  close(): void {
    if (this.failed === null) this.sync()
    this.over = true
    this.file.close()
  }

  /** Nothing is sent on the strength of a journal that may not be there. */
  private fail(what: string, cause: unknown): never {
    const full = (cause as { code?: string }).code === 'ENOSPC'
    this.failed = new TandemError(`the journal can't be ${what}: ${(cause as Error).message}`, {
      code: 'JOURNAL_FAILED',
      where: this.options.path,
      hint: full ? 'make room on the disk, then start again' : 'check the disk, then start again: it reconciles first',
      cause,
    })
    if (full) this.lastWords()
    throw this.failed
  }

  /**
   * The disk is full: the reserve is given back, and one record says that the session has stopped. What didn't get
   * onto the disk whole is cut away by whoever opens the journal next.
   */
  private lastWords(): void {
    const { files, path } = this.options
    try {
      files.remove(`${path}.reserve`)
      const { records, goodBytes } = readJournal(files.read(path), path)
      files.truncate(path, goodBytes)
      const last = records.at(-1)
      const { line } = makeRecord(last?.hash ?? NO_HASH, records.length, 'HALT', {
        code: 'DISK_FULL',
        text: 'the disk is full',
      })
      this.file.append(Buffer.from(line, 'utf8'))
      this.file.sync()
    } catch {
      // Then the journal ends where it ended: it was never said to have been kept.
    }
  }
}
