/** p-values adjusted for how many tests there were. Results stand in the order of the input. */

import { sumOf } from './sum.ts'

/** min(1, M·p): the family-wise error under any dependence, crudely. */
export function bonferroni(p: ArrayLike<number>): Float64Array {
  return Float64Array.from(p, (one) => Math.min(1, one * p.length))
}

/** Holm's step-down (Scandinavian J. of Statistics 6(2), 1979): the same promise as Bonferroni, never less powerful. */
export function holm(p: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(p)
  const adjusted = new Float64Array(p.length)
  let most = 0
  order.forEach((index, rank) => {
    most = Math.max(most, Math.min(1, (p.length - rank) * p[index]!))
    adjusted[index] = most
  })
  return adjusted
}

/** Benjamini–Hochberg–Yekutieli step-up (Annals of Statistics 29(4), 2001): the false discovery rate under any dependence. */
export function benjaminiHochbergYekutieli(p: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(p)
  const harmonic = sumOf(p.length, (i) => 1 / (i + 1))
  const adjusted = new Float64Array(p.length)
  let least = 1
  for (let rank = p.length; rank >= 1; rank--) {
    const index = order[rank - 1]!
    least = Math.min(least, (p.length * harmonic * p[index]!) / rank)
    adjusted[index] = least
  }
  return adjusted
}

function ascendingOrder(p: ArrayLike<number>): number[] {
  return Array.from({ length: p.length }, (_, i) => i).sort((a, b) => p[a]! - p[b]! || a - b)
}
