/** The bench's parent: for one number of bars, rounds of fresh processes, the C program among them. */

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AllocationReport, ChildReport } from './child.ts'
import type { IndicatorFigure } from './indicators.ts'
import { MEASURED_RUNS, median } from './measure.ts'
import { type NativeResult, runNative } from './native.ts'
import { writeOutsideStrategy } from './outside-strategy.ts'
import { randomWalk } from './random-walk.ts'
import { type BenchCase, CASES, FAST, type JobNumbers, SLOW } from './reference-run.ts'

export interface CaseFigures {
  /** Nanoseconds a bar: medians over the processes of each one's median and of each one's minimum. */
  readonly nsPerBar: number
  readonly nsPerBarMinimum: number
  /** The median of the slowest process: what bad luck with the compiler costs. */
  readonly nsPerBarWorst: number
  /** Largest resident set of any of the processes, bytes. */
  readonly peakBytes: number
  readonly numbers: JobNumbers
}

export interface SizeFigures {
  readonly bars: number
  readonly processes: number
  readonly cases: Readonly<Record<BenchCase, CaseFigures>>
  /** The C program: its numbers, and medians of its times over the same rounds. Null with a reason where there is no gcc. */
  readonly native: NativeResult | null
  readonly nativeReason: string | null
  /** Bytes on the heap that a bar without orders costs. */
  readonly bytesPerBar: number | null
}

/** Cases that take part in every round; the other is for information, once. */
const JUDGED: readonly BenchCase[] = CASES.filter((name) => name !== 'bar-by-bar')

const script = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url))

function child<T>(flags: readonly string[], name: string, args: readonly (string | number)[]): T {
  const words = [...flags, script(name), ...args.map(String)]
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }))
}

/** Measures one size. `log` hears of each round. */
export function measureSize(bars: number, processes: number, log: (line: string) => void): SizeFigures {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  try {
    const foresighted = writeOutsideStrategy(folder)
    const barByBar = writeOutsideStrategy(folder, false)
    const candles = randomWalk(bars)
    const reports: Record<BenchCase, ChildReport[]> = {
      given: [],
      computed: [],
      'with-column': [],
      outside: [],
      'after-others': [],
      'bar-by-bar': [],
      brackets: [],
      'micro-cap': [],
      perpetual: [],
    }
    const natives: NativeResult[] = []
    let nativeReason: string | null = null
    for (let round = 1; round <= processes; round++) {
      log(`${bars} bars, round ${round} of ${processes}`)
      if (nativeReason === null) {
        const outcome = runNative(candles, { fast: FAST, slow: SLOW, repeats: MEASURED_RUNS })
        if (outcome.result !== null) natives.push(outcome.result)
        else {
          nativeReason = outcome.reason
          log(`no C program: ${nativeReason}`)
        }
      }
      for (const name of round === 1 ? CASES : JUDGED) {
        const file = name === 'bar-by-bar' ? barByBar : foresighted
        reports[name].push(child<ChildReport>([], 'child', [name, bars, file, join(folder, 'cache'), MEASURED_RUNS]))
      }
    }
    const entries = CASES.map((name) => [name, figuresOf(reports[name])] as const)
    return {
      bars,
      processes,
      cases: Object.fromEntries(entries) as Record<BenchCase, CaseFigures>,
      native: medianNative(natives),
      nativeReason,
      bytesPerBar: measureAllocation(bars),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One thread, so that no compilation in the background allocates while a run is measured. */
export function measureAllocation(bars: number): number | null {
  return child<AllocationReport>(['--expose-gc', '--single-threaded'], 'child', ['allocation', bars]).bytesPerBar
}

/** The figures of indicators.ts. */
export function measureIndicators(bars: number): readonly IndicatorFigure[] {
  return child<readonly IndicatorFigure[]>([], 'indicators', [bars, '--json'])
}

function figuresOf(reports: readonly ChildReport[]): CaseFigures {
  const medians = reports.map(({ timing }) => timing.median)
  return {
    nsPerBar: median(medians),
    nsPerBarMinimum: median(reports.map(({ timing }) => timing.minimum)),
    nsPerBarWorst: Math.max(...medians),
    peakBytes: Math.max(...reports.map(({ peakBytes }) => peakBytes)),
    numbers: reports[0]!.numbers,
  }
}

function medianNative(results: readonly NativeResult[]): NativeResult | null {
  const [first] = results
  if (first === undefined) return null
  return {
    ...first,
    nsPerBarRolling: median(results.map(({ nsPerBarRolling }) => nsPerBarRolling)),
    nsPerBarGiven: median(results.map(({ nsPerBarGiven }) => nsPerBarGiven)),
    fastestRolling: median(results.map(({ fastestRolling }) => fastestRolling)),
    fastestGiven: median(results.map(({ fastestGiven }) => fastestGiven)),
  }
}
