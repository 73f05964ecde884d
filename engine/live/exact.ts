/**
 * Signed decimals of any size, exact: what limits are judged with, so that an inclusive edge holds. A venue's amounts
 * come as text and go as text; no scale has to be agreed on first.
 */

import { TandemError } from '../core/errors.ts'

/** `digits` × 10^-`decimals`. */
export interface Exact {
  readonly digits: bigint
  readonly decimals: number
}

export const EXACT_ZERO: Exact = { digits: 0n, decimals: 0 }

/** Reads `-12.5`, also in exponential form. Throws `BAD_NUMBER`. */
export function exact(text: string): Exact {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?(?:e([+-]?\d{1,3}))?$/i.exec(text.trim())
  if (match === null) throw new TandemError(`'${text.slice(0, 40)}' is not a decimal number`, { code: 'BAD_NUMBER' })
  const [, sign, whole, fraction = '', power = '0'] = match
  const size = BigInt(whole! + fraction)
  const digits = sign === '-' ? -size : size
  const decimals = fraction.length - Number(power)
  return decimals >= 0 ? { digits, decimals } : { digits: digits * 10n ** BigInt(-decimals), decimals: 0 }
}

/** The shortest decimal that names this double. Throws `BAD_NUMBER` for what isn't finite. */
export function exactOf(value: number): Exact {
  return exact(String(value))
}

function scaled(a: Exact, b: Exact): [bigint, bigint, number] {
  const decimals = Math.max(a.decimals, b.decimals)
  return [a.digits * 10n ** BigInt(decimals - a.decimals), b.digits * 10n ** BigInt(decimals - b.decimals), decimals]
}

export function plus(a: Exact, b: Exact): Exact {
  const [x, y, decimals] = scaled(a, b)
  return { digits: x + y, decimals }
}

export function minus(a: Exact, b: Exact): Exact {
  return plus(a, negated(b))
}

export function times(a: Exact, b: Exact): Exact {
  return { digits: a.digits * b.digits, decimals: a.decimals + b.decimals }
}

export function negated({ digits, decimals }: Exact): Exact {
  return { digits: -digits, decimals }
}

export function absolute(value: Exact): Exact {
  return value.digits < 0n ? negated(value) : value
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compared(a: Exact, b: Exact): number {
  const [x, y] = scaled(a, b)
  return x < y ? -1 : x > y ? 1 : 0
}

export function larger(a: Exact, b: Exact): Exact {
  return compared(a, b) >= 0 ? a : b
}

export function smaller(a: Exact, b: Exact): Exact {
  return compared(a, b) <= 0 ? a : b
}

/** −1, 0 or 1. */
export function signOf({ digits }: Exact): -1 | 0 | 1 {
  return digits < 0n ? -1 : digits > 0n ? 1 : 0
}

/** Decimal text without trailing zeros. */
export function exactText({ digits, decimals }: Exact): string {
  const size = (digits < 0n ? -digits : digits).toString().padStart(decimals + 1, '0')
  const whole = decimals === 0 ? size : size.slice(0, -decimals)
  const fraction = decimals === 0 ? '' : size.slice(-decimals).replace(/0+$/, '')
  return `${digits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
