/** Options that name a series, shared by the data commands. */

import type { Options } from 'yargs'
import { formatTimeframe } from '../core/timeframe.ts'
import { formatTable, formatTimeMs } from './output.ts'
import type { SeriesReport } from './services.ts'

export const SERIES_OPTIONS = {
  venue: { type: 'string', demandOption: true, requiresArg: true, describe: 'whose candles, such as kraken' },
  symbol: { type: 'string', demandOption: true, requiresArg: true, describe: 'such as BTC/USD' },
  timeframe: { type: 'string', demandOption: true, requiresArg: true, describe: 'such as 15m or 1h' },
} as const satisfies Record<string, Options>

/** Series as a table, one a line. */
export function seriesTable(series: readonly SeriesReport[]): string {
  const heads = ['venue', 'symbol', 'timeframe', 'rows', 'first bar (UTC)', 'last bar (UTC)', 'missing bars', 'hash']
  const rows = series.map((one) => [
    one.venue,
    one.symbol,
    `${formatTimeframe(one.timeframeMs)}${one.price === undefined ? '' : ` ${one.price}`}`,
    one.rows,
    formatTimeMs(one.firstMs),
    formatTimeMs(one.lastMs),
    one.gaps.bars,
    one.dataHash.slice(0, 12),
  ])
  return formatTable(heads, rows)
}
