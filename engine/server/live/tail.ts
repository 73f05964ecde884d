/**
 * Reads a journal as it grows, whole lines only, in slices, so that a file of any length takes the memory of one slice. A
 * torn last line is read again when it is whole; a file that was cut back or replaced is read from its beginning.
 */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

const SLICE_BYTES = 262_144
/** Slices a look, after which other work gets its turn; a record is never longer than they are together. */
const SLICES = 8

export interface TailListener {
  line(text: string): void
  /** What was read before is no longer so: begin anew. */
  reset(): void
}

export class Tail {
  private readonly path: string
  private readonly listener: TailListener
  /** End of the last whole line. */
  private offset = 0
  private inode = -1
  private readonly buffer = Buffer.allocUnsafe(SLICE_BYTES)
  private pending: Buffer[] = []

  constructor(path: string, listener: TailListener) {
    this.path = path
    this.listener = listener
  }

  /** Bytes that are read and understood. */
  get bytes(): number {
    return this.offset
  }

  /** Reads what is new. True where there is more already. Throws what the system says. */
  look(): boolean {
    const file = openSync(this.path, 'r')
    try {
      const { size, ino } = fstatSync(file)
      if (ino !== this.inode || size < this.offset) this.begin(ino)
      // What was pending may have been cut away since: it is read again with the rest of its line.
      this.pending = []
      const start = this.offset
      let at = start
      for (let slice = 0; slice < SLICES && at < size; slice++) {
        const read = readSync(file, this.buffer, 0, Math.min(SLICE_BYTES, size - at), at)
        if (read === 0) break
        this.take(this.buffer.subarray(0, read))
        at += read
      }
      return at < size && this.offset > start
    } finally {
      closeSync(file)
    }
  }

  private begin(inode: number): void {
    if (this.inode !== -1) this.listener.reset()
    this.inode = inode
    this.offset = 0
  }

  private take(bytes: Buffer): void {
    let from = 0
    for (;;) {
      const end = bytes.indexOf(10, from)
      if (end === -1) break
      const own = bytes.subarray(from, end)
      const line = this.pending.length === 0 ? own : Buffer.concat([...this.pending, own])
      this.pending = []
      this.offset += line.length + 1
      this.listener.line(line.toString('utf8'))
      from = end + 1
    }
    if (from < bytes.length) this.pending.push(Buffer.from(bytes.subarray(from)))
  }
}
