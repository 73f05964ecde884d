/**
 * Draws without a state: the same seed and the same numbers give the same draw, in whatever order they are asked, so
 * that chance is no part of a path. The mixing is MurmurHash3's finaliser.
 */

/** A number in [0, 1) from a seed and two whole numbers below 2^53. */
export function draw(seed: number, a: number, b: number): number {
  let hash = mix(seed >>> 0)
  for (const part of [a, b]) {
    hash = mix(hash ^ (part >>> 0))
    hash = mix(hash ^ Math.floor(part / 0x1_0000_0000))
  }
  return (hash >>> 0) / 0x1_0000_0000
}

function mix(value: number): number {
  let h = (value + 0x9e37_79b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x85eb_ca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2_ae35)
  return h ^ (h >>> 16)
}
