/** Candle columns as bytes: the canonical form that is hashed, and the raw copy that loads fastest. */

import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { endianness } from 'node:os'
import { allocateCandles, type Candles } from '../engine/core/candles.ts'

/** Order of the columns in the canonical form. */
export const COLUMNS = ['time', 'open', 'high', 'low', 'close', 'volume'] as const

/** Bytes a row takes in the canonical form: six float64. */
export const ROW_BYTES = COLUMNS.length * 8

/** A column as little-endian bytes: a view where the machine is little-endian, else a swapped copy. */
export function littleEndianBytes(column: Float64Array): Uint8Array {
  const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
  return endianness() === 'LE' ? bytes : Buffer.from(bytes).swap64()
}

/** SHA-256 (hex) over the little-endian float64 columns one after another; doesn't depend on how they are stored. */
export function hashCandles(candles: Candles): string {
  const hash = createHash('sha256')
  for (const name of COLUMNS) hash.update(littleEndianBytes(candles[name]))
  return hash.digest('hex')
}

/** Writes the canonical form to a new file, `ROW_BYTES` × rows, piece by piece; its SHA-256 is that of `hashCandles`. */
export class ColumnsWriter {
  readonly #file: FileHandle
  readonly #rows: number
  #done = 0

  private constructor(file: FileHandle, rows: number) {
    this.#file = file
    this.#rows = rows
  }

  static async open(path: string, rows: number): Promise<ColumnsWriter> {
    return new ColumnsWriter(await open(path, 'wx+'), rows)
  }

  async add(piece: Candles): Promise<void> {
    for (const [index, name] of COLUMNS.entries()) {
      await writeAll(this.#file, littleEndianBytes(piece[name]), (index * this.#rows + this.#done) * 8)
    }
    this.#done += piece.time.length
  }

  /** SHA-256 (hex) of what was written, read back. */
  async hash(): Promise<string> {
    const hash = createHash('sha256')
    const block = new Uint8Array(1 << 20)
    for (let at = 0; ; ) {
      const { bytesRead } = await this.#file.read(block, 0, block.length, at)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(block.subarray(0, bytesRead))
      at += bytesRead
    }
  }

  async close(): Promise<void> {
    await this.#file.close()
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done)
    done += bytesWritten
  }
}

/** Columns as they were read, and their hash as `hashCandles` has it. */
export interface HashedCandles {
  readonly candles: Candles
  readonly hash: string
}

/**
 * Reads a file of `ColumnsWriter` into shared columns, or returns null when it is absent or not `rows` long. A column is
 * hashed while the next one is read. The caller compares the hash.
 */
export async function readColumns(path: string, rows: number): Promise<HashedCandles | null> {
  const file = await open(path, 'r').catch(() => null)
  if (file === null) return null
  try {
    if ((await file.stat()).size !== rows * ROW_BYTES) return null
    const candles = allocateCandles(rows)
    const hash = createHash('sha256')
    const read = (index: number): Promise<boolean> => {
      const bytes = new Uint8Array(candles[COLUMNS[index]!].buffer)
      return readAll(file, bytes, index * bytes.length)
    }
    let reading = read(0)
    for (const [index, name] of COLUMNS.entries()) {
      if (!(await reading)) return null
      if (index + 1 < COLUMNS.length) reading = read(index + 1)
      const { buffer } = candles[name]
      hash.update(new Uint8Array(buffer))
      if (endianness() !== 'LE') Buffer.from(buffer).swap64()
    }
    return { candles, hash: hash.digest('hex') }
  } finally {
    await file.close()
  }
}

async function readAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<boolean> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, done, bytes.length - done, position + done)
    if (bytesRead === 0) return false
    done += bytesRead
  }
  return true
}

/** First row whose time is at or after `timeMs`; the number of rows if there is none. */
export function lowerBound(time: Float64Array, timeMs: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (time[middle]! < timeMs) low = middle + 1
    else high = middle
  }
  return low
}

/** Rows `from` (inclusive) to `to` (exclusive), copied into shared columns of their own. */
export function copyRows(candles: Candles, from: number, to: number): Candles {
  const copy = allocateCandles(to - from)
  for (const name of COLUMNS) copy[name].set(candles[name].subarray(from, to))
  return copy
}
