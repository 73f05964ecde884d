/**
 * The live feed: one deadline for all symbols. A stream, where there is one, completes a row within a moment of its
 * close; what it leaves open is asked for by REST, again and again until the deadline; then the row goes without. While
 * nothing at all is heard no row goes: they follow in order when the venue is back.
 */

import type { Environment, Timer } from '../environment.ts'
import type { ExchangePort, VenueCandle } from '../exchange.ts'
import type { CandleFeed, FeedListener } from '../ports.ts'
import { Assembler, type FeedEvent } from './assembler.ts'
import { sameCandle } from './candle-check.ts'
import type { CandleStream } from './stream.ts'

export interface FeedTiming {
  /** A stream's last word on a candle is believed this long after its close. */
  readonly streamSettleMs: number
  /** An answer by REST is believed when it was asked for this long after the close. */
  readonly settleMs: number
  /** A row goes without what hasn't come this long after its close. */
  readonly deadlineMs: number
  /** Between two questions for the same row. */
  readonly retryMs: number
  /** A row that the stream leaves open is asked for by REST this long after its close. */
  readonly streamPatienceMs: number
  /** After this many rows out of a stream they are compared with REST; 0 for never. */
  readonly auditRows: number
}

export const FEED_TIMING: FeedTiming = {
  streamSettleMs: 500,
  settleMs: 1000,
  deadlineMs: 10_000,
  retryMs: 1500,
  streamPatienceMs: 3000,
  auditRows: 1,
}

export interface FeedOptions {
  readonly environment: Environment
  readonly exchange: Pick<ExchangePort, 'candles'>
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly gaps: 'leave' | 'carry'
  readonly stream: CandleStream | null
  /** Everything that happened to candles. */
  readonly record: (event: FeedEvent) => void
  /** A symbol's candles are known up to `toMs` (for the age guard). */
  readonly confirmed?: (symbol: string, toMs: number) => void
  readonly timing?: FeedTiming
}

/** Candles of earlier rows that are asked for again, to see whether they were revised. */
const OVERLAP = 2
/** An answer of this length may have been cut at its old end; a shorter one begins late for want of trades. */
const LIMITED = 200
/** Failures in a row before the feed is said to be down. */
const FAILURES = 3
/** An answer that takes longer isn't waited for. */
const ANSWER_MS = 30_000
/** The longest sleep: a wall clock that is set doesn't keep a row for long. */
const NAP_MS = 60_000

export class LiveFeed implements CandleFeed {
  private readonly options: FeedOptions
  private readonly timing: FeedTiming
  private rows: Assembler | null = null
  private listener: FeedListener | null = null
  private timer: Timer | null = null
  private asking: Promise<void> | null = null
  private askedMs = Number.NEGATIVE_INFINITY
  private failures = 0
  private unaudited = 0
  private begun: boolean[]
  /** The last candle of the last answer, where its time was over. */
  private readonly newest: (VenueCandle | null)[]
  private stopped = false

  constructor(options: FeedOptions) {
    this.options = options
    this.timing = options.timing ?? FEED_TIMING
    this.begun = options.symbols.map(() => false)
    this.newest = options.symbols.map(() => null)
  }

  start(fromMs: number, listener: FeedListener): void {
    const { symbols, timeframeMs, gaps, record, stream } = this.options
    this.listener = listener
    this.rows = new Assembler({ symbols, timeframeMs, gaps, tell: record }, fromMs)
    stream?.start(symbols, timeframeMs, {
      trouble: ({ code, text }) => listener.trouble(code, text),
      heard: () => {
        if (this.options.environment.nowMs() >= this.rows!.nextCloseMs + this.timing.streamSettleMs) this.wake()
      },
    })
    this.wake()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.timer?.cancel()
    this.options.stream?.stop()
    await this.asking
  }

  /** Does what is due now, and sleeps until something else is. */
  private wake(): void {
    if (this.stopped) return
    this.timer?.cancel()
    this.streamed()
    this.emit()
    const { environment } = this.options
    const nowMs = environment.nowMs()
    const askMs = this.askFromMs(nowMs)
    if (nowMs >= askMs && this.asking === null) this.asking = this.ask(nowMs)
    this.timer = environment.after(this.sleepMs(nowMs, askMs), () => this.wake())
  }

  /** When REST is asked next: for the row that is waited for, or to compare what the stream told. */
  private askFromMs(nowMs: number): number {
    const { settleMs, streamPatienceMs, retryMs, deadlineMs, auditRows } = this.timing
    const close = this.rows!.nextCloseMs
    const streams = this.options.symbols.every((_, i) => this.streams(i))
    // Beyond the deadline the venue is down: it isn't helped by being asked every second.
    const pauseMs = nowMs > close + deadlineMs ? retryMs * 10 : retryMs
    const audit = streams && auditRows > 0 && this.unaudited >= auditRows
    const dueMs = audit
      ? close - this.options.timeframeMs + streamPatienceMs
      : close + (streams ? streamPatienceMs : settleMs)
    return Math.max(dueMs, this.askedMs + pauseMs)
  }

  private sleepMs(nowMs: number, askMs: number): number {
    const { streamSettleMs, deadlineMs, retryMs } = this.timing
    const close = this.rows!.nextCloseMs
    const due = [close + streamSettleMs, close + deadlineMs, askMs].filter((atMs) => atMs > nowMs)
    return Math.min(NAP_MS, ...(due.length === 0 ? [retryMs] : due.map((atMs) => atMs - nowMs)))
  }

  /** Whether the symbol's stream has missed nothing since the row that is waited for began. */
  private streams(symbol: number): boolean {
    const span = this.options.stream?.heardSpan(symbol) ?? null
    return span !== null && span.fromMs <= this.rows!.nextOpenMs
  }

  /** What the stream has to say about candles that are over. */
  private streamed(): void {
    const { stream, environment, timeframeMs, symbols } = this.options
    if (stream === null) return
    const overMs = environment.nowMs() - this.timing.streamSettleMs
    for (const [i] of symbols.entries()) {
      const span = stream.heardSpan(i)
      if (span === null) continue
      // A candle's last state is known once anything was heard after its close.
      const toMs = Math.min(overMs, span.toMs)
      for (const candle of stream.closedBy(i, toMs)) {
        // Heard in part only: what came before the line was open isn't in it.
        if (candle.openMs >= span.fromMs) this.rows!.offer(i, candle, environment.nowMs())
      }
      if (this.streams(i)) this.known(i, Math.floor(toMs / timeframeMs) * timeframeMs)
    }
  }

  private known(symbol: number, toMs: number): void {
    this.rows!.known(symbol, toMs)
    this.options.confirmed?.(this.options.symbols[symbol]!, toMs)
  }

  /** Every row that is complete, or whose deadline has passed while others came. */
  private emit(): void {
    const { environment } = this.options
    const rows = this.rows!
    while (!this.stopped && rows.nextCloseMs <= environment.nowMs()) {
      const whole = rows.missing().length === 0
      const late = this.isLate(environment.nowMs())
      if (!whole && !late) return
      const row = rows.take(environment.nowMs())
      this.unaudited += 1
      if (row !== null) this.listener!.row(row)
    }
  }

  /** The deadline has passed, the venue is alive, and an answer that is still awaited has had its time, too. */
  private isLate(nowMs: number): boolean {
    const { deadlineMs } = this.timing
    const answered = this.asking === null || nowMs >= this.askedMs + deadlineMs
    return answered && nowMs >= this.rows!.nextCloseMs + deadlineMs && this.rows!.hasAny()
  }

  /** Asks for what is missing, or compares what the stream told; then looks again. */
  private async ask(nowMs: number): Promise<void> {
    const rows = this.rows!
    this.askedMs = nowMs
    const isDue = rows.nextCloseMs + this.timing.settleMs <= nowMs
    const wanted = isDue ? rows.missing() : this.options.symbols.map((_, i) => i)
    const answers = await Promise.all(wanted.map((i) => this.askOne(i, nowMs)))
    const failed = answers.filter((text) => text !== null)
    this.told(failed[0] ?? null)
    this.unaudited = 0
    this.asking = null
    this.wake()
  }

  /** Null where it went well, else why not. */
  private async askOne(symbol: number, nowMs: number): Promise<string | null> {
    const { exchange, symbols, timeframeMs } = this.options
    const rows = this.rows!
    const wantedMs = rows.nextOpenMs
    try {
      const answer = exchange.candles(symbols[symbol]!, timeframeMs, wantedMs - OVERLAP * timeframeMs)
      const candles = await within(this.options.environment, answer)
      this.took(symbol, candles, wantedMs, nowMs)
      return null
    } catch (error) {
      return `${symbols[symbol]}: ${error instanceof Error ? error.message : String(error)}`
    }
  }

  /**
   * A candle is over when a later one has begun, or when two answers some time after its close show the same: an answer
   * may come out of a cache. What lies between two candles and isn't there had no trades; after the last one nothing is
   * known.
   */
  private took(symbol: number, candles: readonly VenueCandle[], wantedMs: number, askedMs: number): void {
    const { timeframeMs, environment } = this.options
    const sorted = [...candles].sort((a, b) => a.openMs - b.openMs)
    const newest = sorted.at(-1) ?? null
    const before = this.newest[symbol]!
    this.newest[symbol] =
      newest !== null && newest.openMs + timeframeMs + this.timing.settleMs <= askedMs ? newest : null
    for (const candle of sorted) {
      const isOver = candle !== newest || (before !== null && sameCandle(before, candle))
      if (isOver) this.rows!.offer(symbol, candle, environment.nowMs())
      this.known(symbol, isOver ? candle.openMs + timeframeMs : candle.openMs)
    }
    this.begin(symbol, sorted[0]?.openMs ?? null, sorted.length, wantedMs)
  }

  /** The first answer must reach back to where the session goes on; venues give only so many candles. */
  private begin(symbol: number, firstMs: number | null, candles: number, wantedMs: number): void {
    if (this.begun[symbol] || firstMs === null) return
    this.begun[symbol] = true
    const { timeframeMs, symbols } = this.options
    const lost = (firstMs - wantedMs) / timeframeMs
    if (lost < 1 || candles < LIMITED) return
    const name = symbols[symbol]!
    const text = `${name}: the venue's candles begin ${lost} bars after the session's last; what lies between can't be repaired`
    this.listener!.trouble('FEED_GAP', text)
  }

  private told(failure: string | null): void {
    if (failure === null) {
      if (this.failures >= FAILURES) this.listener!.trouble('FEED_BACK', 'candles come again')
      this.failures = 0
      return
    }
    this.failures += 1
    if (this.failures === FAILURES) this.listener!.trouble('FEED_DOWN', failure)
  }
}

/** The answer, or a failure when it doesn't come in time. */
async function within<T>(environment: Environment, answer: Promise<T>): Promise<T> {
  let timer: Timer | null = null
  const late = new Promise<never>((_, reject) => {
    timer = environment.after(ANSWER_MS, () => reject(new Error(`no answer within ${ANSWER_MS / 1000} s`)))
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    timer!.cancel()
  }
}
