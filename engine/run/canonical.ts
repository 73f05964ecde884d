/** One text for one value, and its SHA-256. */

import { createHash } from 'node:crypto'

export { canonicalJson } from '../core/canonical.ts'

/** SHA-256 of a text's UTF-8 bytes, in hex. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex')
}
