/**
 * What a market order comes to at a price: the arithmetic that the simulated venue and the express lanes share. Its fee
 * is `atRate`.
 */

import { type Dec, mulDivFloor, mulDivNear, Rounding, ZERO } from '../core/dec.ts'
import { RATE_ONE } from './rates.ts'

/**
 * The base that `quoteAmount`, fee included, buys at `price`: value and fee never exceed it, and fall short of it by less
 * than one quantity unit's cost and two units of quote. `scale` is the instrument's valueScale.
 */
export function quantityBought(quoteAmount: number, price: number, rate: number, scale: number): Dec {
  if (price <= 0) return ZERO
  return mulDivFloor(mulDivFloor(quoteAmount, RATE_ONE, RATE_ONE + rate), scale, price)
}

/** Value of a fill in quote, rounded half to even. */
export function fillValueOf(price: number, quantity: number, scale: number): Dec {
  return mulDivNear(price, quantity, scale, Rounding.halfEven)
}
