/** Funding settlements checked one by one, and put on the hour where a venue wrote them milliseconds late. */

import { formatTime } from '../../dates.ts'
import { roundTimes } from '../../fixes/clock.ts'
import type { AppliedFix } from '../../fixes/fix.ts'
import { usualInterval } from '../../funding/interval.ts'
import type { FundingRates } from '../../funding/series.ts'
import { refusal } from '../refuse.ts'
import { placeOf, type RowOrigin, type RowSink } from './sink.ts'

const HOUR_MS = 3_600_000
/** Venues write a settlement when it is done, some milliseconds after it was due. */
const LATEST_MS = 1000
/** No venue lets a settlement take half of a position's notional; per cent would. */
const RATE_LIMIT = 0.5
/** Venues that settle at 04:00, 12:00 and 20:00. */
const FROM_FOUR = new Set(['bitmex'])

export class FundingSink implements RowSink {
  readonly #origin: RowOrigin
  readonly #time: number[] = []
  readonly #rate: number[] = []
  readonly #rows: number[] = []

  constructor(origin: RowOrigin) {
    this.#origin = origin
  }

  get rows(): number {
    return this.#time.length
  }

  add(row: number, values: Float64Array): void {
    const rate = values[1]!
    if (!(Math.abs(rate) < RATE_LIMIT)) {
      const message = `the rate ${rate} is no fraction of the notional`
      const hint = 'write 0.0001 for 0.01 %, or correct the row'
      throw refusal('BAD_RATE', placeOf(this.#origin, row, 1), message, hint)
    }
    this.#time.push(values[0]!)
    this.#rate.push(rate)
    this.#rows.push(row)
  }

  /** The series, oldest first. `venue` and `isUtc` judge the hours: an offset that the user stated is believed. */
  finish(venue: string, isUtc: boolean): { readonly rates: FundingRates; readonly fixes: readonly AppliedFix[] } {
    const { file } = this.#origin
    if (this.#time.length === 0) throw refusal('EMPTY_FILE', { file }, 'has no settlements', 'import a file with some')
    const read = { time: Float64Array.from(this.#time), rate: Float64Array.from(this.#rate) }
    const newestFirst = read.time.length > 1 && read.time[1]! < read.time[0]!
    if (newestFirst) for (const column of [read.time, read.rate, this.#rows]) column.reverse()
    const { columns, rows } = roundTimes(read, HOUR_MS, LATEST_MS)
    this.#checkTimes(columns.time)
    if (!isUtc) this.#checkHours(columns.time, FROM_FOUR.has(venue) ? 4 * HOUR_MS : 0)
    const latest = columns.time.reduce((most, time, row) => Math.max(most, Math.abs(time - read.time[row]!)), 0)
    const fixes: AppliedFix[] = []
    if (newestFirst) fixes.push({ code: 'NEWEST_FIRST', rows: read.time.length, text: 'rows were newest first' })
    if (rows > 0) fixes.push({ code: 'OFF_THE_HOUR', rows, text: `settlements up to ${latest} ms off put on the hour` })
    return { rates: columns, fixes }
  }

  #checkTimes(time: Float64Array): void {
    for (let row = 0; row < time.length; row++) {
      const place = placeOf(this.#origin, this.#rows[row]!, 0)
      if (time[row]! % HOUR_MS !== 0) {
        const message = `${formatTime(time[row]!)} is not on the hour, when funding settles`
        throw refusal('OFF_GRID', place, message, 'check that times are those of settlements, in UTC')
      }
      if (row === 0 || time[row]! > time[row - 1]!) continue
      if (time[row] === time[row - 1]) {
        throw refusal('DUPLICATE_TIME', place, `${formatTime(time[row]!)} is there twice`, 'remove one of the rows')
      }
      const message = `out of order: ${formatTime(time[row]!)} comes after ${formatTime(time[row - 1]!)}`
      throw refusal('OUT_OF_ORDER', place, message, 'sort the rows by time')
    }
  }

  /** Settlements every 8 hours fall on 00:00, 08:00 and 16:00 UTC; other hours show local time. */
  #checkHours(time: Float64Array, phaseMs: number): void {
    const interval = usualInterval(time)
    if (interval === null || interval <= HOUR_MS || interval > 24 * HOUR_MS || (24 * HOUR_MS) % interval !== 0) return
    const off = (((time[0]! - phaseMs) % interval) + interval) % interval
    if (off === 0) return
    const hours = interval / HOUR_MS
    const offsets = []
    for (let east = off / HOUR_MS; east <= 14; east += hours) offsets.push(`+${east}`)
    for (let west = hours - off / HOUR_MS; west <= 12; west += hours) offsets.push(`-${west}`)
    const message = `settlements every ${hours} h at ${formatTime(time[0]!).slice(11, 16)} and so on are not in UTC`
    const hint = `say in which zone they are: --utc-offset ${offsets.join(' or ')}; or --utc-offset 0 if the venue does settle so`
    throw refusal('LOCAL_TIME', placeOf(this.#origin, this.#rows[0]!, 0), message, hint)
  }
}
