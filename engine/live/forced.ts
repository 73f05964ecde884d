/**
 * A position that the venue closes by force: a liquidation, or a deleveraging. Its trades belong to no order of ours, and
 * yet to our books: they are booked with the venue's numbers as what they are, and the session halts, since what led
 * there is for a person to look at. The halt is on record before the trade is: no crash leaves the one without the other.
 */

import { ZERO } from '../core/dec.ts'
import { type Fact, FactKind, RejectCode } from '../core/fact.ts'
import { exact, unitsOf } from './amounts.ts'
import { bookTrade, correctTrade } from './booking.ts'
import type { SessionContext } from './context.ts'
import type { VenueTrade } from './exchange.ts'

/** Why a session halts that was liquidated. */
export const LIQUIDATED = 'LIQUIDATED'
/** A trade that opened the position may be shown this much later than the one that closed it by force. */
const SHOWN_MS = 60_000

/**
 * Books a trade of no order of ours where it closes what our books hold. `waits`: it may yet turn out to do so, once the
 * trades before it are shown. `foreign`: it isn't ours.
 */
export function bookForced(context: SessionContext, trade: VenueTrade): 'booked' | 'waits' | 'foreign' {
  const instrument = context.instruments.find(({ symbol, kind }) => symbol === trade.symbol && kind !== 'spot')
  if (!trade.liquidation || instrument === undefined) return 'foreign'
  const { id, qtyDec } = instrument
  const held = context.decider.held(id)
  const closes = held * trade.side < 0 && unitsOf(exact(trade.quantity), qtyDec) <= Math.abs(held)
  if (!closes) return context.environment.nowMs() < trade.atMs + SHOWN_MS ? 'waits' : 'foreign'
  const text = textOfForced(context.exchange.venue, trade)
  context.halt(LIQUIDATED, `${text}; nothing that enlarges a position leaves until somebody has looked`)
  context.alerts.tell('alarm', 'EMERGENCY', text)
  const sums = context.table.forcedSums(trade.venueId)
  const { assumed, ...booked } = bookTrade(trade, instrument, sums, held, context.rates[id]!)
  for (const one of assumed) context.note('ASSUMED', one)
  const complete = booked.quantity === Math.abs(held)
  context.hear({ ...plainFact(FactKind.liquidated, id, trade.atMs), ...booked, complete }, { trade })
  return 'booked'
}

/** The venue names the fee of such a trade at last. */
export function correctForced(context: SessionContext, trade: VenueTrade): void {
  const instrument = context.instruments.find(({ symbol }) => symbol === trade.symbol)
  if (instrument === undefined || !context.table.isForced(trade.venueId)) return
  const { id, pxDec } = instrument
  const sums = context.table.forcedSums(trade.venueId)
  const { quantity, cash } = correctTrade(trade, instrument, sums, context.decider.owned(id), context.rates[id]!)
  const price = unitsOf(exact(trade.price), pxDec)
  const fact = { ...plainFact(FactKind.adjusted, id, trade.atMs), quantity, price, value: cash, complete: true }
  context.hear(fact, { trade })
}

function textOfForced(venue: string, { side, quantity, symbol, price, fee, feeAsset, tradeId }: VenueTrade): string {
  const what = side < 0 ? 'sold' : 'bought back'
  const paid = fee === null ? '' : `, fee ${fee} ${feeAsset ?? ''}`.trimEnd()
  return `${venue} has ${what} ${quantity} ${symbol} at ${price} by force${paid}: our position was liquidated (trade ${tradeId})`
}

function plainFact(kind: FactKind, instrument: number, atMs: number): Fact {
  return {
    ...{ kind, orderId: 0, instrument, atMs, knownMs: atMs, quantity: ZERO, price: ZERO, value: ZERO, fee: ZERO },
    ...{ spreadCost: ZERO, slippageCost: ZERO, complete: false, maker: false, intrabar: false },
    code: RejectCode.none,
  }
}
