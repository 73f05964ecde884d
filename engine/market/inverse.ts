/**
 * Inverse contracts (Kraken Futures PI_…): a contract is one unit of quote, margin and profit are in base. A long of n
 * contracts entered at E is worth n/E − n/P in base at price P. Source: support.kraken.com 360022835671.
 */

import { type Dec, mulDiv, pow10, Rounding, toDec } from '../core/dec.ts'
import { RATE_ONE } from './rates.ts'

export interface InversePosition {
  readonly side: 1 | -1
  /** Contracts, each one unit of quote. */
  readonly contracts: number
  /** Units of 10^-pxDec. */
  readonly entryPrice: Dec
  /** Collateral in base, units of 10^-baseDec. */
  readonly margin: Dec
  readonly pxDec: number
  readonly baseDec: number
}

/** Price at which equity is `maintenanceRate` (units of 1e-12) of the position's value in base; 0 for bankruptcy. */
export function inverseLiquidationPrice(position: InversePosition, maintenanceRate: Dec): Dec | null {
  const { side, contracts, entryPrice, margin, pxDec, baseDec } = position
  // margin + s·(n/E − n/P) = m·n/P  ⇒  n/P·(s + m) = margin + s·n/E, in base units × E to stay whole.
  const scale = BigInt(pow10(pxDec + baseDec))
  const n = BigInt(contracts) * scale
  const entry = BigInt(entryPrice)
  const left = BigInt(margin) * entry + BigInt(side) * n
  const right = BigInt(side) * BigInt(RATE_ONE) + BigInt(maintenanceRate)
  const numerator = n * right * entry
  const denominator = left * BigInt(RATE_ONE)
  if (denominator === 0n || numerator < 0n !== denominator < 0n) return null
  return toDec(Number(numerator / denominator))
}

/** Value of the position in base at a price: contracts ÷ price, rounded half to even. */
export function inverseValue(contracts: number, price: Dec, pxDec: number, baseDec: number): Dec {
  return mulDiv(toDec(contracts), pow10(pxDec + baseDec), price, Rounding.halfEven)
}
