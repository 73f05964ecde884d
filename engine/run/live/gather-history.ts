/** The candles before a session's first: from the store as far as they are the bundle's, then from the venue. */

import { TandemError } from '../../core/errors.ts'
import type { ExchangePort, VenueCandle } from '../../live/exchange.ts'
import type { ClosedRow } from '../../live/ports.ts'
import { loadMarket } from '../market.ts'
import { type FromBundle, marketRows } from './from-bundle.ts'
import type { Beginning } from './live-session.ts'

/** Bars that are asked for where the store has none of the bundle's. */
const RAW_BARS = 700
/** Pages of the venue's that are read before it is given up. */
const MOST_PAGES = 200

export interface History {
  readonly rows: readonly ClosedRow[]
  readonly beginning: Beginning
}

/**
 * Everything that closed by `nowMs`. Throws `HISTORY_GAP` where the venue's candles don't reach back to the bundle's
 * last: indicators couldn't go on.
 */
export async function gatherHistory(
  bundle: FromBundle,
  exchange: Pick<ExchangePort, 'candles'>,
  store: string,
  nowMs: number,
): Promise<History> {
  const { content, timeframeMs } = bundle
  const stored = await storedRows(bundle, store)
  const sinceMs = stored === null ? content.origin.toMs - RAW_BARS * timeframeMs : content.origin.toMs
  const fresh = await venueRows(bundle, exchange, sinceMs, nowMs)
  const rows = stored === null ? fresh : [...stored, ...fresh]
  const after = fresh.find(({ openMs }) => openMs >= content.origin.toMs)
  if (after !== undefined && after.openMs > content.origin.toMs && fresh[0] === after) {
    throw new TandemError(
      `the venue's candles begin ${Math.round((after.openMs - content.origin.toMs) / timeframeMs)} bars after the bundle's last`,
      {
        code: 'HISTORY_GAP',
        where: 'the bundle',
        hint: 'tandem data pull the candles, then validate and promote again: indicators go on without a hole',
      },
    )
  }
  return { rows, beginning: stored === null ? 'snapshots' : 'whole' }
}

/** The bundle's own candles, where the store still has exactly those. */
async function storedRows(bundle: FromBundle, store: string): Promise<ClosedRow[] | null> {
  try {
    const market = await loadMarket(bundle.config, store)
    if (market.dataHash !== bundle.content.hashes.data) return null
    return marketRows(market, 0, market.columns.grid.rows)
  } catch (error) {
    if (error instanceof TandemError && ['NO_SUCH_SERIES', 'NO_DATA_IN_RANGE'].includes(error.code)) return null
    throw error
  }
}

/** Rows of the venue's candles that open at `sinceMs` or later and closed by `nowMs`. */
async function venueRows(
  { config, timeframeMs }: FromBundle,
  exchange: Pick<ExchangePort, 'candles'>,
  sinceMs: number,
  nowMs: number,
): Promise<ClosedRow[]> {
  const byTime = new Map<number, (VenueCandle | null)[]>()
  const { symbols } = config.data
  for (const [k, symbol] of symbols.entries()) {
    let fromMs = sinceMs
    for (let page = 0; page < MOST_PAGES; page++) {
      const candles = await exchange.candles(symbol, timeframeMs, fromMs)
      const closed = candles.filter(({ openMs }) => openMs >= fromMs && openMs + timeframeMs <= nowMs)
      for (const candle of closed) {
        const row = byTime.get(candle.openMs) ?? symbols.map(() => null)
        row[k] = candle
        byTime.set(candle.openMs, row)
      }
      const last = closed.at(-1)
      if (last === undefined || last.openMs + 2 * timeframeMs > nowMs) break
      fromMs = last.openMs + timeframeMs
    }
  }
  return [...byTime].sort(([a], [b]) => a - b).map(([openMs, candles]) => ({ openMs, candles, late: [] }))
}
