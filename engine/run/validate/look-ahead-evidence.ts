/** The look-ahead check as evidence for its gate. */

import { TandemError } from '../../core/errors.ts'
import type { Strategy } from '../../core/strategy.ts'
import { type Evidence, found } from '../../promote/evidence.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { checkLookAhead } from '../look-ahead/check.ts'
import { cut } from '../look-ahead/markets.ts'
import type { Market } from '../market.ts'
import type { Terms } from '../terms.ts'
import { firstRowFrom } from './window-run.ts'

/** Rows of all re-runs together: about a few seconds of them. */
const MOST_ROWS = 2e8

export interface LookAheadSubject {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly terms: Terms
  readonly create: () => Strategy
  readonly fresh: () => Strategy
  /** Nothing from here on is looked at. */
  readonly untilMs: number
  /** At least so many bars are cut after; every decision's where that doesn't take too long. */
  readonly cuts: number
}

/** Runs the check. */
export function lookAheadOf(subject: LookAheadSubject): Evidence['lookAhead'] {
  const { config, market, terms, create, fresh, untilMs } = subject
  const rows = firstRowFrom(market.grid.time, untilMs)
  const part = rows < market.grid.rows ? cut(market, rows) : market
  const cuts = Math.max(subject.cuts, Math.floor((2 * MOST_ROWS) / rows))
  try {
    const report = checkLookAhead(config, part, terms, create, { cuts, fresh })
    return found({ passed: true, detail: `${report.poisoned} other futures`, cuts: report.cuts })
  } catch (error) {
    if (!(error instanceof TandemError) || error.code !== 'LOOK_AHEAD') throw error
    return found({ passed: false, detail: error.line, cuts })
  }
}
