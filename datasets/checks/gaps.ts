/** Missing bars: an outage, or just nobody who traded? And bars without trades that go on for too long. */

import { formatTime } from '../dates.ts'
import type { EmptyBars } from './conventions.ts'
import { counted, type Examined } from './stage.ts'
import type { RawCandles } from './table.ts'

/** Expected number of such runs in the series below which a run of empty bars isn't chance. */
const CHANCE = 1e-3

export interface GapFacts {
  /** Runs of missing bars and bars missing in all, by what they are taken for. */
  readonly outages: { readonly runs: number; readonly bars: number }
  readonly noTrades: { readonly runs: number; readonly bars: number }
  readonly zeroVolumeBars: number
}

interface Run {
  /** Row before which bars are missing, or first row without trades. */
  readonly row: number
  readonly missing: boolean
  readonly bars: number
  /** Start on the grid, in bars from the first. */
  readonly slot: number
}

/**
 * Where a venue writes a bar for every interval, each missing one is an outage. Where it leaves out bars without
 * trades, and for bars that are there but empty, a run is judged by how often bars are empty around it: a run of n
 * where a share p is empty comes up by chance about N·pⁿ times in N bars; below 0.001 it is an outage.
 */
export function checkGaps(examined: Examined<RawCandles>, timeframeMs: number, convention: EmptyBars): GapFacts {
  const { table } = examined
  const first = table.time[0]!
  const slots = Math.round((table.time[table.time.length - 1]! - first) / timeframeMs) + 1
  const runs = emptyRuns(table, timeframeMs)
  const upTo = emptiesUpTo(runs)
  const facts = { outages: { runs: 0, bars: 0 }, noTrades: { runs: 0, bars: 0 }, zeroVolumeBars: 0 }
  const allFilled = convention === 'present'
  runs.forEach((run, index) => {
    const isOutage = (run.missing && allFilled) || slots * chanceOf(run, index, runs, upTo, slots) < CHANCE
    if (!run.missing) facts.zeroVolumeBars += run.bars
    else {
      const kind = isOutage ? facts.outages : facts.noTrades
      kind.runs += 1
      kind.bars += run.bars
    }
    if (isOutage) tellRun(examined, run, timeframeMs)
  })
  return facts
}

function tellRun(examined: Examined<RawCandles>, run: Run, timeframeMs: number): void {
  const { time } = examined.table
  if (run.missing) {
    const from = formatTime(time[run.row - 1]! + timeframeMs)
    const message = `${counted(run.bars, 'bar')} missing from ${from}: more than a market without trades explains`
    const suggestion = 'an outage of the venue or of the recording: fill it from another source, or leave it as it is'
    examined.tell(run.row, { code: 'OUTAGE', severity: 'warning', message, suggestion, rows: run.bars })
  } else {
    const message = `${counted(run.bars, 'bar')} without a trade from ${formatTime(time[run.row]!)}, at one price`
    const suggestion = 'an outage that was filled with the last price: leave these bars out'
    examined.tell(run.row, { code: 'CARRIED_FORWARD', severity: 'warning', message, suggestion, rows: run.bars })
  }
}

/** Runs of missing bars and runs of flat bars without volume, in order. */
function emptyRuns(table: RawCandles, timeframeMs: number): readonly Run[] {
  const { time, open, high, low, close, volume } = table
  const runs: Run[] = []
  const slotOf = (row: number): number => Math.round((time[row]! - time[0]!) / timeframeMs)
  for (let row = 0; row < time.length; row++) {
    const missing = row === 0 ? 0 : slotOf(row) - slotOf(row - 1) - 1
    if (missing > 0) runs.push({ row, missing: true, bars: missing, slot: slotOf(row) - missing })
    let end = row
    while (end < time.length && volume[end] === 0 && high[end] === low[end] && open[end] === close[end]) {
      if (end > row && slotOf(end) - slotOf(end - 1) !== 1) break
      end += 1
    }
    if (end > row) {
      runs.push({ row, missing: false, bars: end - row, slot: slotOf(row) })
      row = end - 1
    }
  }
  return runs
}

/** Empty bars in all runs before the one at each index. */
function emptiesUpTo(runs: readonly Run[]): Float64Array {
  const sums = new Float64Array(runs.length + 1)
  runs.forEach(({ bars }, index) => {
    sums[index + 1] = sums[index]! + bars
  })
  return sums
}

/** pⁿ with p from the neighbourhood: four runs' lengths, at least 100 bars, on both sides. */
function chanceOf(run: Run, index: number, runs: readonly Run[], upTo: Float64Array, slots: number): number {
  const reach = Math.max(100, 4 * run.bars)
  const from = Math.max(0, run.slot - reach)
  const to = Math.min(slots, run.slot + run.bars + reach)
  let low = index
  while (low > 0 && runs[low - 1]!.slot >= from) low -= 1
  let high = index
  while (high + 1 < runs.length && runs[high + 1]!.slot < to) high += 1
  const empty = upTo[high + 1]! - upTo[low]! - run.bars
  const share = Math.min(1, (empty + 0.5) / (to - from - run.bars + 1))
  return share ** run.bars
}
