/**
 * The journal of a sweep: results of finished batches, appended as they come. What a killed process left half-written
 * at its end is cut off; every frame before it counts.
 */

import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs'
import { TandemError } from '../core/errors.ts'
import type { BatchResult } from './batch.ts'
import { decodeFrame, encodeFrame, FRAME_HEAD, readHead } from './codec.ts'

interface Place {
  readonly offset: number
  readonly bytes: number
  readonly count: number
}

export class Journal {
  /** Where each finished batch is, by the number of its first trial. */
  private readonly places = new Map<number, Place>()
  private readonly file: number
  private readonly path: string
  private end = 0
  /** Trials in finished batches. */
  trials = 0

  /** Opens a journal, or begins one; `readOnly` leaves another's as it is. Throws what the file system throws. */
  constructor(path: string, readOnly = false) {
    this.path = path
    this.file = openSync(path, readOnly ? 'r' : 'a+')
    this.recover(readOnly)
  }

  has(from: number): boolean {
    return this.places.has(from)
  }

  /** First trials of finished batches, ascending. */
  batches(): number[] {
    return [...this.places.keys()].sort((a, b) => a - b)
  }

  /** Keeps a batch's result; the same one again changes nothing. */
  append(result: BatchResult): void {
    if (this.has(result.from)) return
    const bytes = encodeFrame(result)
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at)
    } catch (cause) {
      ftruncateSync(this.file, this.end)
      throw new TandemError(`can't write: ${(cause as Error).message}`, {
        code: 'SWEEP_NOT_WRITABLE',
        where: this.path,
        hint: 'make room and continue with --resume',
        cause,
      })
    }
    this.note(result.from, result.numbers.length, bytes.length)
  }

  /** The result of a finished batch. */
  read(from: number): BatchResult {
    const place = this.places.get(from)
    const result = place === undefined ? null : decodeFrame(this.bytes(place.offset, place.bytes))
    if (result !== null) return result
    throw new TandemError(`the results of trial ${from} and after are damaged`, {
      code: 'BROKEN_JOURNAL',
      where: this.path,
      hint: 'continue with --resume: what is damaged is run again',
    })
  }

  close(): void {
    closeSync(this.file)
  }

  /** Finds the frames; cuts off what follows the last whole one. */
  private recover(readOnly: boolean): void {
    const { size } = fstatSync(this.file)
    while (this.end < size) {
      const head = readHead(this.bytes(this.end, Math.min(FRAME_HEAD, size - this.end)))
      if (head === null || this.end + head.bytes > size) break
      if (decodeFrame(this.bytes(this.end, head.bytes)) === null) break
      this.note(head.from, head.count, head.bytes)
    }
    if (this.end < size && !readOnly) ftruncateSync(this.file, this.end)
  }

  private note(from: number, count: number, bytes: number): void {
    if (!this.places.has(from)) this.trials += count
    this.places.set(from, { offset: this.end, bytes, count })
    this.end += bytes
  }

  private bytes(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length)
    let at = 0
    while (at < length) {
      const read = readSync(this.file, buffer, at, length - at, offset + at)
      if (read === 0) return buffer.subarray(0, at)
      at += read
    }
    return buffer
  }
}
