/** Reference series of `../shared/golden/validation`. Call these only inside `describeShared`. */

import { readFileSync } from 'node:fs'
import { sharedPath } from '../../support/shared.ts'

/** Rows of numbers; a first line that holds none is left out. */
export function numberRows(file: string): number[][] {
  return lines(file)
    .filter((line) => /^-?[\d.]/.test(line))
    .map((line) => line.split(',').map(Number))
}

export function textRows(file: string): Record<string, string>[] {
  const [head, ...rest] = lines(file)
  const names = head!.split(',')
  return rest.map((line) => Object.fromEntries(line.split(',').map((cell, i) => [names[i]!, cell])))
}

/** One series a column. */
export function columnsOf(file: string): Float64Array[] {
  const rows = numberRows(file)
  return rows[0]!.map((_, k) => Float64Array.from(rows, (row) => row[k]!))
}

/** Saved rows of resamples. */
export function indicesOf(file: string): Int32Array[] {
  return numberRows(file).map((row) => Int32Array.from(row))
}

/** A JSON object of reference numbers, by whatever path the test knows. */
// biome-ignore lint/suspicious/noExplicitAny: a test that reads a wrong path fails
export function goldenJson(file: string): Record<string, any> {
  return JSON.parse(readFileSync(sharedPath(`golden/validation/${file}.json`), 'utf8'))
}

function lines(file: string): string[] {
  return readFileSync(sharedPath(`golden/validation/${file}.csv`), 'utf8')
    .trim()
    .split(/\r?\n/)
}
