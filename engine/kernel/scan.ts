/**
 * The scan loops: leaf functions that call a strategy bar by bar until it gives a signal or a level is met. They know
 * nothing of rules. Each returns the row it stopped after (≥ 0), or ~row when a level is met in `row`, before the
 * strategy has seen it: `step` decides there.
 *
 * A loop's call of `onBar` is only fast while it sees one class of strategy; `scansFor` gives each class a copy of the
 * loops whose source text is unique, so that the seventh strategy of a process runs as fast as the first.
 */

import type { Strategy } from '../core/strategy.ts'
import type { Ranges } from './ranges.ts'
import type { SignalRing } from './signals.ts'

/** A strategy that says how far it has nothing to say. */
type ForesightedStrategy = Strategy & { quietUntil(row: number, end: number): number }

/** What the scan watches for one symbol; rows are due where a comparison holds, inclusive. */
export interface ScanLevels {
  readonly open: Float64Array
  readonly low: Float64Array
  readonly high: Float64Array
  readonly close: Float64Array
  /** Of `low` and `high`; null where nobody has asked for them. */
  ranges: Ranges | null
  restLow: number
  restHigh: number
  closeLow: number
  closeHigh: number
  /**
   * A trailing stop: its side (0 for none), its best price so far, and its level behind a best price,
   * best × trailKeep + trailShift.
   */
  trail: number
  trailBest: number
  trailKeep: number
  trailShift: number
}

/** Entries that are refused for a reason that can't change before `row`: counted in the scan, without leaving it. */
export interface ScanGate {
  /** Prices that were asked for before they are wanted: see scanSkipping. Of no other meaning. */
  near: number
  row: number
  symbol: number
  side: number
  count: number
  lastRow: number
}

/** A scan loop: rows `row` to `end`, exclusive. One signature for all, so that one call site serves them. */
export type Scan = (
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
) => number

export interface Scans {
  readonly plain: Scan
  /** One symbol with a level for its lows or for its highs alone. */
  readonly low: Scan
  readonly high: Scan
  /** One symbol with levels, and several. */
  readonly levels: Scan
  readonly grid: Scan
  /** Any number of symbols, of which some have a trailing stop. */
  readonly trailing: Scan
  /** One symbol with levels of what rests alone; the strategy isn't asked. */
  readonly ahead: Scan
}

function scanPlain(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  _levels: readonly ScanLevels[],
): number {
  for (let i = row; i < end; i++) {
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

/**
 * `scanPlain` for a strategy that says how far it has nothing to say. Of the rows that it skips the last is shown to
 * `onBar` all the same, which mustn't find anything there: a shortcut that is wrong would decide otherwise than live.
 */
function scanSkipping(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const { open, close } = levels[0] as ScanLevels
  for (let i = row; i < end; i++) {
    const next = (strategy as ForesightedStrategy).quietUntil(i, end)
    if ((next | 0) !== next || next < i || next > end) signals.refuseShortcut(i, next)
    if (next < end) {
      // An order wants these prices next, and nobody has looked at them yet. Where columns are longer than a processor's
      // caches, a look at every line on the way there lets it see where it leads: then they are at hand. This function is
      // compiled from its own text: no constant has a name here.
      let near = 0
      if (open.length > 262_144) {
        for (let k = i; k < next; k += 8) near += (open[k] as number) + (close[k] as number)
      }
      gate.near = near + (open[next] as number) + (close[next] as number)
    }
    if (next > i) {
      strategy.onBar(next - 1)
      if (signals.count !== 0) signals.refuseShortcut(i, next)
    }
    if (next === end) break
    i = next
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

/** One symbol, of which nothing matters but how low it gets: a long position's only level. */
function scanLow(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const { low, restLow } = levels[0] as ScanLevels
  for (let i = row; i < end; i++) {
    if ((low[i] as number) <= restLow) return ~i
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

/** One symbol, of which nothing matters but how high it gets: a short position's only level. */
function scanHigh(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const { high, restHigh } = levels[0] as ScanLevels
  for (let i = row; i < end; i++) {
    if ((high[i] as number) >= restHigh) return ~i
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

function scanLevels(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const { low, high, close, restLow, restHigh, closeLow, closeHigh } = levels[0] as ScanLevels
  for (let i = row; i < end; i++) {
    const last = close[i] as number
    if ((low[i] as number) <= restLow || (high[i] as number) >= restHigh || last <= closeLow || last >= closeHigh) {
      return ~i
    }
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

function scanGrid(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const symbols = levels.length
  for (let i = row; i < end; i++) {
    for (let k = 0; k < symbols; k++) {
      const one = levels[k] as ScanLevels
      const last = one.close[i] as number
      if (
        (one.low[i] as number) <= one.restLow ||
        (one.high[i] as number) >= one.restHigh ||
        last <= one.closeLow ||
        last >= one.closeHigh
      ) {
        return ~i
      }
    }
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

function scanTrailing(
  strategy: Strategy,
  signals: SignalRing,
  gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const symbols = levels.length
  for (let i = row; i < end; i++) {
    for (let k = 0; k < symbols; k++) {
      const one = levels[k] as ScanLevels
      const low = one.low[i] as number
      const high = one.high[i] as number
      const last = one.close[i] as number
      if (low <= one.restLow || high >= one.restHigh || last <= one.closeLow || last >= one.closeHigh) return ~i
      if (one.trail < 0) {
        if (!(high <= one.trailBest) && high > 0) one.trailBest = high
        if (low <= one.trailBest * one.trailKeep + one.trailShift) return ~i
      } else if (one.trail > 0) {
        if (!(low >= one.trailBest) && low > 0) one.trailBest = low
        if (high >= one.trailBest * one.trailKeep + one.trailShift) return ~i
      }
    }
    strategy.onBar(i)
    if (signals.count !== 0) {
      if (i >= gate.row || signals.count !== 1) return i
      const signal = signals.at(0)
      if (signal.kind !== 1 || signal.symbol !== gate.symbol || signal.side !== gate.side) return i
      gate.count += 1
      gate.lastRow = i
      signals.count = 0
    }
  }
  return end - 1
}

/** What a choice of loop goes by. */
interface Watched {
  readonly levels: readonly ScanLevels[]
  readonly levelled: boolean
  readonly trailing: boolean
}

/** The loop that watches these levels and no more. */
export function scanOf(scans: Scans, { levels, levelled, trailing }: Watched): Scan {
  if (trailing) return scans.trailing
  if (!levelled) return scans.plain
  if (levels.length > 1) return scans.grid
  const { restLow, restHigh, closeLow, closeHigh } = levels[0] as ScanLevels
  const closes = closeLow > Number.NEGATIVE_INFINITY || closeHigh < Number.POSITIVE_INFINITY
  if (closes) return scans.levels
  if (restHigh === Number.POSITIVE_INFINITY) return scans.low
  return restLow === Number.NEGATIVE_INFINITY ? scans.high : scans.levels
}

/**
 * Sixteen rows at a look where their range is inside the levels (see ranges.ts). Apart from the strategy's loop: there
 * two more columns and two more levels, row by row, cost as much as the strategy.
 */
function scanAhead(
  _strategy: Strategy,
  _signals: SignalRing,
  _gate: ScanGate,
  row: number,
  end: number,
  levels: readonly ScanLevels[],
): number {
  const { low, high, close, restLow, restHigh, closeLow, closeHigh, ranges } = levels[0] as ScanLevels
  if (ranges === null) return end - 1
  const { extremes } = ranges
  const closes = closeLow > Number.NEGATIVE_INFINITY || closeHigh < Number.POSITIVE_INFINITY
  const below = Math.max(closeLow, restLow)
  const above = Math.min(closeHigh, restHigh)
  let i = row
  while (i < end) {
    const block = i >> 4
    const lowest = extremes[2 * block] as number
    const highest = extremes[2 * block + 1] as number
    if (!(lowest > below && highest < above)) {
      if (Number.isNaN(lowest)) {
        ranges.workOut(block)
        continue
      }
      // Row by row only where the strategy has got there: it may speak before, and most rows' prices are far away.
      if (i > row) return i - 1
      const stop = Math.min(end, (block + 1) << 4)
      // Nobody has looked at these columns yet: only those of the near side, and closes only where they matter.
      if (highest < above) {
        for (; i < stop; i++) {
          if ((low[i] as number) <= restLow || (closes && (close[i] as number) <= closeLow)) return ~i
        }
      } else if (lowest > below) {
        for (; i < stop; i++) {
          if ((high[i] as number) >= restHigh || (closes && (close[i] as number) >= closeHigh)) return ~i
        }
      } else {
        for (; i < stop; i++) {
          if ((low[i] as number) <= restLow || (high[i] as number) >= restHigh) return ~i
          if (closes && ((close[i] as number) <= closeLow || (close[i] as number) >= closeHigh)) return ~i
        }
      }
    }
    i = (block + 1) << 4
  }
  return end - 1
}

let copies = 0
const copyOfClass = new WeakMap<object, Scans>()
/** Of strategies that say how far they have nothing to say: plain objects of either kind share a prototype. */
const copyOfForesighted = new WeakMap<object, Scans>()

/** A copy of the scan loops of its own: functions compiled from a source text that no other copy shares. */
function freshScans(foresighted: boolean): Scans {
  copies += 1
  const copy = <F>(f: F): F => new Function(`"use strict"; return ${String(f)} // copy ${copies}`)() as F
  return {
    plain: copy(foresighted ? scanSkipping : scanPlain),
    low: copy(scanLow),
    high: copy(scanHigh),
    levels: copy(scanLevels),
    grid: copy(scanGrid),
    trailing: copy(scanTrailing),
    ahead: copy(scanAhead),
  }
}

/** The scan loops of a strategy's class: one copy a class, kept, so that later runs find it compiled. */
export function scansFor(strategy: Strategy): Scans {
  const key = Object.getPrototypeOf(strategy) as object
  const foresighted = strategy.quietUntil !== undefined
  const known = foresighted ? copyOfForesighted : copyOfClass
  let scans = known.get(key)
  if (scans === undefined) {
    scans = freshScans(foresighted)
    known.set(key, scans)
  }
  return scans
}
