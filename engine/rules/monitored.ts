/**
 * Monitored exits (RULES C2), for venues where stop and target can't rest: checked at the close of each monitoring
 * event, executed at market at the next. Levels are exact price units turned into doubles once; edges are inclusive.
 */

import { type Dec, decToNumber, mulDiv, Rounding } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { RATE_ONE } from './executable.ts'

/** Prices at which a position is closed; null where there is no such exit. */
export interface MonitoredLevels {
  readonly side: 1 | -1
  readonly stop: number | null
  readonly target: number | null
}

/** Levels from the average entry price; `stop` and `target` as rates, null for none. */
export function monitoredLevels(
  instrument: Instrument,
  side: 1 | -1,
  entryPrice: Dec,
  stop: Dec | null,
  target: Dec | null,
): MonitoredLevels {
  const at = (rate: Dec | null, towards: number): number | null => {
    if (rate === null) return null
    // A level that isn't a whole unit lies beyond: up where prices must rise to it, down where they must fall.
    const rounding = towards > 0 ? Rounding.ceil : Rounding.floor
    const units = mulDiv(entryPrice, RATE_ONE + towards * rate, RATE_ONE, rounding)
    return decToNumber(units, instrument.pxDec)
  }
  return { side, stop: at(stop, -side), target: at(target, side) }
}

/** What the close of a monitoring event says: close at market at the next event, and why; null to stay. */
export function monitoredExit(levels: MonitoredLevels, close: number): 'STOP' | 'TARGET' | null {
  const { side, stop, target } = levels
  if (stop !== null && side * close <= side * stop) return 'STOP'
  if (target !== null && side * close >= side * target) return 'TARGET'
  return null
}
