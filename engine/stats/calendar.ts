/** UTC calendar arithmetic on ms since 1970, without Date. */

export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
/** The crypto year: markets never close. */
export const DAYS_PER_YEAR = 365

export const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

/** 00:00 UTC of the day `timeMs` lies in. */
export function dayStart(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS
}

/** Hour of the day, 0 to 23. */
export function hourOf(timeMs: number): number {
  return Math.floor((timeMs - dayStart(timeMs)) / HOUR_MS)
}

/** Day of the week, 0 = Sunday. 1970-01-01 was a Thursday. */
export function weekdayOf(timeMs: number): number {
  const day = Math.floor(timeMs / DAY_MS) + 4
  return day - Math.floor(day / 7) * 7
}

/** Year and month (1 to 12) in the proleptic Gregorian calendar (Hinnant, "chrono-compatible date algorithms"). */
export function monthOf(timeMs: number): { readonly year: number; readonly month: number } {
  // Counted from 0000-03-01, so that the leap day is the last day of a year of 400-year eras.
  const days = Math.floor(timeMs / DAY_MS) + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month }
}
