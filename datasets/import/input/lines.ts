/** Text as blocks of whole lines. */

import { refusal } from '../refuse.ts'

/** Nobody's CSV row is this long; a longer one is another kind of file. */
export const LONGEST_LINE = 1 << 16
const NEWLINE = 0x0a

/** Blocks in order, each ending where a line ends. Throws `BINARY_FILE` for a line of over 64 KiB. */
export async function* wholeLines(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const first = rest.length === 0 ? -1 : chunk.indexOf(NEWLINE)
    const reach = first === -1 ? chunk.length : first
    if (rest.length > 0 && rest.length + reach > LONGEST_LINE) throw tooLong(file)
    if (rest.length > 0 && first === -1) {
      rest = Buffer.concat([rest, chunk])
      continue
    }
    let block = chunk
    if (rest.length > 0) {
      yield Buffer.concat([rest, chunk.subarray(0, first + 1)])
      block = chunk.subarray(first + 1)
    }
    const end = block.lastIndexOf(NEWLINE) + 1
    rest = block.subarray(end)
    if (rest.length > LONGEST_LINE) throw tooLong(file)
    if (end > 0) yield block.subarray(0, end)
  }
  if (rest.length > 0) yield rest
}

/** The refusal of what can't be lines of a table. */
export function tooLong(file: string): Error {
  return refusal('BINARY_FILE', { file }, 'has a line of over 64 KiB, so it is not CSV', 'export it as CSV in UTF-8')
}
