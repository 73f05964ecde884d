/** A growable table of doubles, row-major: many rows without an object each, which is what keeps the collector idle. */

export class DoubleTable {
  readonly width: number
  rows = 0
  private data: Float64Array

  constructor(width: number, capacity = 64) {
    this.width = width
    this.data = new Float64Array(width * capacity)
  }

  /** Appends a row of zeros; returns its index. */
  add(): number {
    if ((this.rows + 1) * this.width > this.data.length) {
      const grown = new Float64Array(Math.max(this.width, this.data.length * 2))
      grown.set(this.data)
      this.data = grown
    }
    return this.rows++
  }

  get(row: number, column: number): number {
    return this.data[row * this.width + column]!
  }

  set(row: number, column: number, value: number): void {
    this.data[row * this.width + column] = value
  }

  /** Adds to a cell. */
  increase(row: number, column: number, by: number): void {
    const at = row * this.width + column
    this.data[at] = this.data[at]! + by
  }
}

/** Removes an item and keeps the order, without the array that `splice` would make. */
export function removeItem<T>(items: T[], item: T): void {
  const at = items.indexOf(item)
  if (at < 0) return
  for (let i = at + 1; i < items.length; i++) items[i - 1] = items[i]!
  items.pop()
}
