/** One text for one value: JSON with sorted keys and no spaces. What is hashed or signed is this text. */

import { assert, BugError } from './errors.ts'

/**
 * Canonical JSON: keys sorted by UTF-16 code units, no white space, numbers in JavaScript's shortest form (−0 as 0),
 * absent and undefined members left out. Throws a BugError on what JSON can't hold: NaN, Infinity, functions, undefined
 * in a list; input must have been validated before.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number') {
    assert(Number.isFinite(value), `${value} in canonical JSON`)
    return JSON.stringify(value === 0 ? 0 : value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object') {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
  }
  throw new BugError(`${typeof value} in canonical JSON`)
}
