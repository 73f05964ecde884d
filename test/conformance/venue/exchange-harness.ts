/**
 * A live adapter against the loopback exchange, over HTTP, as the conformance suite plays it. What happened is learned
 * as live code learns it: from the answers, from trades, and from the orders' own status, after each step of time.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Dec, decToNumber, formatDec, parseDec, Rounding, rescale, ZERO } from '../../../engine/core/dec.ts'
import { type Fact, FactKind, orderFact, RejectCode } from '../../../engine/core/fact.ts'
import type { Instrument } from '../../../engine/core/instrument.ts'
import { type ApprovedOrder, OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import { openExchange } from '../../../engine/live/ccxt/open.ts'
import {
  ExchangeError,
  type ExchangePort,
  type OrderKey,
  type OutgoingOrder,
  type VenueTrade,
} from '../../../engine/live/exchange.ts'
import { exportExchange } from '../../../engine/loopback/export.ts'
import type { FloorSetup } from '../../../engine/loopback/floor.ts'
import { fillValue, flatFees } from '../../../engine/sim/costs.ts'
import { WALL } from '../../live/ccxt/support.ts'
import { floorSetup, futuresSetup, open, RECORD, series, type TestExchange } from '../../loopback/support.ts'
import {
  type Balances,
  INSTRUMENT,
  RULEBOOK,
  START_MS,
  TIMEFRAME_MS,
  type VenueHarness,
  type VenueSetup,
} from './harness.ts'

const { pxDec, qtyDec, quoteDec } = INSTRUMENT

export type LoopbackVenue = 'kraken' | 'krakenfutures'
const SYMBOLS: Readonly<Record<LoopbackVenue, string>> = { kraken: 'SOL/USD', krakenfutures: 'SOL/USD:USD' }

interface Sent {
  order: ApprovedOrder
  readonly key: OrderKey
  filled: number
  ended: boolean
}

export class ExchangeHarness implements VenueHarness {
  readonly instrument: Instrument
  nowMs = START_MS
  private readonly exchange: TestExchange
  private readonly port: ExchangePort
  private readonly folder: string
  private readonly sent = new Map<number, Sent>()
  private readonly known: Fact[] = []
  /** What answers have told since time last passed. */
  private told: Fact[] = []
  private readonly trades = new Set<string>()
  /** Something was sent since time last passed. */
  private isNew = false

  private readonly symbol: string
  /** Ids that were sent, whatever became of them. */
  private readonly ids = new Set<number>()

  private constructor(venue: LoopbackVenue, exchange: TestExchange, port: ExchangePort, folder: string) {
    this.instrument = venue === 'kraken' ? INSTRUMENT : { ...INSTRUMENT, kind: 'perpetual' }
    this.symbol = SYMBOLS[venue]
    this.exchange = exchange
    this.port = port
    this.folder = folder
  }

  static async make(venue: LoopbackVenue, setup: VenueSetup): Promise<ExchangeHarness> {
    const exchange = await openFloor(venue, setup)
    const folder = mkdtempSync(join(tmpdir(), 'tandem-venue-'))
    const port = await openExchange({
      venue,
      url: exchange.url,
      environment: WALL,
      keys: { apiKey: exchange.key.key, secret: exchange.key.secret },
      nonceFolder: folder,
      paced: false,
    })
    await port.markets([SYMBOLS[venue]])
    return new ExchangeHarness(venue, exchange, port, folder)
  }

  async submit(order: ApprovedOrder): Promise<void> {
    this.isNew = true
    // Live code never sends an id twice.
    if (this.ids.has(order.id)) {
      this.tell(FactKind.rejected, order, RejectCode.duplicateId)
      return
    }
    this.ids.add(order.id)
    const out = this.outgoing(order)
    try {
      const { venueId } = await this.port.submit(out)
      const key = { clientId: out.clientId, venueId, symbol: this.symbol }
      this.sent.set(order.id, { order, key, filled: 0, ended: false })
      if (order.type !== OrderType.market) this.tell(FactKind.accepted, order)
    } catch (error) {
      const code = codeOf(error)
      // Kraken Futures refuses what Kraken takes and cancels at once.
      this.tell(code === RejectCode.notFilledAtOnce ? FactKind.cancelled : FactKind.rejected, order, code)
    }
  }

  async cancel(orderId: number): Promise<void> {
    this.isNew = true
    const sent = this.sent.get(orderId)
    const key = sent?.key ?? { clientId: `c${orderId}`, venueId: null, symbol: this.symbol }
    try {
      await this.port.cancel(key)
    } catch (error) {
      this.tell(FactKind.cancelRejected, { id: orderId, instrument: 0 }, codeOf(error))
    }
  }

  async amend(order: ApprovedOrder): Promise<void> {
    this.isNew = true
    const sent = this.sent.get(order.id)
    const key = sent?.key ?? { clientId: `c${order.id}`, venueId: null, symbol: this.symbol }
    try {
      await this.port.amend(key, this.outgoing(order))
      if (sent !== undefined) sent.order = order
      this.tell(FactKind.amended, order)
    } catch (error) {
      this.tell(FactKind.amendRejected, order, codeOf(error))
    }
  }

  async advance(): Promise<void> {
    // What has just been sent may have met the open.
    if (this.isNew) await this.hear()
    this.isNew = false
    this.nowMs += TIMEFRAME_MS
    this.exchange.exchange.advanceTo(this.nowMs)
    await this.hear()
  }

  private tell(kind: FactKind, order: { readonly id: number; readonly instrument: number }, code?: RejectCode): void {
    this.told.push(orderFact(kind, order, this.nowMs, this.nowMs, code))
  }

  /** Trades first: what ended an order is told after what filled of it. */
  private async hear(): Promise<void> {
    const cancels = this.told.filter(({ kind }) => kind === FactKind.cancelRejected)
    this.known.push(...this.told.filter((fact) => !cancels.includes(fact)))
    this.told = []
    const trades = (await this.port.trades(START_MS)).filter((one) => !this.trades.has(one.tradeId))
    const mine = [...this.sent.values()]
    for (const trade of trades) {
      this.trades.add(trade.tradeId)
      const sent = mine.find(({ key }) => key.venueId === trade.venueId)
      if (sent !== undefined) this.known.push(await this.fillOf(sent, trade))
    }
    for (const sent of mine) if (!sent.ended) await this.hearOfEnd(sent)
    this.known.push(...cancels)
  }

  private async fillOf(sent: Sent, trade: VenueTrade): Promise<Fact> {
    const quantity = parseDec(trade.quantity, qtyDec)
    sent.filled += quantity
    const whole = await this.wholeOf(sent)
    const complete = sent.filled === whole
    if (complete) sent.ended = true
    return {
      ...orderFact(FactKind.filled, sent.order, trade.atMs, Math.max(trade.atMs, this.nowMs)),
      quantity,
      price: parseDec(trade.price, pxDec),
      value: trade.value === null ? this.worthOf(trade) : parseDec(trade.value, quoteDec),
      fee: parseDec(trade.fee!, quoteDec),
      complete,
      maker: trade.maker!,
      intrabar: true,
    }
  }

  /** Kraken Futures doesn't say what a trade was worth. */
  private worthOf(trade: VenueTrade): Dec {
    return fillValue(INSTRUMENT, parseDec(trade.price, pxDec), parseDec(trade.quantity, qtyDec))
  }

  /** Base quantity of the whole order; one sized in quote, or by a position, has it once it has filled. */
  private async wholeOf({ order, key }: Sent): Promise<number> {
    if (order.quantity > 0 && !order.reduceOnly) return order.quantity
    const [found] = await this.port.lookup(key, START_MS)
    return found?.status === 'filled' ? parseDec(found.filled, qtyDec) : Number.NaN
  }

  private async hearOfEnd(sent: Sent): Promise<void> {
    const found = (await this.port.lookup(sent.key, START_MS)).find(({ venueId }) => venueId === sent.key.venueId)
    if (found === undefined || found.status === 'open' || found.status === 'filled') return
    sent.ended = true
    const kind = found.status === 'expired' ? FactKind.expired : FactKind.cancelled
    this.known.push(orderFact(kind, sent.order, this.nowMs, this.nowMs, endCode(sent.order, found.status)))
  }

  facts(): readonly Fact[] {
    return this.known
  }

  async balances(): Promise<Balances> {
    if (this.instrument.kind !== 'spot') return this.books()
    const all = await this.port.balances()
    const of = (asset: string, scale: number): { total: Dec; free: Dec } => {
      const one = all.find((balance) => balance.asset === asset)
      return one === undefined
        ? { total: ZERO, free: ZERO }
        : { total: dec(one.total, scale), free: dec(one.free, scale) }
    }
    const [cash, base] = [of('USD', quoteDec), of('SOL', qtyDec)]
    return { cash: cash.total, freeCash: cash.free, base: base.total, freeBase: base.free }
  }

  /** A futures account has a wallet and positions: the exchange's own books, as spot's are kept. */
  private books(): Balances {
    const [one] = exportExchange(this.exchange.exchange).balances
    const cash = parseDec(one!.cash, quoteDec)
    const base = parseDec(one!.positions[this.symbol]!, qtyDec)
    return { cash, freeCash: cash, base, freeBase: base }
  }

  private outgoing(order: ApprovedOrder): OutgoingOrder {
    const { terms } = order
    const price = (units: Dec): string | null => (units === 0 ? null : formatDec(units, pxDec))
    return {
      clientId: `c${order.id}`,
      symbol: this.symbol,
      side: order.side === Side.buy ? Side.buy : Side.sell,
      type: order.type,
      quantity: order.quantity > 0 ? formatDec(order.quantity, qtyDec) : null,
      quoteAmount: order.quoteAmount > 0 ? formatDec(order.quoteAmount, quoteDec) : null,
      limitPrice: price(order.limitPrice),
      stopPrice: price(order.stopPrice),
      timeInForce: terms?.timeInForce ?? TimeInForce.gtc,
      expiresMs: order.expiresMs === Number.POSITIVE_INFINITY ? null : order.expiresMs,
      postOnly: terms?.postOnly ?? false,
      reduceOnly: order.reduceOnly && this.instrument.kind !== 'spot',
      trailAmount: terms === null ? null : price(terms.trailAmount),
      trailRate: terms === null || terms.trailRate === 0 ? null : String(decToNumber(terms.trailRate, 12)),
      leverage: 1,
      deadlineMs: null,
      referencePrice: '100',
    }
  }

  async close(): Promise<void> {
    await this.port.close()
    await this.exchange.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** What can't fill at once ends: Kraken says that it was cancelled. */
function endCode({ terms }: ApprovedOrder, status: string): RejectCode {
  const atOnce = terms?.timeInForce === TimeInForce.ioc || terms?.timeInForce === TimeInForce.fok
  return status === 'cancelled' && atOnce ? RejectCode.notFilledAtOnce : RejectCode.none
}

function codeOf(error: unknown): RejectCode {
  if (error instanceof ExchangeError && error.kind !== 'unknown') return error.reject ?? RejectCode.none
  throw error
}

function dec(text: string, scale: number): Dec {
  const decimals = (text.split('.')[1] ?? '').length
  return decimals <= scale
    ? parseDec(text, scale)
    : rescale(parseDec(text, decimals), decimals, scale, Rounding.halfEven)
}

/** An exchange with one market as the case has it. */
async function openFloor(venue: LoopbackVenue, setup: VenueSetup): Promise<TestExchange> {
  const { tick, step, minQty, minCost } = RULEBOOK
  const record = {
    ...RECORD,
    symbol: SYMBOLS[venue],
    tick: formatDec(tick, pxDec),
    step: formatDec(step, qtyDec),
    minQty: formatDec(minQty, qtyDec),
    minCost: formatDec(minCost, quoteDec),
  }
  const bars = setup.candles.map(([open, high, low, close, volume = 1e6]) => [open, high, low, close, volume] as const)
  const candles = [series(SYMBOLS[venue], bars, TIMEFRAME_MS, START_MS)]
  const changes: Partial<FloorSetup> = {
    accounts: [{ name: 'main', balances: { USD: String(setup.cash), SOL: String(setup.base) } }],
    rulebook: () => record,
    toRulebook: () => () => RULEBOOK,
    fees: () => flatFees(setup.makerFee, setup.takerFee),
    participation: setup.participation,
    units: { pxDec, qtyDec, quoteDec },
  }
  if (venue === 'kraken') return open(floorSetup(candles, changes))
  const futures = futuresSetup(candles, [], setup.leverage)
  const exchange = await open(null, { ...futures, ...changes })
  const { account } = exchange.exchange.futures!.desks.get('main')!.venue
  // A position that was there before, got for nothing.
  account.base[0] = parseDec(String(setup.base), qtyDec)
  return exchange
}
