/** A session's folder: its journal, the bundle it runs, the candles from before it, and what names it. */

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TandemError } from '../../core/errors.ts'
import { nodeFiles } from '../../live/node-files.ts'
import type { ClosedRow } from '../../live/ports.ts'

export interface SessionPaths {
  readonly folder: string
  readonly journal: string
  readonly bundle: string
  readonly history: string
  readonly summary: string
  readonly report: string
  /** Of a session on paper: what its simulated exchange remembers. */
  readonly exchange: string
}

export function sessionPaths(folder: string): SessionPaths {
  return {
    folder,
    journal: join(folder, 'journal.jsonl'),
    bundle: join(folder, 'bundle.yaml'),
    history: join(folder, 'history.bin'),
    summary: join(folder, 'session.json'),
    report: join(folder, 'report.md'),
    exchange: join(folder, 'exchange.jsonl'),
  }
}

/** The folder of a session by its name, or by its path. */
export function sessionFolder(runs: string, session: string): string {
  const named = join(runs, 'live', session)
  return existsSync(join(named, 'journal.jsonl')) || !existsSync(session) ? named : session
}

/** Throws `NO_SESSION` where there is none. */
export function requireSession(runs: string, session: string): SessionPaths {
  const paths = sessionPaths(sessionFolder(runs, session))
  if (existsSync(paths.journal)) return paths
  throw new TandemError('there is no such session', {
    code: 'NO_SESSION',
    where: session,
    hint: `sessions lie under ${join(runs, 'live')}`,
  })
}

/** Writes what a new session begins with; the journal comes last, so that a folder without one is no session yet. */
export function writeSessionStart(
  paths: SessionPaths,
  bundleText: string,
  history: Uint8Array,
  summary: unknown,
): void {
  mkdirSync(paths.folder, { recursive: true })
  const text = (content: string): Uint8Array => Buffer.from(content, 'utf8')
  nodeFiles.replace(paths.bundle, text(bundleText))
  nodeFiles.replace(paths.history, history)
  nodeFiles.replace(paths.summary, text(`${JSON.stringify(summary, null, 2)}\n`))
}

const FIELDS = 5

/** Rows as bytes: for each its open time, then five doubles a symbol, NaN where it has no bar. Little-endian. */
export function packRows(rows: readonly ClosedRow[], symbols: number): Uint8Array {
  const width = 1 + symbols * FIELDS
  const view = new DataView(new ArrayBuffer(rows.length * width * 8))
  rows.forEach(({ openMs, candles }, row) => {
    const values = [
      openMs,
      ...candles.flatMap((one) =>
        one === null ? Array<number>(FIELDS).fill(Number.NaN) : [one.open, one.high, one.low, one.close, one.volume],
      ),
    ]
    values.forEach((value, k) => {
      view.setFloat64((row * width + k) * 8, value, true)
    })
  })
  return new Uint8Array(view.buffer)
}

export function unpackRows(bytes: Uint8Array, symbols: number): ClosedRow[] {
  const width = 1 + symbols * FIELDS
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const at = (row: number, k: number): number => view.getFloat64((row * width + k) * 8, true)
  const rows: ClosedRow[] = []
  for (let row = 0; row < bytes.byteLength / (width * 8); row++) {
    const openMs = at(row, 0)
    const candles = Array.from({ length: symbols }, (_, symbol) => {
      const [open, high, low, close, volume] = Array.from({ length: FIELDS }, (_, k) =>
        at(row, 1 + symbol * FIELDS + k),
      )
      return Number.isNaN(close!)
        ? null
        : { openMs, open: open!, high: high!, low: low!, close: close!, volume: volume! }
    })
    rows.push({ openMs, candles, late: [] })
  }
  return rows
}

export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    throw new TandemError("it can't be read", {
      code: 'BAD_SESSION',
      where: path,
      hint: 'the session is not whole',
      cause,
    })
  }
}
