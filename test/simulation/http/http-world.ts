/**
 * The practice exchange on HTTP as surroundings: its own faults by seed, its own books as the witness, the venue's real
 * ccxt client in between. Its clock is the simulation's; time stands still while a request is under way.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allocateCandles, type CandleSeries } from '../../../engine/core/candles.ts'
import { abilitiesOf, openExchange } from '../../../engine/live/ccxt/open.ts'
import type { Environment } from '../../../engine/live/environment.ts'
import type { ExchangePort } from '../../../engine/live/exchange.ts'
import type { ClosedRow } from '../../../engine/live/ports.ts'
import { VirtualClock } from '../../../engine/loopback/clock.ts'
import { exportExchange } from '../../../engine/loopback/export.ts'
import { Faults as WireFaults } from '../../../engine/loopback/faults/faults.ts'
import { FAULT_KINDS, FAULT_NAMES, type FaultRates } from '../../../engine/loopback/faults/kinds.ts'
import { generateKey, type KeySetup } from '../../../engine/loopback/keys.ts'
import { type RunningExchange, startExchange } from '../../../engine/loopback/start.ts'
import { floorSetup } from '../../loopback/support.ts'
import type { FaultKind, Faults } from '../faults.ts'
import { type Setting, settingFor } from '../session/setting.ts'
import { units } from '../venue/amount.ts'
import type { Boundary } from '../venue/port.ts'
import { Disk } from '../world/disk.ts'
import { Draws } from '../world/draws.ts'
import type { Life } from '../world/life.ts'
import type { Surroundings, Witness } from '../world/surroundings.ts'
import { TIMEFRAME_MS } from '../world/terms.ts'
import { VirtualTime } from '../world/virtual-time.ts'

const START_MS = 1_767_571_200_000
const HISTORY = 30
const SYMBOL = 'BTC/USD'

/** Left out: a hung socket and lateness by the wall clock hold real time up; liquidation and the like need margin. */
const LEFT_OUT = new Set<string>(['hung-socket', 'leverage-refusal', 'liquidation', 'funding', 'read-lag-positions'])
/** Faults after which a session may stay halted: only a person can say what is right. */
const HALTING: readonly string[] = [
  'manual-trade',
  // Charged in base, and shown in quote by its list of trades.
  'fee-in-base',
  'cancel-lost',
  'history-limit',
  'id-reuse',
  'clock-jump',
  'clock-skew',
]

export class HttpWorld implements Surroundings {
  readonly time = new VirtualTime(START_MS)
  readonly draws: Draws
  readonly disk: Disk
  readonly symbols = [SYMBOL]
  readonly witness: Witness
  readonly setting: Setting
  readonly deadline = true
  readonly operated = false
  /** The machine's own faults: how often the process dies. */
  readonly faults: Pick<Faults, 'fires'>
  readonly rates: FaultRates
  readonly wire: WireFaults
  private readonly running: RunningExchange
  private readonly key: KeySetup
  private readonly nonces = mkdtempSync(join(tmpdir(), 'tandem-nonces-'))
  /** Calls that have not come back. */
  underWay = 0

  private constructor(
    draws: Draws,
    rates: FaultRates,
    wire: WireFaults,
    running: RunningExchange,
    key: KeySetup,
    bars: CandleSeries,
  ) {
    this.draws = draws
    this.rates = rates
    this.wire = wire
    this.running = running
    this.key = key
    const machine = draws.fork('machine faults')
    this.faults = { fires: (kind: FaultKind) => kind === 'powerLoss' && machine.chance(0.4) }
    const noFaults = { fires: () => false, count: () => undefined } as unknown as Faults
    this.disk = new Disk(noFaults, draws.fork('disk'), () => this.time.nowMs)
    this.time.isBusy = () => this.underWay > 0
    this.witness = new ExportedBooks(running)
    this.setting = settingFor({
      symbols: this.symbols,
      market: { tick: '0.1', step: '0.00000001', minQuantity: '0.0001', minCost: '0.5' },
      equity: 10_000,
      habits: { every: draws.whole(1, 4), brackets: true, resting: draws.chance(0.5), weights: false, amends: false },
      history: historyOf(bars),
      seed: `http/${draws.whole(0, 1e9)}`,
    })
  }

  static async make(seed: number, minutes: number): Promise<HttpWorld> {
    const draws = new Draws(`simulation over HTTP/${seed}`)
    const rates = drawRates(draws.fork('rates'))
    const wire = new WireFaults(rates, seed)
    const bars = barsOf(draws.fork('bars'), HISTORY + minutes + 30)
    const clock = new VirtualClock(START_MS)
    const key = generateKey('test', 'main', ['query', 'trade'])
    const running = await startExchange(
      { spot: floorSetup([bars]), futures: null, keys: [key], clock, startMs: START_MS, seed, faults: wire },
      { port: 0, tier: 'pro', rateLimits: 'off', lateMs: 20 },
    )
    return new HttpWorld(draws, rates, wire, running, key, bars)
  }

  get candlesUntilMs(): number {
    return this.time.nowMs
  }

  get mayHalt(): boolean {
    const counts = this.wire.counts()
    return HALTING.some((name) => (counts[name] ?? 0) > 0)
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.wire.setRates({})
  }

  async close(): Promise<void> {
    await this.running.close()
    rmSync(this.nonces, { recursive: true, force: true })
  }

  port(life: Life, boundary: Boundary, _number: number): ReturnType<Surroundings['port']> {
    const opened = openExchange({
      venue: 'kraken',
      keys: { apiKey: this.key.key, secret: this.key.secret },
      url: this.running.url,
      // Requests are real and have real timers; the time of day is the exchange's.
      environment: wireClock(() => this.time.nowMs),
      nonceFolder: this.nonces,
      paced: false,
    })
    return { port: this.keeping(opened, life, boundary), line: this, socket: null }
  }

  /** Each call finds the exchange at the simulation's time, and time stands still until it is over. */
  private keeping(opened: Promise<ExchangePort>, life: Life, boundary: Boundary): ExchangePort {
    const call = (name: keyof ExchangePort, values: readonly unknown[]): Promise<unknown> => {
      if (!life.passes()) return new Promise(() => undefined)
      if (name === 'submit') boundary.submitting(values[0] as never)
      if (name === 'cancel') boundary.cancelling(values[0] as never)
      if (name === 'amend') boundary.amending(values[0] as never, values[1] as never)
      return this.held(life, async () => {
        const port = await opened
        this.running.exchange.advanceTo(this.time.nowMs)
        return await (port[name] as (...all: readonly unknown[]) => Promise<unknown>).apply(port, [...values])
      })
    }
    return new Proxy({} as ExchangePort, {
      get: (_, name: keyof ExchangePort) => {
        if (name === 'venue') return 'kraken'
        if (name === 'abilities') return abilitiesOf('kraken')
        return (...values: readonly unknown[]) => call(name, values)
      },
    })
  }

  private held(life: Life, work: () => Promise<unknown>): Promise<unknown> {
    this.underWay += 1
    return new Promise((resolve, reject) => {
      // A process that died meanwhile hears nothing.
      const settle = (then: () => void): void => {
        this.underWay -= 1
        if (life.isAlive) life.deliver(this.time.nowMs + 1, then)
      }
      work().then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(error)),
      )
    })
  }
}

/** A few kinds of faults, each more or less often than usual. */
function drawRates(draws: Draws): FaultRates {
  const share = 0.6 * draws.share()
  const rates: Record<string, number> = {}
  for (const name of FAULT_NAMES) {
    const isDrawn = draws.chance(share)
    const factor = draws.pick([0.3, 1, 2])
    if (isDrawn && !LEFT_OUT.has(name)) rates[name] = Math.min(1, FAULT_KINDS[name].rate * factor)
  }
  return rates as FaultRates
}

function barsOf(draws: Draws, count: number): CandleSeries {
  const candles = allocateCandles(count)
  const volatility = draws.pick([0.0005, 0.002, 0.004])
  let price = 50_000
  for (let row = 0; row < count; row++) {
    const open = price
    const close = open * (1 + volatility * (draws.share() + draws.share() + draws.share() - 1.5) * 2)
    const far = volatility * draws.share()
    const round = (value: number): number => Math.round(value * 10) / 10
    candles.time[row] = START_MS + (row - HISTORY) * TIMEFRAME_MS
    candles.open[row] = round(open)
    candles.close[row] = round(close)
    candles.high[row] = round(Math.max(open, close) * (1 + far))
    candles.low[row] = round(Math.min(open, close) * (1 - far))
    candles.volume[row] = 100
    price = round(close)
  }
  return { venue: 'kraken', symbol: SYMBOL, timeframeMs: TIMEFRAME_MS, candles, dataHash: 'simulation' }
}

function historyOf({ candles }: CandleSeries): ClosedRow[] {
  return Array.from({ length: HISTORY }, (_, row) => {
    const openMs = candles.time[row]!
    const [open, high, low, close] = [candles.open[row]!, candles.high[row]!, candles.low[row]!, candles.close[row]!]
    return { openMs, candles: [{ openMs, open, high, low, close, volume: candles.volume[row]! }], late: [] }
  })
}

/** The exchange's own export. */
class ExportedBooks implements Witness {
  /** Each order's sums are rounded to a unit. */
  readonly tolerance = 100n
  readonly cashOf = (): null => null
  private readonly running: RunningExchange

  constructor(running: RunningExchange) {
    this.running = running
  }

  get orders() {
    return exportExchange(this.running.exchange).orders.map(({ clientId, symbol, side, quantity, filled, status }) => ({
      ...{ clientId, symbol, side: side === 'buy' ? (1 as const) : (-1 as const), status },
      ...{ quantity: units8(quantity), filled: units8(filled) },
    }))
  }

  get trades() {
    return exportExchange(this.running.exchange).trades.map(({ id, clientId, quantity, price }) => ({
      ...{ tradeId: id, clientId, quantity: units8(quantity), price: units8(price) },
    }))
  }

  get price(): ReadonlyMap<string, bigint> {
    const { floor } = this.running.exchange.floors[0]!
    const row = Math.max(0, Math.floor((this.running.exchange.nowMs() - floor.tape.grid.time[0]!) / TIMEFRAME_MS))
    const close = floor.tape.grid.symbols[0]!.close
    return new Map([[SYMBOL, units(close[Math.min(row, close.length - 1)]!.toFixed(8))]])
  }

  holding(symbol: string): bigint {
    return units8(exportExchange(this.running.exchange).balances[0]!.holdings[symbol] ?? '0')
  }

  get money(): bigint {
    return units8(exportExchange(this.running.exchange).balances[0]!.cash)
  }
}

/** An amount to the eighth digit: fees in base have more. */
function units8(text: string): bigint {
  return units(text.replace(/(\.\d{8})\d+$/, '$1'))
}

function wireClock(nowMs: () => number): Environment {
  return {
    nowMs,
    monotonicMs: () => performance.now(),
    after: (delayMs, then) => {
      const timer = setTimeout(then, delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
  }
}
