/**
 * Sobol's sequence with the direction numbers of Joe and Kuo (SIAM J. Sci. Comput. 30, 2008; their set new-joe-kuo-6),
 * in Gray-code order (Antonov and Saleev 1979), with a digital shift from the seed. Point i is computed by itself.
 */

const BITS = 32

/** Degree, coefficients and first direction numbers of dimensions 2 to 21; dimension 1 is van der Corput's. */
const PARAMETERS: readonly (readonly [number, number, readonly number[]])[] = [
  [1, 0, [1]],
  [2, 1, [1, 3]],
  [3, 1, [1, 3, 1]],
  [3, 2, [1, 1, 1]],
  [4, 1, [1, 1, 3, 3]],
  [4, 4, [1, 3, 5, 13]],
  [5, 2, [1, 1, 5, 5, 17]],
  [5, 4, [1, 1, 5, 5, 5]],
  [5, 7, [1, 1, 7, 11, 19]],
  [5, 11, [1, 1, 5, 1, 1]],
  [5, 13, [1, 1, 1, 3, 11]],
  [5, 14, [1, 3, 5, 5, 31]],
  [6, 1, [1, 3, 3, 9, 7, 49]],
  [6, 13, [1, 1, 1, 15, 21, 21]],
  [6, 16, [1, 3, 1, 13, 27, 49]],
  [6, 19, [1, 1, 1, 15, 7, 5]],
  [6, 22, [1, 3, 1, 15, 13, 25]],
  [6, 25, [1, 1, 5, 5, 19, 61]],
  [7, 1, [1, 3, 7, 11, 23, 15, 103]],
  [7, 4, [1, 3, 7, 13, 13, 15, 69]],
]

/** Axes a Sobol sequence can have here. */
export const SOBOL_DIMENSIONS = PARAMETERS.length + 1

export class Sobol {
  private readonly directions: readonly Uint32Array[]
  private readonly shifts: readonly number[]

  /** `shifts`: one 32-bit number a dimension, which all points are moved by (exclusive or). */
  constructor(shifts: readonly number[]) {
    this.shifts = shifts
    this.directions = shifts.map((_, dimension) => directionsOf(dimension))
  }

  /** Coordinate of point `index` (0 ≤ index < 2³²) in [0, 1). */
  at(index: number, dimension: number): number {
    const directions = this.directions[dimension]!
    let gray = (index ^ (index >>> 1)) >>> 0
    let bits = this.shifts[dimension]!
    for (let bit = 0; gray !== 0; bit++, gray >>>= 1) if ((gray & 1) !== 0) bits ^= directions[bit]!
    return (bits >>> 0) / 2 ** 32
  }
}

function directionsOf(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS)
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) v[i] = 2 ** (BITS - 1 - i)
    return v
  }
  const [degree, coefficients, first] = PARAMETERS[dimension - 1]!
  for (let i = 0; i < BITS; i++) {
    if (i < degree) {
      v[i] = first[i]! * 2 ** (BITS - 1 - i)
      continue
    }
    let next = v[i - degree]! ^ (v[i - degree]! >>> degree)
    for (let k = 1; k < degree; k++) if (((coefficients >>> (degree - 1 - k)) & 1) === 1) next ^= v[i - k]!
    v[i] = next
  }
  return v
}
