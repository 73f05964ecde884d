/** Margin utilisation (RULES D5): margin in use as a share of equity, with a warning from a given share on. */

import { type Dec, decToNumber, mulDiv, Rounding } from '../core/dec.ts'
import { RATE_ONE } from './executable.ts'
import { share } from './rate.ts'

export interface Utilisation {
  /** A fraction; null where there is no equity to divide by. */
  readonly fraction: number | null
  readonly warn: boolean
}

/** `warnRate` in units of 1e-12; exactly at it the warning is on. Margin in use without equity warns. */
export function marginUtilisation(marginUsed: Dec, equity: Dec, warnRate: Dec): Utilisation {
  if (equity <= 0) return { fraction: null, warn: marginUsed > 0 }
  return {
    fraction: decToNumber(mulDiv(marginUsed, RATE_ONE, equity, Rounding.halfEven), 12),
    warn: marginUsed >= share(equity, warnRate, Rounding.ceil),
  }
}
