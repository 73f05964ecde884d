/** How far a sweep is: trials done, their rate, what remains. */

export interface Progress {
  readonly done: number
  readonly total: number
  /** Trials a second since this process began; null before the first. */
  readonly perSecond: number | null
  /** Null before a rate is known. */
  readonly secondsLeft: number | null
}

export class ProgressMeter {
  private readonly total: number
  private readonly began = performance.now()
  private readonly before: number
  private done: number

  /** `before`: trials that an earlier process did. */
  constructor(total: number, before: number) {
    this.total = total
    this.before = before
    this.done = before
  }

  add(trials: number): Progress {
    this.done += trials
    const seconds = (performance.now() - this.began) / 1000
    const own = this.done - this.before
    const perSecond = own === 0 || seconds === 0 ? null : own / seconds
    const secondsLeft = perSecond === null ? null : Math.max(0, this.total - this.done) / perSecond
    return { done: this.done, total: this.total, perSecond, secondsLeft }
  }
}
