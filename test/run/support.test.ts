/** Goal: the small tools under configuration and command line do what they say. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatTable, formatTimeMs } from '../../engine/cli/output.ts'
import { canonicalJson, sha256Hex } from '../../engine/run/canonical.ts'
import { editDistance, nearest, suggestion } from '../../engine/run/suggest.ts'

const SEED = { seed: 20261121, numRuns: 200 }

describe('canonical JSON', () => {
  it('sorts keys at every depth, drops what is undefined, and knows one zero', () => {
    expect(canonicalJson({ b: [1, { d: -0, c: null }], a: undefined, A: 'é"' })).toBe(
      '{"A":"é\\"","b":[1,{"c":null,"d":0}]}',
    )
  })

  it('refuses what JSON would change silently', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, [undefined], () => 1, 1n]) {
      expect(() => canonicalJson({ value })).toThrow('bug:')
    }
  })

  it('reads back as the same value, whatever the order of keys', () => {
    const property = fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value)
      expect(canonicalJson(reversed(value))).toBe(text)
      expect(canonicalJson(JSON.parse(text))).toBe(text)
    })
    fc.assert(property, SEED)
  })

  it('is hashed as UTF-8 (FIPS 180-4, "abc")', () => {
    expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })
})

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, member]) => [key, reversed(member)]),
  )
}

describe('suggestions', () => {
  it('count insertions, deletions, replacements and swaps', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3)
    expect(editDistance('fsat', 'fast')).toBe(1)
    expect(editDistance('', 'abc')).toBe(3)
  })

  it('distance is symmetric, zero only for equals, and never longer than the longer word', () => {
    const property = fc.property(fc.string({ maxLength: 8 }), fc.string({ maxLength: 8 }), (a, b) => {
      const distance = editDistance(a, b)
      expect(editDistance(b, a)).toBe(distance)
      expect(distance === 0).toBe(a === b)
      expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length))
    })
    fc.assert(property, SEED)
  })

  it('name what is near, else what there is', () => {
    expect(nearest('LEVERAGE', ['equity', 'leverage'])).toBe('leverage')
    expect(nearest('xyz', ['equity', 'leverage'])).toBeNull()
    expect(suggestion('xyz', ['a', 'b'])).toBe('known: a, b')
    expect(suggestion('x', [])).toBe('none is known here')
    expect(
      suggestion(
        'q',
        Array.from({ length: 20 }, (_, i) => `name${i}`),
      ),
    ).toMatch(/name11, …$/)
  })
})

describe('text output', () => {
  it('sets numbers to the right and null as a dash', () => {
    const rows = [
      ['a', 1, null],
      ['long', 10, 'x'],
    ]
    expect(formatTable(['', 'n', 'last'], rows)).toBe('       n  last\na      1  -\nlong  10  x\n')
  })

  it('shows times in UTC, seconds only where there are some', () => {
    expect(formatTimeMs(1_546_300_800_000)).toBe('2019-01-01 00:00')
    expect(formatTimeMs(1_546_300_801_000)).toBe('2019-01-01 00:00:01')
  })
})
