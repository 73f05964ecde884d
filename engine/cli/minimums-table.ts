/** Learned minimums as a table, and the options that name some of them. */

import type { LearnedMinimum } from '../core/minimum.ts'
import { formatTable, formatTimeMs } from './output.ts'

export const PAIR_OPTIONS = {
  venue: { type: 'string', requiresArg: true, describe: 'only of this venue' },
  symbol: { type: 'string', requiresArg: true, describe: 'only of this symbol' },
} as const

const HEADS = ['venue', 'symbol', 'minimum', 'origin', 'size', 'learned']

export function minimumsTable(minimums: readonly LearnedMinimum[]): string {
  return formatTable(
    HEADS,
    minimums.map(({ venue, symbol, minimumQuote, origin, sizeQuote, atMs }) => [
      ...[venue, symbol, minimumQuote, origin, sizeQuote],
      atMs === null ? null : formatTimeMs(atMs),
    ]),
  )
}
