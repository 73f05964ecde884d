/** Questions about a series' time grid. */

/** Holes of a series: `runs` of missing bars, and how many `bars` are missing in all. */
export interface Gaps {
  readonly runs: number
  readonly bars: number
}

const DAY_MS = 86_400_000

/** Counts the missing bars between the first and the last row. `time` ascends on the grid. */
export function countGaps(time: Float64Array, timeframeMs: number): Gaps {
  let runs = 0
  let bars = 0
  for (let row = 1; row < time.length; row++) {
    const missing = (time[row]! - time[row - 1]!) / timeframeMs - 1
    if (missing > 0) {
      runs += 1
      bars += missing
    }
  }
  return { runs, bars }
}

/**
 * A time the grid of a timeframe goes through: the epoch up to one day; above, the first bar if it is at midnight,
 * because venues disagree on which day a week begins.
 */
export function gridOrigin(firstMs: number, timeframeMs: number): number {
  if (timeframeMs <= DAY_MS || firstMs % DAY_MS !== 0) return 0
  return firstMs
}

/**
 * The coarser spacing of a series that was declared too fine: the greatest common divisor of its steps, when that is
 * longer than `timeframeMs` and at least half of the steps are exactly it (daily candles declared as 1h); else null.
 * A thin market has single bars missing, but never all bars off a coarser grid and that regularly.
 */
export function coarserSpacing(time: Float64Array, timeframeMs: number): number | null {
  return coarserSpacingOf(() => [time], timeframeMs)
}

/** The same of times in pieces, which are asked for once or twice. */
export function coarserSpacingOf(times: () => Iterable<Float64Array>, timeframeMs: number): number | null {
  let divisor = 0
  let count = 0
  for (const step of stepsOf(times())) {
    divisor = greatestCommonDivisor(divisor, step)
    if (divisor <= timeframeMs) return null
    count += 1
  }
  if (count < 2) return null
  let exact = 0
  for (const step of stepsOf(times())) if (step === divisor) exact += 1
  return exact * 2 >= count ? divisor : null
}

function* stepsOf(pieces: Iterable<Float64Array>): Generator<number> {
  let before = Number.NaN
  for (const time of pieces) {
    for (const at of time) {
      if (!Number.isNaN(before)) yield at - before
      before = at
    }
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b !== 0) {
    const rest = a % b
    a = b
    b = rest
  }
  return a
}
