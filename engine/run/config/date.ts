/** Dates of the run file: UTC, to the millisecond. */

/**
 * Milliseconds UTC of `2019-01-01` (midnight) or `2019-01-01T12:00[:00[.000]][Z]`; null where the text is neither, or
 * names a day that doesn't exist.
 */
export function parseDateMs(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?Z?)?$/.exec(text)
  if (match === null) return null
  const [, day, minutes = '00:00', seconds = '00', fraction = '0'] = match
  const ms = Date.parse(`${day}T${minutes}:${seconds}.${fraction.padEnd(3, '0')}Z`)
  // Date.parse rolls 30 February over into March.
  return Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== day ? null : ms
}

/** The end that a `to` names: a day is meant whole (the next midnight, exclusive), a time is itself. Null as above. */
export function parseEndMs(text: string): number | null {
  const ms = parseDateMs(text)
  return ms === null || text.includes('T') ? ms : ms + 86_400_000
}
