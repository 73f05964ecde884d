/** A fill that crosses zero, in two: money is split by quantity, and nothing is lost. */

import { type Dec, mulDiv, Rounding, toDec } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'

/** The part of a fill that has this quantity, with its share of the money. */
export function partOf(fact: Fact, quantity: Dec): Fact {
  const share = (amount: Dec): Dec => mulDiv(amount, quantity, fact.quantity, Rounding.halfEven)
  return {
    ...fact,
    quantity,
    value: share(fact.value),
    fee: share(fact.fee),
    spreadCost: share(fact.spreadCost),
    slippageCost: share(fact.slippageCost),
  }
}

/** What is left of a fill without its first part. */
export function restOf(fact: Fact, first: Fact): Fact {
  return {
    ...fact,
    quantity: toDec(fact.quantity - first.quantity),
    value: toDec(fact.value - first.value),
    fee: toDec(fact.fee - first.fee),
    spreadCost: toDec(fact.spreadCost - first.spreadCost),
    slippageCost: toDec(fact.slippageCost - first.slippageCost),
  }
}
