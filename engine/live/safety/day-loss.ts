/** Loss of the UTC day that runs, from the equity at its first mark. Deposits and withdrawals are told apart. */

const DAY_MS = 86_400_000

export class DayLoss {
  private day = Number.NaN
  private first = Number.NaN

  /** Whether there has been a mark. */
  get known(): boolean {
    return !Number.isNaN(this.first)
  }

  /**
   * Loss since the day's first mark as a fraction of it, negative for a gain. A clock that steps back stays in the later
   * day. A first equity of nothing or less counts as all lost.
   */
  marked(atMs: number, equity: number): number {
    const day = Math.floor(atMs / DAY_MS)
    if (Number.isNaN(this.day) || day > this.day) {
      this.day = day
      this.first = equity
    }
    return this.first > 0 ? 1 - equity / this.first : 1
  }

  /** Money came in or went out: that is neither gain nor loss. */
  flowed(amount: number): void {
    this.first += amount
  }
}
