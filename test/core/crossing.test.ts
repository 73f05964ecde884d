import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextCrossAbove, nextFallBack } from '../../engine/core/crossing.ts'

/** Few values, so that equal ones and missing ones are frequent; long flat stretches between. */
const column = fc
  .array(fc.tuple(fc.constantFrom(1, 2, 3, Number.NaN), fc.integer({ min: 1, max: 9 })), {
    minLength: 1,
    maxLength: 30,
  })
  .map((runs) => Float64Array.from(runs.flatMap(([value, times]) => new Array<number>(times).fill(value))))

describe('crossings', () => {
  it('are those found row by row', () => {
    fc.assert(
      fc.property(column, column, fc.nat(40), fc.nat(60), (a, b, from, more) => {
        const first = 1 + from
        const end = Math.min(a.length, b.length, first + more)
        const rows = Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i)
        const above = rows.find((i) => a[i]! > b[i]! && a[i - 1]! <= b[i - 1]!)
        const back = rows.find((i) => !(a[i]! > b[i]!) && a[i - 1]! > b[i - 1]!)
        if (first > end) return
        expect(nextCrossAbove(a, b, first, end)).toBe(above ?? end)
        expect(nextFallBack(a, b, first, end)).toBe(back ?? end)
      }),
      { numRuns: 2000 },
    )
  })
})
