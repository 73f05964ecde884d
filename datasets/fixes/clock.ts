/** Repairs of times: a wrong unit, a whole shift (bar ends, local time), milliseconds off. Pure. */

import type { Fixed, TimedColumns } from './fix.ts'

function withTimes<T extends TimedColumns>(columns: T, change: (timeMs: number) => number): Fixed<T> {
  let rows = 0
  const time = columns.time.map((before) => {
    const after = change(before)
    if (after !== before) rows += 1
    return after
  })
  return { columns: rows === 0 ? columns : { ...columns, time }, rows }
}

/** Every time moved by `byMs`: −timeframe for bars stamped at their end, the zone's offset for local time. */
export function shiftTimes<T extends TimedColumns>(columns: T, byMs: number): Fixed<T> {
  return withTimes(columns, (time) => time + byMs)
}

/** Times that are up to `withinMs` from a multiple of `stepMs`, moved onto it; the others are left. */
export function roundTimes<T extends TimedColumns>(columns: T, stepMs: number, withinMs: number): Fixed<T> {
  return withTimes(columns, (time) => {
    const nearest = Math.round(time / stepMs) * stepMs
    return Math.abs(time - nearest) <= withinMs ? nearest : time
  })
}

/** Times in s, µs or ns that were taken for ms, made ms; a time that is plausible as it is stays. */
export function rescaleTimes<T extends TimedColumns>(columns: T): Fixed<T> {
  return withTimes(columns, (time) => {
    const factor = unitFactor(time)
    // Whole units divide without a rest; their inverse isn't a double.
    return factor < 1 ? time / Math.round(1 / factor) : time * factor
  })
}

/** 2009-01-03, before which no coin was traded, and 2100-01-01. */
export const EARLIEST_MS = 1_230_940_800_000
export const LATEST_MS = 4_102_444_800_000

/** What a number taken for ms must be multiplied with to be a time at which coins traded: 1, 1000 (it was in s), 0.001 (µs), 1e-6 (ns); 1 where nothing fits. */
export function unitFactor(time: number): number {
  for (const factor of [1, 1000, 1e-3, 1e-6]) {
    if (time * factor >= EARLIEST_MS && time * factor < LATEST_MS) return factor
  }
  return 1
}
