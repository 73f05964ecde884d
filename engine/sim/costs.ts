/**
 * What a fill costs: half the spread and slippage move a taker's price against him, fees are charged on the value.
 * Rates are Dec in units of 1e-12, so that 0.26 % is exact; money is rounded half up, once a fill.
 */

import type { FeeAsset } from '../core/dated.ts'
import { type Dec, decFromNumber, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, valueScale } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import { isInBase } from '../market/fees.ts'
import { fillValueOf, quantityBought } from '../market/market-fill.ts'
import { atRate, RATE_ONE } from '../market/rates.ts'

export const RATE_DECIMALS = 12
export { RATE_ONE }

/** Rates in units of 1e-12. */
export interface FixedRates {
  readonly maker: Dec
  readonly taker: Dec
}

/** Maker and taker rate of an instrument at a time, in units of 1e-12. */
export interface FeeModel {
  rate(instrument: number, atMs: number, maker: boolean): Dec
  /** Told of every fill, since tiers follow the account's own volume. */
  filled(instrument: number, atMs: number, valueQuote: number): void
  /** Both rates where they are the same for everything, always, so that nobody need ask or tell. */
  readonly fixed?: FixedRates
  /** Whether the fee of a fill on that side is taken in base; null or absent where all fees are in quote. */
  readonly inBase?: ((instrument: number, atMs: number, side: Side) => boolean) | null
}

/** Taker fee of an order that is taken in base, as a rate; null where all fees are in quote. */
export function rateInBaseOf(fees: FeeModel): ((instrument: number, atMs: number, side: Side) => Dec) | null {
  const { inBase } = fees
  if (inBase === undefined || inBase === null) return null
  return (instrument, atMs, side) => (inBase(instrument, atMs, side) ? fees.rate(instrument, atMs, false) : ZERO)
}

/** A rate such as 0.0026 in units of 1e-12. */
export function rateUnits(rate: number): Dec {
  return decFromNumber(rate, RATE_DECIMALS)
}

/** The same maker and taker rate for everything, always; taken in quote, or on spot in what `asset` says. */
export function flatFees(
  maker: number,
  taker: number,
  asset: FeeAsset = 'quote',
  instruments: readonly Instrument[] = [],
): FeeModel {
  const makerRate = rateUnits(maker)
  const takerRate = rateUnits(taker)
  const rate = (_instrument: number, _atMs: number, isMaker: boolean): Dec => (isMaker ? makerRate : takerRate)
  if (asset === 'quote') return { rate, filled: () => {}, fixed: { maker: makerRate, taker: takerRate } }
  const spot = instruments.map(({ kind }) => kind === 'spot')
  const inBase = (id: number, _atMs: number, side: Side): boolean => spot[id]! && isInBase(asset, side)
  return { rate, filled: () => {}, inBase }
}

export interface SpreadModel {
  /** Half the spread and the slippage as rates of the price. */
  readonly halfSpread: Dec
  readonly slippage: Dec
  /** Whether either is more than nothing. */
  readonly costly: boolean
}

/** Basis points of full spread and of slippage per fill. */
export function spreadModel(spreadBps: number, slippageBps: number): SpreadModel {
  const costly = spreadBps > 0 || slippageBps > 0
  return { halfSpread: rateUnits(spreadBps / 2e4), slippage: rateUnits(slippageBps / 1e4), costly }
}

/** A taker's price and how much of it is half-spread and slippage, per unit of base, in price units. */
export interface TakerPrice {
  readonly price: Dec
  readonly spread: Dec
  readonly slippage: Dec
}

/** Both parts are rounded up, against the taker; a sale can't bring less than nothing. */
export function takerPrice(model: SpreadModel, base: Dec, side: Side): TakerPrice {
  if (!model.costly) return { price: base, spread: 0 as Dec, slippage: 0 as Dec }
  const most = side === Side.sell ? base : Number.POSITIVE_INFINITY
  const spread = Math.min(most, mulDiv(base, model.halfSpread, RATE_ONE, Rounding.away)) as Dec
  const slippage = Math.min(most - spread, mulDiv(base, model.slippage, RATE_ONE, Rounding.away)) as Dec
  return { price: toDec(base + side * (spread + slippage)), spread, slippage }
}

/** A fill whose fee is taken in base: what the position changes by, and of the traded value what that is and the fee. */
export interface InBase {
  readonly feeQuantity: Dec
  readonly quantity: Dec
  readonly value: Dec
  readonly fee: Dec
}

/** A buy brings less than it traded, a sale takes more; in cash both move exactly `worth`, the value traded. */
export function bookInBase(instrument: Instrument, price: Dec, traded: Dec, worth: Dec, rate: Dec, side: Side): InBase {
  const feeQuantity = feeOn(traded, rate)
  const quantity = toDec(traded - side * feeQuantity)
  const value = fillValue(instrument, price, quantity)
  return { feeQuantity, quantity, value, fee: toDec(side * (worth - value)) }
}

/** Fee on a value, rounded half up (a tie away from zero). Negative rates are rebates. */
export function feeOn(value: Dec, rate: Dec): Dec {
  return atRate(value, rate)
}

/** The base that `quoteAmount`, fee included, buys at `price`: see market-fill.ts. */
export function quantityForQuote(instrument: Instrument, quoteAmount: Dec, price: Dec, rate: Dec): Dec {
  return quantityBought(quoteAmount, price, rate, valueScale(instrument))
}

/** Value of a fill, rounded half to even. */
export function fillValue(instrument: Instrument, price: Dec, quantity: Dec): Dec {
  return fillValueOf(price, quantity, valueScale(instrument))
}
