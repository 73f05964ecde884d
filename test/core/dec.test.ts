import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Dec,
  decFromNumber,
  decToNumber,
  formatDec,
  MAX_SCALE,
  mulDiv,
  mulDivBig,
  parseDec,
  pow10,
  Rounding,
  rescale,
  roundToStep,
  toDec,
} from '../../engine/core/dec.ts'
import { codeOf } from './support.ts'

const SEED = { seed: 20190407, numRuns: 4_000 }
const MAX = Number.MAX_SAFE_INTEGER
const ROUNDINGS = Object.values(Rounding)
const { floor, ceil, trunc, away, halfEven, halfUp } = Rounding

/** Safe integers of every size, their sign, and the neighbours of powers of two and ten. */
const magnitude = fc.oneof(
  fc.nat(1000),
  fc.tuple(fc.integer({ min: 0, max: 52 }), fc.integer({ min: -2, max: 2 })).map(([e, d]) => Math.abs(2 ** e + d)),
  fc.tuple(fc.integer({ min: 0, max: 15 }), fc.integer({ min: -2, max: 2 })).map(([e, d]) => Math.abs(10 ** e + d)),
  fc.maxSafeNat(),
  fc.nat(1000).map((d) => MAX - d),
)
const signed = fc.tuple(magnitude, fc.boolean()).map(([n, minus]) => (minus ? -n : n))
const factor = fc.oneof(
  signed,
  fc.integer({ min: 0, max: 22 }).map((k) => pow10(k)),
)
const divisor = fc.oneof(
  magnitude.filter((n) => n > 0),
  fc.integer({ min: 0, max: 22 }).map((k) => pow10(k)),
)
const rounding = fc.constantFrom(...ROUNDINGS)

/** The value, or the code of the error instead. */
const outcome = (body: () => number): number | string => codeOf(body) ?? body()

describe('mulDiv', () => {
  it('equals its definition for every rounding and magnitude', () => {
    fc.assert(
      fc.property(signed, factor, divisor, rounding, (a, b, c, how) => {
        expect(outcome(() => mulDiv(a, b, c, how))).toBe(outcome(() => mulDivBig(a, b, c, how)))
      }),
      { ...SEED, numRuns: 12_000 },
    )
  })

  it('equals its definition where the quotient is a neighbour of an integer or of a tie', () => {
    // a·b = q·c + r with r around 0, c/2 and c: where an estimate by doubles is off by one.
    const near = fc.tuple(magnitude, magnitude, fc.integer({ min: 1, max: MAX }), fc.integer({ min: -2, max: 2 }))
    fc.assert(
      fc.property(near, fc.boolean(), rounding, ([a, b, q, shift], half, how) => {
        const product = BigInt(a) * BigInt(b)
        const c = Number((half ? (2n * product) / (2n * BigInt(q) + 1n) : product / BigInt(q)) + BigInt(shift))
        fc.pre(Number.isSafeInteger(c) && c > 0)
        expect(outcome(() => mulDiv(a, b, c, how))).toBe(outcome(() => mulDivBig(a, b, c, how)))
        expect(outcome(() => mulDiv(-a, b, c, how))).toBe(outcome(() => mulDivBig(-a, b, c, how)))
      }),
      { ...SEED, numRuns: 12_000 },
    )
  })

  it.each([
    [floor, [0, 1, 1, -1, -2, -2, 1]],
    [ceil, [1, 2, 2, 0, -1, -1, 2]],
    [trunc, [0, 1, 1, 0, -1, -1, 1]],
    [away, [1, 2, 2, -1, -2, -2, 2]],
    [halfEven, [0, 2, 2, 0, -2, -2, 1]],
    [halfUp, [1, 2, 2, -1, -2, -2, 1]],
  ])('rounding %i: 1/2, 3/2, 7/4, -1/2, -3/2, -7/4, 5/4', (how, expected) => {
    const quarters = [2, 6, 7, -2, -6, -7, 5]
    expect(quarters.map((n) => mulDiv(n, 1, 4, how))).toEqual(expected)
    // The same quotients from products beyond 2^53, and by the definition.
    const large = 4_000_000_000_000_003
    expect(
      quarters.map(
        (n) => mulDiv(n * 1_000_003, large * 2, 8_000_024, how) === mulDivBig(n * 1_000_003, large * 2, 8_000_024, how),
      ),
    ).toEqual(quarters.map(() => true))
    expect(quarters.map((n) => mulDivBig(n, 1, 4, how))).toEqual(expected)
  })

  it('refuses a quotient beyond 2^53 - 1, and takes the largest', () => {
    expect(mulDiv(MAX, MAX, MAX, floor)).toBe(MAX)
    expect(mulDiv(-MAX, 7, 7, floor)).toBe(-MAX)
    expect(codeOf(() => mulDiv(MAX, 2, 1, floor))).toBe('DEC_OVERFLOW')
    expect(codeOf(() => mulDiv(MAX, MAX, 1, floor))).toBe('DEC_OVERFLOW')
    expect(codeOf(() => mulDiv(MAX, 3, 3 - 1, floor))).toBe('DEC_OVERFLOW')
    // 2·MAX + 1 halves to MAX + 0.5: rounding up is what doesn't fit.
    expect(mulDiv(MAX, 2 ** 40, 2 ** 40, ceil)).toBe(MAX)
    expect(codeOf(() => mulDiv(6004799503160661, 3, 2, ceil))).toBe('DEC_OVERFLOW')
    expect(mulDiv(6004799503160661, 3, 2, floor)).toBe(MAX)
  })
})

describe('doubles', () => {
  /** The double's shortest text as an exact fraction: digits / 10^scale. */
  function exactText(value: number): { digits: bigint; scale: number } {
    const [mantissa, exponent] = value.toExponential().split('e') as [string, string]
    const fraction = mantissa.split('.')[1] ?? ''
    const scale = fraction.length - Number(exponent)
    const digits = BigInt(mantissa.replace('.', ''))
    return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 }
  }

  function naive(value: number, k: number, how: Rounding): number | string {
    const { digits, scale } = exactText(value)
    const top = (digits < 0n ? -digits : digits) * 10n ** BigInt(k)
    const bottom = 10n ** BigInt(scale)
    const whole = top / bottom
    const twice = 2n * (top % bottom)
    const minus = digits < 0n
    const up =
      twice !== 0n &&
      ((how === floor && minus) ||
        (how === ceil && !minus) ||
        how === away ||
        (how === halfUp && twice >= bottom) ||
        (how === halfEven && (twice > bottom || (twice === bottom && whole % 2n === 1n))))
    const units = up ? whole + 1n : whole
    if (units > BigInt(MAX)) return 'DEC_OVERFLOW'
    return Number(minus ? -units : units) + 0
  }

  const decimalDouble = fc.tuple(signed, fc.integer({ min: 0, max: 18 })).map(([n, k]) => Number(`${n}e${-k}`))
  const anyDouble = fc.oneof(decimalDouble, fc.double({ noNaN: true, noDefaultInfinity: true }))

  it('decFromNumber rounds the shortest decimal text, whatever the rounding', () => {
    fc.assert(
      fc.property(anyDouble, fc.integer({ min: 0, max: 22 }), rounding, (value, k, how) => {
        expect(outcome(() => decFromNumber(value, k, how))).toBe(naive(value, k, how))
      }),
      { ...SEED, numRuns: 12_000 },
    )
  })

  it('takes ties from the decimal, not from the binary expansion', () => {
    expect(decFromNumber(1.005, 2)).toBe(101)
    expect(decFromNumber(-1.005, 2)).toBe(-101)
    expect(decFromNumber(1.005, 2, halfEven)).toBe(100)
    expect(decFromNumber(2.5, 0, halfEven)).toBe(2)
    expect(decFromNumber(-0.5, 0)).toBe(mulDiv(-1, 1, 2, halfUp))
    for (const how of ROUNDINGS) expect(decFromNumber(0.29, 2, how)).toBe(29)
    // Sixteen digits, where neighbouring decimals share a double.
    expect(decFromNumber(8.3, 15)).toBe(8_300_000_000_000_000)
  })

  it('takes what is one double beside a decimal as more or less than it', () => {
    const above = 0.1 + 0.2
    expect([floor, ceil, halfUp].map((how) => decFromNumber(above, 1, how))).toEqual([3, 4, 3])
    const below = 0.3 - 2 ** -54
    expect([floor, ceil, halfUp].map((how) => decFromNumber(below, 1, how))).toEqual([2, 3, 3])
  })

  it('refuses what is not finite or does not fit', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e16, 1e300]) {
      expect(codeOf(() => decFromNumber(value, 0))).toBe('DEC_OVERFLOW')
    }
    expect(codeOf(() => decFromNumber(1, 23))).toBe('DEC_SCALE')
  })

  it('decToNumber is what parsing the text gives', () => {
    fc.assert(
      fc.property(signed, fc.integer({ min: 0, max: 22 }), (units, k) => {
        expect(decToNumber(toDec(units), k)).toBe(Number(formatDec(toDec(units), k)))
      }),
      SEED,
    )
  })

  it('goes there and back while 15 digits hold the amount', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e15 + 1, max: 1e15 - 1 }),
        fc.integer({ min: 0, max: 15 }),
        rounding,
        (n, k, how) => {
          expect(decFromNumber(decToNumber(toDec(n), k), k, how)).toBe(n)
        },
      ),
      SEED,
    )
  })
})

describe('texts', () => {
  it('formatDec and parseDec are inverse', () => {
    fc.assert(
      fc.property(signed, fc.integer({ min: 0, max: 22 }), (n, k) => {
        const text = formatDec(toDec(n), k)
        expect(parseDec(text, k)).toBe(toDec(n))
        expect(text).toMatch(/^-?(0|[1-9]\d*)(\.\d*[1-9])?$/)
      }),
      SEED,
    )
  })

  it.each([
    ['12.5', 2, 1250],
    [' +0.10 ', 1, 1],
    ['-0', 3, 0],
    ['-0.000', 2, 0],
    ['007', 0, 7],
    ['90071992547409.91', 2, MAX],
  ])('%s at scale %i is %i', (text, k, units) => {
    expect(parseDec(text, k)).toBe(units)
  })

  it.each([
    ['', 2, 'DEC_SYNTAX'],
    ['.5', 2, 'DEC_SYNTAX'],
    ['1.', 2, 'DEC_SYNTAX'],
    ['1e5', 2, 'DEC_SYNTAX'],
    ['1,5', 2, 'DEC_SYNTAX'],
    ['--1', 2, 'DEC_SYNTAX'],
    ['NaN', 2, 'DEC_SYNTAX'],
    ['0.001', 2, 'DEC_PRECISION'],
    ['90071992547409.92', 2, 'DEC_OVERFLOW'],
    ['9007199254740993', 0, 'DEC_OVERFLOW'],
    ['9'.repeat(400), 0, 'DEC_OVERFLOW'],
  ])('%s is refused', (text, k, code) => {
    expect(codeOf(() => parseDec(text, k))).toBe(code)
  })
})

describe('scales and steps', () => {
  it('rescale up is exact or refused, down rounds as named, and there and back is nothing', () => {
    const scale = fc.integer({ min: 0, max: MAX_SCALE })
    fc.assert(
      fc.property(signed, scale, scale, rounding, (n, from, to, how) => {
        const other = outcome(() => rescale(toDec(n), from, to, how))
        const exact = BigInt(n) * 10n ** BigInt(Math.max(0, to - from))
        if (to >= from)
          expect(other).toBe(exact >= -BigInt(MAX) && exact <= BigInt(MAX) ? Number(exact) : 'DEC_OVERFLOW')
        else expect(other).toBe(mulDivBig(n, 1, pow10(from - to), how))
        if (to >= from && typeof other === 'number') expect(rescale(other as Dec, to, from, how)).toBe(toDec(n))
      }),
      SEED,
    )
  })

  it('roundToStep gives a multiple, on the side that was asked for, less than a step away', () => {
    const amount = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
    fc.assert(
      fc.property(amount, fc.integer({ min: 1, max: 1e9 }), rounding, (n, step, how) => {
        const rounded = roundToStep(toDec(n), toDec(step), how)
        expect(Math.abs(rounded % step)).toBe(0)
        expect(Math.abs(rounded - n)).toBeLessThan(step)
        if (how === floor) expect(rounded).toBeLessThanOrEqual(n)
        if (how === ceil) expect(rounded).toBeGreaterThanOrEqual(n)
        if (how === trunc) expect(Math.abs(rounded)).toBeLessThanOrEqual(Math.abs(n))
        if (how === away) expect(Math.abs(rounded)).toBeGreaterThanOrEqual(Math.abs(n))
        if (how === halfEven || how === halfUp) expect(2 * Math.abs(rounded - n)).toBeLessThanOrEqual(step)
      }),
      SEED,
    )
    expect(codeOf(() => roundToStep(toDec(MAX), toDec(1e9), ceil))).toBe('DEC_OVERFLOW')
    expect(roundToStep(toDec(123), toDec(0), floor)).toBe(123)
  })
})

it('no operation gives a negative zero', () => {
  const zeros = [
    toDec(-0),
    mulDiv(-1, 0, 7, floor),
    mulDiv(-1, 1, 7, ceil),
    mulDiv(-1, 2 ** 50, 2 ** 52, ceil),
    mulDivBig(-1, 1, 7, trunc),
    decFromNumber(-0, 3),
    decFromNumber(-0.2, 0),
    decFromNumber(-1e-300, 22, trunc),
    parseDec('-0.0', 4),
    rescale(toDec(-4), 1, 0, halfUp),
    roundToStep(toDec(-4), toDec(10), ceil),
  ]
  for (const zero of zeros) expect(Object.is(zero, 0)).toBe(true)
})

it.each([Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53, -(2 ** 53)])('%f is no Dec', (units) => {
  expect(codeOf(() => toDec(units))).toBe('DEC_OVERFLOW')
})
