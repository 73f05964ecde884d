/** What every thinned or shortened series of a page shares. */

import { formatNumber } from '../format.ts'

/** As many digits as a chart can show, and a third of the bytes; NaN where there is no number. */
export function brief(value: number, digits = 9): number {
  return Number.isFinite(value) ? Number(value.toPrecision(digits)) : Number.NaN
}

/** A fraction to a millionth: a share of what is seen on any axis. */
export function briefFraction(value: number): number {
  // The sum takes the sign from a negative zero.
  return Number.isFinite(value) ? Math.round(value * 1e7) / 1e7 + 0 : Number.NaN
}

/**
 * A price, or an amount of money, without the last digits of doubles: quotients and sums of exact decimals come out the
 * decimals that they are. The run's own files have them to the bit.
 */
export function settled(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(12)) : Number.NaN
}

/** The note of a dataset that has not all rows; nothing for one that has. */
export function thinnedNote(kept: number, of: number, how: string): { readonly note?: string } {
  if (kept >= of) return {}
  return {
    note: `Drawn from ${formatNumber(kept, 0)} of ${formatNumber(of, 0)} rows: ${how}. Figures come from all rows.`,
  }
}
