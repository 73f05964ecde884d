/**
 * Candles by websocket. The stream keeps the newest state of each candle, knows from when to when it has heard everything,
 * and connects again, with growing pauses, when the line breaks or falls silent. What it missed is REST's business.
 */

import type { Environment, Timer } from '../environment.ts'
import type { VenueCandle } from '../exchange.ts'

export interface StreamTrouble {
  readonly code: 'STREAM_DOWN' | 'STREAM_BACK' | 'STREAM_REFUSED' | 'STREAM_GARBLED'
  readonly text: string
}

export interface StreamListener {
  trouble(trouble: StreamTrouble): void
  /** Something came: a row may be complete now. */
  heard(): void
}

export interface CandleStream {
  start(symbols: readonly string[], timeframeMs: number, listener: StreamListener): void
  stop(): void
  /** Candles that close by `closeMs`, as last heard; each state is given once. */
  closedBy(symbol: number, closeMs: number): readonly VenueCandle[]
  /** The span in which nothing of the symbol was missed, ms UTC; null where there is none. */
  heardSpan(symbol: number): { readonly fromMs: number; readonly toMs: number } | null
}

/** What a venue's messages mean. */
export type StreamMessage =
  | {
      readonly kind: 'candles'
      readonly symbol: string
      readonly whole: boolean
      readonly candles: readonly VenueCandle[]
    }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'alive' }

export interface CandleProtocol {
  readonly url: string
  /** What is sent when the line is open. */
  subscribe(symbols: readonly string[], timeframeMs: number): readonly string[]
  /** Throws for what can't be understood. */
  read(text: string): readonly StreamMessage[]
}

/** A line that is open or opening. */
export interface Line {
  send(text: string): void
  close(): void
}

export interface LineListener {
  opened(): void
  message(text: string): void
  /** Once; nothing comes after it. */
  closed(why: string): void
}

export type OpenLine = (url: string, listener: LineListener) => Line

export interface SocketStreamOptions {
  readonly environment: Environment
  readonly protocol: CandleProtocol
  readonly open: OpenLine
  /** A line on which nothing comes for this long is dropped. */
  readonly silenceMs?: number
}

const SILENCE_MS = 30_000
/** Venues send something every second; what piled up meanwhile is read within this. */
const PILED_MS = 2500
const DRAIN_MS = 500
const FIRST_PAUSE_MS = 1000
const LONGEST_PAUSE_MS = 60_000
/** Only a line that held for this long is opened again at once when it breaks: venues ban who comes back every second. */
const STEADY_MS = 60_000
/** Candles kept a symbol that nobody asked for. */
const KEPT = 1000

interface Heard {
  readonly candles: Map<number, VenueCandle>
  /** Null until the line has told the symbol's whole state. */
  fromMs: number | null
}

export class SocketStream implements CandleStream {
  private readonly options: SocketStreamOptions
  private symbols: readonly string[] = []
  private timeframeMs = 0
  private listener: StreamListener | null = null
  private lines: Heard[] = []
  private line: Line | null = null
  private heardMs = Number.NEGATIVE_INFINITY
  private heardMonotonicMs = 0
  /** Until then, monotonic, what piled up is still being read. */
  private pileMs = Number.NEGATIVE_INFINITY
  private pauseMs = FIRST_PAUSE_MS
  private timer: Timer | null = null
  /** Since when, monotonic, it has told of all symbols; null while it hasn't. */
  private wholeMs: number | null = null
  private down = false
  private stopped = false

  constructor(options: SocketStreamOptions) {
    this.options = options
  }

  start(symbols: readonly string[], timeframeMs: number, listener: StreamListener): void {
    this.symbols = symbols
    this.timeframeMs = timeframeMs
    this.listener = listener
    this.lines = symbols.map(() => ({ candles: new Map(), fromMs: null }))
    this.connect()
  }

  stop(): void {
    this.stopped = true
    this.timer?.cancel()
    this.line?.close()
    this.line = null
  }

  closedBy(symbol: number, closeMs: number): readonly VenueCandle[] {
    const { candles } = this.lines[symbol]!
    const over = [...candles.values()].filter(({ openMs }) => openMs + this.timeframeMs <= closeMs)
    for (const { openMs } of over) candles.delete(openMs)
    return over.sort((a, b) => a.openMs - b.openMs)
  }

  heardSpan(symbol: number): { fromMs: number; toMs: number } | null {
    const { fromMs } = this.lines[symbol]!
    return fromMs === null ? null : { fromMs, toMs: this.heardMs }
  }

  private connect(): void {
    const { open, protocol } = this.options
    // A line that was dropped may still speak: only the present one is listened to.
    let line: Line | null = null
    const mine = (): boolean => line !== null && this.line === line && !this.stopped
    line = open(protocol.url, {
      opened: () => {
        if (!mine()) return
        for (const text of protocol.subscribe(this.symbols, this.timeframeMs)) line!.send(text)
      },
      message: (text) => {
        if (mine()) this.message(text)
      },
      closed: (why) => {
        if (mine()) this.lost(why)
      },
    })
    this.line = line
    this.heardMonotonicMs = this.options.environment.monotonicMs()
    this.watch()
  }

  private watch(): void {
    const { environment, silenceMs = SILENCE_MS } = this.options
    this.timer?.cancel()
    const silentMs = environment.monotonicMs() - this.heardMonotonicMs
    if (silentMs >= silenceMs) this.lost(`nothing was heard for ${Math.round(silentMs / 1000)} s`)
    else this.timer = environment.after(silenceMs - silentMs, () => this.watch())
  }

  /** Whatever was under way on the line is gone: nothing is known any more until it is told anew. */
  private lost(why: string): void {
    const { line } = this
    this.line = null
    line?.close()
    for (const one of this.lines) one.fromMs = null
    if (!this.down) this.listener!.trouble({ code: 'STREAM_DOWN', text: why })
    this.down = true
    this.timer?.cancel()
    const { environment } = this.options
    if (this.wholeMs !== null && environment.monotonicMs() >= this.wholeMs + STEADY_MS) this.pauseMs = FIRST_PAUSE_MS
    this.wholeMs = null
    this.timer = environment.after(this.pauseMs, () => this.connect())
    this.pauseMs = Math.min(LONGEST_PAUSE_MS, this.pauseMs * 2)
  }

  private message(text: string): void {
    let messages: readonly StreamMessage[]
    try {
      messages = this.options.protocol.read(text)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      this.listener!.trouble({ code: 'STREAM_GARBLED', text: why })
      this.lost('it said what nobody understands')
      return
    }
    this.hear()
    for (const message of messages) this.take(message)
    this.listener!.heard()
  }

  /**
   * After a pause longer than between two heartbeats messages may have piled up here: that one of them was read says
   * nothing of those behind it. For a moment nothing more counts as heard.
   */
  private hear(): void {
    const { environment } = this.options
    const monotonicMs = environment.monotonicMs()
    if (monotonicMs - this.heardMonotonicMs > PILED_MS) this.pileMs = monotonicMs + DRAIN_MS
    this.heardMonotonicMs = monotonicMs
    if (monotonicMs >= this.pileMs) this.heardMs = environment.nowMs()
  }

  private take(message: StreamMessage): void {
    if (message.kind === 'refused') this.listener!.trouble({ code: 'STREAM_REFUSED', text: message.text })
    if (message.kind !== 'candles') return
    const heard = this.lines[this.symbols.indexOf(message.symbol)]
    if (heard === undefined) return
    for (const candle of message.candles) {
      const known = heard.candles.get(candle.openMs)
      // Traded volume only grows: a message with less was overtaken, or comes again.
      if (known === undefined || candle.volume >= known.volume) heard.candles.set(candle.openMs, candle)
    }
    for (const openMs of heard.candles.keys()) if (heard.candles.size > KEPT) heard.candles.delete(openMs)
    if (message.whole) this.whole(heard, message.candles)
  }

  /** The state of the newest candle is complete, and so is whatever comes after it. */
  private whole(heard: Heard, candles: readonly VenueCandle[]): void {
    const now = Math.floor(this.options.environment.nowMs() / this.timeframeMs) * this.timeframeMs
    heard.fromMs = Math.max(now, ...candles.map(({ openMs }) => openMs))
    if (this.wholeMs !== null || this.lines.some(({ fromMs }) => fromMs === null)) return
    this.wholeMs = this.options.environment.monotonicMs()
    if (this.down) {
      this.down = false
      this.listener!.trouble({ code: 'STREAM_BACK', text: 'candles are streamed again' })
    }
  }
}
