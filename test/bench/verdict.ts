/** What the bench demands of its figures. */

import type { BenchCase } from './reference-run.ts'
import type { SizeFigures } from './rounds.ts'

/**
 * Bytes a bar that count as none. The smallest thing V8 can allocate is 12 bytes, so that one on every bar would be
 * far above; a stretch of 4,096 bars may cost a few dozen.
 */
export const NO_ALLOCATION_BYTES = 0.05

/** Nanoseconds a bar that a warm run may take. */
const AIMS: readonly (readonly [BenchCase, number, string])[] = [
  ['given', 10, 'columns given'],
  ['computed', 14, 'averages computed'],
  ['micro-cap', 15, 'rules of MICRO_CAP'],
  ['brackets', 15, 'stop and target'],
  ['perpetual', 15, 'a perpetual with funding and margin checks'],
]

/** Relative difference below which two results agree in eight digits. */
const EIGHT_DIGITS = 5e-9

export interface Check {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  /** Whether a failure makes the bench exit with 1: results do, times don't, since they are the machine's, too. */
  readonly binding: boolean
}

/** The largest relative difference between the engine's numbers and the C program's; null without one. */
export function differenceToNative({ cases, native }: SizeFigures): number | null {
  if (native === null) return null
  const { numbers } = cases.given
  const members = ['finalRatio', 'maxDrawdown', 'sumR', 'sumR2'] as const
  return Math.max(...members.map((key) => Math.abs(numbers[key] / native[key] - 1)))
}

/** All checks of one size. */
export function checksOf(figures: SizeFigures): Check[] {
  const { bars, cases, native, bytesPerBar } = figures
  const checks: Check[] = []
  const add = (name: string, ok: boolean, detail: string, binding: boolean): void => {
    checks.push({ name: `${name} at ${bars} bars`, ok, detail, binding })
  }
  const difference = differenceToNative(figures)
  if (native !== null && difference !== null) {
    const { entries } = cases.given.numbers
    add('entries equal C', entries === native.entries, `${entries} and ${native.entries}`, true)
    // At a million bars fees have eaten the account down to a dollar, and money's whole units show.
    if (bars <= 100_000) {
      add('results equal C to 8 digits', difference < EIGHT_DIGITS, `off by ${difference.toExponential(1)}`, true)
    }
    // Fastest runs, of both: what else the machine does only ever adds.
    const ratio = cases.computed.nsPerBarMinimum / native.fastestRolling
    add('at most 5 × C, averages computed', ratio <= 5, `${ratio.toFixed(2)} ×`, false)
  }
  const same = JSON.stringify(cases.outside.numbers) === JSON.stringify(cases.given.numbers)
  add('a strategy from outside computes the same', same, same ? 'every digit' : 'different', true)
  const slowdown = cases.outside.nsPerBarMinimum / cases.given.nsPerBarMinimum
  add('within 1.3 × of sma-cross from outside', slowdown <= 1.3, `${slowdown.toFixed(2)} ×`, false)
  const after = cases['after-others'].nsPerBarMinimum / cases.given.nsPerBarMinimum
  add('within 1.3 × of fresh after seven other classes', after <= 1.3, `${after.toFixed(2)} ×`, false)
  if (bytesPerBar !== null) {
    add('no allocation per bar', bytesPerBar < NO_ALLOCATION_BYTES, `${bytesPerBar.toFixed(4)} bytes`, true)
  }
  if (bars >= 1_000_000) {
    for (const [name, atMost, what] of AIMS) {
      const own = cases[name].nsPerBarMinimum
      add(`at most ${atMost} ns a bar, ${what}`, own <= atMost, `${own.toFixed(1)} ns`, false)
    }
  }
  return checks
}
