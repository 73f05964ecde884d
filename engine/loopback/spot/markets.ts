/** Kraken's view of the floor's symbols: ids, AssetPairs and Assets, as they answer since September 2026. */

import type { RulebookRecord } from '../../core/dated.ts'
import { type Floor, split } from '../floor.ts'
import { decimalsOf } from '../text.ts'
import { KrakenError } from './errors.ts'
import { altAsset, assetId, type PairNames, pairNames } from './names.ts'

export type MarketStatus = 'online' | 'cancel_only' | 'post_only' | 'limit_only' | 'reduce_only' | 'maintenance'

export interface SpotMarket extends PairNames {
  readonly symbol: string
  /** Place on the floor: the spot instrument's number. */
  readonly index: number
  readonly base: string
  readonly quote: string
  /** The leveraged instrument's number; null where there is none. */
  readonly margin: number | null
}

/** Demands of a market in numbers of decimals and texts. */
export interface PairTerms {
  readonly pairDecimals: number
  readonly lotDecimals: number
  readonly record: RulebookRecord
}

export class SpotMarkets {
  readonly all: readonly SpotMarket[]
  readonly floor: Floor
  /** What the exchange says of a market, where it isn't `online`. */
  readonly status = new Map<string, MarketStatus>()
  private readonly byName = new Map<string, SpotMarket>()

  constructor(floor: Floor) {
    this.floor = floor
    const { symbols } = floor
    const leveraged = floor.grid.symbols.length > symbols.length
    this.all = symbols.map((symbol, index) => {
      const { base, quote } = split(symbol)
      return {
        ...pairNames(base, quote),
        symbol,
        index,
        base,
        quote,
        margin: leveraged ? index + symbols.length : null,
      }
    })
    for (const one of this.all) for (const name of [one.id, one.altname, one.wsname]) this.byName.set(name, one)
  }

  /** By id, altname or wsname. Throws `EQuery:Unknown asset pair`. */
  find(name: string | undefined): SpotMarket {
    const found = this.byName.get(name ?? '')
    if (found === undefined) throw new KrakenError('EQuery:Unknown asset pair')
    return found
  }

  /** By a comma-separated list of names; all of them where there is none. */
  list(names: string | undefined): readonly SpotMarket[] {
    return names === undefined || names === '' ? this.all : names.split(',').map((one) => this.find(one.trim()))
  }

  /** Of an instrument of the floor, spot or leveraged. */
  of(instrument: number): SpotMarket {
    return this.all[instrument % this.all.length]!
  }

  statusOf({ symbol }: SpotMarket): MarketStatus {
    return this.status.get(symbol) ?? 'online'
  }

  terms({ symbol }: SpotMarket, atMs: number): PairTerms {
    const record = this.floor.rulebook(symbol, atMs)
    return { pairDecimals: decimalsOf(record.tick), lotDecimals: decimalsOf(record.step), record }
  }

  assetPairs(names: string | undefined, atMs: number): Record<string, unknown> {
    return Object.fromEntries(this.list(names).map((one) => [one.id, this.assetPair(one, atMs)]))
  }

  private assetPair(one: SpotMarket, atMs: number): Record<string, unknown> {
    const { pairDecimals, lotDecimals, record } = this.terms(one, atMs)
    const leverages = one.margin === null ? [] : this.floor.setup.leverages(one.symbol, atMs)
    return {
      altname: one.altname,
      wsname: one.wsname,
      aclass_base: 'currency',
      base: assetId(one.base),
      aclass_quote: 'currency',
      quote: assetId(one.quote),
      lot: 'unit',
      cost_decimals: 5,
      pair_decimals: pairDecimals,
      lot_decimals: lotDecimals,
      lot_multiplier: 1,
      leverage_buy: leverages,
      leverage_sell: leverages,
      // Emptied by Kraken on 2026-09-08: fees are the account's, by TradeVolume.
      fees: [],
      fees_maker: [],
      fee_volume_currency: 'ZUSD',
      margin_call: 80,
      margin_stop: 40,
      ordermin: record.minQty,
      costmin: record.minCost,
      tick_size: record.tick,
      status: this.statusOf(one),
      ...(leverages.length > 0 ? { long_position_limit: 1_000_000, short_position_limit: 1_000_000 } : {}),
    }
  }

  assets(): Record<string, unknown> {
    const codes = [...new Set([this.floor.quote, ...this.all.map(({ base }) => base)])]
    return Object.fromEntries(codes.map((code) => [assetId(code), assetOf(code, code === this.floor.quote)]))
  }
}

function assetOf(code: string, isQuote: boolean): Record<string, unknown> {
  return {
    aclass: 'currency',
    altname: altAsset(code),
    decimals: isQuote ? 4 : 10,
    display_decimals: isQuote ? 2 : 5,
    collateral_value: 1,
    status: 'enabled',
  }
}
