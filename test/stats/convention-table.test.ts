import { expect, it } from 'vitest'
import { describeShared, hasShared } from '../support/shared.ts'
import { conventionRows } from './convention-rows.ts'

/** The agreement asked for: relative, to nine digits. */
const TOLERANCE = 1e-9

describeShared('same input, different answers', () => {
  // A skipped suite is still collected.
  const rows = hasShared ? conventionRows() : []

  it.each(rows.map((row) => [`${row.input}: ${row.metric}, ${row.engine}`, row] as const))('%s', (_, row) => {
    expect(relativeError(row.theirs, row.printed)).toBeLessThan(TOLERANCE)
    expect(relativeError(row.ours, row.expected)).toBeLessThan(TOLERANCE)
    expect(relativeError(row.ours, row.theirs)).toBeGreaterThan(1e-4)
    expect(row.reason).not.toBe('')
  })

  it('has a row for every engine looked at', () => {
    const engines = new Set(rows.map((row) => row.engine.split(' ')[0]))
    expect(engines).toEqual(new Set(['LEAN', 'backtesting.py', 'log', 'QuantStats', 'empyrical', 'freqtrade']))
  })
})

function relativeError(a: number, b: number): number {
  return Math.abs(a - b) / Math.abs(b)
}
