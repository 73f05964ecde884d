/** Hyperliquid's answers in tandem's words, perpetuals only. */

import { z } from 'zod'
import { Side } from '../../core/order.ts'
import type {
  VenueBalance,
  VenueCharge,
  VenueMargin,
  VenueOrder,
  VenueOrderStatus,
  VenuePosition,
  VenueTrade,
} from '../exchange.ts'
import type { NamedMarket } from './adapter.ts'
import { compare, divideTruncated, negate, plainNonZero, stepOf, subtract } from './plain.ts'
import { decimal, maybeDecimal } from './reply.ts'

type SymbolOf = (id: string) => string

const coin = z.looseObject({
  name: z.string(),
  szDecimals: z.number().int(),
  maxLeverage: z.number().int(),
  isDelisted: z.boolean().nullish(),
})
export const metaReply = z.looseObject({ universe: z.array(coin) })

/** A perpetual and its number, by which orders name it. */
export interface Perpetual extends NamedMarket {
  readonly asset: number
}

/** At most 6 decimals less those of the size, and 5 significant digits; whole numbers always (docs, tick and lot size). */
export function perpetual(raw: z.infer<typeof coin>, asset: number): Perpetual {
  const step = stepOf(raw.szDecimals)
  return {
    id: raw.name,
    asset,
    market: {
      symbol: `${raw.name}/USDC:USDC`,
      tick: stepOf(Math.max(0, 6 - raw.szDecimals)),
      step,
      minQuantity: step,
      minCost: '10',
      significantDigits: 5,
      leverages: Array.from({ length: raw.maxLeverage }, (_, i) => i + 1),
      status: raw.isDelisted === true ? 'closed' : 'online',
    },
  }
}

const id = z.union([z.number(), z.string()]).transform(String)
const made = z.looseObject({ oid: id })
export const orderReply = z.looseObject({
  response: z.looseObject({
    data: z.looseObject({
      statuses: z.array(z.union([z.looseObject({ resting: made }), z.looseObject({ filled: made }), z.unknown()])),
    }),
  }),
})

/** The number of the order that was made; null where the answer has none. */
export function oidOf(raw: z.infer<typeof orderReply>): string | null {
  const [first] = raw.response.data.statuses as readonly Partial<Record<string, { readonly oid: string }>>[]
  return first?.['resting']?.oid ?? first?.['filled']?.oid ?? null
}

const order = z.looseObject({
  coin: z.string(),
  side: z.enum(['A', 'B']),
  limitPx: maybeDecimal,
  sz: decimal,
  oid: id,
  timestamp: z.number(),
  origSz: decimal,
  cloid: z.string().nullish(),
  triggerPx: maybeDecimal,
  isTrigger: z.boolean().nullish(),
  orderType: z.string().nullish(),
})
export const openReply = z.array(order)
export const statusReply = z.looseObject({
  order: z.looseObject({ order, status: z.string(), statusTimestamp: z.number().nullish() }),
})

/** Where a trigger makes a market order, its limit is but the collar. */
export function venueOrder(
  raw: z.infer<typeof order>,
  status: VenueOrderStatus,
  changedMs: number | null,
  symbolOf: SymbolOf,
): VenueOrder {
  const isMarket = raw.orderType?.includes('Market') ?? false
  return {
    venueId: raw.oid,
    clientId: raw.cloid ?? null,
    symbol: symbolOf(raw.coin),
    side: raw.side === 'B' ? Side.buy : Side.sell,
    status,
    quantity: raw.origSz,
    filled: status === 'filled' ? raw.origSz : subtract(raw.origSz, raw.sz),
    limitPrice: isMarket ? null : plainNonZero(raw.limitPx),
    stopPrice: raw.isTrigger === true ? plainNonZero(raw.triggerPx) : null,
    placedMs: raw.timestamp,
    changedMs: changedMs ?? raw.timestamp,
  }
}

export function stateOf(status: string): VenueOrderStatus {
  if (status === 'open' || status === 'triggered') return 'open'
  if (status === 'filled') return 'filled'
  return /rejected/i.test(status) ? 'rejected' : 'cancelled'
}

const fill = z.looseObject({
  coin: z.string(),
  px: decimal,
  sz: decimal,
  side: z.enum(['A', 'B']),
  time: z.number(),
  oid: id,
  tid: id,
  crossed: z.boolean(),
  fee: decimal,
  feeToken: z.string().nullish(),
  cloid: z.string().nullish(),
  liquidation: z.looseObject({ liquidatedUser: z.string().nullish() }).nullish(),
})
export const fillsReply = z.array(fill)

export function venueTrade(raw: z.infer<typeof fill>, user: string, symbolOf: SymbolOf): VenueTrade {
  return {
    // What the venue itself converts has no number.
    tradeId: raw.tid === '0' ? `order ${raw.oid}` : raw.tid,
    venueId: raw.oid,
    clientId: raw.cloid ?? null,
    symbol: symbolOf(raw.coin),
    side: raw.side === 'B' ? Side.buy : Side.sell,
    quantity: raw.sz,
    price: raw.px,
    value: null,
    fee: raw.fee,
    feeAsset: raw.feeToken ?? 'USDC',
    maker: !raw.crossed,
    liquidation: raw.liquidation?.liquidatedUser?.toLowerCase() === user.toLowerCase(),
    atMs: raw.time,
  }
}

const funding = z.looseObject({
  time: z.number(),
  delta: z.looseObject({ type: z.string(), coin: z.string().optional(), usdc: decimal.optional() }),
})
export const fundingsReply = z.array(funding)

/** A funding has no number of its own: a coin has one an hour. Null for what isn't one. */
export function venueCharge({ time, delta }: z.infer<typeof funding>, symbolOf: SymbolOf): VenueCharge | null {
  const { type, coin, usdc } = delta
  if (type !== 'funding' || coin === undefined || usdc === undefined) return null
  return {
    chargeId: `${coin} ${time}`,
    kind: 'funding',
    symbol: symbolOf(coin),
    amount: negate(usdc),
    asset: 'USDC',
    atMs: time,
  }
}

const position = z.looseObject({
  coin: z.string(),
  szi: decimal,
  entryPx: maybeDecimal,
  leverage: z.looseObject({ type: z.string(), value: z.number() }),
  liquidationPx: maybeDecimal,
  positionValue: decimal,
  unrealizedPnl: decimal,
})
export const stateReply = z.looseObject({
  marginSummary: z.looseObject({ accountValue: decimal, totalMarginUsed: decimal }),
  withdrawable: decimal,
  assetPositions: z.array(z.looseObject({ position })),
})
type State = z.infer<typeof stateReply>

export function venuePositions(raw: State, symbolOf: SymbolOf): readonly VenuePosition[] {
  return raw.assetPositions.map(({ position: one }) => {
    const size = compare(one.szi, '0') < 0 ? negate(one.szi) : one.szi
    return {
      symbol: symbolOf(one.coin),
      quantity: one.szi,
      entryPrice: one.entryPx,
      leverage: one.leverage.value,
      marginMode: one.leverage.type === 'isolated' ? ('isolated' as const) : ('cross' as const),
      liquidationPrice: plainNonZero(one.liquidationPx),
      markPrice: compare(size, '0') > 0 ? divideTruncated(one.positionValue, size, 10) : null,
      unrealised: one.unrealizedPnl,
    }
  })
}

/** What the account has without what its positions would bring. */
export function venueBalances(raw: State): readonly VenueBalance[] {
  const cash = raw.assetPositions.reduce(
    (sum, { position: one }) => subtract(sum, one.unrealizedPnl),
    raw.marginSummary.accountValue,
  )
  return [{ asset: 'USDC', free: raw.withdrawable, total: cash }]
}

export function venueMargin(raw: State): VenueMargin {
  const { accountValue, totalMarginUsed } = raw.marginSummary
  return { equity: accountValue, usedMargin: totalMarginUsed, freeMargin: raw.withdrawable, marginLevel: null }
}

export const feesReply = z.looseObject({ userCrossRate: decimal, userAddRate: decimal })
export const exchangeStatusReply = z.looseObject({ time: z.number(), specialStatuses: z.unknown() })

const candle = z.looseObject({
  t: z.number(),
  o: z.coerce.number(),
  h: z.coerce.number(),
  l: z.coerce.number(),
  c: z.coerce.number(),
  v: z.coerce.number(),
})
export const candlesReply = z.array(candle)
