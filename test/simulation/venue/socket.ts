/** The venue's candle stream: a line that tells each change, breaks, falls silent, repeats itself and talks nonsense. */

import type { Line, LineListener, OpenLine } from '../../../engine/live/feed/stream.ts'
import type { Faults } from '../faults.ts'
import type { Draws } from '../world/draws.ts'
import type { Life } from '../world/life.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import type { Candles } from './candles.ts'
import type { Door } from './line.ts'

const HEARTBEAT_MS = 1000

export interface SocketParts {
  readonly time: VirtualTime
  readonly faults: Faults
  readonly draws: Draws
  readonly candles: Candles
  readonly door: Door
  readonly delayMs: number
  readonly timeframeMs: number
}

/** State that a seed's stream faults change, for all lines. */
export interface StreamState {
  silentUntilMs: number
  /** Grows with each break: lines that were opened before it are gone. */
  broken: number
}

export class SimulatedSocket {
  readonly state: StreamState
  private readonly parts: SocketParts

  constructor(parts: SocketParts, state: StreamState) {
    this.parts = parts
    this.state = state
  }

  /** Lines of one process. */
  openerFor(life: Life): OpenLine {
    return (_, listener) => this.open(life, listener)
  }

  private open(life: Life, listener: LineListener): Line {
    const { time, draws, door, delayMs } = this.parts
    const born = this.state.broken
    let isOver = false
    let isSubscribed = false
    const tell = (afterMs: number, then: () => void): void => {
      life.deliver(time.nowMs + afterMs, () => {
        if (!isOver) then()
      })
    }
    const close = (why: string): void => {
      if (isOver) return
      isOver = true
      stop()
      listener.closed(why)
    }
    const say = (text: string): void => {
      if (time.nowMs < this.state.silentUntilMs) return
      this.message(text, (afterMs, one) => tell(afterMs, () => listener.message(one)))
    }
    const stop = this.parts.candles.listen((symbol, openMs) => {
      if (!isSubscribed || isOver || !life.isAlive) return
      if (this.state.broken !== born) tell(1, () => close('the line was closed (1006)'))
      else say(this.update('update', symbol, openMs))
    })
    const beat = (): void => {
      if (isOver || !life.isAlive) return
      if (this.state.broken !== born) tell(1, () => close('the line was closed (1006)'))
      else if (isSubscribed) say('{"channel":"heartbeat"}')
      time.at(time.nowMs + HEARTBEAT_MS, beat)
    }
    const isShut = time.nowMs < door.unreachableUntilMs || time.nowMs < door.maintenanceUntilMs
    tell(draws.whole(1, 2 * delayMs), () => (isShut ? close('getaddrinfo ENOTFOUND') : listener.opened()))
    beat()
    return {
      send: (text) => {
        const { params } = JSON.parse(text) as { params: { symbol: readonly string[] } }
        time.at(time.nowMs + draws.whole(1, delayMs), () => {
          if (isOver) return
          isSubscribed = true
          say('{"method":"subscribe","success":true}')
          for (const symbol of params.symbol) say(this.update('snapshot', symbol, null))
        })
      },
      close: () => {
        isOver = true
        stop()
      },
    }
  }

  /** A message on its way, with what may happen to it. */
  private message(text: string, deliver: (afterMs: number, text: string) => void): void {
    const { faults, draws, delayMs } = this.parts
    const isGarbled = faults.fires('streamGarbled')
    deliver(draws.whole(1, delayMs), isGarbled ? text.slice(0, draws.whole(1, text.length - 1)) : text)
    if (faults.fires('streamRepeated')) deliver(delayMs + draws.whole(1, 3000), text)
  }

  private update(type: 'snapshot' | 'update', symbol: string, openMs: number | null): string {
    const all = this.parts.candles.all(symbol)
    const chosen = openMs === null ? all.slice(-5) : all.filter((one) => one.openMs === openMs)
    const data = chosen.map(({ openMs: begin, open, high, low, close, volume }) => ({
      ...{ symbol, open, high, low, close, volume },
      interval_begin: new Date(begin).toISOString().replace('Z', '000000Z'),
    }))
    return JSON.stringify({ channel: 'ohlc', type, data })
  }
}
