/**
 * Candles as they come in, in blocks, so that columns needn't grow by copying. Beyond a size the blocks lie in a
 * temporary file: an import of any length takes the same memory.
 */

import { randomUUID } from 'node:crypto'
import { closeSync, openSync, readSync, unlinkSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Candles } from '../../../engine/core/candles.ts'
import { COLUMNS } from '../../columns.ts'
import type { RowSource } from '../../row-source.ts'

/** Rows in a block: six columns of half a MiB each. */
export const BLOCK_ROWS = 1 << 16
const BLOCK_BYTES = BLOCK_ROWS * COLUMNS.length * 8
/** Blocks kept in memory, 151 MB or six years of minutes; of a longer series all but the last go to disk. */
const BLOCKS_IN_MEMORY = 48

/** One block: all columns in one buffer, one after another. */
type Block = Float64Array

export class CandleBlocks implements RowSource {
  readonly #most: number
  readonly #blocks: (Block | null)[] = []
  #file: number | null = null
  #path = ''
  #last: Block = new Float64Array(0)
  #used = BLOCK_ROWS
  #reversed = false

  /** `most`: blocks to keep in memory. */
  constructor(most: number = BLOCKS_IN_MEMORY) {
    this.#most = most
  }

  get rows(): number {
    return this.#blocks.length === 0 ? 0 : (this.#blocks.length - 1) * BLOCK_ROWS + this.#used
  }

  get inMemory(): boolean {
    return this.#file === null
  }

  push(time: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (this.#used === BLOCK_ROWS) this.#begin()
    const block = this.#last
    const at = this.#used++
    block[at] = time
    block[at + BLOCK_ROWS] = open
    block[at + 2 * BLOCK_ROWS] = high
    block[at + 3 * BLOCK_ROWS] = low
    block[at + 4 * BLOCK_ROWS] = close
    block[at + 5 * BLOCK_ROWS] = volume
  }

  /** Time of the row pushed last. */
  get lastTime(): number {
    return this.#last[this.#used - 1]!
  }

  /** Turns the order of all rows. */
  reverse(): void {
    this.#reversed = !this.#reversed
  }

  /** The rows in order, as columns of at most `BLOCK_ROWS`. */
  *pieces(): Generator<Candles> {
    const count = this.#blocks.length
    for (let index = 0; index < count; index++) {
      const which = this.#reversed ? count - 1 - index : index
      const rows = which === count - 1 ? this.#used : BLOCK_ROWS
      const block = this.#read(which)
      const column = (place: number): Float64Array => {
        const values = block.subarray(place * BLOCK_ROWS, place * BLOCK_ROWS + rows)
        return this.#reversed ? values.slice().reverse() : values
      }
      yield {
        time: column(0),
        open: column(1),
        high: column(2),
        low: column(3),
        close: column(4),
        volume: column(5),
      }
    }
  }

  /** All rows in memory, in columns of their own. */
  whole(): Candles {
    const rows = this.rows
    const columns = COLUMNS.map(() => new Float64Array(rows))
    let done = 0
    for (const piece of this.pieces()) {
      for (const [index, name] of COLUMNS.entries()) columns[index]!.set(piece[name], done)
      done += piece.time.length
    }
    const [time, open, high, low, close, volume] = columns as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    return { time, open, high, low, close, volume }
  }

  /** Lets go of memory and the temporary file. */
  dispose(): void {
    this.#blocks.length = 0
    this.#used = BLOCK_ROWS
    if (this.#file === null) return
    closeSync(this.#file)
    this.#file = null
    try {
      unlinkSync(this.#path)
    } catch {
      // It went away when it was opened.
    }
  }

  #begin(): void {
    this.#spill()
    this.#last = new Float64Array(BLOCK_ROWS * COLUMNS.length)
    this.#blocks.push(this.#last)
    this.#used = 0
  }

  /** Puts the block before the new one on disk, once there are many. */
  #spill(): void {
    const full = this.#blocks.length - 1
    if (this.#blocks.length < this.#most) return
    if (this.#file === null) this.#open()
    // Those that were kept while there were few go with the first that is too much.
    for (let index = full; index >= 0 && this.#blocks[index] !== null; index--) {
      writeAll(this.#file!, this.#blocks[index]!, index * BLOCK_BYTES)
      this.#blocks[index] = null
    }
  }

  #open(): void {
    this.#path = join(tmpdir(), `tandem-import-${randomUUID()}`)
    this.#file = openSync(this.#path, 'wx+')
    try {
      // Without a name it goes away with the process, however that ends. Not every system can do it.
      unlinkSync(this.#path)
    } catch {
      // Then it is removed at the end.
    }
  }

  #read(index: number): Block {
    const block = this.#blocks[index]
    if (block !== null && block !== undefined) return block
    const read = new Float64Array(BLOCK_ROWS * COLUMNS.length)
    const bytes = new Uint8Array(read.buffer)
    for (let done = 0; done < bytes.length; ) {
      const count = readSync(this.#file!, bytes, done, bytes.length - done, index * BLOCK_BYTES + done)
      if (count === 0) throw new Error('the temporary file of the import is shorter than it was written')
      done += count
    }
    return read
  }
}

function writeAll(file: number, block: Block, position: number): void {
  const bytes = new Uint8Array(block.buffer)
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done)
  }
}
