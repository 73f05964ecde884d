/**
 * The other half of silence: a dead process can't tell that it is dead. While all is well a URL is asked every few
 * minutes; whoever watches it there notices when that stops.
 */

import type { Environment, Timer } from '../environment.ts'

const TIMEOUT_MS = 10_000

/** Asks `url` at once and every `everyMs` while `isWell()`. `failed` hears of it once until it works again. */
export class Heartbeat {
  private readonly environment: Environment
  private readonly url: string
  private readonly everyMs: number
  private readonly isWell: () => boolean
  private readonly failed: (text: string) => void
  private timer: Timer | null = null
  private down = false

  constructor(
    environment: Environment,
    { url, everyMs }: { readonly url: string; readonly everyMs: number },
    isWell: () => boolean,
    failed: (text: string) => void,
  ) {
    this.environment = environment
    this.url = url
    this.everyMs = everyMs
    this.isWell = isWell
    this.failed = failed
  }

  start(): void {
    if (this.isWell()) void this.beat()
    this.timer = this.environment.after(this.everyMs, () => this.start())
  }

  stop(): void {
    this.timer?.cancel()
  }

  private async beat(): Promise<void> {
    const abort = new AbortController()
    const timer = this.environment.after(TIMEOUT_MS, () => abort.abort())
    try {
      const { status } = await fetch(this.url, { signal: abort.signal, redirect: 'error' })
      if (status > 299) throw new Error(`it answered ${status}`)
      this.down = false
    } catch (error) {
      if (!this.down)
        this.failed(error instanceof Error && /^it answered/.test(error.message) ? error.message : 'not reachable')
      this.down = true
    } finally {
      timer.cancel()
    }
  }
}
