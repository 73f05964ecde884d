/** A number that may be undefined: then it says why. Nothing in this room returns NaN, Infinity or a made-up 0. */

export type Figure = { readonly value: number } | { readonly value: null; readonly reason: string }

/** `value` as a figure; where it isn't finite (overflow of absurd input), null with a reason. */
export function known(value: number): Figure {
  return Number.isFinite(value) ? { value } : unknown('not a finite number: the input is beyond double precision')
}

/** No value, and why. */
export function unknown(reason: string): Figure {
  return { value: null, reason }
}

/** `numerator / denominator`, or null with `reason` where the denominator is zero. */
export function ratio(numerator: number, denominator: number, reason: string): Figure {
  return denominator === 0 ? unknown(reason) : known(numerator / denominator)
}
