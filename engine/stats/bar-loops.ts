/**
 * The loops of bar-figures.ts over equity and returns: state in locals, one row after the other. They hand on what they
 * know in slots of one array.
 */

/** Equity stands still over at least so many rows: fewer aren't worth leaving the loop for. */
export const STILL = 8

/** Slots of the state that loops hand on; the sums are a total and its correction each. */
export const Slot = {
  before: 0,
  peak: 1,
  depth: 2,
  valley: 3,
  equity: 4,
  returns: 6,
  drawdowns: 8,
  squares: 10,
  neighbours: 12,
  valleyRow: 14,
  /** Equity that is one unit: here, since a number that is handed over may be whole, and would be looked at in every row. */
  capital: 15,
  /** The least and the greatest unit value of the short way: for the same reason. */
  least: 16,
  most: 17,
} as const
/** How many there are. */
export const SLOTS = 18

/**
 * Goes on at highs, from `from` to the end or the first row below the high or from which equity stands still, which it
 * returns; -1 where a unit value isn't one of the short way.
 */
export function climb(
  equity: Float64Array,
  from: number,
  moved: number,
  state: Float64Array,
  returns: Float64Array,
): number {
  const rows = equity.length | 0
  const capital = state[Slot.capital] as number
  const least = state[Slot.least] as number
  const most = state[Slot.most] as number
  let previous = from === 0 ? Number.NaN : (equity[from - 1] as number)
  let before = state[Slot.before] as number
  let peak = state[Slot.peak] as number
  let sumE = state[Slot.equity] as number
  let offE = state[Slot.equity + 1] as number
  let sumR = state[Slot.returns] as number
  let offR = state[Slot.returns + 1] as number
  let row = from | 0
  let at = moved | 0
  for (; row < rows; row = (row + 1) | 0) {
    const value = equity[row] as number
    if (value === previous && isStill(equity, row)) break
    const u = value / capital
    if (!(u >= least && u <= most)) return -1
    if (u > peak) peak = u
    else if (u / peak - 1 < 0) break
    previous = value
    const r = u / before - 1
    before = u
    returns[at] = r
    at = (at + 1) | 0
    const nextE = sumE + value
    const addedE = nextE - sumE
    offE += sumE - (nextE - addedE) + (value - addedE)
    sumE = nextE
    const nextR = sumR + r
    const addedR = nextR - sumR
    offR += sumR - (nextR - addedR) + (r - addedR)
    sumR = nextR
  }
  state[Slot.before] = before
  state[Slot.peak] = peak
  state[Slot.equity] = sumE
  state[Slot.equity + 1] = offE
  state[Slot.returns] = sumR
  state[Slot.returns + 1] = offR
  return row
}

/** Goes on below the high, to the end or the first row back at it or from which equity stands still; -1 as `climb`. */
export function dive(
  equity: Float64Array,
  from: number,
  moved: number,
  state: Float64Array,
  returns: Float64Array,
): number {
  const rows = equity.length | 0
  const capital = state[Slot.capital] as number
  const least = state[Slot.least] as number
  const peak = state[Slot.peak] as number
  let previous = from === 0 ? Number.NaN : (equity[from - 1] as number)
  let before = state[Slot.before] as number
  let valley = state[Slot.valley] as number
  let valleyRow = (state[Slot.valleyRow] as number) | 0
  let depth = state[Slot.depth] as number
  let sumE = state[Slot.equity] as number
  let offE = state[Slot.equity + 1] as number
  let sumR = state[Slot.returns] as number
  let offR = state[Slot.returns + 1] as number
  let sumD = state[Slot.drawdowns] as number
  let offD = state[Slot.drawdowns + 1] as number
  let row = from | 0
  let at = moved | 0
  for (; row < rows; row = (row + 1) | 0) {
    const value = equity[row] as number
    if (value === previous && isStill(equity, row)) break
    const u = value / capital
    if (!(u >= least)) return -1
    const d = u / peak - 1
    if (!(d < 0)) break
    previous = value
    depth = d
    if (d < valley) {
      valley = d
      valleyRow = row
    }
    const r = u / before - 1
    before = u
    returns[at] = r
    at = (at + 1) | 0
    const nextE = sumE + value
    const addedE = nextE - sumE
    offE += sumE - (nextE - addedE) + (value - addedE)
    sumE = nextE
    const nextR = sumR + r
    const addedR = nextR - sumR
    offR += sumR - (nextR - addedR) + (r - addedR)
    sumR = nextR
    const square = d * d
    const nextD = sumD + square
    const addedD = nextD - sumD
    offD += sumD - (nextD - addedD) + (square - addedD)
    sumD = nextD
  }
  state[Slot.before] = before
  state[Slot.valley] = valley
  state[Slot.valleyRow] = valleyRow
  state[Slot.depth] = depth
  state[Slot.equity] = sumE
  state[Slot.equity + 1] = offE
  state[Slot.returns] = sumR
  state[Slot.returns + 1] = offR
  state[Slot.drawdowns] = sumD
  state[Slot.drawdowns + 1] = offD
  return row
}

/** Whether equity is the same from `row` on over at least STILL rows. */
export function isStill(equity: Float64Array, row: number): boolean {
  if (row + STILL > equity.length) return false
  const value = equity[row]!
  for (let i = row + 1; i < row + STILL; i++) if (equity[i] !== value) return false
  return true
}

export function endOfStill(equity: Float64Array, row: number): number {
  const value = equity[row]!
  let end = row + STILL
  while (end < equity.length && equity[end] === value) end++
  return end
}

/** Adds returns' squared deviations from `centre`, and products of neighbouring ones. */
export function deviateMoving(
  returns: Float64Array,
  from: number,
  to: number,
  centre: number,
  state: Float64Array,
): void {
  let sumS = state[Slot.squares] as number
  let offS = state[Slot.squares + 1] as number
  let sumN = state[Slot.neighbours] as number
  let offN = state[Slot.neighbours + 1] as number
  let before = state[Slot.before] as number
  for (let i = from | 0; i < to; i = (i + 1) | 0) {
    const x = (returns[i] as number) - centre
    const square = x * x
    const nextS = sumS + square
    const addedS = nextS - sumS
    offS += sumS - (nextS - addedS) + (square - addedS)
    sumS = nextS
    const product = before * x
    const nextN = sumN + product
    const addedN = nextN - sumN
    offN += sumN - (nextN - addedN) + (product - addedN)
    sumN = nextN
    before = x
  }
  state[Slot.squares] = sumS
  state[Slot.squares + 1] = offS
  state[Slot.neighbours] = sumN
  state[Slot.neighbours + 1] = offN
  state[Slot.before] = before
}

/** 2^27 + 1: splits a double into halves whose products with numbers below 2^26 are exact (Veltkamp 1968). */
const SPLITTER = 134217729

/** Adds `x` so many times over: as one product, which is exact in two doubles. */
export function addTimes(state: Float64Array, slot: number, x: number, times: number): void {
  const product = x * times
  const t = SPLITTER * x
  const high = t - (t - x)
  const rest = high * times - product + (x - high) * times
  const before = state[slot]!
  const next = before + product
  const added = next - before
  // Beyond 1e300 the split overflows: the product alone has to do.
  const error = Number.isFinite(rest) ? rest : 0
  state[slot + 1] = state[slot + 1]! + (before - (next - added) + (product - added)) + error
  state[slot] = next
}
