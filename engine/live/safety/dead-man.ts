/**
 * The venue's dead man's switch: unless renewed, it cancels all open orders. All of them, protective stops included; and
 * it closes no position. So it is armed only while entries rest and nothing else does, or where stops hang on the
 * position itself and outlive it.
 */

import type { Environment, Timer } from '../environment.ts'

export interface DeadManConfig {
  /** The venue waits this long for the next word. */
  readonly timeoutMs: number
  /** A word comes this often: every 15 to 30 s. */
  readonly beatMs: number
  /** Stops hang on positions and aren't orders of their own. */
  readonly stopsAttached: boolean
}

export const DEAD_MAN: DeadManConfig = { timeoutMs: 60_000, beatMs: 20_000, stopsAttached: false }

/** What rests or is on its way at the venue. */
export interface Resting {
  readonly entries: number
  /** Stops, targets and any other order that lowers exposure. */
  readonly protective: number
}

export interface DeadManOptions {
  readonly environment: Environment
  /** `ExchangePort.cancelAllAfter`; 0 disarms. */
  readonly cancelAllAfter: (timeoutMs: number) => Promise<void>
  /** A word that didn't reach the venue, or wasn't taken, and the how-manieth in a row: for the log and the alerts. */
  readonly failed: (text: string, armed: boolean, times: number) => void
  readonly config?: DeadManConfig
}

export class DeadMan {
  private readonly options: DeadManOptions
  private readonly config: DeadManConfig
  private wanted = false
  /** As far as we know: the venue may have it armed. */
  private armed = false
  private failures = 0
  private timer: Timer | null = null
  private sending: Promise<void> | null = null

  constructor(options: DeadManOptions) {
    const { beatMs, timeoutMs } = options.config ?? DEAD_MAN
    if (!(beatMs >= 15_000 && beatMs <= 30_000 && beatMs * 2 <= timeoutMs)) {
      throw new RangeError(`a beat of ${beatMs} ms doesn't suit a timeout of ${timeoutMs} ms`)
    }
    this.options = options
    this.config = options.config ?? DEAD_MAN
  }

  get isArmed(): boolean {
    return this.armed
  }

  /** What rests has changed. Resolves once the venue has been told what follows from it; rejects never. */
  async update({ entries, protective }: Resting): Promise<void> {
    this.wanted = entries > 0 && (protective === 0 || this.config.stopsAttached)
    if (this.wanted === this.armed && this.sending === null) return
    await this.tell()
  }

  /** A planned end, or a venue's planned downtime: resting orders are to stay. */
  async disarm(): Promise<void> {
    this.wanted = false
    this.timer?.cancel()
    this.timer = null
    if (this.armed || this.sending !== null) await this.tell()
  }

  /** One word at a time: the last one sent must be the last one wanted. */
  private async tell(): Promise<void> {
    while (this.sending !== null) await this.sending
    if (!this.wanted && !this.armed) return
    this.sending = this.send()
    await this.sending
  }

  private async send(): Promise<void> {
    const { wanted, config, options } = this
    this.timer?.cancel()
    this.timer = null
    // From the moment of sending the venue may have it armed, whatever becomes of the answer.
    if (wanted) this.armed = true
    let nextMs = config.beatMs
    try {
      await options.cancelAllAfter(wanted ? config.timeoutMs : 0)
      this.armed = wanted
      this.failures = 0
    } catch (error) {
      nextMs = config.beatMs / 4
      this.failures += 1
      options.failed(error instanceof Error ? error.message : String(error), this.armed, this.failures)
    }
    this.sending = null
    if (this.armed || this.wanted) this.timer = options.environment.after(nextMs, () => void this.tell())
  }
}
