/** Two series side by side at the same moments, at any shift of the clock between them. */

import { lowerBound } from '../columns.ts'
import { median } from './median.ts'

/** One series' closes with the time each was known, ascending. */
export interface Closes {
  readonly time: Float64Array
  readonly close: Float64Array
  readonly timeframeMs: number
}

/** How alike two series are at one shift. */
export interface Likeness {
  /** Moments at which both have a close, in the order of time. */
  readonly pairs: number
  /** Middle of ln(a / b): 0 for the same asset in the same money. */
  readonly level: number
  /** Correlation of the log returns from pair to pair; null where one of them doesn't move. */
  readonly correlation: number | null
  /** Middle size of the change of ln(a / b) from pair to pair, in eight stretches: the smaller, the better aligned. */
  readonly noise: readonly number[]
  /** Share of pairs with exactly equal closes. */
  readonly equal: number
}

const MOST_PAIRS = 4000
const STRETCHES = 8

/** Compares `a`, its clock turned back by `shiftMs`, with `b`; null with fewer than `least` common moments. */
export function likeness(a: Closes, b: Closes, shiftMs: number, least: number): Likeness | null {
  const fine = a.timeframeMs < b.timeframeMs ? a : b
  const coarse = fine === a ? b : a
  // The moment T of the coarse one's clock is T + turn on the fine one's.
  const turn = fine === a ? shiftMs : -shiftMs
  const lead = coarse.timeframeMs - fine.timeframeMs + turn
  const [from, to] = overlap(coarse.time, fine.time, lead)
  if (to - from < least) return null
  const logs: [number, number][] = []
  let equal = 0
  for (const row of sample(from, to)) {
    const wanted = coarse.time[row]! + lead
    const at = lowerBound(fine.time, wanted)
    if (fine.time[at] !== wanted) continue
    const [x, y] = fine === a ? [fine.close[at]!, coarse.close[row]!] : [coarse.close[row]!, fine.close[at]!]
    if (!(x > 0 && y > 0)) continue
    if (x === y) equal += 1
    logs.push([Math.log(x), Math.log(y)])
  }
  return logs.length < least ? null : summary(logs, equal)
}

function overlap(coarse: Float64Array, fine: Float64Array, lead: number): readonly [number, number] {
  return [lowerBound(coarse, fine[0]! - lead), lowerBound(coarse, fine[fine.length - 1]! - lead + 1)]
}

/** All rows, or whole stretches of them spread evenly, so that neighbours stay neighbours. */
function* sample(from: number, to: number): Generator<number> {
  const length = Math.min(to - from, MOST_PAIRS)
  const each = Math.floor(length / STRETCHES)
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const start = from + Math.floor(((to - from - each) * stretch) / (STRETCHES - 1))
    for (let k = 0; k < each; k++) yield start + k
  }
}

function summary(logs: readonly (readonly [number, number])[], equal: number): Likeness {
  const changes: number[] = []
  const returns: [number, number][] = []
  for (let k = 1; k < logs.length; k++) {
    const x = logs[k]![0] - logs[k - 1]![0]
    const y = logs[k]![1] - logs[k - 1]![1]
    returns.push([x, y])
    changes.push(Math.abs(x - y))
  }
  const each = Math.floor(changes.length / STRETCHES)
  return {
    pairs: logs.length,
    level: median(logs.map(([x, y]) => x - y)),
    correlation: correlationOf(returns),
    noise: Array.from({ length: STRETCHES }, (_, k) => median(changes.slice(k * each, (k + 1) * each))),
    equal: equal / logs.length,
  }
}

function correlationOf(pairs: readonly (readonly [number, number])[]): number | null {
  const mean = (pick: 0 | 1): number => pairs.reduce((sum, pair) => sum + pair[pick], 0) / pairs.length
  const [meanX, meanY] = [mean(0), mean(1)]
  let [xx, yy, xy] = [0, 0, 0]
  for (const [x, y] of pairs) {
    xx += (x - meanX) ** 2
    yy += (y - meanY) ** 2
    xy += (x - meanX) * (y - meanY)
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null
}
