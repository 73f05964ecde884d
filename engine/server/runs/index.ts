/**
 * Every run and sweep of a folder, in memory. A folder is read again when its time has changed (its files are renamed into
 * place, which changes it); between starts the entries are kept in one file, so that ten thousand are there at once.
 */

import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type RunEntry, readEntry, readJson } from './entry.ts'

const CACHE_FORMAT = 'tandem-run-index/1'
/** Folders looked at before other work gets its turn. */
const SLICE = 250
/** A scan younger than this is fresh enough. */
const FRESH_MS = 400

interface Cache {
  readonly format: string
  /** Null for a folder that is no run. */
  readonly folders: readonly (readonly [id: string, changedMs: number, entry: RunEntry | null])[]
}

interface Known {
  readonly changedMs: number
  readonly entry: RunEntry | null
  /** What a search looks in, lower case. */
  readonly words: string
}

/** Folders that are no runs: what is being written, what tandem keeps for itself, live sessions. */
function isPassedOver(name: string): boolean {
  return name.startsWith('.') || name === 'live' || /\.(?:partial|old)-[0-9a-f]{8}$/.test(name)
}

export interface RunIndexOptions {
  readonly runs: string
  readonly now: () => number
  /** Whether entries may be kept in a file. */
  readonly keep: boolean
  readonly onChange?: () => void
}

export class RunIndex {
  /** Rises with each change. */
  revision = 0
  private readonly options: RunIndexOptions
  private known = new Map<string, Known>()
  private scanning: Promise<void> | null = null
  private scannedMs = Number.NEGATIVE_INFINITY
  private isKept = true

  constructor(options: RunIndexOptions) {
    this.options = options
    const cache = readJson<Cache>(this.cachePath)
    if (cache?.format !== CACHE_FORMAT) return
    for (const [id, changedMs, entry] of cache.folders) this.known.set(id, knownOf(changedMs, entry))
  }

  /** Looks for changes, unless that was done just now. */
  async refresh(force = false): Promise<void> {
    if (this.scanning !== null) return this.scanning
    if (!force && this.options.now() - this.scannedMs < FRESH_MS) return
    this.scanning = this.scan().finally(() => {
      this.scanning = null
    })
    return this.scanning
  }

  get entries(): readonly { readonly entry: RunEntry; readonly words: string }[] {
    return [...this.known.values()].filter((one): one is Known & { entry: RunEntry } => one.entry !== null)
  }

  get(id: string): RunEntry | null {
    return this.known.get(id)?.entry ?? null
  }

  /** The folder of a run that is in the index: no other name ever becomes a path. */
  folderOf(id: string): string | null {
    return this.get(id) === null ? null : join(this.options.runs, id)
  }

  private async scan(): Promise<void> {
    const found = new Map<string, Known>()
    let changed = false
    let looked = 0
    for (const name of this.names()) {
      if (++looked % SLICE === 0) await new Promise((done) => setImmediate(done))
      const changedMs = folderTime(join(this.options.runs, name))
      if (changedMs === null) continue
      const before = this.known.get(name)
      // A process that works on a sweep can die without touching its folder.
      const isSame = before?.changedMs === changedMs && before.entry?.status !== 'running'
      const now = isSame ? before! : knownOf(changedMs, readEntry(this.options.runs, name, changedMs))
      if (!isSame && JSON.stringify(before?.entry) !== JSON.stringify(now.entry)) changed = true
      if (before?.changedMs !== changedMs) this.isKept = false
      found.set(name, now)
    }
    for (const [name, { entry }] of this.known) if (!found.has(name) && entry !== null) changed = true
    this.known = found
    this.scannedMs = this.options.now()
    if (changed) {
      this.revision++
      this.isKept = false
      this.options.onChange?.()
    }
    if (!this.isKept) this.keep()
  }

  private names(): string[] {
    try {
      return readdirSync(this.options.runs, { withFileTypes: true })
        .filter((one) => one.isDirectory() && !isPassedOver(one.name))
        .map(({ name }) => name)
    } catch {
      return []
    }
  }

  private get cachePath(): string {
    return join(this.options.runs, '.tandem', 'index.json')
  }

  /** A lost cache costs a second at the next start: that it can't be written is no fault. */
  private keep(): void {
    this.isKept = true
    if (!this.options.keep || this.known.size === 0) return
    const folders = [...this.known].map(([id, { changedMs, entry }]) => [id, changedMs, entry] as const)
    const partial = `${this.cachePath}.${randomBytes(4).toString('hex')}.part`
    try {
      mkdirSync(join(this.options.runs, '.tandem'), { recursive: true })
      writeFileSync(partial, JSON.stringify({ format: CACHE_FORMAT, folders } satisfies Cache))
      renameSync(partial, this.cachePath)
    } catch {
      rmSync(partial, { force: true })
    }
  }
}

function folderTime(path: string): number | null {
  try {
    return statSync(path).mtimeMs
  } catch {
    return null
  }
}

function knownOf(changedMs: number, entry: RunEntry | null): Known {
  const parts =
    entry === null ? [] : [entry.id, entry.name, entry.strategy, entry.venue, ...entry.symbols, entry.timeframe]
  return { changedMs, entry, words: parts.join(' ').toLowerCase() }
}
