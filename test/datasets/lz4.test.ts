/** Goal: LZ4 frames are read to the byte, and damaged ones end in an error. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLz4Frame } from '../../datasets/import/tables/lz4.ts'
import { lz4Frame } from './file-makers.ts'

describe('LZ4', () => {
  it('gives back what was compressed, whatever it is', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3000 }),
      fc.array(fc.constantFrom(0, 0, 0, 1, 7), { maxLength: 3000 }).map((list) => Uint8Array.from(list)),
    )
    fc.assert(
      fc.property(bytes, (data) => {
        expect(Buffer.from(decodeLz4Frame(lz4Frame(data))).equals(Buffer.from(data))).toBe(true)
      }),
      { seed: 6, numRuns: 300 },
    )
    const long = Uint8Array.from({ length: 300_000 }, (_, k) => (k * k) >> 7)
    expect(Buffer.from(decodeLz4Frame(lz4Frame(long))).equals(Buffer.from(long))).toBe(true)
  })

  it('refuses what is damaged, without end or memory', () => {
    const frame = lz4Frame(Uint8Array.from({ length: 5000 }, (_, k) => k % 50))
    for (let at = 7; at < frame.length; at += 3) {
      const damaged = Uint8Array.from(frame)
      damaged[at] = (damaged[at]! + 91) & 255
      try {
        expect(decodeLz4Frame(damaged).length).toBeLessThan(1 << 24)
      } catch (error) {
        expect((error as Error).message).toMatch(/LZ4/)
      }
    }
    for (let length = 0; length < frame.length; length += 5) {
      expect(() => decodeLz4Frame(frame.subarray(0, length))).toThrow(/LZ4/)
    }
  })
})
