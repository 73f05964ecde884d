/**
 * Fixed-width binary records and their digests. A stream packs 64-byte little-endian records into a chunk and hands
 * full chunks to a `Hasher` (native, injected: pure rooms don't hash) and, where wanted, to a sink that keeps them.
 *
 * Layout of a record, the same on every machine:
 *   bytes  0..8   float64  logical time, ms UTC
 *   bytes  8..24  int32×4  kind | code << 8 | (side + 1) << 24,  instrument,  order id,  repeat count
 *   bytes 24..64  float64×5  numbers, by kind (quantities and prices in the instrument's units)
 *
 * A NaN has one form, 7ff8000000000000: the sign of a computed one differs between processors.
 */

import { assert } from './errors.ts'

/** An incremental hash of bytes; SHA-256 in every composition root. */
export interface Hasher {
  update(bytes: Uint8Array): void
  /** Lower-case hex. Ends the hash. */
  digest(): string
}

export type HasherFactory = () => Hasher

/** Keeps a stream's bytes, in order. The bytes are the stream's own buffer: copy what outlives the call. */
export type RecordSink = (bytes: Uint8Array) => void

export const RECORD_BYTES = 64
const RECORDS_PER_CHUNK = 1024
const LITTLE_ENDIAN = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** Memory for the records that a stream hasn't handed on yet. Every byte of a record is written: it needn't be clean. */
export function newRecordChunk(): ArrayBuffer {
  return new ArrayBuffer(RECORDS_PER_CHUNK * RECORD_BYTES)
}

/** The first whole number of a record: see the layout. */
export function recordHead(kind: number, code: number, side: number): number {
  return kind | (code << 8) | ((side + 1) << 24)
}

export class RecordStream {
  count = 0
  private readonly bytes: Uint8Array
  readonly floats: Float64Array
  /** The same memory: a record's whole numbers, twice as many to a record. */
  readonly ints: Int32Array
  private inChunk = 0
  /** Whether a number of the chunk may be NaN. */
  private mayHaveNaN = false
  private readonly hasher: Hasher
  private readonly sink: RecordSink | null
  private digestHex: string | null = null

  /**
   * `domain` separates streams: equal records in two streams have different digests. `chunk` is memory to work in, of
   * `newRecordChunk`; default: fresh.
   */
  constructor(domain: string, hasher: Hasher, sink: RecordSink | null = null, chunk: ArrayBuffer = newRecordChunk()) {
    assert(LITTLE_ENDIAN, 'records need a little-endian machine')
    this.bytes = new Uint8Array(chunk)
    this.floats = new Float64Array(chunk)
    this.ints = new Int32Array(chunk)
    this.hasher = hasher
    this.sink = sink
    hasher.update(asciiBytes(`tandem/${domain}/1\n`))
  }

  /**
   * Begins a record and returns where it is: its time goes to `floats` at the returned index, its numbers at + 3 to
   * + 7, by the writer itself, so that no double crosses a call.
   */
  begin(kind: number, code: number, side: number, instrument: number, orderId: number, repeat: number): number {
    const at = this.beginAmounts(kind, code, side, instrument, orderId, repeat)
    this.mayHaveNaN = true
    return at
  }

  /** `begin` for a record whose numbers are amounts, of which none is NaN: nobody has to look for one. */
  beginAmounts(kind: number, code: number, side: number, instrument: number, orderId: number, repeat: number): number {
    const fits = ((kind >>> 8) | (code >>> 16) | ((side + 1) >>> 2)) === 0
    assert(fits && (orderId | 0) === orderId && (repeat | 0) === repeat, 'a number runs into its neighbour in a record')
    const at = this.room(1)
    const i = 2 * at
    this.ints[i + 2] = recordHead(kind, code, side)
    this.ints[i + 3] = instrument
    this.ints[i + 4] = orderId
    this.ints[i + 5] = repeat
    return at
  }

  /**
   * Room for `records` of amounts side by side, for a writer that fills in all of each by itself (see the layout): what
   * is checked of every number by `begin` it has to know of its own. Returns where the first is in `floats`.
   */
  room(records: number): number {
    assert(this.digestHex === null, 'a stream takes no records after its digest')
    if (this.inChunk + records > RECORDS_PER_CHUNK) this.flush()
    const at = this.inChunk * 8
    this.count += records
    this.inChunk += records
    return at
  }

  /** Hands on what has been written so far. The digest doesn't depend on when. */
  flush(): void {
    if (this.inChunk === 0) return
    if (this.mayHaveNaN) this.normalise()
    this.mayHaveNaN = false
    const used = this.bytes.subarray(0, this.inChunk * RECORD_BYTES)
    this.hasher.update(used)
    if (this.sink !== null) this.sink(used)
    this.inChunk = 0
  }

  /** Gives every NaN among the numbers of the chunk's records one form. */
  private normalise(): void {
    const { floats } = this
    const end = this.inChunk * 8
    for (let at = 3; at < end; at += 8) {
      // 0 × n is 0 unless n is NaN or infinite: one test a record, not five.
      const sum =
        0 * floats[at]! + 0 * floats[at + 1]! + 0 * floats[at + 2]! + 0 * floats[at + 3]! + 0 * floats[at + 4]!
      if (sum === 0) continue
      for (let slot = at; slot < at + 5; slot++) if (Number.isNaN(floats[slot]!)) floats[slot] = Number.NaN
    }
  }

  /** SHA-256 over everything written. The stream takes no more records afterwards. */
  digest(): string {
    if (this.digestHex === null) {
      this.flush()
      this.digestHex = this.hasher.digest()
    }
    return this.digestHex
  }
}

/** Bytes of an ASCII text; the pure rooms have no TextEncoder of their own. */
export function asciiBytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** One record, read back. */
export interface DecodedRecord {
  readonly timeMs: number
  readonly kind: number
  readonly code: number
  readonly side: number
  readonly instrument: number
  readonly orderId: number
  readonly repeat: number
  readonly numbers: readonly number[]
}

/** Reads the records of a stream's bytes. */
export function decodeRecords(bytes: Uint8Array): DecodedRecord[] {
  assert(bytes.byteLength % RECORD_BYTES === 0, 'a record stream is a whole number of records')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const records: DecodedRecord[] = []
  for (let at = 0; at < bytes.byteLength; at += RECORD_BYTES) {
    const packed = view.getInt32(at + 8, true)
    records.push({
      timeMs: view.getFloat64(at, true),
      kind: packed & 0xff,
      code: (packed >> 8) & 0xffff,
      side: (packed >> 24) - 1,
      instrument: view.getInt32(at + 12, true),
      orderId: view.getInt32(at + 16, true),
      repeat: view.getInt32(at + 20, true),
      numbers: [3, 4, 5, 6, 7].map((slot) => view.getFloat64(at + slot * 8, true)),
    })
  }
  return records
}
