/** Decimal text from venues as exact numbers, and back. */

import { type Dec, formatDec, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'

/** Decimals that texts are computed with before they are rounded to an instrument's units. */
const DECIMALS = 30
const ONE = 10n ** BigInt(DECIMALS)

/** An exact amount in units of 10^-30. */
export type Exact = bigint & { readonly __exact?: true }

/** An amount from its text; exponents such as `1e-8` are read, too. Throws `BAD_AMOUNT`. */
export function exact(text: string): Exact {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim())
  if (match === null) throw bad(text)
  const fraction = match[3] ?? ''
  const shift = DECIMALS - fraction.length + Number(match[4] ?? 0)
  const digits = BigInt(match[2]! + fraction)
  if (shift < 0 && digits % 10n ** BigInt(-shift) !== 0n) throw bad(text)
  const value = shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift)
  return match[1] === '-' ? -value : value
}

function bad(text: string): TandemError {
  return new TandemError(`'${text.slice(0, 40)}' is not an amount`, { code: 'BAD_AMOUNT' })
}

export function times(a: Exact, b: Exact): Exact {
  return (a * b) / ONE
}

/** a × b / c. */
export function share(a: Exact, b: Exact, c: Exact): Exact {
  return (a * b) / c
}

export function exactOf(units: Dec, k: number): Exact {
  return BigInt(units) * 10n ** BigInt(DECIMALS - k)
}

/** Nearest units of scale k, a tie to the even one. */
export function unitsOf(value: Exact, k: number): Dec {
  const unit = 10n ** BigInt(DECIMALS - k)
  const negative = value < 0n
  const size = negative ? -value : value
  let units = size / unit
  const rest = (size % unit) * 2n
  if (rest > unit || (rest === unit && units % 2n === 1n)) units += 1n
  return toDec(Number(negative ? -units : units))
}

/** Whether the amount is a whole number of units of scale k. */
export function isWhole(value: Exact, k: number): boolean {
  return value % 10n ** BigInt(DECIMALS - k) === 0n
}

/** As plain decimal text. */
export function textOf(value: Exact): string {
  const digits = (value < 0n ? -value : value).toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  return `${value < 0n ? '-' : ''}${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`
}

/** The largest multiple of `step` (decimal text; null for any) that isn't above `units` of scale k, as text. */
export function floorToStep(units: Dec, k: number, step: string | null): string {
  if (step === null) return formatDec(units, k)
  const size = exact(step)
  if (size <= 0n) return formatDec(units, k)
  return textOf((exactOf(units, k) / size) * size)
}
