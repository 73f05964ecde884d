/** The run's directory: written whole under a temporary name, then renamed into place. */

import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
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
  readonly decisions: Uint8Array
  readonly outcomes: Uint8Array
  /** The HTML report; null when it isn't wanted. */
  readonly report: string | null
}

/** Writes everything into `directory`, replacing what was there. Returns the files' paths by name. */
export async function writeRun(directory: string, documents: RunDocuments): Promise<RunFiles> {
  const partial = `${directory}.partial-${randomBytes(4).toString('hex')}`
  await mkdir(partial, { recursive: true })
  try {
    const contents = await render(documents)
    await Promise.all(contents.map(([file, content]) => writeFile(join(partial, file), content)))
    await replaceDirectory(partial, directory)
    return Object.fromEntries(contents.map(([file]) => [nameOf(file), join(directory, file)]))
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

/** `trades.arrow` → `trades`; `decisions.bin` → `decisions`. */
function nameOf(file: string): string {
  return file.replace(/\.[^.]*$/, '')
}

async function render(documents: RunDocuments): Promise<(readonly [string, string | Uint8Array])[]> {
  const { result, report } = documents
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
  const files: (readonly [string, string | Uint8Array])[] = [
    ['config.yaml', documents.configYaml],
    ['summary.json', json(documents.summary)],
    ['metrics.json', json(documents.metrics)],
    ['analysis.json', json(documents.analysis)],
    ['equity.arrow', await equityArrow(result)],
    ['trades.arrow', await tradesArrow(result.trades)],
    ['decisions.bin', documents.decisions],
    ['outcomes.bin', documents.outcomes],
  ]
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
