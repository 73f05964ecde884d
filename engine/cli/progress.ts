/** A bar on a terminal's standard error; elsewhere a line every tenth, so that a log stays short. */

export interface ProgressSink {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

export interface ProgressBar {
  /** `share` of 0 to 1 is done; `text` says what, in a few words. */
  update(share: number, text: string): void
  /** Clears the bar. */
  done(): void
}

const CELLS = 30

export function progressBar(sink: ProgressSink): ProgressBar {
  return sink.isTTY === true ? terminalBar(sink) : lines(sink)
}

function terminalBar(sink: ProgressSink): ProgressBar {
  let shown = ''
  return {
    update(share, text) {
      const filled = Math.round(clamp(share) * CELLS)
      const line = `${'█'.repeat(filled)}${'░'.repeat(CELLS - filled)} ${percent(share)} ${text}`
      const next = line.slice(0, (sink.columns ?? 80) - 1)
      if (next === shown) return
      sink.write(`\r${next}\u001b[K`)
      shown = next
    },
    done() {
      if (shown !== '') sink.write('\r\u001b[K')
      shown = ''
    },
  }
}

function lines(sink: ProgressSink): ProgressBar {
  let tenth = 0
  return {
    update(share, text) {
      const now = Math.floor(clamp(share) * 10)
      if (now <= tenth) return
      tenth = now
      sink.write(`${percent(share)} ${text}\n`)
    },
    done() {},
  }
}

function clamp(share: number): number {
  return Math.min(1, Math.max(0, share))
}

function percent(share: number): string {
  return `${String(Math.floor(clamp(share) * 100)).padStart(3)} %`
}
