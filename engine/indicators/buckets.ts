/** Where bars begin: whole multiples of a timeframe since 1970-01-01T00:00Z, weeks since Monday 1970-01-05T00:00Z. */

export const DAY_MS = 86_400_000
export const WEEK_MS = 604_800_000

const FIRST_MONDAY_MS = 345_600_000

/** Distance of a timeframe's boundaries from the epoch: weeks and their multiples begin on a Monday. */
export function bucketOrigin(timeframeMs: number): number {
  return timeframeMs % WEEK_MS === 0 ? FIRST_MONDAY_MS : 0
}

/** Open time in ms UTC of the bar of `timeframeMs` that `timeMs` falls in. */
export function bucketStart(timeMs: number, timeframeMs: number): number {
  const origin = bucketOrigin(timeframeMs)
  return Math.floor((timeMs - origin) / timeframeMs) * timeframeMs + origin
}
