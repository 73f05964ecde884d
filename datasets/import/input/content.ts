/** What an input holds: text lines, JSON, Arrow or Parquet, told by how it begins. */

import type { Shape } from '../formats/format.ts'
import { refusal } from '../refuse.ts'
import type { Input } from './input.ts'

/** As much of a file as formats look at. */
const HEAD_BYTES = 1 << 16

export interface Content {
  readonly shape: Shape
  /** The beginning, without a byte order mark: at least 64 KiB, or the whole. */
  readonly head: Buffer
  /** Is `head` the whole content? */
  readonly whole: boolean
  /** The content from its beginning, `head` included. Read once. */
  chunks(): AsyncGenerator<Buffer>
  /** For who doesn't read on. */
  close(): Promise<void>
}

/** Beginnings of files that are mistaken for data. */
const OTHERS: readonly (readonly [magic: string, is: string, hint: string])[] = [
  ['PK\u0003\u0004', 'a zip archive inside an archive', 'unpack the outer one and import the inner'],
  ['FEA1', 'a Feather file of the old version 1', 'write it again with a current pandas or pyarrow'],
  ['\u001f\u008b', 'gzip inside gzip', 'unpack it once and import that'],
  ['%PDF', 'a PDF', 'fetch the data themselves'],
  ['\u00ff\u00fe', 'UTF-16 text', 'save it as UTF-8'],
  ['\u00fe\u00ff', 'UTF-16 text', 'save it as UTF-8'],
  ['SQLite format 3', 'a SQLite database', 'export the candles as CSV'],
  ['\u00d0\u00cf\u0011\u00e0', 'an Excel workbook', 'export it as CSV'],
  ['(\u00b5/\u00fd', 'zstd-compressed', 'unpack it and import that'],
  ['\u00fd7zXZ', 'xz-compressed', 'unpack it and import that'],
  ['7z\u00bc\u00af', 'a 7z archive', 'unpack it and import that'],
  ['BZh', 'bzip2-compressed', 'unpack it and import that'],
]

/** Opens an input. Throws `EMPTY_FILE`, `BINARY_FILE` and what reading its bytes throws. */
export async function openContent(input: Input): Promise<Content> {
  const source = input.bytes()
  const read: Buffer[] = []
  let bytes = 0
  let whole = false
  while (bytes < HEAD_BYTES) {
    const next = await source.next()
    if (next.done === true) {
      whole = true
      break
    }
    read.push(next.value)
    bytes += next.value.length
  }
  const joined = Buffer.concat(read)
  const head = joined.subarray(joined[0] === 0xef && joined[1] === 0xbb && joined[2] === 0xbf ? 3 : 0)
  try {
    const shape = shapeOf(input.label, head)
    return {
      shape,
      head,
      whole,
      async *chunks() {
        yield head
        if (!whole) yield* source
      },
      close: async () => void (await source.return(undefined)),
    }
  } catch (error) {
    await source.return(undefined)
    throw error
  }
}

function shapeOf(file: string, head: Buffer): Shape {
  if (head.length === 0) throw refusal('EMPTY_FILE', { file }, 'the file is empty', 'import a file with candles')
  const begin = head.toString('latin1', 0, 16)
  if (begin.startsWith('ARROW1')) return 'arrow'
  if (begin.startsWith('PAR1')) return 'parquet'
  for (const [magic, is, hint] of OTHERS) {
    if (begin.startsWith(magic)) throw refusal('BINARY_FILE', { file }, `is ${is}`, hint)
  }
  const start = head.subarray(0, 4096)
  if (start.includes(0)) {
    const hint = 'import CSV or JSON in UTF-8, Feather or Parquet'
    throw refusal('BINARY_FILE', { file }, 'is a binary file of no known format', hint)
  }
  const first = head.find((byte) => byte > 0x20)
  return first === 0x5b || first === 0x7b ? 'json' : 'lines'
}
