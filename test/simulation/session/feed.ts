/**
 * A plain candle feed for simulations: polls the port for each row until all its candles have closed or the deadline
 * has passed. It stands where the product's own feed stands, so that a session can be tried without it.
 */

import type { Environment } from '../../../engine/live/environment.ts'
import type { ExchangePort, VenueCandle } from '../../../engine/live/exchange.ts'
import type { CandleFeed, FeedListener } from '../../../engine/live/ports.ts'

const POLL_MS = 1000
/** After a row's close, how long its candles are waited for. */
const DEADLINE_MS = 20_000

export class PollingFeed implements CandleFeed {
  private readonly environment: Environment
  private readonly port: ExchangePort
  private readonly symbols: readonly string[]
  private readonly timeframeMs: number
  private isOver = false

  constructor(environment: Environment, port: ExchangePort, symbols: readonly string[], timeframeMs: number) {
    this.environment = environment
    this.port = port
    this.symbols = symbols
    this.timeframeMs = timeframeMs
  }

  start(fromMs: number, listener: FeedListener): void {
    void this.follow(fromMs, listener)
  }

  async stop(): Promise<void> {
    this.isOver = true
  }

  private async follow(fromMs: number, listener: FeedListener): Promise<void> {
    for (let openMs = fromMs; !this.isOver; openMs += this.timeframeMs) {
      const row = await this.row(openMs)
      if (this.isOver) return
      const late = this.symbols.filter((_, i) => row[i] === null)
      if (late.length > 0) listener.trouble('CANDLE_LATE', late.join(', '))
      listener.row({ openMs, candles: row, late })
    }
  }

  private async row(openMs: number): Promise<(VenueCandle | null)[]> {
    const closeMs = openMs + this.timeframeMs
    const row: (VenueCandle | null)[] = this.symbols.map(() => null)
    while (!this.isOver) {
      const nowMs = this.environment.nowMs()
      if (nowMs >= closeMs) {
        for (const [i, symbol] of this.symbols.entries()) row[i] ??= await this.closed(symbol, openMs)
        const isBehind = this.environment.nowMs() >= closeMs + DEADLINE_MS
        // A row in which nothing has come at all is waited for: the venue can't be reached.
        if (row.every((candle) => candle !== null) || (isBehind && row.some((candle) => candle !== null))) return row
      }
      await new Promise<void>((resolve) => void this.environment.after(Math.max(POLL_MS, closeMs - nowMs), resolve))
    }
    return row
  }

  private async closed(symbol: string, openMs: number): Promise<VenueCandle | null> {
    try {
      const candles = await this.port.candles(symbol, this.timeframeMs, openMs)
      // Only a later candle says that this one has closed.
      const hasLater = candles.some((candle) => candle.openMs > openMs)
      return hasLater ? (candles.find((candle) => candle.openMs === openMs) ?? null) : null
    } catch {
      return null
    }
  }
}
