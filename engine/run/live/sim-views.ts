/** What the exchange in memory says of itself, in the Exchange port's words. */

import { formatDec, toDec, ZERO } from '../../core/dec.ts'
import { type Fact, type RejectCode, tradedQuantity } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { ApprovedOrder } from '../../core/order.ts'
import type {
  OutgoingOrder,
  VenueBalance,
  VenueOrder,
  VenueOrderStatus,
  VenuePosition,
  VenueTrade,
} from '../../live/exchange.ts'
import type { SimVenue } from '../../sim/venue.ts'

export interface SimOrder {
  order: ApprovedOrder
  out: OutgoingOrder
  /** What it is to become, and why it didn't, once the market has read that. */
  change: { readonly order: ApprovedOrder; readonly out: OutgoingOrder; code: RejectCode | null } | null
  readonly venueId: string
  readonly placedMs: number
  status: VenueOrderStatus
  filled: number
  changedMs: number
  reject: RejectCode
  least: string | null
}

export function shownOrder(one: SimOrder, instruments: readonly Instrument[]): VenueOrder {
  const { out, venueId, status, placedMs, changedMs, reject, least, order } = one
  const { qtyDec } = instruments[order.instrument]!
  return {
    venueId,
    clientId: out.clientId,
    symbol: out.symbol,
    side: out.side,
    status,
    quantity: out.quantity,
    filled: formatDec(toDec(one.filled), qtyDec),
    limitPrice: out.limitPrice,
    stopPrice: out.stopPrice,
    placedMs,
    changedMs,
    reject,
    leastQuote: least,
  }
}

export function shownTrade(
  { venueId, out }: SimOrder,
  fact: Fact,
  instruments: readonly Instrument[],
  number: number,
): VenueTrade {
  const { pxDec, qtyDec, quoteDec, symbol, base, quote } = instruments[fact.instrument]!
  const { feeQuantity = ZERO } = fact
  const inBase = feeQuantity !== 0
  return {
    tradeId: `T${number}`,
    venueId,
    clientId: out.clientId,
    symbol,
    side: out.side,
    quantity: formatDec(tradedQuantity(fact, out.side), qtyDec),
    price: formatDec(fact.price, pxDec),
    value: formatDec(inBase ? toDec(fact.value + out.side * fact.fee) : fact.value, quoteDec),
    fee: inBase ? formatDec(feeQuantity, qtyDec) : formatDec(fact.fee, quoteDec),
    feeAsset: inBase ? base : quote,
    maker: fact.maker,
    liquidation: false,
    atMs: fact.atMs,
  }
}

export function shownBalances({ account }: SimVenue, instruments: readonly Instrument[]): VenueBalance[] {
  const { quote, quoteDec } = instruments[0]!
  const all = [{ asset: quote, free: formatDec(account.freeCash, quoteDec), total: formatDec(account.cash, quoteDec) }]
  for (const { id, base, qtyDec, kind } of instruments) {
    if (kind !== 'spot') continue
    const [free, total] = [formatDec(account.freeBase(id), qtyDec), formatDec(account.base[id]!, qtyDec)]
    all.push({ asset: base, free, total })
  }
  return all
}

export function shownPositions({ account }: SimVenue, instruments: readonly Instrument[]): VenuePosition[] {
  return instruments
    .filter(({ kind, id }) => kind !== 'spot' && account.base[id] !== 0)
    .map(({ id, symbol, qtyDec }) => ({
      symbol,
      quantity: formatDec(account.base[id]!, qtyDec),
      entryPrice: null,
      leverage: null,
      marginMode: null,
      liquidationPrice: null,
      markPrice: null,
      unrealised: null,
    }))
}
