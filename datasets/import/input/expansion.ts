/** Guard against archives made to fill memory or time: candles shrink to a tenth, at best to a fiftieth. */

import { refusal } from '../refuse.ts'

/** Up to here nothing is asked: small files of equal rows shrink more. */
const FREE_BYTES = 64 << 20
const MOST_EXPANSION = 200

/** Throws `TOO_COMPRESSED` once `unpacked` bytes have come of `packed` ones and that is more than data ever gives. */
export function checkExpansion(file: string, packed: number, unpacked: number): void {
  if (unpacked <= FREE_BYTES || unpacked <= packed * MOST_EXPANSION) return
  const message = `unpacks to more than ${MOST_EXPANSION} times its size, which market data never does`
  throw refusal('TOO_COMPRESSED', { file }, message, 'fetch the file again, or unpack it yourself and import that')
}
