/** A strategy's state as bytes: a list of numbers, which is what most of them carry between bars. */

import { TandemError } from './errors.ts'

/** Numbers as 8-byte doubles, in the machine's order (little-endian, as records need). */
export function packNumbers(numbers: readonly number[]): Uint8Array {
  return new Uint8Array(Float64Array.from(numbers).buffer)
}

/** The numbers that `packNumbers` packed. Throws `BAD_SNAPSHOT` where the bytes can't be such. */
export function unpackNumbers(bytes: Uint8Array): number[] {
  if (bytes.byteLength % 8 !== 0) {
    throw new TandemError(`a snapshot of ${bytes.byteLength} bytes holds no whole count of numbers`, {
      code: 'BAD_SNAPSHOT',
      hint: 'it was cut off, or belongs to another strategy',
    })
  }
  return Array.from(new Float64Array(bytes.slice().buffer))
}
