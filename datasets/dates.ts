/** Calendar dates as people write them in configurations and on the command line, always UTC. */

import { TandemError } from '../engine/core/errors.ts'

const DAY_MS = 86_400_000

/** Half-open range of times in ms UTC; a side that is absent is open. */
export interface DateRange {
  readonly fromMs?: number
  readonly toMs?: number
}

/** Days from 1970-01-01 to a proleptic Gregorian date, or NaN if the calendar has no such day. */
export function daysFromEpoch(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN
  // Years begin in March, so that the leap day comes last (H. Hinnant, "chrono-Compatible Low-Level Date Algorithms").
  const y = month > 2 ? year : year - 1
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * `from` is inclusive and means 00:00 UTC of a date; `to` given as a date means through the end of that day. A full ISO
 * timestamp is exact: inclusive as `from`, exclusive as `to`. A timestamp without a zone is UTC. Throws `BAD_DATE`.
 */
export function parseDateRange(from?: string, to?: string): DateRange {
  const start = from === undefined ? undefined : parseInstant(from, 'from')
  const end = to === undefined ? undefined : parseInstant(to, 'to')
  const toMs = end === undefined ? undefined : end.ms + (end.wholeDay ? DAY_MS : 0)
  if (start !== undefined && toMs !== undefined && start.ms >= toMs) {
    throw new TandemError(`the range from ${from} to ${to} is empty`, {
      code: 'BAD_DATE',
      hint: 'let from be before to',
    })
  }
  return { ...(start === undefined ? {} : { fromMs: start.ms }), ...(toMs === undefined ? {} : { toMs }) }
}

/** A date or an ISO timestamp in ms UTC; `where` is the key or option it came from. Throws `BAD_DATE`. */
function parseInstant(text: string, where: string): { readonly ms: number; readonly wholeDay: boolean } {
  const match =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3})\d*)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text)
  const wholeDay = match !== null && match[4] === undefined
  const ms = match === null ? Number.NaN : instantOf(match)
  if (Number.isNaN(ms)) {
    throw new TandemError(`'${text}' is not a date`, {
      code: 'BAD_DATE',
      where,
      hint: 'write YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ',
    })
  }
  return { ms, wholeDay }
}

function instantOf(match: RegExpExecArray): number {
  const part = (group: number): number => Number(match[group] ?? '0')
  const days = daysFromEpoch(part(1), part(2), part(3))
  if (part(4) > 23 || part(5) > 59 || part(6) > 59) return Number.NaN
  const millis = Number((match[7] ?? '0').padEnd(3, '0'))
  const local = days * DAY_MS + part(4) * 3_600_000 + part(5) * 60_000 + part(6) * 1000 + millis
  return local - zoneOffsetMs(match[8])
}

function zoneOffsetMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))
  return (zone[0] === '-' ? -minutes : minutes) * 60_000
}

/** `2020-01-31` or, where the time of day matters, `2020-01-31 15:00` (seconds and ms only if they are not 0). */
export function formatTime(ms: number): string {
  const iso = new Date(ms).toISOString()
  if (ms % DAY_MS === 0) return iso.slice(0, 10)
  const digits = ms % 60_000 === 0 ? 16 : ms % 1000 === 0 ? 19 : 23
  return iso.slice(0, digits).replace('T', ' ')
}
