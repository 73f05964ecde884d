/** With `--fix`: takes rows as they come, mends what can be mended without a loss, and has the rest checked. */

import { mendRanges } from '../../fixes/bars.ts'
import type { AppliedFix } from '../../fixes/fix.ts'
import { dropRepeats, sortRows } from '../../fixes/order.ts'
import type { CandleSink } from './candle-sink.ts'
import type { RowSink } from './sink.ts'

/** Time, five numbers and the row's number. */
const WIDTH = 7

export class FixingSink implements RowSink {
  readonly #sink: CandleSink
  #columns = Array.from({ length: WIDTH }, () => new Float64Array(4096))
  #rows = 0

  constructor(sink: CandleSink) {
    this.#sink = sink
  }

  add(row: number, values: Float64Array): void {
    if (this.#rows === this.#columns[0]!.length) this.#grow()
    for (let role = 0; role < WIDTH - 1; role++) this.#columns[role]![this.#rows] = values[role]!
    this.#columns[WIDTH - 1]![this.#rows] = row
    this.#rows += 1
  }

  /** Hands the mended rows on. Throws the sink's refusals for what can't be mended. */
  finish(): readonly AppliedFix[] {
    const [time, open, high, low, close, volume, line] = this.#columns.map((one) => one.slice(0, this.#rows)) as Seven
    // Newest first is an order too: only rows that break it are out of place.
    const down = this.#rows > 1 && steps(time, -1) > steps(time, 1)
    const read = { time, open, high, low, close, volume, line }
    if (down) for (const column of Object.values(read)) column.reverse()
    const sorted = sortRows(read)
    const single = dropRepeats(sorted.columns, ['line'])
    const mended = mendRanges(single.columns)
    const rows = mended.columns
    for (let row = 0; row < rows.time.length; row++) {
      this.#sink.push(
        rows.line[row]!,
        rows.time[row]!,
        rows.open[row]!,
        rows.high[row]!,
        rows.low[row]!,
        rows.close[row]!,
        rows.volume[row]!,
      )
    }
    const fixes: AppliedFix[] = [
      { code: 'NEWEST_FIRST', rows: down ? time.length : 0, text: 'rows were newest first' },
      { code: 'OUT_OF_ORDER', rows: sorted.rows, text: 'rows sorted by time' },
      { code: 'REPEATED', rows: single.rows, text: 'rows left out that repeat another' },
      { code: 'ROUNDED_RANGE', rows: mended.rows, text: 'highs and lows that missed open or close by a rounding' },
    ]
    return fixes.filter((fix) => fix.rows > 0)
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(column.length * 2)
      larger.set(column)
      return larger
    })
  }
}

type Seven = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]

/** How many steps between neighbours go in a direction. */
function steps(time: Float64Array, direction: number): number {
  let count = 0
  for (let row = 1; row < time.length; row++) if ((time[row]! - time[row - 1]!) * direction > 0) count += 1
  return count
}
