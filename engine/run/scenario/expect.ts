/**
 * What was expected against what was found. A section is compared by the keys that it names, a list item by item and by
 * its length, an amount to the digit. A text that ends in `…` names the first digits alone.
 */

import type { Found } from './kind.ts'

export interface Mismatch {
  /** `orders.0.quantity`. */
  readonly path: string
  readonly expected: unknown
  readonly found: Found | undefined
}

/** Everything in which `found` differs from `expected`. */
export function mismatches(expected: unknown, found: Found | undefined, path: readonly string[] = []): Mismatch[] {
  const differs = (): Mismatch[] => [{ path: path.join('.'), expected, found }]
  if (expected === undefined) return []
  if (Array.isArray(expected)) {
    if (!Array.isArray(found)) return differs()
    const all = expected.flatMap((one, i) => mismatches(one, found[i], [...path, String(i)]))
    if (found.length === expected.length) return all
    return [{ path: [...path, 'length'].join('.'), expected: expected.length, found: found.length }, ...all]
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof found !== 'object' || found === null || Array.isArray(found)) return differs()
    const section = found as { readonly [key: string]: Found }
    return Object.entries(expected).flatMap(([key, one]) => mismatches(one, section[key], [...path, key]))
  }
  return same(expected, found) ? [] : differs()
}

function same(expected: unknown, found: Found | undefined): boolean {
  if (typeof expected === 'number') return isAmount(found) && Number(found) === expected
  if (typeof expected === 'string' && expected.endsWith('…')) {
    return isAmount(found) && String(found).startsWith(expected.slice(0, -1))
  }
  return expected === found
}

function isAmount(found: Found | undefined): boolean {
  return typeof found === 'number' || (typeof found === 'string' && found !== '' && Number.isFinite(Number(found)))
}

/** `orders.0.quantity: expected 0.018, found 0.01811333`. */
export function mismatchText({ path, expected, found }: Mismatch): string {
  const show = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing'))
  return `${path}: expected ${show(expected)}, found ${show(found)}`
}
