/** A venue whose candles appear with time, and a feed on it. */

import type { VenueCandle } from '../../../engine/live/exchange.ts'
import type { FeedEvent } from '../../../engine/live/feed/assembler.ts'
import { FEED_TIMING, LiveFeed } from '../../../engine/live/feed/feed.ts'
import type { CandleStream } from '../../../engine/live/feed/stream.ts'
import type { ClosedRow } from '../../../engine/live/ports.ts'
import { VirtualEnvironment } from '../virtual-environment.ts'

export const HOUR_MS = 3_600_000
export const START_MS = Date.UTC(2026, 0, 5)

export function candle(hour: number, close = 100 + hour, volume = 1): VenueCandle {
  return { openMs: START_MS + hour * HOUR_MS, open: close, high: close + 1, low: close - 1, close, volume }
}

/** Closed candles of hours and the forming one, unless told otherwise. */
export class FakeVenue {
  readonly environment: VirtualEnvironment
  readonly asked: { symbol: string; atMs: number; sinceMs: number }[] = []
  /** Hours in which a symbol has no trades. */
  readonly quiet = new Map<string, readonly number[]>()
  /** Closed candles are published this long after their close; until then nothing is seen of them. */
  publishMs = new Map<string, number>()
  /** Answers show the state of this long ago. */
  staleMs = 0
  /** Whether a candle begins with its interval, or with a first trade that doesn't come. */
  formingShown = true
  /** Thrown instead of answers. */
  down: (symbol: string) => boolean = () => false
  hangs: (symbol: string) => boolean = () => false
  close: (symbol: string, hour: number) => number = (_, hour) => 100 + hour
  limit = Number.POSITIVE_INFINITY

  constructor(environment: VirtualEnvironment) {
    this.environment = environment
  }

  readonly candles = async (symbol: string, _timeframeMs: number, sinceMs: number): Promise<VenueCandle[]> => {
    const atMs = this.environment.nowMs()
    this.asked.push({ symbol, atMs, sinceMs })
    if (this.hangs(symbol)) return new Promise(() => {})
    if (this.down(symbol)) throw new Error('the venue is down')
    const rows: VenueCandle[] = []
    const shownMs = atMs - this.staleMs
    for (let hour = Math.max(-1000, Math.floor((sinceMs - START_MS) / HOUR_MS)); ; hour++) {
      const openMs = START_MS + hour * HOUR_MS
      const forming = openMs + HOUR_MS > shownMs
      const hidden =
        (this.publishMs.get(symbol) ?? 0) > 0 ? openMs + HOUR_MS + this.publishMs.get(symbol)! > atMs : false
      if (openMs > shownMs || hidden || (forming && !this.formingShown)) break
      if (openMs < sinceMs || this.quiet.get(symbol)?.includes(hour)) continue
      rows.push(candle(hour, this.close(symbol, hour) + (forming ? 0.5 : 0)))
    }
    return rows.slice(-this.limit)
  }
}

export function makeFeed(
  symbols: string[],
  change: { gaps?: 'leave' | 'carry'; stream?: CandleStream; timing?: object } = {},
) {
  const environment = new VirtualEnvironment(START_MS)
  const venue = new FakeVenue(environment)
  const rows: (ClosedRow & { atMs: number })[] = []
  const events: FeedEvent[] = []
  const troubles: string[] = []
  const confirmed: [string, number][] = []
  const feed = new LiveFeed({
    environment,
    exchange: venue,
    symbols,
    timeframeMs: HOUR_MS,
    gaps: change.gaps ?? 'leave',
    stream: change.stream ?? null,
    record: (event) => events.push(event),
    confirmed: (symbol, toMs) => confirmed.push([symbol, toMs]),
    timing: { ...FEED_TIMING, ...change.timing },
  })
  const start = (hour: number) =>
    feed.start(START_MS + hour * HOUR_MS, {
      row: (row) => rows.push({ ...row, atMs: environment.nowMs() }),
      trouble: (code, text) => troubles.push(`${code} ${text}`),
    })
  /** `hour: close,close +ms late=…` a row. */
  const shown = () =>
    rows.map(({ openMs, candles, late, atMs }) => {
      const hour = (openMs - START_MS) / HOUR_MS
      const closes = candles.map((one) => (one === null ? '-' : one.close)).join(',')
      return `${hour}: ${closes} +${atMs - openMs - HOUR_MS}${late.length > 0 ? ` late ${late.join(',')}` : ''}`
    })
  return { environment, venue, rows, events, troubles, confirmed, feed, start, shown }
}
