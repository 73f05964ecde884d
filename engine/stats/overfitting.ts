/**
 * Probability of backtest overfitting by combinatorially symmetric cross-validation (Bailey, Borwein, López de Prado &
 * Zhu, J. of Computational Finance 20(4), 2017): cut the rows of all trials' returns into S blocks; for every half of
 * the blocks choose the trial with the best Sharpe ratio in it and see how it ranks in the other half.
 *
 * Sums of x and x² per block make the Sharpe ratio of any union of blocks a few additions, so that 12,870 halves of
 * 1,000 trials take about a second. The rows must come from ONE continuous run per trial.
 */

import { binomial, combinations } from './combinations.ts'
import { sum } from './sum.ts'

export interface OverfittingOptions {
  /** S, even; default 16. Fewer where there are fewer rows. */
  readonly blocks?: number
  /** Risk-free rate per row. */
  readonly riskFree?: number
}

/** One value a half in each array, halves in lexicographic order of their blocks. */
export interface Overfitting {
  readonly blocks: number
  /** Oldest rows left out so that the blocks are equal. */
  readonly rowsDropped: number
  /** Share of halves whose choice ranks at or below the median outside. 0.5 is expected of pure noise. */
  readonly probability: number
  /** Share of halves whose choice loses outside. */
  readonly lossProbability: number
  /** ln(ω/(1−ω)), ω = rank/(N+1). */
  readonly logits: Float64Array
  readonly chosen: Int32Array
  /** Rank outside of the chosen one, 1 worst, N best; ties averaged. */
  readonly ranks: Float64Array
  readonly inSample: Float64Array
  readonly outOfSample: Float64Array
  /** Least squares of `outOfSample` on `inSample`: a negative slope says that better looking is worse. */
  readonly slope: number | null
  readonly intercept: number | null
  /** Whether the chosen ones' results outside dominate those of all trials, to first and second order. */
  readonly dominance: { readonly first: boolean; readonly second: boolean }
}

/** Results outside of all trials that are kept for the comparison of distributions. */
const MOST_KEPT = 40_000

/** `returns`: one series a trial, all of equal length. Throws RangeError on odd S, unequal series or too few rows. */
export function backtestOverfitting(returns: readonly Float64Array[], options: OverfittingOptions = {}): Overfitting {
  const blocks = options.blocks ?? 16
  const trials = returns.length
  const rows = returns[0]?.length ?? 0
  if (blocks < 2 || blocks % 2 !== 0) throw new RangeError(`${blocks} blocks: an even number is needed`)
  if (trials < 2) throw new RangeError('needs at least two trials')
  if (returns.some((one) => one.length !== rows)) throw new RangeError('the trials have different lengths')
  const size = Math.floor(rows / blocks)
  if (size < 2) throw new RangeError(`${rows} rows are too few for ${blocks} blocks of two`)
  const dropped = rows - size * blocks
  return { ...overfittingOfBlocks(addUp(returns, blocks, size, dropped), options.riskFree), rowsDropped: dropped }
}

/** What a block of rows adds up to, for every trial: enough for the Sharpe ratio of any union of blocks. */
export interface BlockTotals {
  /** Sums of returns by block, trials side by side. */
  readonly sums: readonly Float64Array[]
  /** Sums of their squares. */
  readonly squares: readonly Float64Array[]
  /** Rows of a block. */
  readonly rows: number
}

/** The same from sums over an even number of equal blocks, where the returns themselves are too many to hold. */
export function overfittingOfBlocks(totals: BlockTotals, riskFree = 0): Overfitting {
  const blocks = totals.sums.length
  const trials = totals.sums[0]!.length
  const table = new Halves(totals, riskFree)
  const halves = binomial(blocks, blocks / 2)
  const found = {
    logits: new Float64Array(halves),
    chosen: new Int32Array(halves),
    ranks: new Float64Array(halves),
    inSample: new Float64Array(halves),
    outOfSample: new Float64Array(halves),
  }
  const every = Math.max(1, Math.ceil((halves * trials) / MOST_KEPT))
  const all: number[] = []
  let half = 0
  for (const inside of combinations(blocks, blocks / 2)) {
    const { best, value, outside } = table.judge(inside)
    const own = outside[best]!
    const rank = rankOf(own, outside)
    const share = rank / (trials + 1)
    found.chosen[half] = best
    found.inSample[half] = value
    found.outOfSample[half] = own
    found.ranks[half] = rank
    found.logits[half] = Math.log(share / (1 - share))
    if (half % every === 0) for (const one of outside) all.push(one)
    half += 1
  }
  const { slope, intercept } = leastSquares(found.inSample, found.outOfSample)
  return {
    blocks,
    rowsDropped: 0,
    probability: shareOf(found.logits, (logit) => logit <= 1e-12),
    lossProbability: shareOf(found.outOfSample, (value) => value < 0),
    ...found,
    slope,
    intercept,
    dominance: dominance(found.outOfSample, Float64Array.from(all)),
  }
}

function addUp(returns: readonly Float64Array[], blocks: number, size: number, from: number): BlockTotals {
  const column = (): Float64Array => new Float64Array(returns.length)
  const sums = Array.from({ length: blocks }, column)
  const squares = Array.from({ length: blocks }, column)
  for (const [k, series] of returns.entries()) {
    for (let block = 0; block < blocks; block++) {
      let total = 0
      let squared = 0
      for (let i = from + block * size; i < from + (block + 1) * size; i++) {
        total += series[i]!
        squared += series[i]! * series[i]!
      }
      sums[block]![k] = total
      squares[block]![k] = squared
    }
  }
  return { sums, squares, rows: size }
}

/** Halves of the blocks, one after the other judged in the same memory. */
class Halves {
  private readonly trials: number
  private readonly rows: number
  private readonly riskFree: number
  private readonly sums: readonly Float64Array[]
  private readonly squares: readonly Float64Array[]
  private readonly allSums: Float64Array
  private readonly allSquares: Float64Array
  private readonly inner: Float64Array
  private readonly innerSquares: Float64Array
  private readonly outside: Float64Array

  constructor({ sums, squares, rows }: BlockTotals, riskFree: number) {
    this.trials = sums[0]!.length
    this.rows = (rows * sums.length) / 2
    this.riskFree = riskFree
    const column = (): Float64Array => new Float64Array(this.trials)
    this.sums = sums
    this.squares = squares
    this.allSums = column()
    this.allSquares = column()
    this.inner = column()
    this.innerSquares = column()
    this.outside = column()
    for (let block = 0; block < sums.length; block++) {
      for (let k = 0; k < this.trials; k++) {
        this.allSums[k] = this.allSums[k]! + sums[block]![k]!
        this.allSquares[k] = this.allSquares[k]! + squares[block]![k]!
      }
    }
  }

  /** The best trial of a half (the first among equals), its Sharpe ratio there, and all trials' in the other half. */
  judge(inside: Int32Array): { best: number; value: number; outside: Float64Array } {
    const { inner, innerSquares, outside, trials } = this
    inner.fill(0)
    innerSquares.fill(0)
    for (const block of inside) {
      const sums = this.sums[block]!
      const squares = this.squares[block]!
      for (let k = 0; k < trials; k++) {
        inner[k] = inner[k]! + sums[k]!
        innerSquares[k] = innerSquares[k]! + squares[k]!
      }
    }
    let best = 0
    let value = Number.NEGATIVE_INFINITY
    for (let k = 0; k < trials; k++) {
      const within = this.sharpe(inner[k]!, innerSquares[k]!)
      outside[k] = this.sharpe(this.allSums[k]! - inner[k]!, this.allSquares[k]! - innerSquares[k]!)
      if (within > value) {
        value = within
        best = k
      }
    }
    return { best, value, outside }
  }

  /** (mean − rf)/std(ddof 1); a trial that doesn't move there has neither risk nor return: 0. */
  private sharpe(total: number, squares: number): number {
    const n = this.rows
    const average = total / n
    const variance = (squares - total * average) / (n - 1)
    return variance > 1e-15 * (squares / n) && variance > 0 ? (average - this.riskFree) / Math.sqrt(variance) : 0
  }
}

/** Rank of `own` among `values`, of which it is one: 1 lowest; ties get the mean of their ranks. */
function rankOf(own: number, values: Float64Array): number {
  let below = 0
  let equal = 0
  for (let k = 0; k < values.length; k++) {
    if (values[k]! < own) below += 1
    else if (values[k] === own) equal += 1
  }
  return below + (equal + 1) / 2
}

function shareOf(values: Float64Array, counts: (value: number) => boolean): number {
  let count = 0
  for (const value of values) if (counts(value)) count += 1
  return count / values.length
}

/** Least squares of y on x; null where x doesn't vary. */
export function leastSquares(x: Float64Array, y: Float64Array): { slope: number | null; intercept: number | null } {
  const meanX = sum(x) / x.length
  const meanY = sum(y) / y.length
  let cross = 0
  let squares = 0
  for (let i = 0; i < x.length; i++) {
    cross += (x[i]! - meanX) * (y[i]! - meanY)
    squares += (x[i]! - meanX) * (x[i]! - meanX)
  }
  if (!(squares > 0)) return { slope: null, intercept: null }
  const slope = cross / squares
  return { slope, intercept: meanY - slope * meanX }
}

/** Whether the distribution function of `one` lies nowhere above that of `other` (first), nor its integral (second). */
function dominance(one: Float64Array, other: Float64Array): { first: boolean; second: boolean } {
  const a = one.slice().sort()
  const b = other.slice().sort()
  const points = Float64Array.from([...a, ...b]).sort()
  let [i, j, area, first, second] = [0, 0, 0, true, true]
  for (let p = 0; p < points.length; p++) {
    const here = points[p]!
    while (i < a.length && a[i]! <= here) i++
    while (j < b.length && b[j]! <= here) j++
    const gap = i / a.length - j / b.length
    if (gap > 1e-12) first = false
    area += gap * ((points[p + 1] ?? here) - here)
    if (area > 1e-12) second = false
  }
  return { first, second }
}
