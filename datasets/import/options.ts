/** What the user can say about files to import. */

import { TandemError } from '../../engine/core/errors.ts'
import type { PriceKind } from '../series.ts'
import type { FormatName } from './formats/format.ts'
import { checkChoice, FORMATS } from './formats/registry.ts'
import { DATE_ORDERS, type DateOrder } from './times.ts'

export interface ReadOptions {
  /** `BASE/QUOTE`, or `BASE/QUOTE:SETTLE`; tells the volume in base from that in quote. Names often say it. */
  readonly symbol?: string
  readonly timeframeMs?: number
  /** Detected if absent. */
  readonly format?: FormatName
  /** Order of day and month; found from the whole column if absent. */
  readonly dateFormat?: DateOrder
  /** Which column is what, in a CSV without names: see `parseColumns`. */
  readonly columns?: string
  /** What a row's time is: the bar's open (as everywhere here, and if absent) or its end. */
  readonly stamps?: 'open' | 'end'
  /** How far the file's local time is ahead of UTC, in ms. Stating 0 says that it is UTC. */
  readonly utcOffsetMs?: number
  /** Whose price: trades if absent and the name doesn't say. */
  readonly price?: PriceKind
  /** Sort rows, drop repeated ones, mend ranges that were rounded. */
  readonly fix?: boolean
}

/** Throws `BAD_OPTION` for a value that is none. The command line has checked its own by then. */
export function checkReadOptions(options: ReadOptions): void {
  checkChoice('format', options.format, FORMATS)
  checkChoice('dateFormat', options.dateFormat, DATE_ORDERS)
  checkChoice('stamps', options.stamps, ['open', 'end'])
  checkChoice('price', options.price, ['mark', 'index'])
}

/** Milliseconds of `+3`, `-05:30`, `0`, `+03:00`. Throws `BAD_OPTION`. */
export function parseUtcOffset(text: string): number {
  const match = /^([+-]?)(\d{1,2})(?::(\d{2}))?$/.exec(text.trim())
  const minutes = match === null ? Number.NaN : Number(match[2]) * 60 + Number(match[3] ?? '0')
  if (!(minutes <= 14 * 60) || Number(match![3] ?? '0') > 59) {
    throw new TandemError(`'${text}' is not an offset from UTC`, {
      code: 'BAD_OPTION',
      where: '--utc-offset',
      hint: 'write hours such as +3, -5 or +05:30; 0 for UTC',
    })
  }
  return (match![1] === '-' ? -minutes : minutes) * 60_000
}
