/** Recorded delays from a CSV file: `timeMs,outMs,backMs`, times rising, ms UTC. */

import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { TandemError } from '../core/errors.ts'
import type { RecordedDelays } from '../sim/latency.ts'
import { sha256Hex } from './canonical.ts'

const HEADER = 'timeMs,outMs,backMs'

export interface LatencyFile {
  readonly delays: RecordedDelays
  /** SHA-256 of the text. */
  readonly hash: string
}

/** Reads the file, relative to `baseFolder`. Throws `BAD_LATENCY_FILE` with the row. */
export async function readLatencyFile(file: string, baseFolder: string): Promise<LatencyFile> {
  const where = 'execution.latencyMs.file'
  let text: string
  try {
    text = await readFile(resolve(baseFolder, file), 'utf8')
  } catch (cause) {
    const hint = "the path is relative to the run file's folder"
    throw new TandemError(`can't read ${file}`, { code: 'BAD_LATENCY_FILE', where, hint, cause })
  }
  return { delays: parseDelays(text, file), hash: sha256Hex(text) }
}

/** Throws `BAD_LATENCY_FILE` at `file`, row by row. */
export function parseDelays(text: string, file: string): RecordedDelays {
  const refuse = (row: number, message: string): never => {
    throw new TandemError(message, {
      code: 'BAD_LATENCY_FILE',
      where: `${file}, row ${row}`,
      hint: `expected ${HEADER}`,
    })
  }
  const [head, ...lines] = text.trimEnd().split(/\r?\n/)
  if (head?.trim() !== HEADER) refuse(1, `the first row isn't ${HEADER}`)
  if (lines.length === 0) refuse(2, 'there are no delays')
  let lastMs = Number.NEGATIVE_INFINITY
  const rows = lines.map((line, i) => {
    const cells = line.split(',').map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell)))
    const [timeMs = Number.NaN, outMs = Number.NaN, backMs = Number.NaN] = cells
    if (cells.length !== 3 || !cells.every((cell) => Number.isInteger(cell) && cell >= 0)) {
      refuse(i + 2, `'${line}' isn't three whole numbers of milliseconds`)
    }
    if (timeMs <= lastMs) refuse(i + 2, `out of order: ${timeMs} comes after ${lastMs}`)
    lastMs = timeMs
    return [timeMs, outMs, backMs] as const
  })
  return {
    timeMs: Float64Array.from(rows, ([timeMs]) => timeMs),
    outMs: Float64Array.from(rows, ([, outMs]) => outMs),
    backMs: Float64Array.from(rows, ([, , backMs]) => backMs),
  }
}
