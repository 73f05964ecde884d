/** Temporary stores and files, and candles to put there. */

import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import fc from 'fast-check'
import { onTestFinished } from 'vitest'
import { COLUMNS } from '../../datasets/columns.ts'
import type { Candles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'

export const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS
/** 2020-01-01. */
export const START_MS = 1_577_836_800_000
export const KEY = { venue: 'kraken', symbol: 'BTC/USD', timeframeMs: HOUR_MS } as const

/** A directory that goes away with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'tandem-datasets-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

/** Writes a file into `directory` and returns its path. */
export function writeText(directory: string, name: string, content: string | Uint8Array): string {
  const path = join(directory, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** `rows` hourly bars from 2020-01-01 on: close 101, 102, …, volume 0 in the first row. */
export function smallCandles(rows: number, stepMs: number = HOUR_MS): Candles {
  const column = (value: (row: number) => number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => value(row))
  return {
    time: column((row) => START_MS + row * stepMs),
    open: column((row) => 100 + row),
    high: column((row) => 101.5 + row),
    low: column((row) => 99.25 + row),
    close: column((row) => 101 + row),
    volume: column((row) => row / 8),
  }
}

/** Candles as CSV with the usual header, numbers as JavaScript prints them, times in ms. */
export function toCsv(candles: Candles, header = 'timestamp,open,high,low,close,volume'): string {
  const lines = [...candles.time].map((_, row) => COLUMNS.map((name) => String(candles[name][row])).join(','))
  return `${header}\n${lines.join('\n')}\n`
}

/** Plain arrays, to compare candles whatever buffers they are in. */
export function plain(candles: Candles): Record<string, number[]> {
  return Object.fromEntries(COLUMNS.map((name) => [name, [...candles[name]]]))
}

/** Every file under `directory` with the SHA-256 of its content. */
export function snapshot(directory: string): Record<string, string> {
  const files: Record<string, string> = {}
  const visit = (path: string): void => {
    for (const name of readdirSync(path)) {
      const child = join(path, name)
      if (statSync(child).isDirectory()) visit(child)
      else files[relative(directory, child)] = createHash('sha256').update(readFileSync(child)).digest('hex')
    }
  }
  visit(directory)
  return files
}

/** The TandemError that `work` is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<TandemError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  if (error instanceof TandemError) return error
  throw new Error(`expected a TandemError, got ${String(error)}`)
}

/** Valid hourly candles with gaps; prices and volumes are any doubles in range. The first two bars are neighbours. */
export const arbitraryCandles: fc.Arbitrary<Candles> = fc
  .array(
    fc.record({
      prices: fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 4, maxLength: 4 }),
      volume: fc.double({ min: 0, max: 1e12, noNaN: true }),
      step: fc.constantFrom(1, 1, 1, 2, 7),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((rows) => {
    const sorted = rows.map(({ prices }) => Float64Array.from(prices).sort())
    let time = START_MS
    return {
      time: Float64Array.from(rows, ({ step }, row) => (time += row === 0 ? 0 : row === 1 ? HOUR_MS : step * HOUR_MS)),
      open: Float64Array.from(sorted, (prices) => prices[1]!),
      high: Float64Array.from(sorted, (prices) => prices[3]!),
      low: Float64Array.from(sorted, (prices) => prices[0]!),
      close: Float64Array.from(sorted, (prices) => prices[2]!),
      volume: Float64Array.from(rows, ({ volume }) => (volume === 0 ? 0 : volume)),
    }
  })
