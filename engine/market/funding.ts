/** Funding of perpetuals: a payment between longs and shorts at fixed times. A positive rate is paid by longs. */

import { type Dec, Rounding, ZERO } from '../core/dec.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { atRate, rateUnits } from './rates.ts'

/**
 * What a position of signed `quantity` pays (negative: receives) at a mark price (an oracle's on Hyperliquid) and a rate
 * in units of 1e-12: quantity × price × rate, rounded half up to the quote unit.
 */
export function fundingPayment(instrument: Instrument, quantity: Dec, price: Dec, rate: Dec): Dec {
  if (quantity === 0) return ZERO
  return atRate(notional(instrument, price, quantity, Rounding.halfEven), rate)
}

/**
 * Hyperliquid's rate for eight hours from the mean premium P, a fraction: P + clamp(0.01 % − P, −0.05 %, +0.05 %)
 * (docs, funding). An eighth of it is paid every hour, at most 4 %. In units of 1e-12.
 */
export function hyperliquidEightHourRate(premium: number): Dec {
  const p = rateUnits(premium)
  const interest = rateUnits(0.0001) - p
  const bound = rateUnits(0.0005)
  return (p + Math.max(-bound, Math.min(bound, interest))) as Dec
}
