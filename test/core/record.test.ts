import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BugError } from '../../engine/core/errors.ts'
import { asciiBytes, decodeRecords, type Hasher, RECORD_BYTES, RecordStream } from '../../engine/core/record.ts'

const SEED = { seed: 20190407, numRuns: 300 }
type Fields = [number, number, number, number, number, number, number, number, number, number, number, number]

const sha256 = (): Hasher => {
  const hash = createHash('sha256')
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') }
}

/** A whole record, as the recorder writes them. */
function write(
  stream: RecordStream,
  [timeMs, kind, code, side, instrument, orderId, repeat, ...numbers]: Fields,
): void {
  const at = stream.begin(kind, code, side, instrument, orderId, repeat)
  stream.floats[at] = timeMs
  stream.floats.set(numbers, at + 3)
}

/** Everything a stream hands on, copied. */
function streamOf(records: readonly Fields[], domain = 'decisions') {
  const chunks: Uint8Array[] = []
  const stream = new RecordStream(domain, sha256(), (bytes) => chunks.push(bytes.slice()))
  for (const fields of records) write(stream, fields)
  const digest = stream.digest()
  return { digest, bytes: Buffer.concat(chunks), chunks, count: stream.count }
}

const FIRST: Fields = [1_577_836_800_000, 1, 0x111, -1, 2, 3, 1, 1.5, -2, 0, 1e-8, 2 ** 53 - 1]

it('packs a record as documented: golden bytes', () => {
  const { bytes } = streamOf([FIRST])
  expect(
    bytes
      .toString('hex')
      .replace(/(.{16})/g, '$1 ')
      .trim(),
  ).toBe(
    [
      '0000806ee6f57642', // 1577836800000
      '0111010002000000', // kind 1, code 0x0111, side -1 + 1; instrument 2
      '0300000001000000', // order 3, once
      '000000000000f83f', // 1.5
      '00000000000000c0', // -2
      '0000000000000000', // 0
      '3a8c30e28e79453e', // 1e-8
      'ffffffffffff3f43', // 2^53 - 1
    ].join(' '),
  )
})

it('decodes what it wrote', () => {
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
  const number = fc.double().map((n) => n + 0)
  const fields: fc.Arbitrary<Fields> = fc.tuple(
    fc.maxSafeInteger(),
    fc.nat(255),
    fc.nat(65_535),
    fc.constantFrom(-1, 0, 1),
    fc.nat(2 ** 31 - 1),
    int32,
    int32,
    number,
    number,
    number,
    number,
    number,
  )
  fc.assert(
    fc.property(fc.array(fields, { maxLength: 20 }), (records) => {
      const { bytes, count } = streamOf(records)
      expect(count).toBe(records.length)
      expect(bytes.byteLength).toBe(records.length * RECORD_BYTES)
      // From a view that doesn't begin where its buffer does.
      const shifted = new Uint8Array(bytes.byteLength + 8).subarray(8)
      shifted.set(bytes)
      expect(decodeRecords(shifted)).toEqual(
        records.map(([timeMs, kind, code, side, instrument, orderId, repeat, ...numbers]) => ({
          timeMs,
          kind,
          code,
          side,
          instrument,
          orderId,
          repeat,
          numbers,
        })),
      )
    }),
    SEED,
  )
  expect(decodeRecords(new Uint8Array(0))).toEqual([])
  expect(() => decodeRecords(new Uint8Array(63))).toThrow(BugError)
})

describe('the digest', () => {
  it.each([0, 1, 1023, 1024, 1025, 2048, 5000])(
    'is SHA-256 over domain and %i records, however they are chunked',
    (count) => {
      const records = Array.from({ length: count }, (_, n): Fields => [n, n % 200, n, 1, 0, n, 1, n / 3, n, -n, 0, 0])
      const { digest, bytes, chunks } = streamOf(records)
      expect(bytes.byteLength).toBe(count * RECORD_BYTES)
      expect(chunks).toHaveLength(Math.ceil(count / 1024))
      expect(digest).toBe(createHash('sha256').update('tandem/decisions/1\n').update(bytes).digest('hex'))
    },
  )

  it('is separated by domain', () => {
    expect(streamOf([FIRST], 'outcomes').digest).not.toBe(streamOf([FIRST]).digest)
    expect(streamOf([], 'outcomes').digest).not.toBe(streamOf([]).digest)
  })

  it('changes with every field and with the order of records', () => {
    const second: Fields = [...FIRST]
    second[5] = 4
    const digests = [streamOf([FIRST, second]), streamOf([second, FIRST]), streamOf([FIRST]), streamOf([FIRST, FIRST])]
    expect(new Set(digests.map((one) => one.digest)).size).toBe(4)
    const changed = FIRST.map((_, field) => {
      const other: Fields = [...FIRST]
      other[field] = field === 3 ? 0 : other[field]! + (field === 11 ? -1 : 1)
      return streamOf([other]).digest
    })
    expect(new Set([streamOf([FIRST]).digest, ...changed]).size).toBe(FIRST.length + 1)
  })

  it('is asked for any number of times, and ends the stream', () => {
    const stream = new RecordStream('decisions', sha256())
    write(stream, FIRST)
    expect(stream.digest()).toBe(stream.digest())
    expect(() => write(stream, FIRST)).toThrow(BugError)
    expect(stream.count).toBe(1)
  })

  it('is the same for every NaN, wherever it stands', () => {
    // On x86 a computed NaN has its sign bit set, a literal one hasn't: other bytes for the same decision.
    const zero = [0][0]!
    const numbers = (n: number): Fields => [0, 1, 0, 0, 0, 0, 1, n, n, n, n, n]
    expect(
      streamOf([numbers(zero / zero)])
        .bytes.subarray(24)
        .toString('hex'),
    ).toBe('000000000000f87f'.repeat(5))
    expect(streamOf([numbers(zero / zero)]).digest).toBe(streamOf([numbers(Number.NaN)]).digest)
    for (let field = 7; field < 12; field++) {
      const [computed, literal]: [Fields, Fields] = [[...FIRST], [...FIRST]]
      computed[field] = zero / zero
      literal[field] = Number.NaN
      expect(streamOf([FIRST, computed]).digest).toBe(streamOf([FIRST, literal]).digest)
    }
  })
})

it.each([
  ['kind', 1, 256],
  ['kind', 1, -1],
  ['code', 2, 65_536],
  ['side', 3, 3],
  ['side', 3, -2],
  ['order id', 5, 2 ** 31],
  ['repeat', 6, 2 ** 31],
])('refuses a %s that would run into its neighbour', (_, field, value) => {
  const fields: Fields = [...FIRST]
  fields[field as 1] = value as number
  expect(() => streamOf([fields])).toThrow(BugError)
})

it('asciiBytes gives one byte a character', () => {
  expect([...asciiBytes('tandem/1\n')]).toEqual([...Buffer.from('tandem/1\n', 'ascii')])
})
