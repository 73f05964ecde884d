/**
 * A growable table of doubles, row-major: many rows without an object each, which is what keeps the collector idle. It
 * grows by whole chunks, so that nothing is ever copied.
 */

/** Rows of a chunk, as a power of two. */
const CHUNK_BITS = 9
const CHUNK_ROWS = 1 << CHUNK_BITS
const IN_CHUNK = CHUNK_ROWS - 1

/** Chunks that tables of one run after the other are made of: what is handed out belongs to one run until `reset`. */
export class ChunkPool {
  private readonly chunks = emptyArray<Float64Array>()
  private used = 0

  /** A chunk of zeros. */
  take(length: number): Float64Array {
    for (let at = this.used; at < this.chunks.length; at++) {
      const chunk = this.chunks[at]!
      if (chunk.length !== length) continue
      this.chunks[at] = this.chunks[this.used]!
      this.chunks[this.used++] = chunk
      return chunk.fill(0)
    }
    const made = new Float64Array(length)
    this.chunks.push(made)
    this.chunks[this.chunks.length - 1] = this.chunks[this.used] ?? made
    this.chunks[this.used++] = made
    return made
  }

  /** The run before is over, and nobody looks at its tables any more. */
  reset(): void {
    this.used = 0
  }
}

export class DoubleTable {
  readonly width: number
  rows = 0
  private readonly chunks = emptyArray<Float64Array>()
  private readonly pool: ChunkPool | null

  constructor(width: number, pool: ChunkPool | null = null) {
    this.width = width
    this.pool = pool
  }

  /** Appends a row of zeros; returns its index. */
  add(): number {
    const row = this.rows++
    if ((row & IN_CHUNK) === 0) this.grow()
    return row
  }

  private grow(): void {
    const length = this.width * CHUNK_ROWS
    this.chunks.push(this.pool === null ? new Float64Array(length) : this.pool.take(length))
  }

  get(row: number, column: number): number {
    return this.chunk(row)[this.offset(row) + column]!
  }

  set(row: number, column: number, value: number): void {
    this.chunk(row)[this.offset(row) + column] = value
  }

  /** Where a row's cells are: from `offset(row)` on in this array. For writers of many cells. */
  chunk(row: number): Float64Array {
    return this.chunks[row >> CHUNK_BITS]!
  }

  offset(row: number): number {
    return (row & IN_CHUNK) * this.width
  }
}

/**
 * An empty array for objects, which may have holes as far as V8 knows. A literal `[]` is one for small integers until the
 * first object comes, and one without holes until one of its kin has had some: code that was compiled for the arrays of an
 * earlier run would meet a stranger in a new one.
 */
export function emptyArray<T>(): T[] {
  const items: (T | null)[] = [null]
  items.length = 2
  items.length = 0
  return items as T[]
}

/** Removes an item and keeps the order, without the array that `splice` would make. */
export function removeItem<T>(items: T[], item: T): void {
  const last = items.length - 1
  let at = last
  while (at >= 0 && items[at] !== item) at -= 1
  if (at < 0) return
  for (; at < last; at++) items[at] = items[at + 1]!
  items.pop()
}
