/** Bytes of a file on disk, unzipped on the way where it is gzip. */

import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { refusal } from '../refuse.ts'
import { checkExpansion } from './expansion.ts'

export const BLOCK_BYTES = 1 << 20

/**
 * The content of a plain or gzip file of `size` bytes; `onOwn` sees what is the file's own, as it lies on disk. Throws
 * `NOT_A_FILE`, `EMPTY_FILE`, `DAMAGED_GZIP`, `TOO_COMPRESSED`.
 */
export async function* plainBytes(file: string, size: number, onOwn: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  if (size === 0) throw refusal('EMPTY_FILE', { file }, 'the file is empty', 'import a file with candles')
  const head = await firstBytes(file, 2)
  if (head[0] === 0x1f && head[1] === 0x8b) yield* gunzip(file, fileChunks(file), size)
  else {
    for await (const chunk of fileChunks(file)) {
      onOwn(chunk)
      yield chunk
    }
  }
}

/** The first bytes of a file, fewer if it is shorter. Throws `NOT_A_FILE`. */
export async function firstBytes(file: string, count: number): Promise<Buffer> {
  const handle = await open(file).catch((error: Error) => {
    throw refusal('NOT_A_FILE', { file }, `can't be read: ${error.message}`, 'check the permissions')
  })
  try {
    const head = Buffer.alloc(count)
    const { bytesRead } = await handle.read(head, 0, count, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

async function* fileChunks(file: string): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: BLOCK_BYTES })) yield chunk as Buffer
}

/** Unzips a gzip stream of `packed` bytes. */
export async function* gunzip(
  label: string,
  compressed: AsyncIterable<Buffer>,
  packed: number,
): AsyncGenerator<Buffer> {
  const input = Readable.from(compressed)
  const unzip = createGunzip({ chunkSize: BLOCK_BYTES })
  input.on('error', (error) => unzip.destroy(error))
  let unpacked = 0
  try {
    for await (const chunk of input.pipe(unzip)) {
      unpacked += (chunk as Buffer).length
      checkExpansion(label, packed, unpacked)
      yield chunk as Buffer
    }
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!code.startsWith('Z_')) throw error
    const message = 'the gzip data are damaged or cut short'
    throw refusal('DAMAGED_GZIP', { file: label }, message, 'fetch the file again', error)
  } finally {
    input.destroy()
    unzip.destroy()
  }
}
