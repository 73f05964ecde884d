/** Feather and Arrow IPC files, uncompressed, LZ4 or (where Node knows it) Zstandard. */

import * as zlib from 'node:zlib'
import type { RecordBatch, Vector } from 'apache-arrow'
import { refusal } from '../refuse.ts'
import { unixMs } from '../times.ts'
import { checkArrowLengths } from './arrow-lengths.ts'
import { decodeLz4Frame } from './lz4.ts'
import type { ColumnTable } from './table.ts'

/** Largest file read: it is held in memory. */
const LARGEST = 2 ** 31

/** Reads a whole Arrow file. Throws `DAMAGED_ARROW` and `TOO_LARGE`. */
export async function openArrow(file: string, chunks: AsyncIterable<Buffer>): Promise<ColumnTable> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const chunk of chunks) {
    size += chunk.length
    if (size > LARGEST)
      throw refusal('TOO_LARGE', { file }, 'is larger than 2 GiB', 'split it, or export it as Parquet')
    pieces.push(chunk)
  }
  const { RecordBatchFileReader } = await arrowWithCodecs()
  const bytes = Buffer.concat(pieces)
  try {
    checkArrowLengths(bytes)
    const reader = RecordBatchFileReader.from(bytes)
    reader.open()
    const { fields } = reader.schema
    const batches = [...reader] as readonly RecordBatch[]
    for (const batch of batches) checkBatch(batch)
    return {
      names: fields.map(({ name }) => String(name)),
      async *batches(cells) {
        for (const batch of batches) yield columnsOf(file, batch, cells)
      },
    }
  } catch (cause) {
    throw damaged(file, cause)
  }
}

function columnsOf(file: string, batch: RecordBatch, cells: readonly number[]): readonly Float64Array[] {
  try {
    return cells.map((cell, index) => numbers(batch.getChildAt(cell), batch.numRows, index === 0))
  } catch (cause) {
    throw damaged(file, cause)
  }
}

async function arrowWithCodecs(): Promise<typeof import('apache-arrow')> {
  const arrow = await import('apache-arrow')
  const { compressionRegistry, CompressionType } = arrow
  compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: decodeLz4Frame })
  const { zstdDecompressSync } = zlib as { zstdDecompressSync?: (data: Uint8Array) => Uint8Array }
  if (zstdDecompressSync !== undefined) compressionRegistry.set(CompressionType.ZSTD, { decode: zstdDecompressSync })
  return arrow
}

/** A damaged length must not become a loop over what isn't there. */
function checkBatch(batch: RecordBatch): void {
  for (const column of batch.data.children) {
    const { values, length, typeId } = column
    const isNumber = [2, 3, 8, 10].includes(Math.abs(typeId))
    if (isNumber && (length !== batch.numRows || (values as Float64Array).length < length)) {
      throw new Error('a column is shorter than its batch')
    }
  }
}

function numbers(column: Vector | null, rows: number, isTime: boolean): Float64Array {
  // Int 2, Float 3, Date 8, Timestamp 10 in Arrow's Type; times are given by `get` in ms, whatever their unit.
  const typeId = column?.type.typeId ?? 0
  const isStamp = typeId === 8 || typeId === 10
  if (column === null || (!isStamp && typeId !== 2 && typeId !== 3)) throw new Error('a column has no numbers')
  const held = column.data.reduce((sum, { values, length }) => sum + Math.min(values.length, length), 0)
  if (column.length !== rows || held < rows) throw new Error('a column is shorter than its batch')
  const result = new Float64Array(rows).fill(Number.NaN)
  for (let row = 0; row < rows; row++) {
    const value = column.get(row) as number | bigint | null
    if (value !== null) result[row] = isTime && !isStamp ? unixMs(Number(value)) : Number(value)
  }
  return result
}

function damaged(file: string, cause: unknown): Error {
  const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!.slice(0, 100)
  const hint = /codec not found/.test(why) ? 'write it with LZ4 or uncompressed' : 'fetch the file again'
  return refusal('DAMAGED_ARROW', { file }, `the Arrow file can't be read: ${why}`, hint, cause)
}
