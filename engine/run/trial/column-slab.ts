/**
 * A slab of shared memory for columns that many trials want, in one process's threads: a column is computed by whoever
 * wants it first, read by all, and gives its place up when nobody uses it and another needs one. Memory is bounded by
 * the number of slots. Only the bookkeeping is locked, never the computing.
 */

import { createHash } from 'node:crypto'

const State = { empty: 0, computing: 1, ready: 2, failed: 3 } as const

/** Header words of a slot: state, users, when last taken, and its key as 128 bits. */
const Word = { state: 0, users: 1, taken: 2, key: 3 } as const
const SLOT_WORDS = 8
const KEY_WORDS = 4
/** Words before the slots': the lock, the clock. */
const LOCK = 0
const CLOCK = 1
const HEADER_WORDS = 2

/** What is handed to a thread. */
export interface SlabMemory {
  readonly words: Int32Array
  readonly cells: Float64Array
  readonly rows: number
  readonly slots: number
}

/** Memory for `slots` columns of `rows` doubles. Pages are only used once written. */
export function allocateSlab(rows: number, slots: number): SlabMemory {
  return {
    words: new Int32Array(new SharedArrayBuffer((HEADER_WORDS + slots * SLOT_WORDS) * 4)),
    cells: new Float64Array(new SharedArrayBuffer(slots * rows * 8)),
    rows,
    slots,
  }
}

/** A column in use: give its slot back by `release`. */
export interface Held {
  readonly column: Float64Array
  readonly slot: number
}

export class ColumnSlab {
  private readonly memory: SlabMemory
  private readonly columns: (Float64Array | undefined)[] = []
  private readonly keys = new Map<string, Int32Array>()

  constructor(memory: SlabMemory) {
    this.memory = memory
  }

  /** The column of `key`, computed by `fill` where nobody has yet; null where every slot is in use. */
  acquire(key: string, fill: (column: Float64Array) => void): Held | null {
    const words = this.wordsOf(key)
    const { slot, isNew } = this.take(words)
    if (slot < 0) return null
    const column = this.columnOf(slot)
    if (isNew) this.compute(slot, column, fill)
    else if (!this.isReady(slot)) {
      // Whoever computed it failed: its error is its own, and this thread finds out for itself.
      this.release(slot)
      return null
    }
    return { column, slot }
  }

  release(slot: number): void {
    Atomics.sub(this.memory.words, this.at(slot) + Word.users, 1)
  }

  private at(slot: number): number {
    return HEADER_WORDS + slot * SLOT_WORDS
  }

  private columnOf(slot: number): Float64Array {
    const { cells, rows } = this.memory
    return (this.columns[slot] ??= cells.subarray(slot * rows, (slot + 1) * rows))
  }

  private compute(slot: number, column: Float64Array, fill: (column: Float64Array) => void): void {
    const { words } = this.memory
    const at = this.at(slot) + Word.state
    let state: number = State.failed
    try {
      fill(column)
      state = State.ready
    } finally {
      Atomics.store(words, at, state)
      if (state === State.failed) this.release(slot)
      Atomics.notify(words, at)
    }
  }

  /** Waits until another thread has computed the column; false where it couldn't. */
  private isReady(slot: number): boolean {
    const { words } = this.memory
    const at = this.at(slot) + Word.state
    while (Atomics.load(words, at) === State.computing) Atomics.wait(words, at, State.computing, 1000)
    return Atomics.load(words, at) === State.ready
  }

  /** The key's slot, or a free one made its own; -1 where there is none. */
  private take(key: Int32Array): { slot: number; isNew: boolean } {
    const { words, slots } = this.memory
    this.lock()
    let free = -1
    let oldest = Number.POSITIVE_INFINITY
    const now = ++words[CLOCK]!
    for (let slot = 0; slot < slots; slot++) {
      const at = this.at(slot)
      const state = Atomics.load(words, at + Word.state)
      if ((state === State.ready || state === State.computing) && this.isKey(at, key)) {
        Atomics.add(words, at + Word.users, 1)
        words[at + Word.taken] = now
        this.unlock()
        return { slot, isNew: false }
      }
      const age = state === State.empty ? -1 : words[at + Word.taken]!
      if (state !== State.computing && Atomics.load(words, at + Word.users) === 0 && age < oldest) {
        free = slot
        oldest = age
      }
    }
    if (free >= 0) {
      const at = this.at(free)
      words.set(key, at + Word.key)
      words[at + Word.taken] = now
      Atomics.store(words, at + Word.users, 1)
      Atomics.store(words, at + Word.state, State.computing)
    }
    this.unlock()
    return { slot: free, isNew: true }
  }

  private isKey(at: number, key: Int32Array): boolean {
    const { words } = this.memory
    for (let i = 0; i < KEY_WORDS; i++) if (words[at + Word.key + i] !== key[i]) return false
    return true
  }

  private wordsOf(key: string): Int32Array {
    let words = this.keys.get(key)
    if (words === undefined) {
      if (this.keys.size > 100_000) this.keys.clear()
      const bytes = createHash('sha256').update(key).digest()
      words = Int32Array.from({ length: KEY_WORDS }, (_, i) => bytes.readInt32LE(i * 4))
      this.keys.set(key, words)
    }
    return words
  }

  private lock(): void {
    const { words } = this.memory
    while (Atomics.compareExchange(words, LOCK, 0, 1) !== 0) Atomics.wait(words, LOCK, 1, 10)
  }

  private unlock(): void {
    const { words } = this.memory
    Atomics.store(words, LOCK, 0)
    Atomics.notify(words, LOCK, 1)
  }
}
