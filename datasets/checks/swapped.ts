/** Base and quote volume that changed places, row by row where both columns are there, else from the level's jump. */

import { formatTime } from '../dates.ts'
import { swapVolumes } from '../fixes/bars.ts'
import { median } from './median.ts'
import { counted, type Examined } from './stage.ts'
import type { RawCandles } from './table.ts'

/** Below |ln price| = 1.2 the two columns are too alike to tell (a price between 0.3 and 3.3). */
const TELLING = 1.2

/** Finds swapped volumes and mends them where the other column is at hand. */
export function checkSwappedVolume(examined: Examined<RawCandles>): void {
  if (examined.table.otherVolume.length === examined.table.time.length) byRow(examined)
  else byLevel(examined)
}

/** Quote volume over base volume is about the price; where it is one over the price, they are swapped. */
function byRow(examined: Examined<RawCandles>): void {
  const { close, volume, otherVolume } = examined.table
  const isSwapped = (row: number): boolean => {
    const price = Math.log(close[row]!)
    const ratio = Math.log(otherVolume[row]! / volume[row]!)
    return Math.abs(price) >= TELLING && Math.abs(ratio + price) < 0.5 && Math.abs(ratio - price) >= 0.5
  }
  let rows = 0
  let from = -1
  for (let row = 0; row <= close.length; row++) {
    if (row < close.length && isSwapped(row)) {
      if (from === -1) from = row
      rows += 1
    } else if (from !== -1 && (row === close.length || volume[row]! > 0)) {
      tellRun(examined, from, row)
      from = -1
    }
  }
  if (rows > 0) examined.mend('SWAPPED_VOLUME', swapVolumes(examined.table, otherVolume, isSwapped), 'volume in base')
}

function tellRun(examined: Examined<RawCandles>, from: number, to: number): void {
  const { time } = examined.table
  examined.tell(from, {
    code: 'SWAPPED_VOLUME',
    severity: 'error',
    message: `base and quote volume are the other way round in ${counted(to - from, 'row')}, to ${formatTime(time[to - 1]!)}`,
    suggestion: 'take the other column there; --fix does',
    rows: to - from,
    fixable: true,
  })
}

/** Rows of a block whose middle volume is compared with that of the block after the next. */
const BLOCK = 24

/**
 * One column only: from one block to the next the middle volume is multiplied or divided by about the price (within a
 * factor of 4), and stays there. Real volume takes longer for such a step, and prices near 1 tell nothing.
 */
function byLevel(examined: Examined<RawCandles>): void {
  const { time, close, volume } = examined.table
  const levels = blockLevels(volume)
  const QUIET = 8
  for (let block = QUIET; block + QUIET < levels.length; block++) {
    const before = levels.subarray(block - QUIET, block)
    const after = levels.subarray(block + 1, block + 1 + QUIET)
    const step = median(after) - median(before)
    const price = Math.log(close[block * BLOCK]!)
    const isStep = Math.abs(price) >= 3 && Math.abs(Math.abs(step) - Math.abs(price)) < Math.log(4)
    if (!isStep || spread(before) > 3 || spread(after) > 3) continue
    const row = sharpest(
      volume,
      Math.max(1, (block - 1) * BLOCK),
      Math.min((block + 2) * BLOCK, volume.length - 1),
      step,
    )
    examined.tell(row, {
      code: 'SWAPPED_VOLUME',
      severity: 'error',
      message: `from ${formatTime(time[row]!)} on the volume is ${step > 0 ? 'higher' : 'lower'} by about the price (× ${Math.exp(Math.abs(step)).toPrecision(3)}): base and quote volume changed places`,
      suggestion: 'take the other volume column on one side of this row',
      rows: time.length - row,
    })
    block += QUIET
  }
}

function blockLevels(volume: Float64Array): Float64Array {
  const blocks = Math.floor(volume.length / BLOCK)
  const traded = (block: number): Float64Array =>
    volume.subarray(block * BLOCK, (block + 1) * BLOCK).filter((value) => value > 0)
  return Float64Array.from({ length: blocks }, (_, block) => Math.log(median(traded(block))))
}

function spread(values: Float64Array): number {
  return Math.max(...values) - Math.min(...values)
}

/** The row at which the mean of the logs before and after differ most. */
function sharpest(volume: Float64Array, from: number, to: number, step: number): number {
  let best = from
  let most = Number.NEGATIVE_INFINITY
  const log = (row: number): number => Math.log(Math.max(volume[row]!, Number.MIN_VALUE))
  for (let row = from; row < to; row++) {
    let apart = 0
    for (let k = 1; k <= BLOCK / 2; k++)
      apart += log(Math.min(row + k - 1, volume.length - 1)) - log(Math.max(row - k, 0))
    const size = step > 0 ? apart : -apart
    if (size > most) {
      most = size
      best = row
    }
  }
  return best
}
