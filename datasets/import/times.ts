/** Time cells in ms UTC: Unix numbers by their magnitude, ISO dates, and slashed dates where the order is stated. */

import { daysFromEpoch } from '../dates.ts'
import { cellText, parseNumber } from './numbers.ts'

/** Order of month and day in dates such as 01/03/2017. */
export type DateOrder = 'MM/DD/YYYY' | 'DD/MM/YYYY'

export const DATE_ORDERS: readonly DateOrder[] = ['MM/DD/YYYY', 'DD/MM/YYYY']

const HYPHEN = 0x2d
const SPACE = 0x20
const DAY_MS = 86_400_000

/** Unix times below 1973-03-03 in seconds are more likely something else, such as 20170103. */
const EARLIEST_SECONDS = 1e8
const SECONDS_BELOW = 1e11
const MILLISECONDS_BELOW = 1e14
const MICROSECONDS_BELOW = 1e17
const NANOSECONDS_BELOW = 1e20

/** Milliseconds of a Unix time in s, ms, µs or ns, told apart by magnitude; NaN if it is none of them. */
export function unixMs(value: number): number {
  if (!(value >= EARLIEST_SECONDS)) return Number.NaN
  if (value < SECONDS_BELOW) return value * 1000
  if (value < MILLISECONDS_BELOW) return value
  if (value < MICROSECONDS_BELOW) return value / 1000
  // A double holds nanoseconds to a quarter of a microsecond, so that whole microseconds are exact again once rounded.
  return value < NANOSECONDS_BELOW ? Math.round(value / 1000) / 1000 : Number.NaN
}

/** The time in `from`..`to`; NaN if it can't be read. Without a zone it is UTC. */
export function parseTime(bytes: Uint8Array, from: number, to: number, order: DateOrder | undefined): number {
  if (to - from >= 10 && bytes[from + 4] === HYPHEN && bytes[from + 7] === HYPHEN) return parseIso(bytes, from, to)
  const unix = parseNumber(bytes, from, to)
  if (!Number.isNaN(unix)) return unixMs(unix)
  if (to - from === 14 && bytes[from + 8] === SPACE) return parseCompact(bytes, from, to)
  return order === undefined ? Number.NaN : parseSlashed(cellText(bytes, from, to), order)
}

const SLASHED = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})([T ].*)?$/

/** Is the cell a date whose order of month and day must be known? */
export function isSlashedDate(text: string): boolean {
  return SLASHED.test(text)
}

/** The order that a date such as 13/01/2017 or 01/13/2017 shows by a number beyond 12; null if both are possible. */
export function orderOfDate(text: string): DateOrder | null {
  const match = SLASHED.exec(text)
  if (match === null) return null
  const [first, second] = [Number(match[1]), Number(match[2])]
  if (first > 12) return 'DD/MM/YYYY'
  return second > 12 ? 'MM/DD/YYYY' : null
}

function parseIso(bytes: Uint8Array, from: number, to: number): number {
  const days = daysFromEpoch(
    wholeNumber(bytes, from, from + 4),
    wholeNumber(bytes, from + 5, from + 7),
    wholeNumber(bytes, from + 8, from + 10),
  )
  return to - from === 10 ? days * DAY_MS : days * DAY_MS + timeOfDay(cellText(bytes, from + 10, to))
}

/** `20180501 00:00`. */
function parseCompact(bytes: Uint8Array, from: number, to: number): number {
  const days = daysFromEpoch(
    wholeNumber(bytes, from, from + 4),
    wholeNumber(bytes, from + 4, from + 6),
    wholeNumber(bytes, from + 6, from + 8),
  )
  return days * DAY_MS + timeOfDay(cellText(bytes, from + 8, to))
}

/** Digits only, else NaN. */
function wholeNumber(bytes: Uint8Array, from: number, to: number): number {
  let value = 0
  for (let at = from; at < to; at++) {
    const digit = bytes[at]! - 0x30
    if (digit < 0 || digit > 9) return Number.NaN
    value = value * 10 + digit
  }
  return value
}

/** ` 09:30`, `T09:30:00.250Z`, ` 00:00:00+00:00` in ms; NaN if it is no time of day. */
function timeOfDay(text: string): number {
  const match = /^[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?\s?(Z|UTC|[+-]\d{2}(?::?\d{2})?)?$/.exec(text)
  if (match === null) return hourOfHalfDay(text)
  const [hours, minutes, seconds] = [Number(match[1]), Number(match[2]), Number(match[3] ?? '0')]
  if (hours > 23 || minutes > 59 || seconds > 59) return Number.NaN
  // Nanoseconds as pandas writes them: whole milliseconds are exact, a rest leaves the grid and is refused there.
  const nanos = Number((match[4] ?? '0').padEnd(9, '0'))
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + nanos / 1e6 - zoneMs(match[5])
}

/** ` 09-AM`, ` 12:30 pm`, ` 1:05:00 PM` in ms; NaN if it is none of them. */
function hourOfHalfDay(text: string): number {
  const match = /^[T ](\d{1,2})(?::(\d{2})(?::(\d{2}))?)?[- ]?([AP])M$/i.exec(text)
  if (match === null) return Number.NaN
  const [hour, minutes, seconds] = [Number(match[1]), Number(match[2] ?? '0'), Number(match[3] ?? '0')]
  if (hour < 1 || hour > 12 || minutes > 59 || seconds > 59) return Number.NaN
  const hours = (hour % 12) + (match[4]!.toUpperCase() === 'P' ? 12 : 0)
  return ((hours * 60 + minutes) * 60 + seconds) * 1000
}

function zoneMs(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z' || zone === 'UTC') return 0
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0')
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2))
  return (zone[0] === '-' ? -minutes : minutes) * 60_000
}

function parseSlashed(text: string, order: DateOrder): number {
  const match = SLASHED.exec(text)
  if (match === null) return Number.NaN
  const [first, second] = [Number(match[1]), Number(match[2])]
  const year = Number(match[3]) + (match[3]!.length === 2 ? 2000 : 0)
  const days = order === 'MM/DD/YYYY' ? daysFromEpoch(year, first, second) : daysFromEpoch(year, second, first)
  return days * DAY_MS + (match[4] === undefined ? 0 : timeOfDay(match[4]))
}
