/** The run's directory: written whole under a temporary name, then renamed into place. */

import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { Metric, RunResult, Trade } from '../core/result.ts'

export interface RunFiles {
  readonly [name: string]: string
}

export interface RunDocuments {
  readonly result: RunResult
  readonly metrics: readonly Metric[]
  readonly analysis: unknown
  readonly summary: unknown
  readonly configYaml: string
  /** Null where the run is made of others, which have their own. */
  readonly records: { readonly decisions: Uint8Array; readonly outcomes: Uint8Array } | null
  /** Every figure of the report with unit, basis and definition. */
  readonly figures: unknown
  /** The HTML report; null when it isn't wanted. */
  readonly report: string | null
}

/** The file that every run's directory has. */
const SUMMARY = 'summary.json'

/**
 * Writes everything into `directory`, replacing an earlier run there; `parts` are runs by their folder in it, written the
 * same way. Returns the paths of the run's own files by name. Throws
 * `NO_RUN_DIRECTORY` where something else is there, `RUN_NOT_WRITABLE` where it can't be written; both leave what was.
 */
export async function writeRun(
  directory: string,
  documents: RunDocuments,
  parts: Readonly<Record<string, RunDocuments>> = {},
): Promise<RunFiles> {
  await checkRunDirectory(directory)
  const contents = await render(documents)
  const partial = `${directory}.partial-${randomBytes(4).toString('hex')}`
  try {
    await mkdir(partial, { recursive: true })
    await writeAll(partial, contents)
    for (const [folder, part] of Object.entries(parts)) {
      await mkdir(join(partial, folder), { recursive: true })
      await writeAll(join(partial, folder), await render(part))
    }
    await replaceDirectory(partial, directory)
    return Object.fromEntries(contents.map(([file]) => [nameOf(file), join(directory, file)]))
  } catch (cause) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined)
    throw new TandemError(`can't write the run: ${cause instanceof Error ? cause.message : String(cause)}`, {
      code: 'RUN_NOT_WRITABLE',
      where: directory,
      hint: 'name a writable directory with free space',
      cause,
    })
  }
}

async function writeAll(folder: string, contents: readonly (readonly [string, string | Uint8Array])[]): Promise<void> {
  await Promise.all(contents.map(([file, content]) => writeFile(join(folder, file), content)))
}

/** A run replaces only a run: a mistyped --out must not cost somebody's files. Throws `NO_RUN_DIRECTORY`. */
export async function checkRunDirectory(directory: string): Promise<void> {
  const refuse = (message: string): never => {
    throw new TandemError(message, {
      code: 'NO_RUN_DIRECTORY',
      where: directory,
      hint: 'name a new directory, an empty one or that of an earlier run',
    })
  }
  let names: string[]
  try {
    names = await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') refuse('this is no directory')
    return
  }
  if (names.length > 0 && !names.includes(SUMMARY)) refuse('this directory has other files than those of a run')
}

/** `trades.arrow` → `trades`; `decisions.bin` → `decisions`. */
function nameOf(file: string): string {
  return file.replace(/\.[^.]*$/, '')
}

async function render(documents: RunDocuments): Promise<(readonly [string, string | Uint8Array])[]> {
  const { result, report, records } = documents
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  const files: (readonly [string, string | Uint8Array])[] = [
    ['config.yaml', documents.configYaml],
    [SUMMARY, json(documents.summary)],
    ['metrics.json', json(documents.metrics)],
    ['analysis.json', json(documents.analysis)],
    ['figures.json', json(documents.figures)],
    ['equity.arrow', await equityArrow(result)],
    ['trades.arrow', await tradesArrow(result.trades)],
  ]
  if (records !== null) files.push(['decisions.bin', records.decisions], ['outcomes.bin', records.outcomes])
  if (report !== null) files.push(['report.html', report])
  return files
}

async function replaceDirectory(from: string, to: string): Promise<void> {
  const old = `${to}.old-${randomBytes(4).toString('hex')}`
  try {
    await rename(to, old)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  await rename(from, to)
  await rm(old, { recursive: true, force: true })
}

/** Equity and exposure at each close, Arrow IPC: `time` (ms UTC, bar open), `equity`, `exposure`. */
async function equityArrow(result: RunResult): Promise<Uint8Array> {
  const { makeTable, tableToIPC } = await import('apache-arrow')
  const { time, equity, exposure } = result
  return tableToIPC(makeTable({ time, equity, exposure }), 'file')
}

/** One row a trade, Arrow IPC, the columns of `Trade`. */
async function tradesArrow(trades: readonly Trade[]): Promise<Uint8Array> {
  const { Float64, Int32, Table, tableToIPC, Utf8, vectorFromArray } = await import('apache-arrow')
  const text = (pick: (trade: Trade) => string | null) => vectorFromArray(trades.map(pick), new Utf8())
  const number = (pick: (trade: Trade) => number | null) => vectorFromArray(trades.map(pick), new Float64())
  const row = (pick: (trade: Trade) => number | null) => vectorFromArray(trades.map(pick), new Int32())
  return tableToIPC(
    new Table({
      symbol: text((t) => t.symbol),
      ...(trades.some((t) => t.venue !== undefined) ? { venue: text((t) => t.venue ?? null) } : {}),
      ...(trades.some((t) => t.account !== undefined) ? { account: text((t) => t.account ?? null) } : {}),
      side: text((t) => t.side),
      entryTimeMs: number((t) => t.entryTimeMs),
      entryPrice: number((t) => t.entryPrice),
      exitTimeMs: number((t) => t.exitTimeMs),
      exitPrice: number((t) => t.exitPrice),
      quantity: number((t) => t.quantity),
      entryFee: number((t) => t.entryFee),
      exitFee: number((t) => t.exitFee),
      funding: number((t) => t.funding),
      pnl: number((t) => t.pnl),
      returnFraction: number((t) => t.returnFraction),
      entryRow: row((t) => t.entryRow),
      exitRow: row((t) => t.exitRow),
      exitReason: text((t) => t.exitReason),
      tag: text((t) => t.tag),
      profile: text((t) => t.profile),
      maeFraction: number((t) => t.maeFraction),
      mfeFraction: number((t) => t.mfeFraction),
      spreadCost: number((t) => t.spreadCost),
      slippageCost: number((t) => t.slippageCost),
    }),
    'file',
  )
}
