/**
 * Alerts on their way out. Telling takes no time and never fails; each channel delivers at its own pace, tries again
 * when it fails, and when nothing helps says so in the log. Trading doesn't notice.
 */

import type { Environment } from '../environment.ts'
import type { Redactor } from '../keys/redactor.ts'
import type { Alerts } from '../ports.ts'
import type { Alert, AlertChannel, AlertLevel } from './alert.ts'

export interface DispatchConfig {
  readonly timeoutMs: number
  /** Waits before each further attempt. */
  readonly retriesMs: readonly number[]
  /** Waiting alerts of a channel; beyond, the oldest of the least level goes. */
  readonly queue: number
  /** The same code within this time is delivered once, and counted; an alarm only with the same text. */
  readonly repeatMs: number
}

export const DISPATCH: DispatchConfig = {
  timeoutMs: 10_000,
  retriesMs: [2000, 10_000, 60_000],
  queue: 100,
  repeatMs: 600_000,
}

export interface DispatcherOptions {
  readonly environment: Environment
  readonly session: string
  readonly channels: readonly AlertChannel[]
  readonly redactor: Redactor
  /** A delivery that was given up, for the log; its text has no secrets. */
  readonly failed: (channel: string, text: string) => void
  readonly config?: DispatchConfig
}

const RANK: Readonly<Record<AlertLevel, number>> = { info: 0, warn: 1, alarm: 2 }

export class AlertDispatcher implements Alerts {
  private readonly options: DispatcherOptions
  private readonly config: DispatchConfig
  private readonly lines: Line[]
  private readonly lately = new Map<string, { atMs: number; times: number }>()

  constructor(options: DispatcherOptions) {
    this.options = options
    this.config = options.config ?? DISPATCH
    this.lines = options.channels.map((channel) => new Line(channel, options, this.config))
  }

  tell(level: AlertLevel, code: string, text: string): void {
    const { environment, session, redactor } = this.options
    const times = this.repeats(level === 'alarm' ? `${code} ${text}` : code, environment.monotonicMs())
    if (times === null) return
    const clean = redactor.redact(text)
    const alert = { level, code, text: clean, session: redactor.redact(session), atMs: environment.nowMs(), times }
    for (const line of this.lines) line.push(alert)
  }

  /** Waits until all is delivered or given up, at most `withinMs`: for the end of a session. */
  async drain(withinMs: number): Promise<void> {
    const { environment } = this.options
    let timer = { cancel() {} }
    const late = new Promise<void>((resolve) => {
      timer = environment.after(withinMs, resolve)
    })
    await Promise.race([Promise.all(this.lines.map((line) => line.idle())), late])
    timer.cancel()
  }

  /** Null where the same was told a moment ago; else how often since it was last delivered. */
  private repeats(key: string, nowMs: number): number | null {
    const before = this.lately.get(key)
    if (before !== undefined && nowMs - before.atMs < this.config.repeatMs) {
      before.times += 1
      return null
    }
    for (const [old, { atMs }] of this.lately) if (nowMs - atMs >= this.config.repeatMs) this.lately.delete(old)
    this.lately.set(key, { atMs: nowMs, times: 0 })
    return (before?.times ?? 0) + 1
  }
}

/** One channel's queue. */
class Line {
  private readonly channel: AlertChannel
  private readonly options: DispatcherOptions
  private readonly config: DispatchConfig
  private readonly waiting: Alert[] = []
  private running: Promise<void> | null = null

  constructor(channel: AlertChannel, options: DispatcherOptions, config: DispatchConfig) {
    this.channel = channel
    this.options = options
    this.config = config
  }

  push(alert: Alert): void {
    if (this.waiting.length >= this.config.queue) this.drop()
    this.waiting.push(alert)
    this.running ??= this.work()
  }

  async idle(): Promise<void> {
    await this.running
  }

  private drop(): void {
    const least = Math.min(...this.waiting.map(({ level }) => RANK[level]))
    const [dropped] = this.waiting.splice(
      this.waiting.findIndex(({ level }) => RANK[level] === least),
      1,
    )
    this.options.failed(this.channel.name, `too many alerts wait: ${dropped!.code} is dropped`)
  }

  private async work(): Promise<void> {
    for (;;) {
      const alert = this.waiting.shift()
      if (alert === undefined) break
      await this.deliver(alert)
    }
    this.running = null
  }

  private async deliver(alert: Alert): Promise<void> {
    const { environment, redactor, failed } = this.options
    for (const [i, waitMs] of [0, ...this.config.retriesMs].entries()) {
      if (waitMs > 0) await new Promise<void>((resolve) => void environment.after(waitMs, resolve))
      try {
        await this.attempt(alert)
        return
      } catch (error) {
        const why = redactor.redact(error instanceof Error ? error.message : String(error))
        if (i === this.config.retriesMs.length) failed(this.channel.name, `${alert.code} wasn't delivered: ${why}`)
      }
    }
  }

  /** A channel that doesn't listen to its signal is left behind. */
  private async attempt(alert: Alert): Promise<void> {
    const { timeoutMs } = this.config
    const abort = new AbortController()
    let timer = { cancel() {} }
    const late = new Promise<never>((_, reject) => {
      timer = this.options.environment.after(timeoutMs, () => {
        abort.abort()
        reject(new Error(`no answer within ${timeoutMs / 1000} s`))
      })
    })
    try {
      await Promise.race([this.channel.send(alert, abort.signal), late])
    } finally {
      timer.cancel()
    }
  }
}
