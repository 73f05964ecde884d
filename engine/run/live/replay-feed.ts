/** Stored candles as a feed: each row as it closes on the clock, then the end. */

import type { Environment } from '../../live/environment.ts'
import type { CandleFeed, ClosedRow, FeedListener } from '../../live/ports.ts'

export class ReplayFeed implements CandleFeed {
  private readonly environment: Environment
  private readonly rows: readonly ClosedRow[]
  private readonly timeframeMs: number
  private readonly over: () => void
  private stopped = false

  /** `over` is called a little after the last row. */
  constructor(environment: Environment, rows: readonly ClosedRow[], timeframeMs: number, over: () => void) {
    this.environment = environment
    this.rows = rows
    this.timeframeMs = timeframeMs
    this.over = over
  }

  start(fromMs: number, listener: FeedListener): void {
    const first = this.rows.findIndex(({ openMs }) => openMs >= fromMs)
    this.next(first === -1 ? this.rows.length : first, listener)
  }

  private next(at: number, listener: FeedListener): void {
    const { environment, timeframeMs } = this
    const row = this.rows[at]
    const dueMs = row === undefined ? environment.nowMs() + timeframeMs / 2 : row.openMs + timeframeMs
    environment.after(Math.max(0, dueMs - environment.nowMs()), () => {
      if (this.stopped) return
      if (row === undefined) this.over()
      else {
        listener.row(row)
        this.next(at + 1, listener)
      }
    })
  }

  stop(): Promise<void> {
    this.stopped = true
    return Promise.resolve()
  }
}
