/** Single bars that can't be: no numbers, prices of zero, a high below the low, negative volume. */

import { formatTime } from '../dates.ts'
import { isConsistent, mendedRange, mendRanges } from '../fixes/bars.ts'
import { counted, type Examined } from './stage.ts'
import type { RawCandles } from './table.ts'

/** From here on a double can't hold a price to the cent. */
const PRICE_LIMIT = 2 ** 46

const PRICES = ['open', 'high', 'low', 'close'] as const

/** Prices and ranges, bar by bar. Mends ranges that are only swapped or rounded. */
export function checkBars(examined: Examined<RawCandles>): void {
  const { table } = examined
  for (let row = 0; row < table.time.length; row++) {
    const wrong = PRICES.find((name) => !(table[name][row]! > 0 && table[name][row]! < PRICE_LIMIT))
    if (wrong !== undefined) badPrice(examined, row, wrong)
    else badRange(examined, row)
  }
  examined.mend('INCONSISTENT_BAR', mendRanges(table), 'highs and lows widened or put the right way round')
}

function badPrice(examined: Examined<RawCandles>, row: number, name: (typeof PRICES)[number]): void {
  const value = examined.table[name][row]!
  const wrong = value <= 0 ? 'not above zero' : 'beyond double precision: cents are lost from 2^46 on'
  const message = Number.isNaN(value) ? `the ${name} is no number` : `the ${name} of ${value} is ${wrong}`
  examined.tell(row, { code: 'BAD_PRICE', severity: 'error', message, suggestion: 'correct or remove the row' })
}

function badRange(examined: Examined<RawCandles>, row: number): void {
  const { open, high, low, close } = examined.table
  const [o, h, l, c] = [open[row]!, high[row]!, low[row]!, close[row]!]
  if (isConsistent(o, h, l, c)) return
  const mended = mendedRange(o, h, l, c)
  const what = h < l ? `the high ${h} is below the low ${l}` : outside(o, h, l, c)
  examined.tell(row, {
    code: 'INCONSISTENT_BAR',
    severity: 'error',
    message: `${what} (${formatTime(examined.table.time[row]!)})`,
    suggestion: mended === null ? 'check the column order, or correct the row' : 'take the range as meant; --fix does',
    fixable: mended !== null,
  })
}

function outside(open: number, high: number, low: number, close: number): string {
  if (high < open) return `the high ${high} is below the open ${open}`
  if (high < close) return `the high ${high} is below the close ${close}`
  return low > open ? `the low ${low} is above the open ${open}` : `the low ${low} is above the close ${close}`
}

/** Volume that is no number or negative; volume of zero in a bar whose price moved; no volume at all. */
export function checkVolume(examined: Examined<RawCandles>): void {
  const { volume, open, high, low, close } = examined.table
  let zero = 0
  let moved = 0
  let first = -1
  for (let row = 0; row < volume.length; row++) {
    const value = volume[row]!
    if (value > 0 && value < Number.POSITIVE_INFINITY) continue
    if (value === 0) {
      zero += 1
      if (high[row] === low[row] && open[row] === close[row]) continue
      moved += 1
      if (first === -1) first = row
      continue
    }
    const message = Number.isNaN(value) ? 'the volume is no number' : `the volume ${value} is not a positive number`
    const code = Number.isNaN(value) ? 'BAD_VOLUME' : 'NEGATIVE_VOLUME'
    examined.tell(row, { code, severity: 'error', message, suggestion: 'correct or remove the row' })
  }
  if (zero === volume.length) {
    const suggestion = 'leave out what needs volume, or fetch the data with it'
    const message = 'every volume is zero'
    examined.tell(0, { code: 'NO_VOLUME', severity: 'warning', message, suggestion, rows: zero })
  } else if (moved > 0) {
    const message = `${counted(moved, 'bar')} from here on moved without volume (${formatTime(examined.table.time[first]!)})`
    const suggestion = 'the volume is missing or the prices are made up: compare with another source'
    examined.tell(first, { code: 'ZERO_VOLUME', severity: 'warning', message, suggestion, rows: moved })
  }
}
