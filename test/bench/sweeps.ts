/** The bench's sweeps: the reference sweep beside the C program's, and ten times as many pairs. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { formatTable } from '../../engine/cli/output.ts'
import { median } from './measure.ts'
import { type NativeSweep, type PairRange, runNativeSweep } from './native.ts'
import { randomWalk } from './random-walk.ts'
import type { SweepReport } from './sweep-child.ts'
import type { Check } from './verdict.ts'

const BARS = 100_000
const WORKERS = 2

interface Pairs {
  readonly fast: PairRange
  readonly slow: PairRange
}

const THOUSAND: Pairs = { fast: { from: 5, step: 2, count: 20 }, slow: { from: 50, step: 3, count: 50 } }
const TEN_THOUSAND: Pairs = { fast: { from: 2, step: 1, count: 100 }, slow: { from: 110, step: 2, count: 100 } }
const HUNDRED: Pairs = { fast: { from: 5, step: 2, count: 10 }, slow: { from: 50, step: 3, count: 10 } }

export interface SweepFigures {
  readonly bars: number
  readonly workers: number
  readonly processes: number
  readonly pairs: number
  /** Medians over the processes. */
  readonly seconds: number
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly report: SweepReport
  /** The C program on as many threads, taken in the same rounds; null with a reason where there is no gcc. */
  readonly native: NativeSweep | null
  readonly nativeReason: string | null
  /** Ten times as many pairs, once; null where it wasn't measured. */
  readonly tenfold: SweepReport | null
}

/** Measures; `isQuick` takes a hundred pairs in one process. */
export function measureSweeps(isQuick: boolean, log: (line: string) => void): SweepFigures {
  const pairs = isQuick ? HUNDRED : THOUSAND
  const processes = isQuick ? 1 : 5
  const candles = randomWalk(BARS)
  const reports: SweepReport[] = []
  const natives: NativeSweep[] = []
  let nativeReason: string | null = null
  for (let round = 1; round <= processes; round++) {
    log(`sweep of ${pairs.fast.count * pairs.slow.count} pairs, round ${round} of ${processes}`)
    if (nativeReason === null) {
      const outcome = runNativeSweep(candles, WORKERS, pairs.fast, pairs.slow)
      if (outcome.result === null) nativeReason = outcome.reason
      else natives.push(outcome.result)
    }
    reports.push(child(pairs))
  }
  if (!isQuick) log('sweep of 10000 pairs')
  return {
    bars: BARS,
    workers: WORKERS,
    processes,
    pairs: pairs.fast.count * pairs.slow.count,
    seconds: median(reports.map(({ seconds }) => seconds)),
    cpuSeconds: median(reports.map(({ cpuSeconds }) => cpuSeconds)),
    peakBytes: median(reports.map(({ peakBytes }) => peakBytes)),
    report: reports[0]!,
    native:
      natives.length === 0
        ? null
        : {
            ...natives[0]!,
            seconds: median(natives.map(({ seconds }) => seconds)),
            cpuSeconds: median(natives.map(({ cpuSeconds }) => cpuSeconds)),
          },
    nativeReason,
    tenfold: isQuick ? null : child(TEN_THOUSAND),
  }
}

function child({ fast, slow }: Pairs): SweepReport {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  const script = fileURLToPath(new URL('./sweep-child.js', import.meta.url))
  const text = ({ from, step, count }: PairRange): string => [from, step, count].join()
  try {
    const words = [script, String(BARS), String(WORKERS), folder, text(fast), text(slow)]
    return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(0)
const millions = (figures: SweepFigures, pairs: number, seconds: number): string =>
  ((pairs * figures.bars) / seconds / 1e6).toFixed(0)

export function sweepsText(figures: SweepFigures): string {
  const { pairs, seconds, cpuSeconds, peakBytes, native, tenfold, nativeReason } = figures
  const rows: (readonly (string | number | null)[])[] = [
    [
      `tandem, ${pairs} pairs`,
      seconds.toFixed(2),
      cpuSeconds.toFixed(2),
      millions(figures, pairs, seconds),
      native === null ? null : `${(seconds / native.seconds).toFixed(1)} ×`,
      megabytes(peakBytes),
    ],
    ...(native === null
      ? []
      : [
          [
            `C, ${pairs} pairs`,
            native.seconds.toFixed(2),
            native.cpuSeconds.toFixed(2),
            millions(figures, pairs, native.seconds),
            null,
            null,
          ],
        ]),
    ...(tenfold === null
      ? []
      : [
          [
            `tandem, ${tenfold.trials} pairs`,
            tenfold.seconds.toFixed(2),
            tenfold.cpuSeconds.toFixed(2),
            millions(figures, tenfold.trials, tenfold.seconds),
            null,
            megabytes(tenfold.peakBytes),
          ],
        ]),
  ]
  const heads = [
    `sweep, ${figures.bars} bars, ${figures.workers} threads`,
    'seconds',
    'CPU s',
    'M bars/s',
    'to C',
    'peak MB',
  ]
  return `${formatTable(heads, rows)}${nativeReason === null ? '' : `no C program: ${nativeReason}\n`}`
}

/** What is demanded of a sweep. Its results bind; times and memory are the machine's, too. */
export function sweepChecks(figures: SweepFigures): Check[] {
  const { report, native, seconds, peakBytes, tenfold } = figures
  const checks: Check[] = []
  const add = (name: string, ok: boolean, detail: string, binding: boolean): void => {
    checks.push({ name: `sweep: ${name}`, ok, detail, binding })
  }
  if (native !== null) {
    add('entries equal C', report.entries === native.entries, `${report.entries} and ${native.entries}`, true)
    const off = Math.abs(report.ratios / native.ratios - 1)
    // Fees are rounded to whole cents, which show where they have eaten most of an account.
    add('sum of results equals C to 4 digits', off < 5e-5, `off by ${off.toExponential(1)}`, true)
    add('at most 3.5 × C', seconds <= 3.5 * native.seconds, `${(seconds / native.seconds).toFixed(1)} ×`, false)
  }
  if (tenfold !== null) {
    add('peak memory at most 320 MB', peakBytes <= 320 * 2 ** 20, `${megabytes(peakBytes)} MB`, false)
    add(
      'ten times the pairs in at most 10.5 × the time',
      tenfold.seconds <= 10.5 * seconds,
      `${(tenfold.seconds / seconds).toFixed(1)} ×`,
      false,
    )
    const memory = tenfold.peakBytes / peakBytes
    add('and 1.2 × the memory', memory <= 1.2, `${memory.toFixed(2)} ×`, false)
  }
  return checks
}
