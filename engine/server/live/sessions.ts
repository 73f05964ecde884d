/** The live sessions of a folder of runs: a short line of each, and one that is watched while somebody looks. */

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { SessionFold } from './fold.ts'
import { Tail } from './tail.ts'
import type { Change, Snapshot } from './view.ts'
import { type Cursor, changeSince, cursorOf, snapshotOf } from './view.ts'

const POLL_MS = 250
/** Sessions whose fold is kept when nobody looks. */
const KEPT_MAX = 16
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,120}$/

export type SessionMessage =
  | { readonly kind: 'snapshot'; readonly data: Snapshot }
  | { readonly kind: 'change'; readonly data: Change }
  | { readonly kind: 'trouble'; readonly data: { readonly text: string } }

type Send = (message: SessionMessage) => void

export class LiveSessions {
  private readonly folder: string
  private readonly now: () => number
  private readonly watched = new Map<string, Watched>()

  constructor(runs: string, now: () => number) {
    this.folder = join(runs, 'live')
    this.now = now
  }

  /** Names of the sessions, the latest first. */
  names(): string[] {
    try {
      return readdirSync(this.folder)
        .filter((name) => NAME.test(name))
        .map((name) => ({ name, changed: changedMs(join(this.folder, name, 'journal.jsonl')) }))
        .filter((one): one is { name: string; changed: number } => one.changed !== null)
        .sort((a, b) => b.changed - a.changed)
        .map(({ name }) => name)
    } catch {
      return []
    }
  }

  /** Each session as it stands. */
  async list(): Promise<Snapshot[]> {
    const all: Snapshot[] = []
    for (const name of this.names().slice(0, KEPT_MAX)) all.push(await this.snapshot(name))
    return all
  }

  /** Throws `NO_SESSION`. */
  async snapshot(name: string): Promise<Snapshot> {
    const watched = this.of(name)
    await watched.catchUp()
    return watched.snapshot()
  }

  /** The folder of a session that is there. Throws `NO_SESSION`. */
  folderOf(name: string): string {
    const folder = join(this.folder, name)
    if (NAME.test(name) && changedMs(join(folder, 'journal.jsonl')) !== null) return folder
    throw new TandemError('there is no such session', { code: 'NO_SESSION', where: name.slice(0, 120) })
  }

  /** Sends a snapshot, then changes as they come. Returns how to stop. Throws `NO_SESSION`. */
  watch(name: string, send: Send): () => void {
    return this.of(name).watch(send)
  }

  close(): void {
    for (const watched of this.watched.values()) watched.stop()
  }

  private of(name: string): Watched {
    const folder = this.folderOf(name)
    const known = this.watched.get(name)
    if (known !== undefined) return known
    const watched = new Watched(name, join(folder, 'journal.jsonl'), this.now)
    this.watched.set(name, watched)
    for (const [other, one] of this.watched) {
      if (this.watched.size <= KEPT_MAX) break
      if (other !== name && one.isIdle) this.watched.delete(other)
    }
    return watched
  }
}

class Watched {
  private readonly name: string
  private readonly path: string
  private readonly now: () => number
  private fold = new SessionFold()
  private readonly tail: Tail
  private readonly watchers = new Map<Send, Cursor | null>()
  private timer: NodeJS.Timeout | null = null
  private reading: Promise<void> | null = null
  private trouble: string | null = null

  constructor(name: string, path: string, now: () => number) {
    this.name = name
    this.path = path
    this.now = now
    this.tail = new Tail(path, {
      line: (text) => this.fold.line(text),
      reset: () => {
        this.fold = new SessionFold()
        for (const send of this.watchers.keys()) this.watchers.set(send, null)
      },
    })
  }

  get isIdle(): boolean {
    return this.watchers.size === 0
  }

  snapshot(): Snapshot {
    return snapshotOf(this.name, this.fold, {
      nowMs: this.now(),
      changedMs: changedMs(this.path),
      bytes: this.tail.bytes,
    })
  }

  /** Reads to the end, a few slices at a time. */
  catchUp(): Promise<void> {
    this.reading ??= this.read().finally(() => {
      this.reading = null
    })
    return this.reading
  }

  watch(send: Send): () => void {
    this.watchers.set(send, null)
    this.timer ??= setInterval(() => void this.poll(), POLL_MS)
    void this.poll()
    return () => {
      this.watchers.delete(send)
      if (this.isIdle) this.stop()
    }
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer)
    this.timer = null
  }

  private async read(): Promise<void> {
    try {
      while (this.tail.look()) await new Promise((done) => setImmediate(done))
      this.trouble = null
    } catch (error) {
      this.trouble = error instanceof Error ? error.message : String(error)
    }
  }

  private async poll(): Promise<void> {
    await this.catchUp()
    const file = { nowMs: this.now(), changedMs: changedMs(this.path), bytes: this.tail.bytes }
    for (const [send, cursor] of this.watchers) {
      if (this.trouble !== null) send({ kind: 'trouble', data: { text: this.trouble } })
      else if (cursor === null) send({ kind: 'snapshot', data: snapshotOf(this.name, this.fold, file) })
      else {
        const change = changeSince(cursor, this.fold, file)
        if (change === null) continue
        send({ kind: 'change', data: change })
      }
      this.watchers.set(send, cursorOf(this.fold))
    }
  }
}

function changedMs(path: string): number | null {
  try {
    return statSync(path).mtimeMs
  } catch {
    return null
  }
}
