/** Combinatorial purged cross-validation (López de Prado, Advances in Financial Machine Learning, 2018, ch. 7 and 12). */

import { binomial, combinations } from './combinations.ts'

export interface CrossValidationOptions {
  readonly rows: number
  /** N, of which `testGroups` (k) are held out in each split. */
  readonly groups: number
  readonly testGroups: number
  /** Rows after its own that a row's result depends on: longest holding plus look-back. Default 0. */
  readonly purgeRows?: number
  /** Rows left out after each test stretch, on top of the purge. Default 0. */
  readonly embargoRows?: number
}

/** Rows from `from` to before `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

export interface Split {
  /** Held-out groups, ascending. */
  readonly groups: readonly number[]
  /** Neighbouring groups are one range. */
  readonly test: readonly RowRange[]
  readonly train: readonly RowRange[]
}

export interface CrossValidation {
  readonly groups: readonly RowRange[]
  readonly splits: readonly Split[]
  /** C(N,k)·k/N of them; `paths[p][g]` is the split that gives group g's out-of-sample rows on path p. */
  readonly paths: readonly (readonly number[])[]
}

/**
 * All splits in lexicographic order, and the paths that they make. A training row goes where it or what its result
 * depends on overlaps a test stretch or what that one's results depend on, and during the embargo. Groups differ by a
 * row at most, the longer ones first. Throws RangeError where there are fewer rows than groups, or k isn't below N.
 */
export function purgedSplits(options: CrossValidationOptions): CrossValidation {
  const { rows, groups: n, testGroups: k, purgeRows = 0, embargoRows = 0 } = options
  if (!(n >= 2 && k >= 1 && k < n)) throw new RangeError(`${k} of ${n} groups can't be held out`)
  if (rows < n) throw new RangeError(`${rows} rows are fewer than ${n} groups`)
  const groups = groupsOf(rows, n)
  const splits: Split[] = []
  for (const chosen of combinations(n, k)) {
    const test = joined([...chosen].map((g) => groups[g]!))
    splits.push({ groups: [...chosen], test, train: trainingOf(rows, test, purgeRows, embargoRows) })
  }
  const count = (binomial(n, k) * k) / n
  const bySplit = groups.map((_, g) => splits.flatMap((split, index) => (split.groups.includes(g) ? [index] : [])))
  const paths = Array.from({ length: count }, (_, path) => bySplit.map((indices) => indices[path]!))
  return { groups, splits, paths }
}

function groupsOf(rows: number, n: number): RowRange[] {
  const size = Math.floor(rows / n)
  const longer = rows % n
  let from = 0
  return Array.from({ length: n }, (_, g) => {
    const range = { from, to: from + size + (g < longer ? 1 : 0) }
    from = range.to
    return range
  })
}

function joined(ranges: readonly RowRange[]): RowRange[] {
  const result: RowRange[] = []
  for (const range of ranges) {
    const last = result[result.length - 1]
    if (last !== undefined && last.to === range.from) result[result.length - 1] = { from: last.from, to: range.to }
    else result.push(range)
  }
  return result
}

function trainingOf(rows: number, test: readonly RowRange[], purge: number, embargo: number): RowRange[] {
  const train: RowRange[] = []
  let from = 0
  for (const range of test) {
    const to = Math.max(from, range.from - purge)
    if (to > from) train.push({ from, to })
    from = Math.min(rows, range.to + purge + embargo)
  }
  if (from < rows) train.push({ from, to: rows })
  return train
}
