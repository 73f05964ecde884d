/** Kraken's private answers in tandem's words. */

import { z } from 'zod'
import { RejectCode } from '../../core/fact.ts'
import { Side } from '../../core/order.ts'
import type {
  KeyRights,
  VenueBalance,
  VenueCharge,
  VenueOrder,
  VenueOrderStatus,
  VenuePosition,
  VenueTrade,
} from '../exchange.ts'
import { add, compare, divideTruncated, negate, plainNonZero, subtract } from './plain.ts'
import { decimal, maybeDecimal } from './reply.ts'

/** A pair's symbol by any of its names; the name itself where it isn't known. */
export type SymbolOf = (pair: string) => string

const seconds = z.union([z.string(), z.number()]).transform((value) => Math.floor(Number(value) * 1000))
const maybeSeconds = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) =>
    value === undefined || value === null || Number(value) === 0 ? null : Math.floor(Number(value) * 1000),
  )

const order = z.looseObject({
  status: z.string(),
  cl_ord_id: z.string().nullish(),
  opentm: maybeSeconds,
  closetm: maybeSeconds,
  descr: z.looseObject({
    pair: z.string(),
    type: z.enum(['buy', 'sell']),
    ordertype: z.string(),
    price: z.string(),
    price2: z.string(),
  }),
  vol: decimal,
  vol_exec: decimal,
  stopprice: maybeDecimal,
  oflags: z.string().nullish(),
  reason: z.string().nullish(),
})

export const addOrderReply = z.object({ result: z.looseObject({ txid: z.array(z.string()).min(1) }) })
export const cancelReply = z.object({ result: z.looseObject({ count: z.coerce.number() }) })
export const openReply = z.object({ result: z.looseObject({ open: z.record(z.string(), order) }) })
export const closedReply = z.object({
  result: z.looseObject({ closed: z.record(z.string(), order), count: z.coerce.number().optional() }),
})

const STATES: Readonly<Record<string, VenueOrderStatus>> = {
  pending: 'open',
  open: 'open',
  closed: 'filled',
  canceled: 'cancelled',
  expired: 'expired',
}

export function krakenOrder(id: string, raw: z.infer<typeof order>, symbolOf: SymbolOf): VenueOrder {
  const { descr } = raw
  const waits = /stop|profit/.test(descr.ordertype)
  const inQuote = raw.oflags?.includes('viqc') ?? false
  const reject = refusalOf(raw)
  return {
    venueId: id,
    // Never the userref: it's nobody's name for an order.
    clientId: raw.cl_ord_id ?? null,
    symbol: symbolOf(descr.pair),
    side: descr.type === 'buy' ? Side.buy : Side.sell,
    status: reject === null ? (STATES[raw.status] ?? 'open') : 'rejected',
    ...(reject === null ? {} : { reject }),
    quantity: inQuote ? null : raw.vol,
    filled: raw.vol_exec,
    limitPrice: limitOf(descr),
    stopPrice: waits ? (plainNonZero(descr.price) ?? plainNonZero(raw.stopprice)) : null,
    placedMs: raw.opentm,
    changedMs: raw.closetm ?? raw.opentm,
  }
}

/** Why an order that was taken was ended unfilled, where that is a refusal: post-only, funds, nothing to reduce. */
function refusalOf({ status, vol_exec: filled, reason }: z.infer<typeof order>): RejectCode | null {
  if (status !== 'canceled' || filled !== '0' || !reason) return null
  return ENDINGS.find(({ words }) => words.test(reason))?.reject ?? null
}

const ENDINGS: readonly { readonly words: RegExp; readonly reject: RejectCode }[] = [
  { words: /post only/i, reject: RejectCode.postOnly },
  { words: /(insufficient|out of) funds/i, reject: RejectCode.insufficientFunds },
  { words: /margin/i, reject: RejectCode.insufficientMargin },
  { words: /reduce only/i, reject: RejectCode.wouldOpenPosition },
]

/** Of an order that has one: behind its trigger where it waits for one. */
function limitOf({ ordertype, price, price2 }: z.infer<typeof order>['descr']): string | null {
  if (ordertype === 'limit') return plainNonZero(price)
  return ordertype.endsWith('-limit') ? plainNonZero(price2) : null
}

const trade = z.looseObject({
  ordertxid: z.string(),
  pair: z.string(),
  time: seconds,
  type: z.enum(['buy', 'sell']),
  ordertype: z.string(),
  price: decimal,
  cost: decimal,
  fee: decimal,
  vol: decimal,
  maker: z.boolean().optional(),
  misc: z.string().nullish(),
})

export const tradesReply = z.object({
  result: z.looseObject({ trades: z.record(z.string(), trade), count: z.coerce.number().optional() }),
})

export function krakenTrade(id: string, raw: z.infer<typeof trade>, symbolOf: SymbolOf): VenueTrade {
  const symbol = symbolOf(raw.pair)
  return {
    tradeId: id,
    venueId: raw.ordertxid,
    clientId: null,
    symbol,
    side: raw.type === 'buy' ? Side.buy : Side.sell,
    quantity: raw.vol,
    price: raw.price,
    value: raw.cost,
    fee: raw.fee,
    feeAsset: symbol.split('/')[1] ?? null,
    maker: raw.maker ?? null,
    liquidation: /liquidat/.test(`${raw.ordertype} ${raw.misc ?? ''}`),
    atMs: raw.time,
  }
}

const ledgerEntry = z.looseObject({
  refid: z.string(),
  time: seconds,
  type: z.string(),
  asset: z.string(),
  amount: decimal,
  fee: decimal,
})
export const ledgerReply = z.object({
  result: z.looseObject({ ledger: z.record(z.string(), ledgerEntry), count: z.coerce.number().optional() }),
})
const tradeInfo = z.looseObject({ pair: z.string(), price: decimal, fee: decimal })
export const queryTradesReply = z.object({ result: z.record(z.string(), tradeInfo) })
export type LedgerEntry = z.infer<typeof ledgerEntry> & { readonly id: string }
export type TradeInfo = Pick<z.infer<typeof tradeInfo>, 'price' | 'fee'> & { readonly symbol: string }

/** Below this amount of quote, trades and ledger round differently. */
const ROUNDING = '0.0001'
/** Digits that an amount of base is divided to. */
const BASE_DIGITS = 12

/**
 * What opening a loan cost. The ledger has one entry of a trade on margin, whose fee is the trade's and the loan's together;
 * where there was no loan (the trade closed one) they are the same. Null then, and for fees in neither of the pair's assets.
 */
export function krakenOpeningFee(
  raw: LedgerEntry,
  { symbol, price, fee }: TradeInfo,
  currency: (id: string) => string,
): VenueCharge | null {
  const [base, quote] = symbol.split('/')
  const asset = currency(raw.asset)
  const isBase = asset === base
  if ((!isBase && asset !== quote) || compare(price, '0') <= 0) return null
  // A trade's fee is told in quote, whatever it was taken in.
  const ofTrade = isBase ? divideTruncated(fee, price, BASE_DIGITS) : fee
  const least = isBase ? divideTruncated(ROUNDING, price, BASE_DIGITS) : ROUNDING
  const amount = subtract(raw.fee, ofTrade)
  if (compare(amount, least) <= 0) return null
  return { chargeId: raw.id, kind: 'borrowing', symbol, amount, asset, atMs: raw.time }
}

/** A rollover has its price as a fee; an entry of another asset beside it has none. */
export function wasPaid({ amount, fee }: LedgerEntry): boolean {
  return plainNonZero(subtract(fee, amount)) !== null
}

export function krakenCharge(raw: LedgerEntry, symbol: string, currency: (id: string) => string): VenueCharge {
  return {
    chargeId: raw.id,
    kind: 'borrowing',
    symbol,
    amount: subtract(raw.fee, raw.amount),
    asset: currency(raw.asset),
    atMs: raw.time,
  }
}

export const balancesReply = z.object({
  result: z.record(z.string(), z.looseObject({ balance: decimal, hold_trade: decimal.optional() })),
})

export function krakenBalances(
  raw: z.infer<typeof balancesReply>,
  currency: (id: string) => string,
): readonly VenueBalance[] {
  return Object.entries(raw.result).map(([id, { balance, hold_trade }]) => ({
    asset: currency(id),
    free: subtract(balance, hold_trade ?? '0'),
    total: balance,
  }))
}

const position = z.looseObject({
  pair: z.string(),
  type: z.enum(['buy', 'sell']),
  cost: decimal,
  vol: decimal,
  vol_closed: decimal,
  leverage: maybeDecimal.optional(),
  margin: maybeDecimal.optional(),
  net: maybeDecimal.optional(),
  value: maybeDecimal.optional(),
})

/** One entry a position, consolidated or not. */
export const positionsReply = z.object({
  result: z.union([z.array(position), z.record(z.string(), position)]),
})

/** Open margin positions, those of a symbol and side as one. */
export function krakenPositions(raw: z.infer<typeof positionsReply>, symbolOf: SymbolOf): readonly VenuePosition[] {
  const bySide = new Map<string, z.infer<typeof position>[]>()
  for (const one of Object.values(raw.result)) {
    const key = `${one.pair} ${one.type}`
    bySide.set(key, [...(bySide.get(key) ?? []), one])
  }
  return [...bySide.values()].map((group) => joined(group, symbolOf)).filter((one) => one.quantity !== '0')
}

function joined(group: readonly z.infer<typeof position>[], symbolOf: SymbolOf): VenuePosition {
  const [first] = group
  const sum = (of: (one: z.infer<typeof position>) => string) => group.map(of).reduce(add)
  const volume = sum((one) => one.vol)
  const open = subtract(
    volume,
    sum((one) => one.vol_closed),
  )
  const sums = group.every((one) => one.net !== null && one.net !== undefined)
  const values = group.every((one) => one.value !== null && one.value !== undefined)
  return {
    symbol: symbolOf(first!.pair),
    quantity: first!.type === 'buy' ? open : negate(open),
    entryPrice:
      compare(volume, '0') > 0
        ? divideTruncated(
            sum((one) => one.cost),
            volume,
            10,
          )
        : null,
    leverage: leverageOf(group),
    marginMode: 'cross',
    liquidationPrice: null,
    markPrice:
      values && compare(open, '0') > 0
        ? divideTruncated(
            sum((one) => one.value!),
            open,
            10,
          )
        : null,
    unrealised: sums ? sum((one) => one.net!) : null,
  }
}

/** As told, or cost over margin where the venue doesn't tell; null where it can't be seen. */
function leverageOf(group: readonly z.infer<typeof position>[]): number | null {
  const told = group[0]!.leverage ?? null
  if (told !== null) return Number(told)
  const margin = group.map((one) => one.margin ?? '0').reduce(add)
  if (compare(margin, '0') <= 0) return null
  return Math.round(Number(divideTruncated(group.map((one) => one.cost).reduce(add), margin, 6)))
}

const amount = maybeDecimal.optional()
export const tradeBalanceReply = z.object({ result: z.looseObject({ e: amount, m: amount, mf: amount, ml: amount }) })

const feeInfo = z.looseObject({ fee: decimal })
export const tradeVolumeReply = z.object({
  result: z.looseObject({
    fees: z.record(z.string(), feeInfo).nullish(),
    fees_maker: z.record(z.string(), feeInfo).nullish(),
  }),
})

export const keyInfoReply = z.object({ result: z.looseObject({ permissions: z.array(z.string()).nullish() }) })

/** Rights by Kraken's names for them; what moves money out, or prepares it, counts as withdrawing. */
export function krakenRights(raw: z.infer<typeof keyInfoReply>): KeyRights {
  const names = raw.result.permissions ?? null
  if (names === null) return { query: null, trade: null, withdraw: null }
  const has = (...wanted: string[]) => wanted.every((one) => names.includes(one))
  return {
    query: has('query-funds', 'query-open-trades', 'query-closed-trades'),
    trade: has('modify-trades', 'close-trades'),
    withdraw: names.some((one) => /withdraw|transfer/.test(one)),
  }
}

export const timeReply = z.object({ result: z.looseObject({ unixtime: z.coerce.number() }) })
export const statusReply = z.object({ result: z.looseObject({ status: z.string() }) })

const cell = z.union([z.string(), z.number()]).transform(Number)
export const ohlcReply = z.object({
  result: z.record(z.string(), z.union([z.array(z.array(cell).min(7)), z.coerce.number()])),
})
