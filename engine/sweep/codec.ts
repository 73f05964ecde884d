/**
 * A batch's result as bytes: what the journal, shards and queue workers write. Little-endian:
 *
 *   0  'tndmbat1' · 8 from · 16 count (doubles) · 24 figures · 28 digests · 32 returns · 36 trades · 40 text (bytes of
 *   each part, uint32) · 44 zero · 48 SHA-256 of the parts · 80 the parts, in that order; the text is JSON
 */

import { createHash } from 'node:crypto'
import type { BatchResult } from './batch.ts'

const MAGIC = 'tndmbat1'
export const FRAME_HEAD = 80
const PARTS = 5

/** What the head says. */
export interface FrameHead {
  readonly from: number
  readonly count: number
  /** Bytes of the whole frame. */
  readonly bytes: number
}

export function encodeFrame(result: BatchResult): Buffer {
  const { numbers, texts, origins, trades } = result
  const text = Buffer.from(JSON.stringify({ numbers, texts, origins, words: trades.words }), 'utf8')
  const parts = [
    bytesOf(result.figures),
    bytesOf(result.digests),
    bytesOf(result.returns),
    bytesOf(trades.numbers),
    text,
  ]
  const head = Buffer.alloc(FRAME_HEAD)
  head.write(MAGIC, 0, 'latin1')
  head.writeDoubleLE(result.from, 8)
  head.writeDoubleLE(numbers.length, 16)
  for (const [i, part] of parts.entries()) head.writeUInt32LE(part.byteLength, 24 + i * 4)
  digestOf(parts).copy(head, 48)
  return Buffer.concat([head, ...parts])
}

/** The head of a frame; null where the bytes are none. */
export function readHead(bytes: Buffer): FrameHead | null {
  if (bytes.length < FRAME_HEAD || bytes.toString('latin1', 0, 8) !== MAGIC) return null
  let length = FRAME_HEAD
  for (let i = 0; i < PARTS; i++) length += bytes.readUInt32LE(24 + i * 4)
  return { from: bytes.readDoubleLE(8), count: bytes.readDoubleLE(16), bytes: length }
}

/** A whole frame; null where a byte of it isn't as it was written. */
export function decodeFrame(bytes: Buffer): BatchResult | null {
  const head = readHead(bytes)
  if (head === null || bytes.length !== head.bytes) return null
  const parts: Buffer[] = []
  let at = FRAME_HEAD
  for (let i = 0; i < PARTS; i++) {
    const length = bytes.readUInt32LE(24 + i * 4)
    parts.push(bytes.subarray(at, at + length))
    at += length
  }
  if (!digestOf(parts).equals(bytes.subarray(48, 80))) return null
  const [figures, digests, returns, trades, text] = parts as [Buffer, Buffer, Buffer, Buffer, Buffer]
  const { numbers, texts, origins, words } = JSON.parse(text.toString('utf8'))
  return {
    from: head.from,
    numbers,
    figures: doublesOf(figures),
    digests: new Uint8Array(digests),
    texts,
    returns: doublesOf(returns),
    trades: { numbers: doublesOf(trades), words },
    origins,
  }
}

function bytesOf(values: Float64Array | Uint8Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** In memory of their own: a frame may lie at any address. */
function doublesOf(bytes: Buffer): Float64Array {
  return new Float64Array(new Uint8Array(bytes).buffer)
}

function digestOf(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
