/**
 * A fill's fee in the asset in which the venue takes it: quote (Kraken, Coinbase), base, or whatever is received
 * (Alpaca, Binance, Hyperliquid spot), which on a buy leaves less base than was bought. Rounded half up, once a fill.
 */

import type { FeeAsset } from '../core/dated.ts'
import { type Dec, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import { atRate } from './rates.ts'

export interface FeeCharge {
  /** Where the fee is taken, and how much of it, in that asset's units. */
  readonly asset: 'quote' | 'base'
  readonly amount: Dec
  /** What the fill changes, fee included: base and quote units, negative for what goes away. */
  readonly baseChange: Dec
  readonly quoteChange: Dec
  /** The fee's worth in quote units at the fill's price. */
  readonly worth: Dec
}

/** The side of the pair in which a fee is taken. */
export function chargedIn(feeAsset: FeeAsset, side: Side): 'quote' | 'base' {
  if (feeAsset === 'received') return side === Side.buy ? 'base' : 'quote'
  return feeAsset
}

/** Charges a fill of `quantity` > 0 at `price`, `rate` in units of 1e-12. A negative rate pays a rebate. */
export function chargeFee(
  instrument: Instrument,
  fill: { readonly side: Side; readonly price: Dec; readonly quantity: Dec },
  rate: Dec,
  feeAsset: FeeAsset,
): FeeCharge {
  const { side, price, quantity } = fill
  const value = notional(instrument, price, quantity, Rounding.halfEven)
  const asset = chargedIn(feeAsset, side)
  const amount = atRate(asset === 'base' ? quantity : value, rate)
  const baseFee = asset === 'base' ? amount : ZERO
  const quoteFee = asset === 'quote' ? amount : ZERO
  return {
    asset,
    amount,
    baseChange: toDec(side * quantity - baseFee),
    quoteChange: toDec(-side * value - quoteFee),
    worth: asset === 'quote' ? amount : notional(instrument, price, baseFee, Rounding.halfUp),
  }
}
