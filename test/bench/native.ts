/** Compiles and runs reference-job.c: the speed limit of this machine, taken in the same run as the engine's figures. */

import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Candles } from '../../engine/core/candles.ts'
import { toPlanar } from './random-walk.ts'

/** One run of the C program; ratios and sums without unit, times in ns a bar (medians). */
export interface NativeResult {
  readonly bars: number
  /** Buys filled. */
  readonly entries: number
  /** Buys that cash couldn't pay at the open; only with `sizedAtClose`. */
  readonly refused: number
  /** Final over initial equity. */
  readonly finalRatio: number
  readonly maxDrawdown: number
  /** Σr and Σr² of the bars' returns. */
  readonly sumR: number
  readonly sumR2: number
  /** With both moving averages computed in the loop. */
  readonly nsPerBarRolling: number
  /** With both moving averages given as columns. */
  readonly nsPerBarGiven: number
  /** The same of the fastest run. */
  readonly fastestRolling: number
  readonly fastestGiven: number
}

export interface NativeOptions {
  readonly fast: number
  readonly slow: number
  readonly repeats: number
  /** Buy this fraction of the equity at the signal's close, priced there; else all-in, priced at the fill. */
  readonly sizedAtClose?: number
}

/** A result, or why there is none: a machine without gcc is no error. */
export type NativeOutcome = { readonly result: NativeResult } | { readonly result: null; readonly reason: string }

/** A source, found from the TypeScript file and from its build in dist/. */
function sourcePath(name: string): string | null {
  const candidates = [`./${name}`, `../../../test/bench/${name}`]
  const paths = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)))
  return paths.find((path) => existsSync(path)) ?? null
}

/** Runs the reference job on `candles`. Its files lie in a directory of their own that is removed at the end. */
export function runNative(candles: Candles, options: NativeOptions): NativeOutcome {
  const sized = options.sizedAtClose === undefined ? [] : ['--sized-at-close', String(options.sizedAtClose)]
  const args = [String(options.fast), String(options.slow), String(options.repeats), ...sized]
  return compileAndRun<NativeResult>('reference-job.c', candles, args)
}

/** All pairs of averages from..from + step × (count − 1). */
export interface PairRange {
  readonly from: number
  readonly step: number
  readonly count: number
}

/** The C program's sweep: seconds of all pairs, and sums of their results. */
export interface NativeSweep {
  readonly seconds: number
  /** Of all threads together. */
  readonly cpuSeconds: number
  readonly pairs: number
  readonly entries: number
  /** Σ of final over initial equity. */
  readonly ratios: number
}

/** Runs the reference job for every pair on `threads` threads, both averages computed in the loop. */
export function runNativeSweep(
  candles: Candles,
  threads: number,
  fast: PairRange,
  slow: PairRange,
): { readonly result: NativeSweep } | { readonly result: null; readonly reason: string } {
  const args = [threads, ...[fast, slow].flatMap(({ from, step, count }) => [from, step, count])]
  return compileAndRun<NativeSweep>('reference-sweep.c', candles, args.map(String))
}

function compileAndRun<T>(
  name: string,
  candles: Candles,
  args: readonly string[],
): { readonly result: T } | { readonly result: null; readonly reason: string } {
  const source = sourcePath(name)
  if (source === null) return { result: null, reason: `${name} is not beside the bench` }
  const directory = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
  try {
    const program = join(directory, 'program')
    const data = join(directory, 'candles.bin')
    // No fused multiply-add: JavaScript has none, and the results are to agree in every digit.
    const flags = ['-O3', '-march=native', '-ffp-contract=off', '-pthread', source, '-o', program]
    execFileSync('gcc', flags, { stdio: ['ignore', 'ignore', 'pipe'] })
    writeFileSync(data, toPlanar(candles))
    const output = execFileSync(program, [data, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return { result: JSON.parse(output) }
  } catch (error) {
    return { result: null, reason: describeFailure(error) }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

function describeFailure(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 'gcc is not installed'
  return error instanceof Error ? error.message.trim() : String(error)
}
