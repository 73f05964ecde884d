/**
 * A line of progress: one that is rewritten on a terminal, a new one every ten seconds elsewhere, and JSON for a program
 * that asks for it (`TANDEM_PROGRESS=json`): `{"progress":{"done":…,"total":…}}`.
 */

import type { Progress } from '../sweep/progress.ts'
import type { TextSink } from './output.ts'

export interface ProgressBar {
  readonly show: (progress: Progress) => void
  end(): void
}

const WIDTH = 24
const REWRITE_MS = 100
const LINE_MS = 10_000
const JSON_MS = 200

export function progressBar(sink: TextSink & { readonly isTTY?: boolean }): ProgressBar {
  if (process.env['TANDEM_PROGRESS'] === 'json') return jsonProgress(sink)
  const isTerminal = sink.isTTY === true
  let shown = isTerminal ? Number.NEGATIVE_INFINITY : performance.now()
  let open = false
  return {
    show(progress) {
      const now = performance.now()
      const isLast = progress.done >= progress.total
      if (now - shown < (isTerminal ? REWRITE_MS : LINE_MS) && !(isTerminal && isLast)) return
      shown = now
      sink.write(isTerminal ? `\r${progressText(progress)}\u001b[K` : `${progressText(progress)}\n`)
      open = isTerminal
    },
    end() {
      if (open) sink.write('\n')
      open = false
    },
  }
}

function jsonProgress(sink: TextSink): ProgressBar {
  let shown = Number.NEGATIVE_INFINITY
  return {
    show(progress) {
      const now = performance.now()
      if (now - shown < JSON_MS && progress.done < progress.total) return
      shown = now
      sink.write(`${JSON.stringify({ progress })}\n`)
    },
    end() {},
  }
}

/** `[######      ]  1234/5000  25 %  812/s  5 s left`. */
export function progressText({ done, total, perSecond, secondsLeft }: Progress): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH)
  const rate = perSecond === null ? '' : `  ${perSecond >= 10 ? Math.round(perSecond) : perSecond.toFixed(1)}/s`
  const left = secondsLeft === null ? '' : `  ${durationText(secondsLeft)} left`
  return `[${bar}]  ${done}/${total}  ${Math.floor(share * 100)} %${rate}${left}`
}

/** `45 s`, `12 min`, `3.5 h`, `12 d`. */
export function durationText(seconds: number): string {
  if (seconds < 100) return `${Math.ceil(seconds)} s`
  if (seconds < 6000) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`
  return `${Math.round(seconds / 86_400)} d`
}
