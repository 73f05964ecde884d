/**
 * The simulated exchange of a paper session, with a memory on disk: every call that changed anything is written down with
 * its time, and carried out again when the session is started anew. So the exchange outlives its process as a real one
 * does, and a restart finds there what it left. The journal stays the session's own; this is the venue's.
 */

import { TandemError } from '../../core/errors.ts'
import type { Environment } from '../../live/environment.ts'
import type { ExchangePort, OrderKey, OutgoingOrder } from '../../live/exchange.ts'
import type { ClosedRow, Files, GrowingFile } from '../../live/ports.ts'
import type { SimExchange } from './sim-exchange.ts'

/** A call as it is kept: one line of JSON each. */
type Kept =
  | { readonly do: 'begin'; readonly atMs: number; readonly row: ClosedRow }
  | { readonly do: 'submit'; readonly atMs: number; readonly order: OutgoingOrder }
  | { readonly do: 'cancel'; readonly atMs: number; readonly key: OrderKey }
  | { readonly do: 'amend'; readonly atMs: number; readonly key: OrderKey; readonly order: OutgoingOrder }
  | { readonly do: 'look'; readonly atMs: number }

type Call = Kept extends infer K ? (K extends Kept ? Omit<K, 'atMs'> : never) : never

/** The session's clock, which a replay of the past stands still on. */
class PastClock implements Environment {
  pastMs: number | null = null
  private readonly now: Environment

  constructor(now: Environment) {
    this.now = now
  }

  nowMs(): number {
    return this.pastMs ?? this.now.nowMs()
  }

  monotonicMs(): number {
    return this.now.monotonicMs()
  }

  after: Environment['after'] = (delayMs, then) => this.now.after(delayMs, then)
}

export interface PaperExchangeOptions {
  readonly environment: Environment
  readonly files: Files
  readonly path: string
  /** Makes the exchange on a clock, fresh. */
  readonly make: (environment: Environment) => SimExchange
}

export class PaperExchange {
  /** For the session. */
  readonly port: ExchangePort
  readonly exchange: SimExchange
  private readonly clock: PastClock
  private readonly file: GrowingFile
  private begunMs = Number.NEGATIVE_INFINITY

  private constructor(clock: PastClock, exchange: SimExchange, file: GrowingFile) {
    this.clock = clock
    this.exchange = exchange
    this.file = file
    this.port = this.keeping()
  }

  /** Throws `BAD_PAPER_EXCHANGE` for a memory that was damaged, but for a torn last line, which nobody was told of. */
  static async open({ environment, files, path, make }: PaperExchangeOptions): Promise<PaperExchange> {
    const clock = new PastClock(environment)
    const isNew = !files.exists(path)
    const calls = isNew ? [] : readCalls(files, path)
    const made = new PaperExchange(clock, make(clock), files.open(path, isNew))
    for (const call of calls) {
      clock.pastMs = call.atMs
      // What was refused then is refused again.
      await made.carryOut(call).catch(() => {})
    }
    clock.pastMs = null
    return made
  }

  /** The next row's candles are there; a row that has begun already doesn't begin again. */
  begin(row: ClosedRow): void {
    if (row.openMs <= this.begunMs) return
    const atMs = this.clock.nowMs()
    void this.carryOut({ do: 'begin', atMs, row })
    this.write({ do: 'begin', atMs, row })
  }

  close(): void {
    this.file.close()
  }

  private async carryOut(call: Kept): Promise<unknown> {
    const { exchange } = this
    switch (call.do) {
      case 'begin':
        this.begunMs = call.row.openMs
        return exchange.begin(call.row)
      case 'submit':
        return await exchange.submit(call.order)
      case 'cancel':
        return await exchange.cancel(call.key)
      case 'amend':
        return await exchange.amend(call.key, call.order)
      case 'look':
        return await exchange.trades(Number.POSITIVE_INFINITY)
    }
  }

  /** Carries a call out and keeps it where it changed anything, before anybody learns what came of it. */
  private async keep<T>(call: Call, work: () => Promise<T>): Promise<T> {
    const atMs = this.clock.nowMs()
    const { version } = this.exchange
    try {
      return await work()
    } finally {
      if (this.exchange.version !== version) this.write({ ...call, atMs } as Kept)
    }
  }

  private write(kept: Kept): void {
    this.file.append(Buffer.from(`${JSON.stringify(kept)}\n`, 'utf8'))
    this.file.sync()
  }

  private keeping(): ExchangePort {
    const { exchange } = this
    const own: Partial<ExchangePort> = {
      submit: (order) => this.keep({ do: 'submit', order }, () => exchange.submit(order)),
      cancel: (key) => this.keep({ do: 'cancel', key }, () => exchange.cancel(key)),
      amend: (key, order) => this.keep({ do: 'amend', key, order }, () => exchange.amend(key, order)),
      trades: (sinceMs) => this.keep({ do: 'look' }, () => exchange.trades(sinceMs)),
    }
    return new Proxy(exchange, {
      get: (target, name) => {
        const member: unknown = Reflect.get(own, name) ?? Reflect.get(target, name, target)
        return typeof member === 'function' && !(name in own) ? member.bind(target) : member
      },
    }) as unknown as ExchangePort
  }
}

/** A last line without its end was never answered: it is cut away. */
function readCalls(files: Files, path: string): readonly Kept[] {
  const bytes = files.read(path)
  const end = bytes.lastIndexOf(10) + 1
  if (end < bytes.length) files.truncate(path, end)
  const lines = Buffer.from(bytes.subarray(0, end)).toString('utf8').split('\n').slice(0, -1)
  return lines.map((line, i) => {
    try {
      const call = JSON.parse(line) as Kept
      if (typeof call.atMs === 'number' && typeof call.do === 'string') return call
    } catch {
      // Told below.
    }
    throw new TandemError('the simulated exchange of this session is damaged', {
      code: 'BAD_PAPER_EXCHANGE',
      where: `${path}:${i + 1}`,
      hint: 'bring the file back, or begin another session with --session',
    })
  })
}
