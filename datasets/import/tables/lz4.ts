/**
 * LZ4 frames, which Feather files are compressed with: format by Y. Collet, github.com/lz4/lz4, doc/lz4_Frame_format.md
 * and doc/lz4_Block_format.md. Checksums are passed over: what is damaged shows in the candles.
 */

const MAGIC = 0x184d2204
/** No column chunk is this large; a frame that grows beyond is made to fill memory. */
const LARGEST = 1 << 30

/** The bytes of a whole frame. Throws `Error` for what is no LZ4 frame or ends in the middle. */
export function decodeLz4Frame(frame: Uint8Array): Uint8Array {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  if (frame.length < 7 || view.getUint32(0, true) !== MAGIC) throw new Error('no LZ4 frame')
  const flags = frame[4]!
  const [hasSize, hasDictionary, hasBlockSum] = [(flags & 8) !== 0, (flags & 1) !== 0, (flags & 16) !== 0]
  if (flags >> 6 !== 1 || hasDictionary) throw new Error('an LZ4 frame of an unknown version or with a dictionary')
  const output = new Output(hasSize && frame.length >= 15 ? Number(view.getBigUint64(6, true)) : frame.length * 4)
  let at = hasSize ? 15 : 7
  for (;;) {
    if (at + 4 > frame.length) throw cutShort()
    const size = view.getUint32(at, true)
    at += 4
    if (size === 0) return output.bytes()
    const length = size & 0x7fffffff
    if (at + length > frame.length) throw cutShort()
    if (size >>> 31 === 1) output.copyFrom(frame, at, length)
    else decodeBlock(frame, at, at + length, output)
    at += length + (hasBlockSum ? 4 : 0)
  }
}

function decodeBlock(input: Uint8Array, from: number, to: number, output: Output): void {
  let at = from
  const extended = (start: number): number => {
    let length = start
    if (start !== 15) return length
    for (let byte = 255; byte === 255; at++) {
      if (at >= to) throw cutShort()
      byte = input[at]!
      length += byte
    }
    return length
  }
  while (at < to) {
    const token = input[at++]!
    const literals = extended(token >> 4)
    if (at + literals > to) throw cutShort()
    output.copyFrom(input, at, literals)
    at += literals
    // The last sequence of a block has literals alone.
    if (at === to) return
    if (at + 2 > to) throw cutShort()
    const distance = input[at]! | (input[at + 1]! << 8)
    at += 2
    output.repeat(distance, extended(token & 15) + 4)
  }
}

function cutShort(): Error {
  return new Error('the LZ4 data are damaged or cut short')
}

/** Bytes that grow as they are written; matches reach back into them, over blocks too. */
class Output {
  #bytes: Uint8Array
  #length = 0

  constructor(expected: number) {
    this.#bytes = new Uint8Array(Math.min(Math.max(expected, 64), 1 << 26))
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  copyFrom(input: Uint8Array, from: number, length: number): void {
    this.#reserve(length)
    this.#bytes.set(input.subarray(from, from + length), this.#length)
    this.#length += length
  }

  /** A match may overlap what it writes, so it is copied byte by byte where it does. */
  repeat(distance: number, length: number): void {
    if (distance === 0 || distance > this.#length) throw cutShort()
    this.#reserve(length)
    const bytes = this.#bytes
    const start = this.#length - distance
    if (distance >= length) bytes.copyWithin(this.#length, start, start + length)
    else for (let k = 0; k < length; k++) bytes[this.#length + k] = bytes[start + k]!
    this.#length += length
  }

  #reserve(more: number): void {
    const needed = this.#length + more
    if (needed <= this.#bytes.length) return
    if (needed > LARGEST) throw new Error('the LZ4 data unpack to more than 1 GiB')
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes.subarray(0, this.#length))
    this.#bytes = larger
  }
}
