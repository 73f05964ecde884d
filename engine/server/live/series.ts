/** A series that never grows beyond its limit: when it is full every second point goes, and from then on every second is kept. */

export interface Point {
  readonly timeMs: number
  readonly value: number
}

export class ThinnedSeries {
  /** Rises each time points were taken out: what was sent before doesn't fit any more. */
  generation = 0
  private readonly most: number
  private kept: Point[] = []
  private stride = 1
  private seen = 0
  private newest: Point | null = null

  constructor(most: number) {
    this.most = most
  }

  push(timeMs: number, value: number): void {
    this.newest = { timeMs, value }
    if (this.seen++ % this.stride !== 0) return
    this.kept.push(this.newest)
    if (this.kept.length <= this.most) return
    this.kept = this.kept.filter((_, i) => i % 2 === 0)
    this.stride *= 2
    this.generation++
  }

  /** How many points are kept, without the newest. */
  get length(): number {
    return this.kept.length
  }

  get last(): Point | null {
    return this.newest
  }

  /** Kept points from `from` on. */
  since(from: number): readonly Point[] {
    return this.kept.slice(from)
  }
}
