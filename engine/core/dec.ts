/**
 * `Dec`: an exact decimal as a safe integer in units of 10^-k. The scale k isn't in the value; it belongs to the
 * instrument or currency (see instrument.ts). Sums are plain integer sums; products and quotients go through `mulDiv`,
 * which is exact for every input and rounds once, as named.
 */

import { TandemError } from './errors.ts'

declare const decBrand: unique symbol
export type Dec = number & { readonly [decBrand]: true }

/** Decs in one block, a slot each: a write allocates nothing. */
export type DecArray = Float64Array & { [index: number]: Dec }

export function decArray(length: number): DecArray {
  return new Float64Array(length) as DecArray
}

/**
 * How an exact quotient becomes an integer. `trunc` is toward zero, `away` away from it; `halfUp` and `halfEven` round to
 * the nearest, a tie away from zero or to the even one.
 */
export const Rounding = { floor: 0, ceil: 1, trunc: 2, away: 3, halfEven: 4, halfUp: 5 } as const
export type Rounding = (typeof Rounding)[keyof typeof Rounding]

export const ZERO = 0 as Dec
/** Powers of ten that are exact as doubles. */
export const POW10 = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`))
/** Largest scale of a Dec. */
export const MAX_SCALE = 15

/** 10^k as a double, exact for 0 ≤ k ≤ 22. */
export function pow10(k: number): number {
  const power = POW10[k]
  return power === undefined ? badScale(k) : power
}

function badScale(k: number): never {
  throw new TandemError(`scale ${k} is outside 0..22`, { code: 'DEC_SCALE' })
}

/** The value as a Dec; throws `DEC_OVERFLOW` beyond 2^53 - 1 or for a non-integer. */
export function toDec(units: number): Dec {
  if (!Number.isSafeInteger(units)) overflow(units)
  return (units + 0) as Dec // + 0 turns -0 into 0
}

/** Apart from `toDec`, which is so short that it is compiled into its callers. */
function overflow(units: number): never {
  throw new TandemError(`the amount ${units} does not fit an exact decimal`, {
    code: 'DEC_OVERFLOW',
    hint: 'a smaller account or fewer decimals would fit',
  })
}

/** The double nearest to `units / 10^k`: one correctly rounded division, as parsing the decimal text gives. */
export function decToNumber(units: Dec, k: number): number {
  return units / pow10(k)
}

/** Below this, units and the tie between two of them have at most 15 digits, which name a double of their own. */
const DISTINCT = 1e14

/**
 * A double as a Dec of scale k. The double stands for the shortest decimal that names it, so 0.29 at scale 2 is 29 and
 * 1.005 is a tie there, whatever its binary expansion. Throws `DEC_OVERFLOW` for what isn't finite or doesn't fit.
 */
export function decFromNumber(value: number, k: number, rounding: Rounding = Rounding.halfUp): Dec {
  const scale = pow10(k)
  if (!Number.isFinite(value)) return toDec(value)
  const size = Math.abs(value)
  let units = Math.floor(size * scale)
  if (units >= DISTINCT || k + 1 >= POW10.length) return decFromText(size, k, value < 0, rounding)
  // Decimals of up to 15 digits compare as their doubles do.
  if (units / scale > size) units -= 1
  else if ((units + 1) / scale <= size) units += 1
  const tie = (units * 10 + 5) / pow10(k + 1)
  const quarters = units / scale === size ? 0 : size < tie ? 1 : size === tie ? 2 : 3
  return finish(units, quarters, 4, value < 0, rounding)
}

function bigPow10(k: number): bigint {
  return BigInt(`1${'0'.repeat(k)}`)
}

/** `decFromNumber` by the digits of the double's shortest text, for sizes that doubles don't tell apart. */
function decFromText(size: number, k: number, negative: boolean, rounding: Rounding): Dec {
  const [mantissa, exponent] = size.toExponential().split('e') as [string, string]
  const digits = BigInt(mantissa.replace('.', ''))
  const shift = Number(exponent) - Math.max(0, mantissa.length - 2) + k
  if (shift >= 0) return finishBig(digits * bigPow10(shift), 1n, negative, rounding)
  return finishBig(digits, bigPow10(-shift), negative, rounding)
}

/** Exact value of a decimal text such as `-12.5` at scale k. More decimals than k are refused (`DEC_PRECISION`). */
export function parseDec(text: string, k: number): Dec {
  const match = /^([+-]?)(\d+)(?:\.(\d+))?$/.exec(text.trim())
  if (match === null) throw new TandemError(`'${text}' is not a decimal number`, { code: 'DEC_SYNTAX' })
  const fraction = (match[3] ?? '').replace(/0+$/, '')
  if (fraction.length > k) {
    throw new TandemError(`'${text}' has more than ${k} decimals`, { code: 'DEC_PRECISION' })
  }
  const digits = BigInt(match[2]! + fraction.padEnd(k, '0'))
  return toDec(Number(match[1] === '-' ? -digits : digits))
}

/** Exact decimal text, trailing zeros dropped: 1250 at scale 2 is `12.5`. */
export function formatDec(units: Dec, k: number): string {
  const digits = Math.abs(units)
    .toString()
    .padStart(k + 1, '0')
  const fraction = k === 0 ? '' : digits.slice(-k).replace(/0+$/, '')
  const whole = k === 0 ? digits : digits.slice(0, -k)
  return `${units < 0 ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
}

const SPLITTER = 134217729 // 2^27 + 1: Veltkamp's constant for 53-bit doubles
const EXACT = 9007199254740992 // 2^53
const HALF_EXACT = 4503599627370496 // 2^52

/** Bound of the relative error of fl(fl(a·b) / c), with room to spare: two roundings of 2^-53 each. */
const QUOTIENT_ERROR = 4.440892098500626e-16 // 2^-51

/**
 * a × b / c, exact, rounded once. Safe integers or powers of ten; c > 0; none beyond 1e22. Throws `DEC_OVERFLOW` when the
 * quotient isn't a safe integer.
 *
 * The quotient in doubles lies so near the true one that it decides the rounding whenever it isn't next to a whole
 * number or a half; only then the exact ways are taken. All give the same integer, which the tests hold them to.
 *
 * The roundings of an order's way have functions of their own, short enough to be compiled into their callers: a
 * double that crosses a call costs an allocation.
 */
export function mulDiv(a: number, b: number, c: number, rounding: Rounding): Dec {
  if (rounding === Rounding.floor) return mulDivFloor(a, b, c)
  if (rounding === Rounding.ceil) return mulDivCeil(a, b, c)
  if (rounding === Rounding.halfEven || rounding === Rounding.halfUp) return mulDivNear(a, b, c, rounding)
  return mulDivExact(a, b, c, rounding)
}

/** `mulDiv` rounded down. */
export function mulDivFloor(a: number, b: number, c: number): Dec {
  const quotient = (a * b) / c
  const whole = Math.floor(quotient)
  const part = quotient - whole
  const error = Math.abs(quotient) * QUOTIENT_ERROR
  // Also false for NaN, and for quotients so large that nothing is certain.
  return part > error && part < 1 - error ? (whole as Dec) : mulDivExact(a, b, c, 0)
}

/** `mulDiv` rounded up. */
export function mulDivCeil(a: number, b: number, c: number): Dec {
  const quotient = (a * b) / c
  const whole = Math.floor(quotient)
  const part = quotient - whole
  const error = Math.abs(quotient) * QUOTIENT_ERROR
  return part > error && part < 1 - error ? ((whole + 1 + 0) as Dec) : mulDivExact(a, b, c, 1)
}

/** `mulDiv` rounded to the nearest; `rounding`, halfEven or halfUp, says where a tie goes. */
export function mulDivNear(a: number, b: number, c: number, rounding: Rounding): Dec {
  const quotient = (a * b) / c
  const whole = Math.floor(quotient)
  const off = quotient - whole - 0.5
  // Not next to a half: then the true quotient lies on the same side of each. Next to a whole number it may be on either
  // side of that, but either way that is the nearest.
  if (Math.abs(off) > Math.abs(quotient) * QUOTIENT_ERROR) return ((off < 0 ? whole : whole + 1) + 0) as Dec
  return mulDivExact(a, b, c, rounding)
}

/**
 * `mulDiv` for quotients that doubles don't decide. Products beyond 2^53 go through Dekker's error-free
 * multiplication (Dekker 1971), with bigint as the fallback where even that could round.
 */
function mulDivExact(a: number, b: number, c: number, rounding: Rounding): Dec {
  if (b === c) return toDec(a)
  const x = Math.abs(a)
  const y = Math.abs(b)
  const product = x * y
  if (product < EXACT && c <= EXACT) {
    // Below 2^53 a quotient just short of an integer is further from it than its rounding: the floor is exact.
    const quotient = Math.floor(product / c)
    const rest = product - quotient * c
    return finish(quotient, rest, c, a < 0 !== b < 0, rounding)
  }
  const estimate = Math.floor(product / c)
  if (c >= HALF_EXACT || estimate >= HALF_EXACT) return mulDivBig(a, b, c, rounding)
  // rest = x·y − estimate·c, exactly: both products as unevaluated sums high + low.
  const back = estimate * c
  let rest = product - back + (productError(x, y, product) - productError(estimate, c, back))
  let quotient = estimate
  while (rest < 0) {
    quotient -= 1
    rest += c
  }
  while (rest >= c) {
    quotient += 1
    rest -= c
  }
  return finish(quotient, rest, c, a < 0 !== b < 0, rounding)
}

/** x·y − fl(x·y), exactly. */
function productError(x: number, y: number, product: number): number {
  const tx = SPLITTER * x
  const xHigh = tx - (tx - x)
  const xLow = x - xHigh
  const ty = SPLITTER * y
  const yHigh = ty - (ty - y)
  const yLow = y - yHigh
  return xHigh * yHigh - product + xHigh * yLow + xLow * yHigh + xLow * yLow
}

/** |quotient| and rest of a truncated division, with the sign and the rounding applied. */
function finish(quotient: number, rest: number, c: number, negative: boolean, rounding: Rounding): Dec {
  let up = false
  if (rest !== 0) {
    if (rounding === Rounding.floor) up = negative
    else if (rounding === Rounding.ceil) up = !negative
    else if (rounding === Rounding.away) up = true
    else if (rounding === Rounding.halfUp) up = rest >= c - rest
    else if (rounding === Rounding.halfEven) up = rest > c - rest || (rest === c - rest && quotient % 2 === 1)
  }
  const magnitude = up ? quotient + 1 : quotient
  return toDec(negative ? -magnitude : magnitude)
}

/** `mulDiv` by bigint: the definition the fast ways are tested against, and their fallback. */
export function mulDivBig(a: number, b: number, c: number, rounding: Rounding): Dec {
  return finishBig(BigInt(Math.abs(a)) * BigInt(Math.abs(b)), BigInt(c), a < 0 !== b < 0, rounding)
}

function finishBig(product: bigint, divisor: bigint, negative: boolean, rounding: Rounding): Dec {
  const quotient = product / divisor
  const rest = product % divisor
  let up = false
  if (rest !== 0n) {
    if (rounding === Rounding.floor) up = negative
    else if (rounding === Rounding.ceil) up = !negative
    else if (rounding === Rounding.away) up = true
    else if (rounding === Rounding.halfUp) up = 2n * rest >= divisor
    else if (rounding === Rounding.halfEven) up = 2n * rest > divisor || (2n * rest === divisor && quotient % 2n === 1n)
  }
  const magnitude = up ? quotient + 1n : quotient
  return toDec(Number(negative ? -magnitude : magnitude))
}

/** The amount at another scale. */
export function rescale(units: Dec, from: number, to: number, rounding: Rounding): Dec {
  if (from === to) return units
  if (to > from) return toDec(units * pow10(to - from))
  return mulDiv(units, 1, pow10(from - to), rounding)
}

/** The largest multiple of `step` that is ≤ `units` (`floor`) or the smallest that is ≥ it (`ceil`), and so on. */
export function roundToStep(units: Dec, step: Dec, rounding: Rounding): Dec {
  if (step <= 1) return units
  return toDec(mulDiv(units, 1, step, rounding) * step)
}
