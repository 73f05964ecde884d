/** A pull on its way, on disk: rows are added page by page, so that one that was killed goes on where it was. */

import { appendFile, mkdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { type SeriesKey, seriesDirectory } from '../series.ts'
import type { CandleRow } from './port.ts'

const FORMAT = 'tandem-pull-1'

/** What the rows are of. Another question begins anew. */
export interface PartHead {
  readonly exchange: string
  readonly symbol: string
  readonly timeframe: string
  readonly fromMs: number
  readonly fromTrades: boolean
}

/** Rows and how far a pull had come. */
export interface PartState {
  readonly rows: CandleRow[]
  readonly doneMs: number
}

/** Beside the series' directory, so that it lies on the same disk and nobody takes it for data. */
export function partPath(store: string, key: SeriesKey): string {
  const directory = seriesDirectory(store, key)
  return join(dirname(directory), `.pull-${formatTimeframe(key.timeframeMs)}`)
}

/** What is there of this pull; an end cut short by a kill is removed. Null if there is nothing or another pull's. */
export async function resumePart(path: string, head: PartHead): Promise<PartState | null> {
  const text = await readFile(path, 'utf8').catch(() => null)
  if (text === null) return null
  const [first = '', ...lines] = text.split('\n')
  if (first !== headLine(head)) return null
  // What follows the last line break was being written when the pull was killed; so were rows after the last `done`.
  lines.pop()
  const end = lines.findLastIndex((line) => line.startsWith('done '))
  if (end === -1) return null
  const whole = lines.slice(0, end + 1)
  const rows = whole
    .filter((line) => !line.startsWith('done '))
    .map((line) => line.split(',').map(Number) as unknown as CandleRow)
  if (rows.some((row) => row.length !== 6 || !row.every(Number.isFinite))) return null
  await truncate(path, Buffer.byteLength(`${first}\n${whole.map((line) => `${line}\n`).join('')}`))
  return { rows, doneMs: Number(whole.at(-1)!.slice('done '.length)) }
}

export async function beginPart(path: string, head: PartHead): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${headLine(head)}\n`)
}

/** Adds a page in one write: its rows count once their `done` is there. */
export async function addToPart(path: string, rows: readonly CandleRow[], doneMs: number): Promise<void> {
  await appendFile(path, `${rows.map((row) => `${row.join(',')}\n`).join('')}done ${doneMs}\n`)
}

export async function removePart(path: string): Promise<void> {
  await rm(path, { force: true })
}

function headLine(head: PartHead): string {
  return JSON.stringify({ format: FORMAT, ...head })
}
