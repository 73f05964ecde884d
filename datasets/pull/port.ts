/** What a pull needs of an exchange; `exchange.ts` has it through ccxt, tests have their own. */

/** [open time ms UTC, open, high, low, close, volume]. */
export type CandleRow = readonly [number, number, number, number, number, number]

export interface TradeRow {
  readonly id: string | null
  readonly timeMs: number
  readonly price: number
  readonly amount: number
}

export interface Exchange {
  /** Its name in the library. */
  readonly name: string
  /** Refuses a symbol or timeframe that it doesn't have. */
  prepare(symbol: string, timeframe: string | null): Promise<void>
  /** Candles that open at `sinceMs` or later, at most `limit`, as the venue sends them: any order, maybe none. */
  candles(symbol: string, timeframe: string, sinceMs: number, limit: number): Promise<readonly CandleRow[]>
  /** Trades at `sinceMs` or later, as the venue sends them. */
  trades(symbol: string, sinceMs: number): Promise<readonly TradeRow[]>
  close(): Promise<void>
}

/** Time as a pull sees it; tests have one that doesn't pass. */
export interface PullClock {
  nowMs(): number
  sleep(ms: number): Promise<void>
}

export const SYSTEM_CLOCK: PullClock = {
  nowMs: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}

/** How far a pull is. */
export interface Progress {
  readonly fromMs: number
  readonly toMs: number
  /** Everything before is there. */
  readonly doneMs: number
  readonly rows: number
  /** Calls that failed and were made again. */
  readonly retries: number
}
