/** Rows of JSON as byte ranges, without building the document: every innermost array is one. */

import { refusal } from '../refuse.ts'
import { LONGEST_LINE } from './lines.ts'

const [QUOTE, BACKSLASH, OPEN, CLOSE, BRACE, UNBRACE] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]
const DEEPEST = 32

/** One row's cells in `from`..`to`, without the brackets. */
export type JsonVisitor = (bytes: Buffer, from: number, to: number, row: number) => void

/**
 * Finds the rows of a document in pieces. An empty array is no row; arrays that hold arrays or objects aren't either.
 * What is between the rows is kept short in `tail`.
 */
export class JsonRows {
  readonly #file: string
  readonly #stack: number[] = []
  #rest: Buffer = Buffer.alloc(0)
  #inText = false
  #escaped = false
  #done = false
  #rows = 0
  /** Where the innermost open array begins in the bytes at hand; −1 if it holds more than scalars. */
  #start = -1
  /** Is the first row found inside an object? */
  inObject = false
  /** The last bytes of the document. */
  tail = ''

  constructor(file: string) {
    this.#file = file
  }

  get rows(): number {
    return this.#rows
  }

  /** Visits the rows that end in `chunk`. Throws `DAMAGED_JSON`. */
  push(chunk: Buffer, visit: JsonVisitor): void {
    const begin = this.#rest.length
    const bytes = begin === 0 ? chunk : Buffer.concat([this.#rest, chunk])
    for (let at = begin; at < bytes.length; at++) this.#step(bytes, at, visit)
    const from = this.#start === -1 ? bytes.length : this.#start
    this.#rest = bytes.subarray(from)
    if (this.#start !== -1) this.#start = 0
    if (this.#rest.length > LONGEST_LINE) throw this.#damaged('has a row of over 64 KiB')
    this.tail = (this.tail + chunk.toString('latin1', Math.max(0, chunk.length - 256))).slice(-256)
  }

  /** Throws `DAMAGED_JSON` unless the document is over, and `EMPTY_FILE` if it had no rows. */
  finish(): void {
    if (!this.#done) throw this.#damaged('ends in the middle: it is damaged or cut short')
    if (this.#rows > 0) return
    const message = this.tail.trim() === '[]' ? 'an empty JSON list: it has no candles' : 'has no rows of numbers'
    throw refusal('EMPTY_FILE', { file: this.#file }, message, 'fetch the data again')
  }

  #step(bytes: Buffer, at: number, visit: JsonVisitor): void {
    const byte = bytes[at]!
    if (this.#inText) {
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) this.#inText = false
      return
    }
    if (byte === QUOTE && this.#stack.length > 0) this.#inText = true
    else if (byte === OPEN || byte === BRACE) this.#open(byte, at)
    else if (byte === CLOSE || byte === UNBRACE) this.#close(byte, bytes, at, visit)
    else if (this.#stack.length === 0 && byte > 0x20) throw this.#damaged('has text outside of its brackets')
  }

  #open(byte: number, at: number): void {
    if (this.#done) throw this.#damaged('has more after its end')
    if (this.#stack.length === DEEPEST) throw this.#damaged('is nested too deep for candles')
    this.#stack.push(byte)
    this.#start = byte === OPEN ? at + 1 : -1
  }

  #close(byte: number, bytes: Buffer, at: number, visit: JsonVisitor): void {
    if (this.#stack.pop() !== (byte === CLOSE ? OPEN : BRACE)) throw this.#damaged('has brackets that do not match')
    const start = this.#start
    this.#start = -1
    this.#done = this.#stack.length === 0
    if (byte !== CLOSE || start === -1 || isBlank(bytes, start, at)) return
    if (this.#rows === 0) this.inObject = this.#stack.includes(BRACE)
    this.#rows += 1
    visit(bytes, start, at, this.#rows)
  }

  #damaged(message: string): Error {
    return refusal('DAMAGED_JSON', { file: this.#file }, message, 'fetch the file again')
  }
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at]! > 0x20) return false
  return true
}
