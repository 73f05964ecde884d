/** How many orders left lately: in the last minute, and in a UTC day. Times are ms UTC and may step back. */

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export class OrderCount {
  /** Times of the last minute, in the order of sending. */
  private recent: number[] = []
  private day = Number.NaN
  private inDay = 0

  /** Orders that left after `atMs` − 60 s. Times ahead of `atMs`, from before a clock stepped back, count as recent. */
  lastMinute(atMs: number): number {
    return this.recent.filter((time) => time > atMs - MINUTE_MS).length
  }

  /** Orders of the UTC day of `atMs`; a clock that steps back to an earlier day finds the later day's count. */
  today(atMs: number): number {
    return Number.isNaN(this.day) || Math.floor(atMs / DAY_MS) > this.day ? 0 : this.inDay
  }

  note(atMs: number): void {
    const day = Math.floor(atMs / DAY_MS)
    if (Number.isNaN(this.day) || day > this.day) {
      this.day = day
      this.inDay = 0
    }
    this.inDay += 1
    this.recent = this.recent.filter((time) => time > atMs - MINUTE_MS)
    this.recent.push(atMs)
  }
}
