/** What each chart draws for the current window: rows, thinned, and a y domain that is never degenerate. */

import { firstAtOrAfter, thinRows } from '../thin.ts'
import { model, numbers } from './model.ts'
import { state } from './state.ts'

export interface Feed {
  readonly data: Readonly<Record<string, readonly unknown[]>>
  readonly signals: Readonly<Record<string, unknown>>
  /** A sentence on what is left out; null if everything is drawn. */
  readonly note: string | null
}

/** A y domain around [low, high] with some air; a flat or missing range gets one of its own, `flat` each way around 0. */
export function domainOf(low: number, high: number, log: boolean, flat = 1): { low: number; high: number } {
  if (!(low <= high)) return log ? { low: 1, high: 10 } : { low: 0, high: 1 }
  if (log)
    return low === high
      ? { low: low / 1.1, high: high * 1.1 }
      : { low: low / (high / low) ** 0.05, high: high * (high / low) ** 0.05 }
  const air = low === high ? Math.abs(low) * 0.05 || flat : (high - low) * 0.06
  return { low: low - air, high: high + air }
}

/** First and past-last row of ascending times inside [from, to], with one neighbour each side so that lines reach the edge. */
export function rowsIn(times: readonly (number | null)[], fromMs: number, toMs: number): [number, number] {
  const first = Math.max(0, firstAtOrAfter(times, fromMs) - 1)
  return [first, Math.min(times.length, firstAtOrAfter(times, toMs + 1) + 1)]
}

export function extent(found: Iterable<number | null>): [number, number] {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (const value of found) {
    if (value === null) continue
    if (value < low) low = value
    if (value > high) high = value
  }
  return [low, high]
}

/** The rows, and one without a value between two that have some in between: there the line must break. */
function withGaps(series: readonly (number | null)[], rows: readonly number[]): number[] {
  const all: number[] = []
  for (const row of rows) {
    for (let between = (all.at(-1) ?? row) + 1; between < row; between++) {
      if (series[between] !== null) continue
      all.push(between)
      break
    }
    all.push(row)
  }
  return all
}

export interface CurveOptions {
  readonly log?: boolean
  /** The whole run rather than the window. */
  readonly whole?: boolean
  /** Ends of the axis that stay where they are, such as 0 above a drawdown. */
  readonly floor?: number
  readonly ceiling?: number
  /** A second column that is drawn with it. */
  readonly beside?: string
  /** Whether the deepest drawdowns are shaded behind it. */
  readonly shaded?: boolean
  /** Whether what happened to the account is marked on it. */
  readonly marked?: boolean
  /** Whether rows without a value break the line. */
  readonly gaps?: boolean
}

const SHADED = 5

/** The deepest drawdowns as stretches of time; an ongoing one lasts to the end. */
function shades(): readonly unknown[] {
  const [peak, recovery] = [numbers('drawdowns', 'peak'), numbers('drawdowns', 'recovery')]
  return peak.slice(0, SHADED).map((from, i) => ({ time: from, until: recovery[i] ?? model.toMs }))
}

/** Rows of one column of the curve, at most about `points`. */
export function curveFeed(column: string, points: number, options: CurveOptions): Feed {
  const { log = false, whole = false, floor, ceiling, beside, shaded = false } = options
  const times = numbers('curve', 'time')
  const series = numbers('curve', column)
  const [from, to] = whole ? [model.fromMs, model.toMs] : [state.fromMs, state.toMs]
  const [first, end] = rowsIn(times, from, to)
  const second = beside === undefined ? null : numbers('curve', beside)
  const drawn = second === null || second.length === 0 ? [series] : [series, second]
  const thinned = thinRows(drawn, first, end, points)
  const rows = (options.gaps === true ? withGaps(series, thinned) : thinned)
    .filter((row) => options.gaps === true || (series[row] !== null && (!log || series[row]! > 0)))
    .map((row) => ({
      time: times[row],
      [column]: series[row],
      ...(beside === undefined ? {} : { [beside]: second?.[row] ?? null }),
    }))
  const [low, high] = extent(
    rows.flatMap((row) => [
      row[column] as number | null,
      ...(beside === undefined ? [] : [row[beside] as number | null]),
    ]),
  )
  const domain = domainOf(Math.min(low, floor ?? low), Math.max(high, ceiling ?? high), log, 0.1)
  if (floor !== undefined) domain.low = Math.min(low, floor)
  if (ceiling !== undefined) domain.high = Math.max(high, ceiling)
  return {
    data: {
      rows,
      ...(shaded ? { shades: shades() } : {}),
      ...(options.marked === true ? { events: model.events } : {}),
    },
    signals: { from, to, ...domain },
    note: model.datasets['curve']?.note ?? null,
  }
}
