/** The content hash of dated records: what a run names as `rulebookHash` and of its fees. */

import { createHash } from 'node:crypto'

/**
 * SHA-256 (hex) of the records as canonical JSON (keys sorted, no white space), one a line. Neither their order nor
 * repetition matters, so that two symbols that share a schedule give what one gives.
 */
export function datedHash(records: readonly object[]): string {
  const texts = [...new Set(records.map((one) => JSON.stringify(one, sortKeys)))].sort()
  return createHash('sha256').update(texts.join('\n'), 'utf8').digest('hex')
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
