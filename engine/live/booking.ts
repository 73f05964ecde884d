/**
 * Trades as the books take them. A fee in quote is a fee; one in base is booked in kind: what arrived or left is what
 * the position changes by, and its worth at the trade's own price is the fee, so that cash and position are both exactly
 * the venue's. A fee in a third asset leaves neither, and is counted as an assumption, as is one that the venue doesn't
 * name.
 *
 * Units are rounded on each order's running sums, so that nothing is lost over many small trades.
 */

import type { Dec } from '../core/dec.ts'
import { toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import { type Exact, exact, isWhole, share, textOf, times, unitsOf } from './amounts.ts'
import type { VenueCharge, VenueTrade } from './exchange.ts'

export interface Assumed {
  readonly code: 'FEE_OTHER_ASSET' | 'FEE_ESTIMATED' | 'FEE_BASE_UNHELD' | 'ROUNDED' | 'CHARGE_OTHER_ASSET'
  readonly text: string
}

/** What a trade changes, in the instrument's units. */
export interface BookedTrade {
  readonly quantity: Dec
  readonly price: Dec
  readonly value: Dec
  readonly fee: Dec
  /** Where the fee was taken in base: how much of it, apart from `quantity`. */
  readonly feeQuantity?: Dec
  readonly assumed: readonly Assumed[]
}

/** Running sums of an order's trades: exact, and what of them has been booked. */
export class OrderSums {
  /** As the venue counts: base without fees. */
  gross: Exact = 0n
  private quantity: Exact = 0n
  private value: Exact = 0n
  private fee: Exact = 0n
  private bookedGross = 0
  private bookedQuantity = 0
  private bookedValue = 0
  private bookedFee = 0

  add(quantity: Exact, value: Exact, fee: Exact): void {
    this.quantity += quantity
    this.value += value
    this.fee += fee
  }

  /** What hasn't been booked yet: money that moved to the nearest unit, and of it what is value and what is fee. */
  take({ qtyDec, quoteDec }: Instrument, side: Side): { quantity: Dec; value: Dec; fee: Dec; feeQuantity?: Dec } {
    const gross = unitsOf(this.gross, qtyDec)
    const quantity = unitsOf(this.quantity, qtyDec)
    const value = unitsOf(this.value, quoteDec)
    // Rounded apart, value and fee together could be a unit off what the venue took.
    const isBuy = side === Side.buy
    const moved = unitsOf(isBuy ? this.value + this.fee : this.value - this.fee, quoteDec)
    const fee = toDec(isBuy ? moved - value : value - moved)
    const feeQuantity = toDec(side * (gross - this.bookedGross - (quantity - this.bookedQuantity)))
    const part = {
      ...(feeQuantity === 0 ? {} : { feeQuantity }),
      quantity: toDec(quantity - this.bookedQuantity),
      value: toDec(value - this.bookedValue),
      fee: toDec(fee - this.bookedFee),
    }
    this.bookedGross = gross
    this.bookedQuantity = quantity
    this.bookedValue = value
    this.bookedFee = fee
    return part
  }
}

export interface Rates {
  readonly maker: string
  readonly taker: string
}

interface Parts {
  readonly quantity: Exact
  readonly value: Exact
  readonly fee: Exact
  readonly assumed: readonly Assumed[]
}

/**
 * Adds a trade to its order's sums and says what to book. `held`: signed units of the position before; `rates`: the
 * account's, for a fee that the venue doesn't name.
 */
export function bookTrade(
  trade: VenueTrade,
  instrument: Instrument,
  sums: OrderSums,
  held: Dec,
  rates: Rates,
): BookedTrade {
  const { quantity, value, fee, assumed } = partsOf(trade, instrument, held, rates)
  sums.gross += exact(trade.quantity)
  sums.add(quantity, value, fee)
  return { ...sums.take(instrument, trade.side), price: unitsOf(exact(trade.price), instrument.pxDec), assumed }
}

/** What a fee changes that the venue names only after its trade was booked with an estimate: signed units, and of cash. */
export function correctTrade(
  trade: VenueTrade,
  instrument: Instrument,
  sums: OrderSums,
  held: Dec,
  rates: Rates,
): { readonly quantity: Dec; readonly cash: Dec } {
  const was = partsOf({ ...trade, fee: null, feeAsset: null }, instrument, held, rates)
  const is = partsOf(trade, instrument, held, rates)
  sums.add(is.quantity - was.quantity, is.value - was.value, is.fee - was.fee)
  const { quantity, value, fee } = sums.take(instrument, trade.side)
  return { quantity: toDec(trade.side * quantity), cash: toDec(-trade.side * value - fee) }
}

function partsOf(trade: VenueTrade, instrument: Instrument, held: Dec, rates: Rates): Parts {
  const { pxDec, qtyDec, quoteDec, base, quote, kind } = instrument
  const assumed: Assumed[] = []
  const price = exact(trade.price)
  const gross = exact(trade.quantity)
  const worth = trade.value === null ? times(price, gross) : exact(trade.value)
  let quantity = gross
  let value = worth
  let fee: Exact = 0n
  const charged = trade.fee === null ? null : exact(trade.fee)
  if (charged === null) {
    fee = times(worth, exact(trade.maker === true ? rates.maker : rates.taker))
    assumed.push({
      code: 'FEE_ESTIMATED',
      text: `${trade.tradeId}: no fee named, ${textOf(fee)} ${quote} taken for it`,
    })
  } else if (charged !== 0n && (trade.feeAsset === null || trade.feeAsset === quote)) fee = charged
  else if (charged !== 0n && trade.feeAsset === base) {
    const net = trade.side > 0 ? gross - charged : gross + charged
    const unheld = kind === 'spot' && trade.side < 0 && unitsOf(net, qtyDec) > held
    if (unheld || gross === 0n) {
      fee = times(price, charged)
      assumed.push({ code: 'FEE_BASE_UNHELD', text: `${trade.tradeId}: ${trade.fee} ${base} of fee isn't held` })
    } else {
      quantity = net
      value = share(worth, net, gross)
      fee = trade.side > 0 ? worth - value : value - worth
    }
  } else if (charged !== 0n) {
    assumed.push({ code: 'FEE_OTHER_ASSET', text: `${trade.tradeId}: a fee of ${trade.fee} ${trade.feeAsset}` })
  }
  if (!isWhole(quantity, qtyDec) || (trade.value !== null && !isWhole(worth, quoteDec)) || !isWhole(price, pxDec)) {
    assumed.push({ code: 'ROUNDED', text: `${trade.tradeId}: finer than the books' units` })
  }
  return { quantity, value, fee, assumed }
}

/**
 * What of a charge the books take, in units of quote. One in base is taken at `price`, the last close; one in a third
 * asset not at all, and that is told.
 */
export function bookCharge(
  { chargeId, amount, asset }: VenueCharge,
  { base, quote, quoteDec }: Instrument,
  price: number,
): { readonly fee: Dec; readonly assumed: readonly Assumed[] } {
  const paid = exact(amount)
  if (asset === quote) return { fee: unitsOf(paid, quoteDec), assumed: [] }
  if (asset === base && price > 0) return { fee: unitsOf(times(paid, exact(String(price))), quoteDec), assumed: [] }
  const text = `${chargeId}: ${amount} ${asset} was charged for a position and isn't in the books`
  return { fee: toDec(0), assumed: [{ code: 'CHARGE_OTHER_ASSET', text }] }
}
