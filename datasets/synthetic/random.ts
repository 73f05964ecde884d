/** Seeded random numbers that are the same on every machine and every Node version. */

import seedrandom from 'seedrandom'

/** Uniform numbers in [0, 1). */
export type Uniform = () => number

/** A generator of its own for each `label`, so that one consumer's draws don't shift another's. */
export function forkedUniform(seed: number | string, label: string): Uniform {
  return seedrandom.alea(`${seed}/${label}`)
}

const SUMMANDS = 12

/**
 * Standard normal numbers as the sum of twelve uniforms less six (Irwin–Hall: mean 0, variance 1, within ±6, kurtosis
 * 2.9). The exact transforms need `Math.log`, whose last digit may differ between engines; additions don't.
 */
export function normalFrom(uniform: Uniform): () => number {
  return () => {
    let sum = 0
    for (let k = 0; k < SUMMANDS; k++) sum += uniform()
    return sum - SUMMANDS / 2
  }
}
