/** The base of every indicator: all state in one Float64Array, so that a snapshot is a copy. */

import { TandemError } from '../core/errors.ts'
import type { Indicator } from './indicator.ts'

export interface Shape {
  /** Kind and parameters; a snapshot of another identity is refused. */
  readonly identity: string
  readonly outputs: readonly string[]
  readonly warmup: number
  readonly settled?: number
  /** Doubles of own state. All zeros must mean "fresh". */
  readonly stateLength: number
  /** Indicators this one is made of. */
  readonly parts?: readonly StatefulIndicator[]
}

const HEADER_BYTES = 8
const FORMAT_VERSION = 1

export abstract class StatefulIndicator implements Indicator {
  readonly outputs: readonly string[]
  readonly warmup: number
  readonly settled: number
  protected readonly state: Float64Array
  readonly #identity: string
  readonly #parts: readonly StatefulIndicator[]

  protected constructor(shape: Shape) {
    this.outputs = shape.outputs
    this.warmup = shape.warmup
    this.settled = shape.settled ?? shape.warmup
    this.state = new Float64Array(shape.stateLength)
    this.#identity = shape.identity
    this.#parts = shape.parts ?? []
  }

  abstract advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void

  /** Layout: version u32, FNV-1a of the identity u32, own doubles, then each part's snapshot. Little-endian machines. */
  snapshot(): Uint8Array {
    const bytes = new Uint8Array(this.#byteLength())
    this.#write(bytes, 0)
    return bytes
  }

  restore(bytes: Uint8Array): void {
    if (bytes.length !== this.#byteLength()) {
      throw badSnapshot(this.#identity, `it has ${bytes.length} bytes, not ${this.#byteLength()}`)
    }
    this.#verify(bytes, 0)
    this.#read(bytes, 0)
  }

  #byteLength(): number {
    return this.#parts.reduce((sum, part) => sum + part.#byteLength(), HEADER_BYTES + this.state.byteLength)
  }

  #write(bytes: Uint8Array, offset: number): number {
    const header = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES)
    header.setUint32(0, FORMAT_VERSION, true)
    header.setUint32(4, fnv1a(this.#identity), true)
    bytes.set(this.#stateBytes(), offset + HEADER_BYTES)
    let next = offset + HEADER_BYTES + this.state.byteLength
    for (const part of this.#parts) next = part.#write(bytes, next)
    return next
  }

  /** Checks the whole snapshot before any of it is taken, so that a refused one changes nothing. */
  #verify(bytes: Uint8Array, offset: number): number {
    const header = new DataView(bytes.buffer, bytes.byteOffset + offset, HEADER_BYTES)
    const version = header.getUint32(0, true)
    if (version !== FORMAT_VERSION) throw badSnapshot(this.#identity, `its format is version ${version}`)
    if (header.getUint32(4, true) !== fnv1a(this.#identity)) {
      throw badSnapshot(this.#identity, 'it belongs to another kind or other parameters')
    }
    let next = offset + HEADER_BYTES + this.state.byteLength
    for (const part of this.#parts) next = part.#verify(bytes, next)
    return next
  }

  #read(bytes: Uint8Array, offset: number): number {
    const end = offset + HEADER_BYTES + this.state.byteLength
    this.#stateBytes().set(bytes.subarray(offset + HEADER_BYTES, end))
    let next = end
    for (const part of this.#parts) next = part.#read(bytes, next)
    return next
  }

  #stateBytes(): Uint8Array {
    return new Uint8Array(this.state.buffer)
  }
}

/** An indicator from one column to one column; composites call `run` directly. */
export abstract class ColumnIndicator extends StatefulIndicator {
  abstract run(input: Float64Array, from: number, to: number, output: Float64Array): void

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    this.run(inputs[0]!, from, to, outputs[0]!)
  }
}

/**
 * Rows a leaf loop handles in one call: short functions called often are compiled well by V8, and reliably so.
 *
 * The indicators whose speed matters most have two loops. The steady one takes a warmed-up state and finite values for
 * granted; as a running value that was not finite once never becomes finite again, one look at the end tells whether
 * that was right. Only if it wasn't, and during warm-up, the careful loop does the block with a check at every row.
 * Where both apply, their arithmetic is the same operation for operation. The steady loop takes four rows a turn: V8
 * checks each array's kind and length anew in every turn of a loop, which costs as much as the arithmetic.
 */
export const BLOCK_ROWS = 4096

/** `value` if it is finite, else NaN. */
export function finiteOrNaN(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}

/** 32-bit FNV-1a over UTF-16 code units (Fowler, Noll, Vo). */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

function badSnapshot(identity: string, what: string): TandemError {
  return new TandemError(`this snapshot doesn't fit ${identity}: ${what}`, {
    code: 'BAD_SNAPSHOT',
    hint: 'restore it into the indicator it was taken from',
  })
}
