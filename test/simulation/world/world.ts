/** Everything around the process under test, made from one seed: time, market, exchange, line, disk, other people. */

import { NonceSource } from '../../../engine/live/ccxt/nonce.ts'
import { type FaultKind, type FaultOptions, Faults, HALTING } from '../faults.ts'
import type { MarginWitness } from '../judge/margin.ts'
import { cashOf } from '../judge/money.ts'
import { type Setting, settingOf } from '../session/setting.ts'
import { units } from '../venue/amount.ts'
import { Candles } from '../venue/candles.ts'
import { DeadSwitch } from '../venue/dead-switch.ts'
import { Exchange } from '../venue/exchange.ts'
import { type Door, Line } from '../venue/line.ts'
import { MarginAccount } from '../venue/margin-account.ts'
import { type Boundary, SimulatedPort } from '../venue/port.ts'
import type { MarketTerms } from '../venue/records.ts'
import { SimulatedSocket, type StreamState } from '../venue/socket.ts'
import { Disk } from './disk.ts'
import { Draws } from './draws.ts'
import type { Life } from './life.ts'
import { Others, type OthersParts } from './others.ts'
import type { Surroundings, Witness } from './surroundings.ts'
import { abilitiesOf, drawTerms, MAINTENANCE, TIMEFRAME_MS, type WorldTerms } from './terms.ts'
import { VirtualTime } from './virtual-time.ts'
import { Walk } from './walk.ts'

/** Minutes of candles before a session begins. */
const HISTORY = 30
/** 2026-01-05, a Monday. */
const START_MS = 1_767_571_200_000

/** Where the key's nonces are kept. */
const NONCES = 'nonces/key.nonce'

const TIMEOUT_MS = 10_000
/** What ended longer ago than this, a venue with a short memory doesn't know any more. */
const HISTORY_MS = 180_000
/** Late requests on a venue that knows deadlines are refused; on others they may come this late. */
const LATEST_MS = 120_000
/** A hung socket never answers: whoever waits must give up by himself. */
const HUNG_MS = Number.POSITIVE_INFINITY

const MAINTENANCE_UNITS = units(String(MAINTENANCE))

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
  /** Null for spot. */
  readonly margin: MarginWitness | null
  readonly operated = true
  readonly strangers: number[] = []
  private readonly stream: StreamState = { silentUntilMs: 0, broken: 0 }
  private readonly socket: SimulatedSocket
  private readonly deadMan: DeadSwitch
  private readonly behind = new Map<string, { readonly untilMs: number; readonly ms: number }>()
  private readonly door: Door = { bannedUntilMs: 0, unreachableUntilMs: 0, maintenanceUntilMs: 0, outages: new Map() }

  constructor(seed: number, options: FaultOptions, machine: OthersParts['machine']) {
    const draws = new Draws(`simulation/${seed}`)
    this.draws = draws
    this.terms = drawTerms(draws.fork('terms'))
    this.faults = new Faults(draws.fork('faults'), options)
    this.time = new VirtualTime(START_MS)
    const { leverage } = this.terms
    const markets = MARKETS.slice(0, this.terms.symbols).map(({ terms, price }) => ({
      price,
      terms: leverage > 1 ? { ...terms, symbol: `${terms.symbol}:USD` } : terms,
    }))
    this.symbols = markets.map(({ terms }) => terms.symbol)
    this.exchange = this.newExchange(markets)
    this.candles = new Candles(TIMEFRAME_MS, this.faults, draws.fork('candles'))
    this.disk = new Disk(this.faults, draws.fork('disk'), () => this.time.nowMs)
    const { time, faults, exchange, candles, disk, door, stream } = this
    const { tickMs, volatility, jumps, delayMs } = this.terms
    this.others = new Others({
      ...{
        time,
        faults,
        exchange,
        candles,
        disk,
        door,
        machine,
        stream,
        strangers: this.strangers,
        draws: draws.fork('others'),
      },
      fallBehind: () => this.fallBehind(),
    })
    this.deadMan = new DeadSwitch(time, exchange, () => faults.count('deadManFires'))
    this.socket = new SimulatedSocket(
      { time, faults, candles, door, delayMs, timeframeMs: TIMEFRAME_MS, draws: draws.fork('socket') },
      stream,
    )
    this.walk = new Walk({ time, exchange, candles }, draws.fork('walk'), {
      everyMs: tickMs,
      ...{ volatility, jumps },
    })
    this.walk.start(
      START_MS - HISTORY * TIMEFRAME_MS,
      new Map(markets.map(({ terms, price }) => [terms.symbol, price])),
    )
    this.setting = settingOf(this, seed)
    const { account } = exchange
    const begun = units(String(this.terms.equity))
    this.witness = {
      orders: exchange.orders,
      trades: exchange.trades,
      price: exchange.price,
      tolerance: 0n,
      charges: exchange.charges,
      cashOf: (tradeId) => {
        const trade = exchange.trades.find((one) => one.tradeId === tradeId)
        return trade === undefined ? null : cashOf(trade)
      },
      holding: (symbol) =>
        account instanceof MarginAccount
          ? (account.positions.get(symbol)?.quantity ?? 0n)
          : (account.total.get(exchange.terms(symbol).base) ?? 0n),
      get money() {
        return moneyOf(exchange)
      },
    }
    this.margin =
      leverage === 1
        ? null
        : {
            ...{
              trades: exchange.trades,
              closures: exchange.closures,
              price: exchange.price,
              maintenance: MAINTENANCE_UNITS,
            },
            get money() {
              return begun + exchange.moved
            },
          }
  }

  /** The venue's lists are all behind for a while, each as far as it ever is. */
  private fallBehind(): boolean {
    const { faults, draws, time, terms, behind } = this
    const untilMs = time.nowMs + draws.whole(5000, 30_000)
    for (const kind of ['ordersLag', 'tradesLag', 'balancesLag'] as const) {
      if (faults.has(kind)) behind.set(kind, { untilMs, ms: draws.whole(terms.lagMs >> 1, terms.lagMs) })
    }
    return true
  }

  get deadline(): boolean {
    return this.terms.deadline
  }

  get candlesUntilMs(): number {
    return this.walk.untilMs
  }

  get mayHalt(): boolean {
    return HALTING.some((kind) => this.faults.fired(kind))
  }

  /** The Exchange port of one life. */
  port(life: Life, boundary: Boundary, number: number) {
    const { time, faults, exchange, candles, door, terms } = this
    const draws = this.draws.fork(`line ${number}`)
    const line = new Line(time, life, faults, draws, this.lineTerms(), door, () => this.others.disturbed())
    const port = new SimulatedPort({
      ...{ exchange, candles, line, time, faults, draws, door, boundary },
      ...{ deadMan: this.deadMan, leverage: terms.leverage, venue: terms.leverage > 1 ? 'krakenfutures' : 'kraken' },
      nonces: new NonceSource(NONCES, 'ns', life, this.disk.portFor(life)),
      behind: this.behind,
      isAlive: () => life.isAlive,
      lags: {
        ordersMs: terms.lagMs,
        tradesMs: terms.lagMs,
        balancesMs: terms.lagMs,
        feeMs: 5 * terms.lagMs,
        historyMs: HISTORY_MS,
      },
      abilities: abilitiesOf(terms),
      rates: { maker: '0.0025', taker: '0.004' },
      fillNow: ({ venueId, clientId }) => exchange.fillNow(venueId, clientId, time.nowMs),
    })
    return { port, line, socket: terms.stream ? this.socket.openerFor(life) : null }
  }

  /** How many orders of a client id ended with nothing filled so long ago that a venue with a short memory tells of none. */
  forgotten(clientId: string): number {
    if (!this.faults.fired('historyShort')) return 0
    const endedMs = this.time.nowMs - HISTORY_MS
    return this.exchange.orders.filter(
      ({ clientId: own, status, filled, versions }) =>
        own === clientId && status !== 'open' && filled === 0n && versions.at(-1)!.atMs < endedMs,
    ).length
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
      margin:
        terms.leverage === 1
          ? null
          : { quote: 'USD', leverage: BigInt(terms.leverage), maintenance: MAINTENANCE_UNITS },
      feeIn:
        terms.leverage > 1
          ? 'quote'
          : faults.has('feeInBase')
            ? 'base'
            : faults.has('feeInThirdCoin')
              ? 'third'
              : 'quote',
    })
  }
}

/** Money of the account; on margin, what trades alone have moved: neither unrealised profit nor funding. */
function moneyOf({ account, moved }: Exchange): bigint {
  let money = account.total.get('USD') ?? 0n
  if (!(account instanceof MarginAccount)) return money
  for (const { cost } of account.positions.values()) money -= cost
  return money - moved
}
