/** Kraken's pairs in tandem's words. Ticks come from `tick_size`, not from `pair_decimals`; fees never from here. */

import { z } from 'zod'
import type { VenueMarket } from '../exchange.ts'
import { plain, stepOf } from './plain.ts'
import { decimal } from './reply.ts'

const pair = z.looseObject({
  altname: z.string(),
  wsname: z.string().optional(),
  aclass_base: z.string().optional(),
  base: z.string(),
  quote: z.string(),
  pair_decimals: z.number().int(),
  lot_decimals: z.number().int(),
  cost_decimals: z.number().int().optional(),
  tick_size: decimal.optional(),
  ordermin: decimal.optional(),
  costmin: decimal.optional(),
  leverage_buy: z.array(z.number()).optional(),
  leverage_sell: z.array(z.number()).optional(),
  status: z.string().optional(),
})

export const pairsReply = z.object({ result: z.record(z.string(), pair) })

export interface KrakenPair {
  readonly id: string
  readonly altname: string
  readonly symbol: string
  readonly quote: string
  readonly costDecimals: number
  readonly leverageBuy: readonly number[]
  readonly leverageSell: readonly number[]
  readonly market: VenueMarket
}

const STATES: readonly string[] = ['online', 'cancel_only', 'post_only', 'limit_only', 'reduce_only']

/** The pair under its key of AssetPairs; null for what isn't an ordinary currency pair. */
export function krakenPair(id: string, raw: z.infer<typeof pair>, currency: (id: string) => string): KrakenPair | null {
  const isOrdinary = raw.aclass_base === undefined || raw.aclass_base === 'currency' || raw.aclass_base === 'forex'
  if (!isOrdinary || id.includes(':')) return null
  const quote = currency(raw.quote)
  const symbol = `${currency(raw.base)}/${quote}`
  const leverageBuy = raw.leverage_buy ?? []
  const leverageSell = raw.leverage_sell ?? []
  const status = raw.status ?? 'online'
  const market: VenueMarket = {
    symbol,
    tick: plain(raw.tick_size) ?? stepOf(raw.pair_decimals),
    step: stepOf(raw.lot_decimals),
    minQuantity: plain(raw.ordermin),
    minCost: plain(raw.costmin),
    leverages: [1, ...leverageBuy.filter((one) => leverageSell.includes(one))],
    status: (STATES.includes(status) ? status : 'closed') as VenueMarket['status'],
  }
  const costDecimals = raw.cost_decimals ?? 5
  return { id, altname: raw.altname, symbol, quote, costDecimals, leverageBuy, leverageSell, market }
}
