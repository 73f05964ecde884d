/** Live sessions in memory, held against backtests: the real session, executor and journal on a virtual clock. */

import type { Strategy } from '../../engine/core/strategy.ts'
import { PATIENCE, type SendPoint } from '../../engine/live/context.ts'
import { type Environment, pause } from '../../engine/live/environment.ts'
import type { VenueMarket } from '../../engine/live/exchange.ts'
import type { JournalPoint } from '../../engine/live/journal.ts'
import type { Alerts, CandleFeed, ClosedRow, FeedListener, OrderGate, SafetyState } from '../../engine/live/ports.ts'
import { type Started, type StartOptions, startSession } from '../../engine/live/recovery.ts'
import type { ByteStore } from '../../engine/run/byte-store.ts'
import { type Executed, execute } from '../../engine/run/execute.ts'
import { KernelDecider } from '../../engine/run/live/kernel-decider.ts'
import { simVenueOf } from '../../engine/run/live/paper.ts'
import { SimExchange } from '../../engine/run/live/sim-exchange.ts'
import { type Market, makeInstruments } from '../../engine/run/market.ts'
import { plainTerms, type Terms } from '../../engine/run/terms.ts'
import { MemoryFiles } from './memory-files.ts'
import { type ConfigChanges, plainConfig } from './runs.ts'
import { VirtualClock } from './virtual-clock.ts'

export class TestGate implements OrderGate {
  state: SafetyState = 'ACTIVE'
  readonly halts: string[] = []

  check() {
    return { allowed: true } as const
  }

  outcome(): void {}

  halt(code: string, text: string): void {
    this.state = 'HALTED'
    this.halts.push(`${code}: ${text}`)
  }

  marked(): void {}
}

export const silent: Alerts = { tell: () => {} }

/** The rows of a market from `from` to before `to`. */
export function rowsOf({ grid }: Market, from: number, to: number): ClosedRow[] {
  const rows: ClosedRow[] = []
  for (let row = from; row < to; row++) {
    const openMs = grid.time[row]!
    const candles = grid.symbols.map(({ open, high, low, close, volume }) =>
      Number.isNaN(close[row]!)
        ? null
        : { openMs, open: open[row]!, high: high[row]!, low: low[row]!, close: close[row]!, volume: volume[row]! },
    )
    rows.push({ openMs, candles, late: [] })
  }
  return rows
}

/** Tells rows as they close. `last` is told after the last one. */
export class ClockFeed implements CandleFeed {
  private readonly environment: Environment
  private readonly rows: readonly ClosedRow[]
  private readonly timeframeMs: number
  private readonly last: () => void
  private stopped = false

  constructor(environment: Environment, rows: readonly ClosedRow[], timeframeMs: number, last: () => void) {
    this.environment = environment
    this.rows = rows
    this.timeframeMs = timeframeMs
    this.last = last
  }

  start(fromMs: number, listener: FeedListener): void {
    const rows = this.rows.filter(({ openMs }) => openMs >= fromMs)
    const next = (at: number): void => {
      const row = rows[at]
      const dueMs = row === undefined ? this.environment.nowMs() + 60_000 : row.openMs + this.timeframeMs
      this.environment.after(dueMs - this.environment.nowMs(), () => {
        if (this.stopped) return
        if (row === undefined) this.last()
        else {
          listener.row(row)
          next(at + 1)
        }
      })
    }
    next(0)
  }

  stop(): Promise<void> {
    this.stopped = true
    return Promise.resolve()
  }
}

export interface LiveCase {
  readonly market: Market
  readonly make: () => Strategy
  readonly changes?: ConfigChanges
  readonly terms?: Terms
  /** First row of the session: the backtest's window begins there as well. */
  readonly from: number
  /** `paper`: the exchange learns of a row as it closes. `live`: it knows it from its open. */
  readonly kind: 'paper' | 'live'
  readonly pairs?: 'native' | 'both'
  readonly files?: MemoryFiles
  /** Keeps the decision records. */
  readonly records?: ByteStore
  readonly more?: Partial<StartOptions>
}

export interface LiveRun {
  readonly started: Started
  readonly decider: KernelDecider
  readonly exchange: SimExchange
  readonly files: MemoryFiles
  readonly gate: TestGate
  readonly decisions: string
}

export function configOf({ market, changes = {} }: Pick<LiveCase, 'market' | 'changes'>) {
  const symbols = market.columns.grid.symbols.map(({ series }) => series.symbol)
  return plainConfig({ data: { venue: 'test', symbols, timeframe: '1h' }, ...changes })
}

export function backtestOf(one: LiveCase): Executed {
  const config = configOf(one)
  const instruments = makeInstruments(config, one.market.grid)
  const window = { fromRow: one.from, toRow: one.market.grid.rows }
  return execute(config, one.market, instruments, one.make(), { ...(one.terms ? { terms: one.terms } : {}), window })
}

export function deciderOf(one: LiveCase): KernelDecider {
  const config = configOf(one)
  return new KernelDecider({
    config,
    terms: one.terms ?? plainTerms(config),
    instruments: makeInstruments(config, one.market.grid),
    strategy: one.make(),
    history: rowsOf(one.market, 0, one.from),
    continuation: null,
    strategyState: null,
    initialEquity: config.account.equity,
    room: one.market.grid.rows,
    ...(one.records === undefined ? {} : { decisions: one.records.add }),
  })
}

/** Symbols as today's markets that demand nothing. */
function freeMarkets(symbols: readonly string[]): VenueMarket[] {
  return symbols.map((symbol) => ({
    symbol,
    tick: null,
    step: null,
    minQuantity: null,
    minCost: null,
    leverages: [1],
    status: 'online',
  }))
}

export function exchangeOf(one: LiveCase, environment: Environment): SimExchange {
  const config = configOf(one)
  const terms = one.terms ?? plainTerms(config)
  const instruments = makeInstruments(config, one.market.grid)
  const { grid } = one.market
  return new SimExchange({
    environment,
    venue: 'test',
    instruments,
    timeframeMs: grid.timeframeMs,
    fromMs: grid.time[one.from]!,
    room: grid.rows,
    markets: freeMarkets(instruments.map(({ symbol }) => symbol)),
    rates: { maker: '0', taker: '0' },
    make: (own, facts) => simVenueOf({ config, terms, instruments, initialEquity: config.account.equity }, own, facts),
    ...(one.pairs === undefined ? {} : { pairs: one.pairs }),
  })
}

/** The session from its first row to the market's last. */
export async function runLive(one: LiveCase): Promise<LiveRun> {
  const { market, from, kind } = one
  const { timeframeMs } = market.grid
  const rows = rowsOf(market, from, market.grid.rows)
  const clock = new VirtualClock(rows[0]!.openMs)
  const exchange = exchangeOf(one, clock)
  const files = one.files ?? new MemoryFiles()
  const gate = new TestGate()
  const decider = deciderOf(one)
  let stop: () => void = () => {}
  const feed = new ClockFeed(clock, rows, timeframeMs, () => stop())
  const byOpen = new Map(rows.map((row) => [row.openMs, row]))
  if (kind === 'live') {
    // The market knows its rows from their open; between two rows with a gap nothing happens.
    for (const row of rows) clock.after(row.openMs - clock.nowMs(), () => exchange.begin(row))
  }
  const onRow = kind === 'paper' ? (row: ClosedRow) => exchange.begin(byOpen.get(row.openMs)!) : undefined
  const started = await clock.until(
    startSession({
      ...startOf(one, decider, files),
      environment: clock,
      exchange,
      feed,
      gate,
      alerts: silent,
      reconcileMs: 0,
      // Between two rows of an hour nothing happens here that the rows themselves don't bring.
      patience: { ...PATIENCE, pollMs: 1_200_000, idleMs: 3_600_000 },
      ...(onRow === undefined ? {} : { onRow }),
      ...one.more,
    }),
  )
  stop = () => started.session.stop()
  await clock.until(started.session.run())
  const { decisions } = decider.finish()
  return { started, decider, exchange, files, gate, decisions }
}

export function startOf(one: LiveCase, decider: KernelDecider, files: MemoryFiles) {
  const config = configOf(one)
  return {
    decider,
    leverage: config.account.leverage,
    identity: {
      account: 'test',
      strategy: 'test',
      venue: 'test',
      symbols: [...config.data.symbols],
      timeframeMs: decider.timeframeMs,
      mode: one.kind,
      startMs: one.market.grid.time[one.from]!,
      hashes: { bundle: 'b' },
      equity: String(config.account.equity),
      units: {},
    },
    code: { node: process.version },
    journal: { files, path: 'journal.jsonl' },
    settlement: null,
  }
}

class Killed extends Error {}

export interface CrashPlan {
  /** Where the process dies, and about every how-manieth time that it gets there. */
  readonly point: JournalPoint | SendPoint
  readonly every: number
  /** What wasn't synced is lost, too. */
  readonly power: boolean
}

/** As `runLive`, with deaths; each time a new process starts on the same files, at the same exchange. */
export async function runWithCrashes(one: LiveCase, plan: CrashPlan) {
  const { market, from } = one
  const { timeframeMs } = market.grid
  const rows = rowsOf(market, from, market.grid.rows)
  const clock = new VirtualClock(rows[0]!.openMs)
  const exchange = exchangeOf(one, clock)
  const files = new MemoryFiles()
  for (const row of rows) clock.after(row.openMs - clock.nowMs(), () => exchange.begin(row))
  let passed = 0
  let crashes = 0
  let next = plan.every
  const at = (point: string): void => {
    if (point !== plan.point || ++passed < next) return
    // Further and further apart by turns, so that a start that dies gets further the next time.
    next = passed + plan.every + (crashes % 9)
    throw new Killed(point)
  }
  for (;;) {
    const gate = new TestGate()
    const decider = deciderOf(one)
    let stop: () => void = () => {}
    const feed = new ClockFeed(clock, rows, timeframeMs, () => stop())
    try {
      const start = startOf(one, decider, files)
      const { session } = await clock.until(
        startSession({
          ...start,
          journal: { ...start.journal, at },
          at,
          environment: clock,
          exchange,
          feed,
          gate,
          alerts: silent,
          reconcileMs: 0,
          patience: { ...PATIENCE, pollMs: 600_000, idleMs: 3_600_000 },
        }),
      )
      stop = () => session.stop()
      await clock.until(session.run())
      return { session, decider, exchange, files, gate, crashes }
    } catch (error) {
      if (!(error instanceof Killed)) throw error
      crashes += 1
      await feed.stop()
      if (plan.power) files.lose()
      // Supervisors wait a little before they start a process again.
      await clock.until(pause(clock, 5_000))
    }
  }
}
