/**
 * Instruments and their units. An instrument's three scales are fixed for the life of a run: price, quantity (base)
 * and money (quote) are integers in units of 10^-pxDec, 10^-qtyDec and 10^-quoteDec. Tick and step are dated
 * constraints on them (Rulebook), never the unit, so that a change of rules doesn't rescale a ledger.
 */

import { type Dec, MAX_SCALE, mulDiv, mulDivCeil, mulDivFloor, mulDivNear, pow10, Rounding, toDec } from './dec.ts'
import { TandemError } from './errors.ts'

/**
 * `spot` can't be sold beyond what is held; `margin` can be short, with leverage on equity; `perpetual` likewise, and
 * pays or receives funding.
 */
export type InstrumentKind = 'spot' | 'margin' | 'perpetual'

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
  /** Least cost of a buy alone, beside `minCost`. */
  readonly minBuyCost: Dec
  /** Most significant digits of a price that isn't a whole number; null where the tick alone decides. */
  readonly significantDigits: number | null
  /** The symbol can be traded from `listedMs` until before `delistedMs` (ms UTC); infinite where not known. */
  readonly listedMs: number
  readonly delistedMs: number
}

/** No rounding, no minimums: `venueMinimums: false`. */
export const FREE_RULEBOOK: Rulebook = {
  fromMs: Number.NEGATIVE_INFINITY,
  tick: 1 as Dec,
  step: 1 as Dec,
  minQty: 0 as Dec,
  minCost: 0 as Dec,
  minBuyCost: 0 as Dec,
  significantDigits: null,
  listedMs: Number.NEGATIVE_INFINITY,
  delistedMs: Number.POSITIVE_INFINITY,
}

/** The lookup of a run without a rulebook. One function, so that it can be told from others. */
export function freeRulebook(): Rulebook {
  return FREE_RULEBOOK
}

/** What price × quantity, both in units, is divided by to give quote units. */
export function valueScale({ pxDec, qtyDec, quoteDec }: Instrument): number {
  return pow10(pxDec + qtyDec - quoteDec)
}

/** price × quantity in quote units. */
export function notional(instrument: Instrument, price: Dec, quantity: Dec, rounding: Rounding): Dec {
  return mulDiv(price, quantity, valueScale(instrument), rounding)
}

/** `notional` rounded down, up, and half to even, for an order's way: see `mulDiv`. */
export function notionalFloor(instrument: Instrument, price: Dec, quantity: Dec): Dec {
  return mulDivFloor(price, quantity, pow10(instrument.pxDec + instrument.qtyDec - instrument.quoteDec))
}

export function notionalCeil(instrument: Instrument, price: Dec, quantity: Dec): Dec {
  return mulDivCeil(price, quantity, pow10(instrument.pxDec + instrument.qtyDec - instrument.quoteDec))
}

export function notionalEven(instrument: Instrument, price: Dec, quantity: Dec): Dec {
  const shift = instrument.pxDec + instrument.qtyDec - instrument.quoteDec
  return mulDivNear(price, quantity, pow10(shift), Rounding.halfEven)
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
 * Scales that keep every amount of the run exact: as many decimals as leave the highest price 64 times below 2^53, and
 * of what the account holds 1000 times its start, or ten times what holding from the lowest price to the highest would
 * make of it where that is more. At most 15 (10 for money): a quotient's shift then stays within
 * 1e22. Where whole units of a very cheap base leave less than that, the account has less room to grow (a later
 * `DEC_OVERFLOW` says so). Throws `DEC_OVERFLOW` where the start itself doesn't fit, `BAD_PRICE` for a lowest price that
 * isn't above zero.
 */
export function chooseUnits(input: UnitsInput): { pxDec: number; qtyDec: number; quoteDec: number } {
  const room = (value: number, factor: number, cap: number): number => {
    let k = cap
    while (k > 0 && value * factor * pow10(k) >= Number.MAX_SAFE_INTEGER) k -= 1
    return k
  }
  const { minPrice, maxPrice, equity } = input
  if (!(minPrice > 0)) {
    throw new TandemError(`a lowest price of ${minPrice} can't be traded`, {
      code: 'BAD_PRICE',
      hint: 'remove the candles whose low is zero or missing',
    })
  }
  // Borrowed money passes through the cash column, too.
  const power = equity * Math.max(1, input.leverage)
  const growth = Math.max(1000, 10 * (maxPrice / minPrice))
  const quoteDec = room(power, growth, 10)
  const qtyDec = room(power / minPrice, 1000, MAX_SCALE)
  // A value needs a shift of at least 0: pxDec + qtyDec ≥ quoteDec.
  const pxDec = Math.max(room(maxPrice, 64, MAX_SCALE), quoteDec - qtyDec)
  refuseWithoutRoom(power, growth, quoteDec, `an account of ${equity}`)
  refuseWithoutRoom(power / minPrice, 1, qtyDec, `an account of ${equity} at a price of ${minPrice}`)
  refuseWithoutRoom(maxPrice, 64, pxDec, `a price of ${maxPrice} beside one of ${minPrice}`)
  return { pxDec, qtyDec, quoteDec }
}

function refuseWithoutRoom(value: number, factor: number, decimals: number, what: string): void {
  if (value * factor * pow10(decimals) < Number.MAX_SAFE_INTEGER) return
  throw new TandemError(`${what} is too large for exact arithmetic`, {
    code: 'DEC_OVERFLOW',
    hint: 'use a smaller account or less leverage, or check the candles for false prices',
  })
}

/** `quantityFor` rounded down. */
export function quantityForFloor(instrument: Instrument, quoteAmount: Dec, price: Dec): Dec {
  if (price <= 0) return 0 as Dec
  return mulDivFloor(quoteAmount, pow10(instrument.pxDec + instrument.qtyDec - instrument.quoteDec), price)
}

/** A price column value in the instrument's units, rounded to the nearest unit. */
export function priceUnits(instrument: Instrument, price: number): Dec {
  return toDec(Math.round(price * pow10(instrument.pxDec)))
}
