/** Decimal texts of dated records as exact amounts of any scale. */

import { type Dec, Rounding, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'

/** digits × 10^-decimals. */
export interface Decimal {
  readonly digits: bigint
  readonly decimals: number
}

/** Throws `DEC_SYNTAX` for anything but digits with an optional fraction. */
export function decimalOf(text: string): Decimal {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (match === null) throw new TandemError(`'${text}' is not a decimal number`, { code: 'DEC_SYNTAX' })
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  return { digits: BigInt(match[1]! + fraction), decimals: fraction.length }
}

/** The amount in units of 10^-k, rounded up or down where it is finer. */
export function toUnits(value: Decimal, k: number, rounding: typeof Rounding.floor | typeof Rounding.ceil): Dec {
  if (value.decimals <= k) return toDec(Number(value.digits * powerOfTen(k - value.decimals)))
  const divisor = powerOfTen(value.decimals - k)
  const up = rounding === Rounding.ceil && value.digits % divisor !== 0n ? 1n : 0n
  return toDec(Number(value.digits / divisor + up))
}

/** The least multiple of a positive step that is a whole number of units of 10^-k: what is on it is on the step, too. */
export function leastMultiple(step: Decimal, k: number): Dec {
  if (step.decimals <= k) return toUnits(step, k, Rounding.floor)
  const divisor = powerOfTen(step.decimals - k)
  return toDec(Number(step.digits / greatestCommonDivisor(step.digits, divisor)))
}

function powerOfTen(k: number): bigint {
  return BigInt(`1${'0'.repeat(k)}`)
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b)
}
