/**
 * A run's columns as Arrow IPC files, in the pieces they are written in: joined into one array a long run's equity would
 * lie in memory twice. Text and nulls are laid out here, column by column: Arrow's own builders take a value at a time.
 */

import type { Table, TypeMap, Utf8, Vector } from 'apache-arrow'
import type { RunResult, Trade } from '../core/result.ts'

type Arrow = typeof import('apache-arrow')

/** A trade's cell of a column. */
type PickCell<T> = (trade: Trade) => T | null

/** Begins to load Arrow: its modules take as long as candles to be read, and both can go on at once. */
export function preloadArrow(): void {
  // What goes wrong is said where it is wanted.
  import('apache-arrow').catch(() => undefined)
}

/** Equity and exposure at each close: `time` (ms UTC, bar open), `equity`, `exposure`. */
export async function equityArrow({ time, equity, exposure }: RunResult): Promise<Uint8Array[]> {
  const arrow = await import('apache-arrow')
  return piecesOf(arrow, arrow.makeTable({ time, equity, exposure }))
}

/** One row a trade, the columns of `Trade`. */
export async function tradesArrow(trades: readonly Trade[]): Promise<Uint8Array[]> {
  const arrow = await import('apache-arrow')
  const text = (pick: PickCell<string>) => textColumn(arrow, trades, pick)
  const { Float64, Int32, makeData, makeVector } = arrow
  const number = (pick: PickCell<number>) =>
    makeVector(makeData({ type: new Float64(), ...fill(new Float64Array(trades.length), trades, pick) }))
  const row = (pick: PickCell<number>) =>
    makeVector(makeData({ type: new Int32(), ...fill(new Int32Array(trades.length), trades, pick) }))
  const table = new arrow.Table({
    symbol: text((t) => t.symbol),
    ...(trades.some((t) => t.venue !== undefined) ? { venue: text((t) => t.venue ?? null) } : {}),
    ...(trades.some((t) => t.account !== undefined) ? { account: text((t) => t.account ?? null) } : {}),
    side: text((t) => t.side),
    entryTimeMs: number((t) => t.entryTimeMs),
    entryPrice: number((t) => t.entryPrice),
    exitTimeMs: number((t) => t.exitTimeMs),
    exitPrice: number((t) => t.exitPrice),
    quantity: number((t) => t.quantity),
    entryFee: number((t) => t.entryFee),
    exitFee: number((t) => t.exitFee),
    funding: number((t) => t.funding),
    pnl: number((t) => t.pnl),
    returnFraction: number((t) => t.returnFraction),
    entryRow: row((t) => t.entryRow),
    exitRow: row((t) => t.exitRow),
    exitReason: text((t) => t.exitReason),
    tag: text((t) => t.tag),
    profile: text((t) => t.profile),
    maeFraction: number((t) => t.maeFraction),
    mfeFraction: number((t) => t.mfeFraction),
    spreadCost: number((t) => t.spreadCost),
    slippageCost: number((t) => t.slippageCost),
  })
  return piecesOf(arrow, table)
}

/** The file in the pieces that Arrow makes of it. */
async function piecesOf<T extends TypeMap>(arrow: Arrow, table: Table<T>): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = []
  for await (const piece of arrow.RecordBatchFileWriter.writeAll<T>(table)) pieces.push(piece)
  return pieces
}

/** Which rows have a value, one bit each. */
class Validity {
  readonly bits: Uint8Array
  nulls = 0

  constructor(rows: number) {
    this.bits = new Uint8Array((rows + 7) >> 3)
  }

  mark(row: number, has: boolean): void {
    if (has) this.bits[row >> 3] = this.bits[row >> 3]! | (1 << (row & 7))
    else this.nulls += 1
  }
}

/** Numbers of the trades in `data`, and which of them there are. */
function fill<T extends Float64Array | Int32Array>(data: T, trades: readonly Trade[], pick: PickCell<number>) {
  const valid = new Validity(data.length)
  for (let row = 0; row < data.length; row++) {
    const value = pick(trades[row]!)
    data[row] = value ?? 0
    valid.mark(row, typeof value === 'number')
  }
  return { length: data.length, data, nullCount: valid.nulls, nullBitmap: valid.bits }
}

/** Few texts come again and again: each is encoded once. */
function textColumn(
  { makeData, makeVector, Utf8 }: Arrow,
  trades: readonly Trade[],
  pick: PickCell<string>,
): Vector<Utf8> {
  const length = trades.length
  const encoder = new TextEncoder()
  const encoded = new Map<string, Uint8Array>()
  const values: Uint8Array[] = []
  const valueOffsets = new Int32Array(length + 1)
  const valid = new Validity(length)
  for (let row = 0; row < length; row++) {
    const value = pick(trades[row]!)
    valid.mark(row, value !== null)
    valueOffsets[row + 1] = valueOffsets[row]!
    if (value === null) continue
    let bytes = encoded.get(value)
    if (bytes === undefined) encoded.set(value, (bytes = encoder.encode(value)))
    values.push(bytes)
    valueOffsets[row + 1] = valueOffsets[row]! + bytes.length
  }
  const data = new Uint8Array(valueOffsets[length]!)
  for (let k = 0, at = 0; k < values.length; at += values[k++]!.length) data.set(values[k]!, at)
  const { nulls: nullCount, bits: nullBitmap } = valid
  return makeVector(makeData({ type: new Utf8(), length, data, valueOffsets, nullCount, nullBitmap }))
}
