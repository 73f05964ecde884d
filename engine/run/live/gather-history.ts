/**
 * The candles before a session's first: from the store as far as they are the bundle's, then from the venue; between
 * both, where a venue doesn't reach back so far (Kraken tells 720 candles, twelve hours of minutes), the store's later ones.
 */

import { loadPrepared } from '../../../datasets/prepare.ts'
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
 * Everything that closed by `nowMs`. Throws `HISTORY_GAP` where neither the venue's candles nor the store's reach back to
 * the bundle's last: indicators couldn't go on.
 */
export async function gatherHistory(
  bundle: FromBundle,
  exchange: Pick<ExchangePort, 'candles'>,
  store: string,
  nowMs: number,
): Promise<History> {
  const { content, timeframeMs } = bundle
  const stored = await storedRows(bundle, store)
  if (stored !== null && nowMs < content.origin.toMs) {
    // A rehearsal in the midst of the bundle's own candles: what came later isn't known yet, and no state goes on from it.
    return { rows: stored.filter(({ openMs }) => openMs + timeframeMs <= nowMs), beginning: 'cold' }
  }
  const sinceMs = stored === null ? content.origin.toMs - RAW_BARS * timeframeMs : content.origin.toMs
  const fresh = await venueRows(bundle, exchange, sinceMs, nowMs)
  const early = fresh.find(({ openMs }) => openMs >= content.origin.toMs)
  const isLate = early !== undefined && early.openMs > content.origin.toMs && fresh[0] === early
  const between = isLate ? await rowsBetween(bundle, store, early.openMs) : []
  if (between === null) throw historyGap(bundle, early!.openMs)
  const rows = [...(stored ?? []), ...between, ...fresh]
  return { rows, beginning: stored === null ? 'snapshots' : 'whole' }
}

function historyGap({ content, config, timeframeMs }: FromBundle, firstMs: number): TandemError {
  const { venue, symbols, timeframe } = config.data
  const bars = Math.round((firstMs - content.origin.toMs) / timeframeMs)
  return new TandemError(
    `the venue's candles begin ${bars} bars after the bundle's last, and the store has none between`,
    {
      code: 'HISTORY_GAP',
      where: 'the bundle',
      hint: `bring the store up to date, such as by tandem data pull --venue ${venue} --symbol ${symbols[0]} --timeframe ${timeframe}: indicators go on without a hole`,
    },
  )
}

/**
 * Rows of the store's candles from the bundle's last to before `toMs`; null where they leave a hole at either end: they
 * must reach back to the bundle's, and on into the venue's own.
 */
async function rowsBetween(bundle: FromBundle, store: string, toMs: number): Promise<ClosedRow[] | null> {
  const { config, content, timeframeMs } = bundle
  const { venue, symbols, gaps } = config.data
  const { toMs: fromMs } = content.origin
  const rows = new RowsByTime(symbols.length)
  for (const [k, symbol] of symbols.entries()) {
    const query = { venue, symbol, timeframeMs, fromMs: fromMs - RAW_BARS * timeframeMs }
    const series = await loadPrepared(store, query, gaps).catch(absent)
    const { time, open, high, low, close, volume } = series?.candles ?? NO_CANDLES
    if (!(time[0]! <= fromMs && time.at(-1)! + timeframeMs >= toMs)) return null
    for (const [i, openMs] of time.entries()) {
      if (openMs < fromMs || openMs >= toMs) continue
      const candle = { openMs, open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]!, volume: volume[i]! }
      rows.add(k, candle)
    }
  }
  return rows.list()
}

const NONE = new Float64Array(0)
const NO_CANDLES = { time: NONE, open: NONE, high: NONE, low: NONE, close: NONE, volume: NONE }

function absent(error: unknown): null {
  if (error instanceof TandemError && ['NO_SUCH_SERIES', 'NO_DATA_IN_RANGE'].includes(error.code)) return null
  throw error
}

/** Candles of several symbols, put together by their time. */
class RowsByTime {
  private readonly symbols: number
  private readonly byTime = new Map<number, (VenueCandle | null)[]>()

  constructor(symbols: number) {
    this.symbols = symbols
  }

  add(symbol: number, candle: VenueCandle): void {
    const row = this.byTime.get(candle.openMs) ?? new Array<null>(this.symbols).fill(null)
    row[symbol] = candle
    this.byTime.set(candle.openMs, row)
  }

  list(): ClosedRow[] {
    const sorted = [...this.byTime].sort(([a], [b]) => a - b)
    return sorted.map(([openMs, candles]) => ({ openMs, candles, late: [] }))
  }
}

/** The bundle's own candles, where the store still has exactly those. */
async function storedRows(bundle: FromBundle, store: string): Promise<ClosedRow[] | null> {
  try {
    const market = await loadMarket(bundle.config, store)
    if (market.dataHash !== bundle.content.hashes.data) return null
    return marketRows(market, 0, market.columns.grid.rows)
  } catch (error) {
    return absent(error)
  }
}

/** Rows of the venue's candles that open at `sinceMs` or later and closed by `nowMs`. */
async function venueRows(
  { config, timeframeMs }: FromBundle,
  exchange: Pick<ExchangePort, 'candles'>,
  sinceMs: number,
  nowMs: number,
): Promise<ClosedRow[]> {
  const { symbols } = config.data
  const rows = new RowsByTime(symbols.length)
  for (const [k, symbol] of symbols.entries()) {
    let fromMs = sinceMs
    for (let page = 0; page < MOST_PAGES; page++) {
      const candles = await exchange.candles(symbol, timeframeMs, fromMs)
      const closed = candles.filter(({ openMs }) => openMs >= fromMs && openMs + timeframeMs <= nowMs)
      for (const candle of closed) rows.add(k, candle)
      const last = closed.at(-1)
      if (last === undefined || last.openMs + 2 * timeframeMs > nowMs) break
      fromMs = last.openMs + timeframeMs
    }
  }
  return rows.list()
}
