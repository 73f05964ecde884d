/** What the tests of the adapters share: a clock, keys that show up when they leak, orders, folders. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { Environment } from '../../../engine/live/environment.ts'
import { ExchangeError, type OutgoingOrder } from '../../../engine/live/exchange.ts'

/** The machine's clock. */
export const WALL: Environment = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
}

/** A clock that stands still until it is moved; waiting moves it. */
export function standingClock(startMs: number): Environment & { nowMs(): number; set(ms: number): void } {
  let now = startMs
  let mono = 0
  return {
    nowMs: () => now,
    monotonicMs: () => mono,
    after(delayMs, then) {
      queueMicrotask(() => {
        now += delayMs
        mono += delayMs
        then()
      })
      return { cancel: () => {} }
    },
    set(ms) {
      now = ms
    },
  }
}

/** Noon of 2026-11-21. */
export const NOW_MS = Date.UTC(2026, 10, 21, 12)

export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'tandem-ccxt-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** A limit buy, changed as a test needs it. */
export function order(more: Partial<OutgoingOrder> = {}): OutgoingOrder {
  return {
    clientId: 'tnd7k2m4q9x1c3v5b8',
    symbol: 'BTC/USD',
    side: Side.buy,
    type: OrderType.limit,
    quantity: '0.01',
    quoteAmount: null,
    limitPrice: '50000.1',
    stopPrice: null,
    timeInForce: TimeInForce.gtc,
    expiresMs: null,
    postOnly: false,
    reduceOnly: false,
    trailAmount: null,
    trailRate: null,
    leverage: 1,
    deadlineMs: null,
    referencePrice: '50000',
    ...more,
  }
}

/** A market sell, changed as a test needs it. */
export function exit(more: Partial<OutgoingOrder> = {}): OutgoingOrder {
  return order({ side: Side.sell, type: OrderType.market, limitPrice: null, ...more })
}

/** The failure of a call. */
export async function failure(call: Promise<unknown>): Promise<ExchangeError> {
  try {
    await call
  } catch (error) {
    expect(error).toBeInstanceOf(ExchangeError)
    return error as ExchangeError
  }
  throw new Error('it did not fail')
}
