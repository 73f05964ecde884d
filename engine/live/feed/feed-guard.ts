/** The feed's word to the safety states: candles that are old, and holes that can't be repaired, leave only exits. */

import { AGES, type AgeLimits, type Ages } from '../safety/ages.ts'
import type { Conditions } from '../safety/conditions.ts'

export interface FeedGuardOptions {
  readonly ages: Ages
  readonly conditions: Conditions
  readonly nowMs: () => number
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly limits?: AgeLimits
}

export class FeedGuard {
  private readonly options: FeedGuardOptions

  constructor(options: FeedGuardOptions) {
    this.options = options
  }

  /** From now on every symbol's candles must be confirmed: the last close at most 1.5 timeframes old. */
  start(): void {
    const { ages, symbols, timeframeMs, limits = AGES } = this.options
    for (const symbol of symbols)
      ages.watch(keyOf(symbol), `candles of ${symbol}`, timeframeMs * limits.candleIntervals)
  }

  /** `FeedOptions.confirmed`. */
  readonly confirmed = (symbol: string, toMs: number): void => {
    const { ages, nowMs } = this.options
    ages.renew(keyOf(symbol), Math.max(0, nowMs() - toMs))
  }

  /** `FeedListener.trouble`, beside the alerts. */
  trouble(code: string, text: string): void {
    if (code !== 'FEED_GAP') return
    const sinceMs = this.options.nowMs()
    this.options.conditions.raise({ key: 'FEED_GAP', level: 'REDUCING', why: text, sinceMs, latched: true })
  }
}

function keyOf(symbol: string): string {
  return `candles ${symbol}`
}
