/** Everything around the process under test, made from one seed: time, market, exchange, line, disk, other people. */

import { type FaultKind, type FaultOptions, Faults, HALTING } from '../faults.ts'
import { cashOf } from '../judge/money.ts'
import { type Setting, settingOf } from '../session/setting.ts'
import { units } from '../venue/amount.ts'
import { Candles } from '../venue/candles.ts'
import { Exchange } from '../venue/exchange.ts'
import { type Door, Line } from '../venue/line.ts'
import { type Boundary, SimulatedPort } from '../venue/port.ts'
import type { MarketTerms } from '../venue/records.ts'
import { Disk } from './disk.ts'
import { Draws } from './draws.ts'
import type { Life } from './life.ts'
import { Others, type OthersParts } from './others.ts'
import type { Surroundings, Witness } from './surroundings.ts'
import { abilitiesOf, drawTerms, TIMEFRAME_MS, type WorldTerms } from './terms.ts'
import { VirtualTime } from './virtual-time.ts'
import { Walk } from './walk.ts'

/** Minutes of candles before a session begins. */
const HISTORY = 30
/** 2026-01-05, a Monday. */
const START_MS = 1_767_571_200_000

const TIMEOUT_MS = 10_000
/** Late requests on a venue that knows deadlines are refused; on others they may come this late. */
const LATEST_MS = 120_000
/** A hung socket never answers: whoever waits must give up by himself. */
const HUNG_MS = Number.POSITIVE_INFINITY

const MARKETS: readonly { readonly terms: MarketTerms; readonly price: bigint }[] = [
  market('BTC', '0.1', '0.000001', '0.00005', 50_000),
  market('ETH', '0.01', '0.0001', '0.002', 2_500),
  market('DOGE', '0.00001', '0.001', '2', 0.25),
]

function market(base: string, tick: string, step: string, minQuantity: string, price: number) {
  const names = { symbol: `${base}/USD`, base, quote: 'USD', status: 'online' as const }
  const demands = { tick: units(tick), step: units(step), minQuantity: units(minQuantity), minCost: units('0.5') }
  return { terms: { ...names, ...demands }, price: units(String(price)) }
}

export class World implements Surroundings {
  readonly draws: Draws
  readonly terms: WorldTerms
  readonly faults: Faults
  readonly time: VirtualTime
  readonly exchange: Exchange
  readonly candles: Candles
  readonly disk: Disk
  readonly symbols: readonly string[]
  readonly others: Others
  readonly setting: Setting
  readonly witness: Witness
  readonly walk: Walk
  private readonly behind = new Map<string, { readonly untilMs: number; readonly ms: number }>()
  private readonly door: Door = { bannedUntilMs: 0, unreachableUntilMs: 0, maintenanceUntilMs: 0, outages: new Map() }

  constructor(seed: number, options: FaultOptions, machine: OthersParts['machine']) {
    const draws = new Draws(`simulation/${seed}`)
    this.draws = draws
    this.terms = drawTerms(draws.fork('terms'))
    this.faults = new Faults(draws.fork('faults'), options)
    this.time = new VirtualTime(START_MS)
    const markets = MARKETS.slice(0, this.terms.symbols)
    this.symbols = markets.map(({ terms }) => terms.symbol)
    this.exchange = this.newExchange(markets)
    this.candles = new Candles(TIMEFRAME_MS, this.faults, draws.fork('candles'))
    this.disk = new Disk(this.faults, draws.fork('disk'), () => this.time.nowMs)
    const { time, faults, exchange, candles, disk, door } = this
    this.others = new Others({ time, faults, exchange, candles, disk, door, machine, draws: draws.fork('others') })
    this.walk = new Walk({ time, exchange, candles }, draws.fork('walk'), {
      everyMs: this.terms.tickMs,
      volatility: this.terms.volatility,
      jumps: this.terms.jumps,
    })
    this.walk.start(
      START_MS - HISTORY * TIMEFRAME_MS,
      new Map(markets.map(({ terms, price }) => [terms.symbol, price])),
    )
    this.setting = settingOf(this, seed)
    const { account } = exchange
    this.witness = {
      orders: exchange.orders,
      trades: exchange.trades,
      price: exchange.price,
      tolerance: 0n,
      cashOf: (tradeId) => {
        const trade = exchange.trades.find((one) => one.tradeId === tradeId)
        return trade === undefined ? null : cashOf(trade)
      },
      holding: (symbol) => account.total.get(exchange.terms(symbol).base) ?? 0n,
      get money() {
        return account.total.get('USD') ?? 0n
      },
    }
  }

  get deadline(): boolean {
    return this.terms.deadline
  }

  get mayHalt(): boolean {
    return HALTING.some((kind) => this.faults.fired(kind))
  }

  /** The Exchange port of one life. */
  port(life: Life, boundary: Boundary, number: number): { readonly port: SimulatedPort; readonly line: Line } {
    const { time, faults, exchange, candles, door, terms } = this
    const draws = this.draws.fork(`line ${number}`)
    const line = new Line(time, life, faults, draws, this.lineTerms(), door, () => this.others.disturbed())
    const port = new SimulatedPort({
      ...{ exchange, candles, line, time, faults, draws, door, boundary },
      behind: this.behind,
      isAlive: () => life.isAlive,
      lags: {
        ordersMs: terms.lagMs,
        tradesMs: terms.lagMs,
        balancesMs: terms.lagMs,
        feeMs: 5 * terms.lagMs,
        historyMs: faults.has('historyShort') ? 1_800_000 : Number.POSITIVE_INFINITY,
      },
      abilities: abilitiesOf(terms),
      rates: { maker: '0.0025', taker: '0.004' },
      fillNow: ({ venueId, clientId }) => exchange.fillNow(venueId, clientId, time.nowMs),
    })
    return { port, line }
  }

  /** From now on nothing goes wrong any more. */
  calm(): void {
    this.faults.isOn = false
    this.others.stop()
  }

  /** Counts what shows in what was traded, not in a moment. */
  countShapes(): void {
    const { faults, exchange } = this
    const shape = (kind: FaultKind, times: number): void => {
      for (let i = 0; i < times && faults.rates.has(kind); i++) faults.count(kind)
    }
    const pieces = new Map<string, number>()
    for (const { venueId } of exchange.trades) pieces.set(venueId, (pieces.get(venueId) ?? 0) + 1)
    shape('partialFills', [...pieces.values()].filter((count) => count > 1).length)
    shape('feeInBase', exchange.trades.filter(({ feeAsset }) => feeAsset !== 'USD' && feeAsset !== 'FEE').length)
    shape('feeInThirdCoin', exchange.trades.filter(({ feeAsset }) => feeAsset === 'FEE').length)
  }

  private lineTerms() {
    const { delayMs } = this.terms
    return { delayMs, timeoutMs: TIMEOUT_MS, latestMs: LATEST_MS, hungMs: HUNG_MS }
  }

  private newExchange(markets: typeof MARKETS): Exchange {
    const { terms, faults } = this
    const typical = units(String(terms.equity / 4))
    const depth = (typical * BigInt(Math.round(terms.depth * 100))) / 100n
    return new Exchange({
      markets: markets.map((one) => ({ ...one.terms })),
      balances: new Map([
        ['USD', units(String(terms.equity))],
        ['FEE', units('1000')],
      ]),
      startMs: START_MS - HISTORY * TIMEFRAME_MS,
      makerRate: units('0.0025'),
      takerRate: units('0.004'),
      spreadTicks: BigInt(terms.spreadTicks),
      depth: faults.has('partialFills') ? depth : 0n,
      stopsReserve: terms.stopsReserve,
      margin: null,
      feeIn: faults.has('feeInBase') ? 'base' : faults.has('feeInThirdCoin') ? 'third' : 'quote',
    })
  }
}
