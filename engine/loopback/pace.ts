/** What makes time pass where nobody moves it: a ticking of the scaled clock, or bar after bar as fast as clients allow. */

import type { Exchange } from './exchange.ts'

/** Without a request for this long, `max` goes on to the next bar. */
const QUIET_MS = 20
const TICK_MS = 50

export interface Pacer {
  /** A request has come. */
  busy(): void
  stop(): void
}

/** Looks at the clock often enough for websockets to hear in time; `onEnd` once the candles are over. */
export function tick(exchange: Exchange, onEnd: () => void): Pacer {
  let ended = false
  const timer = setInterval(() => {
    exchange.nowMs()
    if (ended || !exchange.hasEnded) return
    ended = true
    onEnd()
  }, TICK_MS)
  return { busy: () => {}, stop: () => clearInterval(timer) }
}

/** Moves a virtual clock to the next bar whenever no request has come for a moment. */
export function rush(exchange: Exchange, onEnd: () => void): Pacer {
  let last = performance.now()
  const timer = setInterval(() => {
    if (performance.now() - last < QUIET_MS) return
    const next = exchange.nextBarMs(exchange.nowMs())
    if (next !== null) {
      exchange.advanceTo(next)
      return
    }
    clearInterval(timer)
    onEnd()
  }, 1)
  return {
    busy: () => {
      last = performance.now()
    },
    stop: () => clearInterval(timer),
  }
}
