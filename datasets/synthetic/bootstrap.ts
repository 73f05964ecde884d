/** The stationary bootstrap: a series put together of blocks of a real one. */

import type { Uniform } from './random.ts'

/**
 * Rows of `length` in the order of a stationary bootstrap (D. N. Politis, J. P. Romano, JASA 89, 1994): the first at
 * random; then with probability 1/block a new one at random, else the next, the first following on the last. What is
 * true within about a block of the original (its distribution, clustering, dependence) is true of the result.
 */
export function stationaryRows(length: number, block: number, uniform: Uniform): () => number {
  let row = -1
  return () => {
    const restart = row === -1 || uniform() * block < 1
    row = restart ? Math.floor(uniform() * length) : (row + 1) % length
    return row
  }
}

/** Mean block length where none is given: the cube root of the rows, the order that is optimal for means; at least 2. */
export function usualBlock(rows: number): number {
  let block = 2
  while ((block + 1) ** 3 <= rows) block += 1
  return block
}
