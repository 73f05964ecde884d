import { describe, expect, it } from 'vitest'
import { coarserSpacing, countGaps } from '../../datasets/grid.ts'

const hours = (...values: number[]): Float64Array => Float64Array.from(values, (hour) => hour * 3_600_000)

describe('countGaps', () => {
  it('counts runs and bars', () => {
    expect(countGaps(hours(0, 1, 2), 3_600_000)).toEqual({ runs: 0, bars: 0 })
    expect(countGaps(hours(0, 2, 3, 7), 3_600_000)).toEqual({ runs: 2, bars: 4 })
    expect(countGaps(hours(5), 3_600_000)).toEqual({ runs: 0, bars: 0 })
  })
})

describe('coarserSpacing', () => {
  it('sees daily rows declared as hourly', () => {
    expect(coarserSpacing(hours(0, 24, 48, 96), 3_600_000)).toBe(24 * 3_600_000)
  })
  it('leaves thin hourly rows alone', () => {
    expect(coarserSpacing(hours(0, 24, 48, 49), 3_600_000)).toBeNull()
    expect(coarserSpacing(hours(0, 2), 3_600_000)).toBeNull()
    expect(coarserSpacing(hours(0, 4, 10, 18, 20), 3_600_000)).toBeNull()
  })
})
