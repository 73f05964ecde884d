/** Kraken Futures' view of the floor: linear perpetuals `PF_…`, their instruments and tickers. */

import { type Floor, split } from '../floor.ts'
import { altAsset } from '../spot/names.ts'
import { decimalsOf } from '../text.ts'
import { FuturesError } from './errors.ts'

export interface FuturesMarket {
  /** `PF_XBTUSD` */
  readonly id: string
  readonly symbol: string
  readonly index: number
  readonly base: string
  readonly quote: string
}

export class FuturesMarkets {
  readonly all: readonly FuturesMarket[]
  readonly floor: Floor
  /** Markets that can't be traded now. */
  readonly suspended = new Set<string>()
  private readonly byId: ReadonlyMap<string, FuturesMarket>

  constructor(floor: Floor) {
    this.floor = floor
    this.all = floor.symbols.map((symbol, index) => {
      const { base, quote } = split(symbol)
      // Futures call bitcoin XBT, but dogecoin DOGE.
      return { id: `PF_${base === 'BTC' ? altAsset(base) : base}${quote}`, symbol, index, base, quote }
    })
    this.byId = new Map(this.all.map((one) => [one.id, one]))
  }

  /** Throws `contractNotFound`. */
  find(id: string | undefined): FuturesMarket {
    const found = this.byId.get((id ?? '').toUpperCase())
    if (found === undefined) throw new FuturesError('contractNotFound')
    return found
  }

  instruments(atMs: number): unknown[] {
    return this.all.map((one) => {
      const record = this.floor.rulebook(one.symbol, atMs)
      const [leverage = 50] = this.floor.setup.leverages(one.symbol, atMs)
      return {
        symbol: one.id,
        type: 'flexible_futures',
        tickSize: Number(record.tick),
        contractSize: 1,
        tradeable: !this.suspended.has(one.symbol),
        impactMidSize: 1,
        maxPositionSize: 1_000_000,
        openingDate: new Date(this.floor.grid.time[0]!).toISOString(),
        marginLevels: [{ numNonContractUnits: 0, initialMargin: 1 / leverage, maintenanceMargin: 0.5 / leverage }],
        fundingRateCoefficient: 24,
        maxRelativeFundingRate: 0.0025,
        contractValueTradePrecision: decimalsOf(record.step),
        postOnly: false,
        feeScheduleUid: '5b755fea-c5b0-4307-a66e-b392cd5bd931',
        mtf: false,
        base: one.base,
        quote: one.quote,
        pair: `${one.base}:${one.quote}`,
      }
    })
  }

  ticker(one: FuturesMarket, nowMs: number): Record<string, unknown> {
    const { tape } = this.floor
    const last = tape.last(one.index, nowMs)
    const { last24h } = tape.day(one.index, nowMs)
    const tick = Number(this.floor.rulebook(one.symbol, nowMs).tick)
    const open = last24h?.open ?? last
    const funding = this.fundingAt(one, nowMs)
    return {
      symbol: one.id,
      last,
      lastTime: new Date(nowMs).toISOString(),
      tag: 'perpetual',
      pair: `${one.base}:${one.quote}`,
      markPrice: last,
      bid: last,
      bidSize: 1,
      ask: last + tick,
      askSize: 1,
      vol24h: last24h?.volume ?? 0,
      volumeQuote: (last24h?.volume ?? 0) * last,
      openInterest: 0,
      open24h: open,
      high24h: last24h?.high ?? last,
      low24h: last24h?.low ?? last,
      lastSize: 0,
      fundingRate: funding * last,
      fundingRatePrediction: funding * last,
      suspended: this.suspended.has(one.symbol),
      indexPrice: last,
      postOnly: false,
      change24h: open > 0 ? Math.round((last / open - 1) * 10_000) / 100 : 0,
    }
  }

  /** The rate in force; 0 where none is known. */
  private fundingAt(one: FuturesMarket, nowMs: number): number {
    return this.fundings(one).findLast(({ atMs }) => atMs <= nowMs)?.rate ?? 0
  }

  fundings({ index }: FuturesMarket): readonly { readonly atMs: number; readonly rate: number }[] {
    const [desk] = this.floor.desks.values()
    const events = desk?.venue.margin?.state.terms.funding[index]
    if (!events) return []
    return Array.from(events.timeMs, (atMs, i) => ({ atMs, rate: events.rate[i]! / 1e12 }))
  }
}
