/**
 * Instruments and their units. An instrument's three scales are fixed for the life of a run: price, quantity (base)
 * and money (quote) are integers in units of 10^-pxDec, 10^-qtyDec and 10^-quoteDec. Tick and step are dated
 * constraints on them (Rulebook), never the unit, so that a change of rules doesn't rescale a ledger.
 */

import { type Dec, MAX_SCALE, mulDiv, pow10, type Rounding, toDec } from './dec.ts'
import { TandemError } from './errors.ts'

/** `spot` can't be sold beyond what is held; `margin` can be short, with plain leverage on equity. */
export type InstrumentKind = 'spot' | 'margin'

export interface Instrument {
  /** Dense index in the run: account × venue × symbol. */
  readonly id: number
  readonly account: string
  readonly venue: string
  /** `BASE/QUOTE`. */
  readonly symbol: string
  readonly base: string
  readonly quote: string
  readonly kind: InstrumentKind
  readonly pxDec: number
  readonly qtyDec: number
  readonly quoteDec: number
}

/** What a venue demands of an order from `fromMs` on (ms UTC), in the instrument's units; 0 means no demand. */
export interface Rulebook {
  readonly fromMs: number
  readonly tick: Dec
  readonly step: Dec
  readonly minQty: Dec
  readonly minCost: Dec
}

/** No rounding, no minimums: `venueMinimums: false`. */
export const FREE_RULEBOOK: Rulebook = {
  fromMs: Number.NEGATIVE_INFINITY,
  tick: 1 as Dec,
  step: 1 as Dec,
  minQty: 0 as Dec,
  minCost: 0 as Dec,
}

/** price × quantity in quote units. */
export function notional(instrument: Instrument, price: Dec, quantity: Dec, rounding: Rounding): Dec {
  const shift = instrument.pxDec + instrument.qtyDec - instrument.quoteDec
  return mulDiv(price, quantity, pow10(shift), rounding)
}

/** The quantity that `quoteAmount` buys at `price`. */
export function quantityFor(instrument: Instrument, quoteAmount: Dec, price: Dec, rounding: Rounding): Dec {
  if (price <= 0) return 0 as Dec
  const shift = instrument.pxDec + instrument.qtyDec - instrument.quoteDec
  return mulDiv(quoteAmount, pow10(shift), price, rounding)
}

export interface UnitsInput {
  /** Highest and lowest price of the series the run will see. */
  readonly maxPrice: number
  readonly minPrice: number
  readonly equity: number
  readonly leverage: number
}

/**
 * Scales that keep every amount of the run exact: as many decimals as leave the highest price 64 times, and the
 * account 1000 times its start, below 2^53; capped so that a quotient's shift stays within 1e22.
 */
export function chooseUnits(input: UnitsInput): { pxDec: number; qtyDec: number; quoteDec: number } {
  const room = (value: number, factor: number, cap: number): number => {
    let k = cap
    while (k > 0 && value * factor * pow10(k) >= Number.MAX_SAFE_INTEGER) k -= 1
    return k
  }
  const pxDec = room(input.maxPrice, 64, MAX_SCALE)
  const quoteDec = room(input.equity, 1000, 10)
  const qtyDec = room((input.equity * input.leverage * 1000) / input.minPrice, 1, 12)
  if (input.equity * 1000 * pow10(quoteDec) >= Number.MAX_SAFE_INTEGER) {
    throw new TandemError(`an account of ${input.equity} is too large for exact arithmetic`, { code: 'DEC_OVERFLOW' })
  }
  return { pxDec: Math.max(pxDec, quoteDec - qtyDec), qtyDec, quoteDec }
}

/** A price column value in the instrument's units, rounded to the nearest unit. */
export function priceUnits(instrument: Instrument, price: number): Dec {
  return toDec(Math.round(price * pow10(instrument.pxDec)))
}
