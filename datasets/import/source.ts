/** A file to import as a stream of whole lines, unzipped on the way, with the SHA-256 of its bytes as they lie on disk. */

import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { refusal } from './refuse.ts'

const BLOCK_BYTES = 1 << 20
/** Nobody's CSV row is this long; a longer one is another kind of file. */
const LONGEST_LINE = 1 << 16
const NEWLINE = 0x0a

/** Beginnings of files that are mistaken for CSV. */
const SIGNATURES: readonly (readonly [magic: string, is: string, hint: string])[] = [
  ['PK\u0003\u0004', 'a zip archive', 'unzip it and import the CSV inside'],
  ['PAR1', 'a Parquet file', 'export it as CSV first'],
  ['ARROW1', 'an Arrow or Feather file', 'export it as CSV first'],
  ['FEA1', 'a Feather file', 'export it as CSV first'],
]

export interface LineSource {
  /** Blocks of text in order, each ending where a line ends; without a byte order mark. Read once, to the end. */
  blocks(): AsyncGenerator<Buffer>
  /** SHA-256 (hex) of the file; known once all blocks were read. */
  sha256(): string
}

/** Opens a plain or gzip file. Throws `NO_SUCH_FILE`, `NOT_A_FILE`, `EMPTY_FILE`, `BINARY_FILE`, `NOT_CSV`, `DAMAGED_GZIP`. */
export async function openLines(file: string): Promise<LineSource> {
  const head = await readHead(file)
  const gzip = head[0] === 0x1f && head[1] === 0x8b
  if (!gzip) refuseOthers(file, head)
  const hash = createHash('sha256')
  return {
    blocks: () => wholeLines(file, gzip ? gunzip(file, hashed(file, hash)) : hashed(file, hash)),
    sha256: () => hash.digest('hex'),
  }
}

async function readHead(file: string): Promise<Buffer> {
  const info = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw refusal('NO_SUCH_FILE', { file }, 'there is no such file', 'check the path')
    throw refusal('NOT_A_FILE', { file }, `can't be read: ${error.message}`, 'check the path and its permissions')
  })
  if (info.isDirectory()) throw refusal('NOT_A_FILE', { file }, 'is a directory', 'name one file in it')
  if (info.size === 0) throw refusal('EMPTY_FILE', { file }, 'the file is empty', 'import a file with candles')
  const handle = await open(file).catch((error: Error) => {
    throw refusal('NOT_A_FILE', { file }, `can't be read: ${error.message}`, 'check the permissions')
  })
  try {
    const head = Buffer.alloc(512)
    const { bytesRead } = await handle.read(head, 0, head.length, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/** Refuses what isn't CSV by how it begins. */
function refuseOthers(file: string, head: Buffer): void {
  for (const [magic, is, hint] of SIGNATURES) {
    if (head.toString('latin1', 0, magic.length) === magic) throw refusal('BINARY_FILE', { file }, `is ${is}`, hint)
  }
  if (head.includes(0)) throw refusal('BINARY_FILE', { file }, 'is a binary file, not CSV', 'export it as CSV in UTF-8')
  const text = head.toString('utf8').trim()
  if (text === '[]')
    throw refusal('EMPTY_FILE', { file }, 'an empty JSON list: it has no candles', 'fetch the data again')
  if (/^[[{]/.test(text)) throw refusal('NOT_CSV', { file }, 'is JSON, not CSV', 'export it as CSV with column names')
}

async function* hashed(file: string, hash: ReturnType<typeof createHash>): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: BLOCK_BYTES })) {
    hash.update(chunk as Buffer)
    yield chunk as Buffer
  }
}

async function* gunzip(file: string, compressed: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const input = Readable.from(compressed)
  const unzip = createGunzip({ chunkSize: BLOCK_BYTES })
  input.on('error', (error) => unzip.destroy(error))
  try {
    for await (const chunk of input.pipe(unzip)) yield chunk as Buffer
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? ''
    if (!code.startsWith('Z_')) throw error
    throw refusal('DAMAGED_GZIP', { file }, 'the gzip data are damaged or cut short', 'fetch the file again', error)
  } finally {
    input.destroy()
  }
}

async function* wholeLines(file: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  let first = true
  for await (const chunk of chunks) {
    let block = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (first && block.length >= 3) {
      first = false
      if (block[0] === 0xef && block[1] === 0xbb && block[2] === 0xbf) block = block.subarray(3)
      refuseOthers(file, block.subarray(0, 512))
    }
    const end = block.lastIndexOf(NEWLINE) + 1
    rest = block.subarray(end)
    if (rest.length > LONGEST_LINE) {
      throw refusal('BINARY_FILE', { file }, 'has a line of over 64 KiB, so it is not CSV', 'export it as CSV in UTF-8')
    }
    if (end > 0) yield block.subarray(0, end)
  }
  if (rest.length > 0) yield rest
}
