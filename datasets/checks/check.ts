/** All checks of a series, in the order in which one's trouble would hide another's. */

import type { AppliedFix } from '../fixes/fix.ts'
import { countGaps } from '../grid.ts'
import { checkBars, checkVolume } from './bars.ts'
import { checkGrid, checkSummerTime } from './clock.ts'
import { type EmptyBars, emptyBarsOf } from './conventions.ts'
import { type Finding, Findings } from './finding.ts'
import { checkFunding } from './funding.ts'
import { checkGaps, type GapFacts } from './gaps.ts'
import { checkOrder, checkUnits } from './order.ts'
import { checkOutliers } from './outliers.ts'
import { checkQuarterHours } from './quarter-hours.ts'
import { checkReferences, type Reference } from './reference.ts'
import { Examined } from './stage.ts'
import { checkSwappedVolume } from './swapped.ts'
import type { RawCandles, RawFunding, RawTable } from './table.ts'

/** What is known of the series beside its rows. */
export interface Context {
  readonly timeframeMs: number
  /** Null where the user didn't say. */
  readonly venue: string | null
  readonly symbol: string | null
  /** False for mark and index prices, whose volume is 0 by nature. Default true. */
  readonly hasVolume?: boolean
  readonly references: readonly Reference[]
  /** Told of every finding. */
  readonly heard?: (finding: Finding) => void
}

/** What holds of a series without being trouble. */
export interface Facts extends GapFacts {
  readonly emptyBars: EmptyBars
}

export interface CheckResult<T extends RawTable> {
  readonly rows: number
  readonly findings: readonly Finding[]
  readonly counts: Readonly<Record<string, number>>
  readonly errors: number
  readonly warnings: number
  /** Errors that no fix mends. */
  readonly unmended: number
  /** The rows with everything mended that can be mended safely, and what was done. */
  readonly mended: T
  readonly fixes: readonly AppliedFix[]
}

export interface CandleCheck extends CheckResult<RawCandles> {
  /** Null where the times are too wrong to tell. */
  readonly facts: Facts | null
}

export function checkCandles(table: RawCandles, context: Context): CandleCheck {
  const examined = new Examined(table, new Findings(context.heard))
  const { timeframeMs, venue, symbol, references } = context
  if (table.time.length === 0) return { ...resultOf(examined, 0), facts: null }
  checkUnits(examined)
  if (examined.table.time.length === 0) return { ...resultOf(examined, table.time.length), facts: null }
  checkOrder(examined)
  checkSummerTime(examined, timeframeMs)
  checkGrid(examined, timeframeMs)
  checkBars(examined)
  if (context.hasVolume !== false) {
    checkVolume(examined)
    checkSwappedVolume(examined)
  }
  // What follows reads bars as neighbours in time: with times that no fix could mend it would only guess.
  const timesAreSound = isAscendingOnGrid(examined.table.time, timeframeMs)
  let facts: Facts | null = null
  if (timesAreSound) {
    facts = gapFacts(examined, timeframeMs, venue)
    checkQuarterHours(examined, timeframeMs)
    if (venue !== null && symbol !== null) checkReferences(examined, { venue, symbol, timeframeMs }, references)
  }
  checkOutliers(examined)
  return { ...resultOf(examined, table.time.length), facts }
}

export interface FundingCheck extends CheckResult<RawFunding> {
  readonly intervalMs: number | null
}

export function checkFundingSeries(table: RawFunding, heard?: (finding: Finding) => void): FundingCheck {
  const examined = new Examined(table, new Findings(heard))
  const intervalMs = table.time.length === 0 ? null : checkFunding(examined)
  return { ...resultOf(examined, table.time.length), intervalMs }
}

function gapFacts(examined: Examined<RawCandles>, timeframeMs: number, venue: string | null): Facts {
  const { time, volume } = examined.table
  const empty = volume.reduce((count, value) => count + (value === 0 ? 1 : 0), 0)
  const emptyBars = emptyBarsOf(venue, empty, countGaps(time, timeframeMs).bars)
  return { ...checkGaps(examined, timeframeMs, emptyBars), emptyBars }
}

function isAscendingOnGrid(time: Float64Array, timeframeMs: number): boolean {
  for (let row = 1; row < time.length; row++) {
    const step = time[row]! - time[row - 1]!
    if (!(step > 0 && step % timeframeMs === 0)) return false
  }
  return time.length > 1
}

function resultOf<T extends RawTable>(examined: Examined<T>, rows: number): CheckResult<T> {
  const { findings, table, fixes } = examined
  const { list, counts, errors, warnings, unmended } = findings
  return { rows, findings: list, counts, errors, warnings, unmended, mended: table, fixes }
}
