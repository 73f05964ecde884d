/**
 * The venue's own books: cash and base of one account, and what resting orders hold of them. The venue refuses by
 * these, not by what the engine believes; the engine's ledger learns of them through facts alone.
 */

import { type Dec, type DecArray, decArray, toDec, ZERO } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'

export class SimAccount {
  cash: Dec
  heldCash: Dec = ZERO
  readonly base: DecArray
  readonly heldBase: DecArray

  /** `base` by instrument; none where it's left out. */
  constructor(instruments: readonly Instrument[], cash: Dec, base: readonly Dec[] = []) {
    this.cash = cash
    this.base = decArray(instruments.length)
    for (const { id } of instruments) this.base[id] = base[id] ?? ZERO
    this.heldBase = decArray(instruments.length)
  }

  get freeCash(): Dec {
    return toDec(this.cash - this.heldCash)
  }

  freeBase(instrument: number): Dec {
    return toDec(this.base[instrument]! - this.heldBase[instrument]!)
  }

  holdCash(amount: Dec): void {
    this.heldCash = toDec(this.heldCash + amount)
  }

  holdBase(instrument: number, quantity: Dec): void {
    this.heldBase[instrument] = toDec(this.heldBase[instrument]! + quantity)
  }

  /** Books a fill: `value` = price × quantity. */
  fill(instrument: number, side: 1 | -1, quantity: Dec, value: Dec, fee: Dec): void {
    this.cash = toDec(this.cash - side * value - fee)
    this.base[instrument] = toDec(this.base[instrument]! + side * quantity)
  }
}
