/** Candles as feeds sometimes give them: late, missing, to be revised, twice, out of order. */

import type { Faults } from './faults.ts'

/** Faults meet the last few candles, where clients look. */
const RECENT = 5

/** `rows` oldest first, the last one forming; `revise` changes a close. */
export function bendRows<T>(faults: Faults, rows: readonly T[], revise: (row: T) => T): readonly T[] {
  if (rows.length < RECENT + 2) return rows
  const bent = [...rows]
  const recent = (kind: 'missing-candle' | 'duplicate-candle' | 'unordered-candles'): number =>
    bent.length - 2 - Math.floor(faults.share(kind) * RECENT)
  if (faults.fires('late-candle')) bent.splice(-2, 2)
  if (faults.fires('missing-candle')) bent.splice(recent('missing-candle'), 1)
  if (faults.fires('revised-candle')) bent[bent.length - 2] = revise(bent[bent.length - 2]!)
  if (faults.fires('duplicate-candle')) {
    const at = recent('duplicate-candle')
    bent.splice(at, 0, bent[at]!)
  }
  if (faults.fires('unordered-candles')) {
    const at = recent('unordered-candles')
    const [row] = bent.splice(at, 1)
    bent.splice(at - 1, 0, row!)
  }
  return bent
}

/** A close a thousandth higher; the high goes with it. */
export function revised(high: number, close: number): { readonly high: number; readonly close: number } {
  const moved = close * 1.001
  return { high: Math.max(high, moved), close: moved }
}
