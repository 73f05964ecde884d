/** Decision records up to a time, and where two runs' records part. */

import { Purpose } from '../../core/order.ts'
import { decodeRecords, RECORD_BYTES } from '../../core/record.ts'
import { RefusalCode } from '../../core/refusal.ts'
import { OrderRecordKind } from '../../kernel/order-records.ts'
import { DecisionKind } from '../../kernel/recorder.ts'
import type { Market } from '../market.ts'
import { seriesOf } from './markets.ts'

/**
 * The records of decisions up to a time. A refusal still being counted may end later: its count is left out. The next
 * bar opens at that time too: a stop or target of then guards an entry that filled at that open, a funded buy answers
 * sells that did, and a reallocation fails by what became of them; they are left out.
 */
export function prefix(decisions: Uint8Array, untilMs: number): Buffer {
  const kept = Buffer.from(decisions)
  let end = 0
  // The order right behind that record is the buy.
  let funded = false
  for (let at = 0; at < kept.length; at += RECORD_BYTES) {
    const atMs = kept.readDoubleLE(at)
    if (atMs > untilMs) break
    const kind = kept[at + 8]!
    const code = kept[at + 9]!
    const isOrder = kind === DecisionKind.order || kind === OrderRecordKind.terms
    const purpose = isOrder ? code & 0xf : 0
    const answer = funded || purpose === Purpose.stop || purpose === Purpose.target
    funded = kind === DecisionKind.funded
    const failed = kind === DecisionKind.refusal && code === RefusalCode.reallocationFailed
    if (atMs === untilMs && (answer || funded || failed)) continue
    if (end !== at) kept.copyWithin(end, at, at + RECORD_BYTES)
    if (kind === DecisionKind.refusal) {
      kept.writeInt32LE(0, end + 20)
      kept.writeDoubleLE(0, end + 40)
    }
    end += RECORD_BYTES
  }
  return kept.subarray(0, end)
}

/** The row at whose close two prefixes first decide differently; null where they are equal. */
export function firstDifferentRow(market: Market, one: Buffer, other: Buffer): number | null {
  if (one.equals(other)) return null
  const length = Math.max(one.length, other.length)
  for (let at = 0; at < length; at += RECORD_BYTES) {
    const [a, b] = [one.subarray(at, at + RECORD_BYTES), other.subarray(at, at + RECORD_BYTES)]
    if (a.equals(b)) continue
    const times = [a, b].filter((record) => record.length > 0).map((record) => record.readDoubleLE(0))
    const { time, timeframeMs } = market.grid
    const closeMs = Math.min(...times)
    return time.findLastIndex((open) => open + timeframeMs <= closeMs)
  }
  return null
}

/**
 * Rows to cut after: where decisions were made (all of them, or `most` evenly chosen), and the middle of the run; none
 * before every symbol has a bar, since a market without one of its symbols is another market. Ascending.
 */
export function cutRows(decisions: Uint8Array, market: Market, most: number): number[] {
  const { time, timeframeMs, rows } = market.grid
  const closes = new Set(decodeRecords(decisions).map(({ timeMs }) => timeMs - timeframeMs))
  const startMs = Math.max(...seriesOf(market).map(({ candles }) => candles.time[0]!))
  const possible = (row: number): boolean => row > 0 && row < rows - 1 && time[row]! >= startMs
  const decided: number[] = []
  for (let row = 0; row < rows - 1; row++) if (possible(row) && closes.has(time[row]!)) decided.push(row)
  const chosen = new Set<number>([Math.floor(rows / 2)].filter(possible))
  const step = Math.max(1, decided.length / most)
  for (let i = 0; i < decided.length; i += step) chosen.add(decided[Math.floor(i)]!)
  return [...chosen].sort((a, b) => a - b)
}
