/** Are bars of minutes stamped at their end? What the clock of the traders themselves shows. */

import { formatTime } from '../dates.ts'
import { shiftTimes } from '../fixes/clock.ts'
import type { Examined } from './stage.ts'
import type { RawCandles } from './table.ts'

const MINUTE_MS = 60_000
const QUARTER_MS = 15 * MINUTE_MS
/** Standard deviations of a fair coin. */
const SURE = 4
const UNSURE = 2

/**
 * Programs trade when a quarter of an hour begins, so volume rises from the last bar of one quarter to the first of the
 * next. In bars stamped at their end that rise comes one bar late. A sign test over all quarters: at least four
 * standard deviations of a fair coin for the late place and less than two for the right one.
 */
export function checkQuarterHours(examined: Examined<RawCandles>, timeframeMs: number): void {
  if (timeframeMs > 5 * MINUTE_MS || QUARTER_MS % timeframeMs !== 0) return
  const onTime = rises(examined.table, timeframeMs, 0)
  const late = rises(examined.table, timeframeMs, timeframeMs)
  if (late < SURE || onTime >= UNSURE) return
  const { time } = examined.table
  const before = formatTime(time[0]!)
  const after = formatTime(time[0]! - timeframeMs)
  examined.tell(0, {
    code: 'STAMPED_AT_END',
    severity: 'error',
    message: `volume rises one bar after each quarter of an hour begins (${late.toFixed(1)} standard deviations, at it ${onTime.toFixed(1)}): bars are stamped when they close`,
    suggestion: `stamp them when they open, ${after} in place of ${before}; --fix does`,
    rows: time.length,
    fixable: true,
  })
  examined.mend('STAMPED_AT_END', shiftTimes(examined.table, -timeframeMs), 'close times made open times')
}

/** How surely volume rises into the bar `offsetMs` after a quarter of an hour: standard deviations from one half. */
function rises({ time, volume }: RawCandles, timeframeMs: number, offsetMs: number): number {
  let up = 0
  let all = 0
  for (let row = 1; row < time.length; row++) {
    if (time[row]! - time[row - 1]! !== timeframeMs || (time[row]! - offsetMs) % QUARTER_MS !== 0) continue
    if (volume[row] === volume[row - 1]) continue
    all += 1
    if (volume[row]! > volume[row - 1]!) up += 1
  }
  return all < 100 ? 0 : (2 * up - all) / Math.sqrt(all)
}
