/**
 * The time of a practice exchange whose clock stands still: the session's clock jumps to what is due next, and before
 * each request the exchange is moved on to that moment. Nothing waits for anything, and a month passes in a minute.
 */

import { TandemError } from '../../core/errors.ts'
import type { Environment } from '../../live/environment.ts'
import type { ExchangePort } from '../../live/exchange.ts'
import { JumpingClock, realEnvironment } from './clocks.ts'

interface PracticeStatus {
  readonly nowMs: number
  readonly ended: boolean
  readonly floors: readonly { readonly endMs: number }[]
}

export class PracticeClock {
  readonly clock: JumpingClock
  /** When the exchange's candles are over. */
  readonly endMs: number
  private readonly url: string
  private pending = 0
  private toldMs: number

  private constructor(url: string, status: PracticeStatus) {
    this.url = url
    this.toldMs = status.nowMs
    this.endMs = Math.max(...status.floors.map(({ endMs }) => endMs))
    this.clock = new JumpingClock(status.nowMs, () => this.pending > 0)
  }

  /** Throws `NO_PRACTICE_EXCHANGE` where none answers at `url`. */
  static async at(url: string): Promise<PracticeClock> {
    return new PracticeClock(url, (await call(url, 'status', null)) as PracticeStatus)
  }

  get environment(): Environment {
    return this.clock
  }

  /** For the exchange's client: the exchange's time of day, and real timers, since its requests are real. */
  get wire(): Environment {
    return { ...realEnvironment, nowMs: () => this.clock.nowMs() }
  }

  /** The same exchange, moved on to the clock's time before each call; time stands still while one is under way. */
  keeping<T extends ExchangePort>(exchange: T): T {
    return new Proxy(exchange, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target)
        if (typeof member !== 'function') return member
        return (...values: readonly unknown[]) => this.held(async () => await Reflect.apply(member, target, values))
      },
    })
  }

  private async held<R>(work: () => Promise<R>): Promise<R> {
    this.pending += 1
    try {
      await this.moveOn()
      return await work()
    } finally {
      this.pending -= 1
    }
  }

  private async moveOn(): Promise<void> {
    const toMs = this.clock.nowMs()
    if (toMs <= this.toldMs) return
    this.toldMs = toMs
    await call(this.url, 'advance', { toMs })
  }
}

async function call(url: string, what: string, body: unknown): Promise<unknown> {
  const fail = (message: string): TandemError =>
    new TandemError(`no practice exchange answers there: ${message}`, {
      code: 'NO_PRACTICE_EXCHANGE',
      where: url,
      hint: 'start one: tandem exchange --speed virtual',
    })
  try {
    const answer = await fetch(`${url}/tandem/${what}`, {
      signal: AbortSignal.timeout(60_000),
      ...(body === null
        ? {}
        : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const value: unknown = await answer.json()
    if (answer.ok) return value
    throw fail(JSON.stringify(value))
  } catch (error) {
    throw error instanceof TandemError ? error : fail((error as Error).message)
  }
}
