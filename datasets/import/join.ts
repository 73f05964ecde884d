/** Candles of several files into one series: in time order, rows that two files both have once. */

import { formatTime } from '../dates.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import { refusal } from './refuse.ts'
import { CandleBlocks } from './sinks/blocks.ts'

/** One file's candles, oldest first. */
export interface Part {
  readonly file: string
  readonly candles: CandleBlocks
}

/**
 * Joins the parts, letting go of each. Where files overlap, their rows must be equal. Throws `OVERLAP` for rows that
 * differ.
 */
export function joinParts(parts: readonly Part[]): {
  readonly candles: CandleBlocks
  readonly fixes: readonly AppliedFix[]
} {
  if (parts.length === 1) return { candles: parts[0]!.candles, fixes: [] }
  const sorted = [...parts].sort((a, b) => firstTime(a) - firstTime(b))
  const joined = new CandleBlocks()
  /** Rows of the last part and before that a later file could repeat, by time. */
  let recent = new Map<number, readonly number[]>()
  let dropped = 0
  for (const [index, part] of sorted.entries()) {
    const nextMs = sorted[index + 1] === undefined ? Number.POSITIVE_INFINITY : firstTime(sorted[index + 1]!)
    const kept = new Map([...recent].filter(([time]) => time >= nextMs))
    for (const { time, open, high, low, close, volume } of part.candles.pieces()) {
      for (let k = 0; k < time.length; k++) {
        const row = [open[k]!, high[k]!, low[k]!, close[k]!, volume[k]!]
        if (time[k]! >= nextMs) kept.set(time[k]!, row)
        if (joined.rows > 0 && time[k]! <= joined.lastTime) {
          checkSame(part.file, time[k]!, row, recent.get(time[k]!))
          dropped += 1
        } else joined.push(time[k]!, open[k]!, high[k]!, low[k]!, close[k]!, volume[k]!)
      }
    }
    recent = kept
    part.candles.dispose()
  }
  const text = 'rows left out that another of the files has too'
  return { candles: joined, fixes: dropped === 0 ? [] : [{ code: 'REPEATED', rows: dropped, text }] }
}

function firstTime(part: Part): number {
  for (const piece of part.candles.pieces()) return piece.time[0]!
  return Number.NaN
}

function checkSame(file: string, time: number, row: readonly number[], before: readonly number[] | undefined): void {
  if (before?.every((value, index) => isSame(value, row[index]!)) === true) return
  const what = before === undefined ? 'is not in another file that spans it' : 'is different in another file'
  const message = `the bar of ${formatTime(time)} ${what}`
  throw refusal('OVERLAP', { file }, message, 'import the files one by one, or remove the one that is wrong')
}

/** Equal to the last bits: programs that write the same data twice round differently. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.abs(a) * 1e-12
}
