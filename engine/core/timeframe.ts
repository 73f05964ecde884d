/** Timeframes: `1m 5m 15m 30m 1h 4h 1d 1w` and any whole multiple of s, m, h, d, w. */

import { TandemError } from './errors.ts'

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}

/** Milliseconds of a timeframe such as `15m`. Throws `BAD_TIMEFRAME`. */
export function parseTimeframe(text: string, where?: string): number {
  const match = /^([1-9]\d{0,4})([smhdw])$/.exec(text)
  if (match === null) {
    throw new TandemError(`'${text}' is not a timeframe`, {
      code: 'BAD_TIMEFRAME',
      ...(where === undefined ? {} : { where }),
      hint: 'write a number and s, m, h, d or w, such as 15m or 1h',
    })
  }
  return Number(match[1]) * UNIT_MS[match[2]!]!
}

/** The shortest name of a span that is a whole number of seconds: 3_600_000 → `1h`. */
export function formatTimeframe(ms: number): string {
  for (const unit of ['w', 'd', 'h', 'm', 's'] as const) {
    const size = UNIT_MS[unit]!
    if (ms % size === 0) return `${ms / size}${unit}`
  }
  return `${ms}ms`
}
