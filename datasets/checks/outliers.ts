/** Prices that stand out from their neighbours and come back, and prices that stay on another level. */

import { formatTime } from '../dates.ts'
import { median } from './median.ts'
import type { Examined } from './stage.ts'
import type { RawCandles } from './table.ts'

/** Half as far again beyond everything around it: ln 1.5. Real crashes that come back within bars seldom go so far. */
const FAR = Math.log(1.5)
/** In units of the middle range of bars around: a market that moves so much by itself isn't told. */
const UNUSUAL = 8
/** Bars on each side that say what is usual. */
const AROUND = 5
/** Bars on each side whose middle price is a level. */
const LEVEL = 24
/** A level that is three times another: no market does that from one bar to the next and stays. */
const OTHER_LEVEL = Math.log(3)

/** Single bars far off their neighbours (bad ticks, slipped decimals, flash crashes), then steps of the level. */
export function checkOutliers(examined: Examined<RawCandles>): void {
  const { table } = examined
  let until = -1
  for (let row = 0; row < table.time.length; row++) {
    if (row <= until || !isSuspect(table, row)) continue
    const jump = levelJump(table, row)
    if (jump !== null) {
      tellLevel(examined, row, jump)
      until = row + AROUND
      continue
    }
    const far = excess(table, row)
    if (far === null) continue
    tellSpike(examined, row, far)
    until = lastOf(table, row)
  }
}

/** A cheap first look: the bar goes far from the close before it (for the first bar, from its own next). */
function isSuspect({ open, high, low, close }: RawCandles, row: number): boolean {
  const near = row > 0 ? close[row - 1]! : open[Math.min(1, open.length - 1)]!
  return high[row]! > near * 1.45 || low[row]! * 1.45 < near
}

interface Excess {
  readonly price: number
  readonly name: 'high' | 'low'
  readonly usual: number
}

/** How far the bar is beyond the middle closes before and after it; null if not far, or not for this market. */
function excess(table: RawCandles, row: number): Excess | null {
  const { high, low, close } = table
  const before = close.subarray(Math.max(0, row - AROUND), row)
  const afterFrom = lastOf(table, row) + 1
  const after = close.subarray(afterFrom, afterFrom + AROUND)
  const sides = [before, after].filter((side) => side.length > 0).map(median)
  if (sides.length === 0) return null
  const [top, bottom] = [Math.max(...sides), Math.min(...sides)]
  const up = Math.log(high[row]! / top)
  const down = Math.log(bottom / low[row]!)
  const ranges: number[] = []
  for (let k = Math.max(0, row - 50); k < Math.min(high.length, row + 51); k++) {
    if (k !== row) ranges.push(Math.log(high[k]! / low[k]!))
  }
  if (Math.max(up, down) < Math.max(FAR, UNUSUAL * median(ranges))) return null
  return up > down ? { price: high[row]!, name: 'high', usual: top } : { price: low[row]!, name: 'low', usual: bottom }
}

/** Last row of a spike that begins at `row`: bars whose close stays far from the close before it, at most a few. */
function lastOf({ close }: RawCandles, row: number): number {
  if (row === 0) return row
  let last = row
  while (last < row + 3 && last < close.length && Math.abs(Math.log(close[last]! / close[row - 1]!)) > FAR / 2)
    last += 1
  return Math.max(row, last - 1)
}

function tellSpike(examined: Examined<RawCandles>, row: number, { price, name, usual }: Excess): void {
  const times = name === 'high' ? price / usual : usual / price
  const isSlip = [10, 100, 1000, 10_000].some((power) => Math.abs(Math.log(times / power)) < 0.05)
  const by = name === 'high' ? `× ${times.toPrecision(3)}` : `÷ ${times.toPrecision(3)}`
  examined.tell(row, {
    code: 'PRICE_OUTLIER',
    severity: 'warning',
    message: `the ${name} of ${price} at ${formatTime(examined.table.time[row]!)} is ${by} from the ${usual} around it${isSlip ? ', a power of ten: a slipped decimal' : ', and comes back'}`,
    suggestion: 'compare with another source: a real flash crash stays, a bad tick must be corrected',
  })
}

/** The factor by which prices changed for good at `row`; null if they didn't. */
function levelJump({ close, open }: RawCandles, row: number): number | null {
  if (row < LEVEL || row + LEVEL > close.length) return null
  const before = median(close.subarray(row - LEVEL, row))
  const after = median(close.subarray(row, row + LEVEL))
  const step = Math.log(open[row]! / close[row - 1]!)
  const jump = Math.log(after / before)
  return Math.abs(jump) > OTHER_LEVEL && Math.abs(step) > Math.abs(jump) / 2 ? after / before : null
}

function tellLevel(examined: Examined<RawCandles>, row: number, factor: number): void {
  const by = factor > 1 ? `× ${factor.toPrecision(3)}` : `÷ ${(1 / factor).toPrecision(3)}`
  examined.tell(row, {
    code: 'PRICE_LEVEL',
    severity: 'error',
    message: `from ${formatTime(examined.table.time[row]!)} on prices are ${by} what they were: another symbol, or another unit`,
    suggestion: 'find out what begins there, and import the two parts apart',
    rows: examined.table.time.length - row,
  })
}
