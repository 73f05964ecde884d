import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pow10, Rounding, toDec } from '../../engine/core/dec.ts'
import { chooseUnits, FREE_RULEBOOK, notional, priceUnits, quantityFor } from '../../engine/core/instrument.ts'
import { codeOf, instrumentOf } from './support.ts'

const SEED = { seed: 20190407, numRuns: 4_000 }

/** Positive numbers over many magnitudes, as prices and accounts come. */
const across = (from: number, to: number) =>
  fc
    .tuple(fc.integer({ min: 1000, max: 9999 }), fc.integer({ min: from, max: to }))
    .map(([n, e]) => Number(`${n}e${e - 3}`))

/** Any account on any market: lowest price, highest over lowest, equity, leverage. */
const market = fc
  .tuple(across(-8, 8), fc.oneof(fc.constant(1), across(0, 3)), across(-2, 6), fc.integer({ min: 1, max: 10 }))
  .map(([minPrice, ratio, equity, leverage]) => ({ minPrice, maxPrice: minPrice * ratio, equity, leverage }))

describe('chooseUnits', () => {
  it('leaves room for 64 times the highest price, 1000 times the account, and what that buys', () => {
    fc.assert(
      fc.property(market, (input) => {
        const power = input.equity * input.leverage
        // Where whole units of base don't leave 1000 times the start: its own test below.
        fc.pre((power * 1000) / input.minPrice < 2 ** 53 - 1)
        const { pxDec, qtyDec, quoteDec } = chooseUnits(input)
        const instrument = instrumentOf({ pxDec, qtyDec, quoteDec })
        expect(input.maxPrice * 64 * pow10(pxDec)).toBeLessThan(2 ** 53)
        const largest = toDec(Math.floor(power * 1000 * pow10(quoteDec)))
        for (const price of [input.minPrice, input.maxPrice, input.maxPrice * 64]) {
          const units = priceUnits(instrument, price)
          const quantity = quantityFor(instrument, largest, units, Rounding.floor)
          expect(notional(instrument, units, quantity, Rounding.halfEven)).toBeLessThanOrEqual(largest)
        }
        const shift = pxDec + qtyDec - quoteDec
        expect(shift).toBeGreaterThanOrEqual(0)
        expect(shift).toBeLessThanOrEqual(22)
      }),
      SEED,
    )
  })

  it('keeps rounding below 1e-9 of a trade of the whole account while prices stay within a hundredfold', () => {
    fc.assert(
      fc.property(market, ({ minPrice, equity }) => {
        fc.pre(equity >= 1 && equity / minPrice <= 1e9 && minPrice / equity <= 1e4)
        const maxPrice = minPrice * 100
        const { pxDec, qtyDec, quoteDec } = chooseUnits({ minPrice, maxPrice, equity, leverage: 1 })
        expect((maxPrice * 0.5) / pow10(qtyDec)).toBeLessThan(1e-9 * equity)
        expect(0.5 / pow10(quoteDec)).toBeLessThan(1e-9 * equity)
        // A price below 1e-6 is rounded at its fifteenth decimal.
        if (minPrice >= 1e-6) expect(0.5 / pow10(pxDec)).toBeLessThan(1e-9 * maxPrice)
      }),
      SEED,
    )
  })

  it('chooses as documented for known markets', () => {
    const units = (minPrice: number, maxPrice: number, equity: number, leverage = 1) => {
      const { pxDec, qtyDec, quoteDec } = chooseUnits({ minPrice, maxPrice, equity, leverage })
      return [pxDec, qtyDec, quoteDec]
    }
    expect(units(3_000, 69_000, 10_000)).toEqual([9, 12, 8])
    expect(units(3_000, 69_000, 20)).toEqual([9, 15, 10])
    expect(units(1e-6, 9e-5, 1e4)).toEqual([15, 2, 8])
    // Borrowed money passes through cash: ten times the account needs one decimal more of room.
    expect(units(3_000, 69_000, 10_000, 10)).toEqual([9, 11, 7])
  })

  it('lets an account on a very cheap base have less room rather than none', () => {
    // 1000 × 1e6 / 2e-8 units don't fit below 2^53, 1e6 / 2e-8 do.
    expect(chooseUnits({ minPrice: 2e-8, maxPrice: 1e-6, equity: 1e6, leverage: 1 }).qtyDec).toBe(0)
  })

  it.each([
    ['an account beyond 2^53 / 1000', { minPrice: 1, maxPrice: 1, equity: 1e13, leverage: 1 }, 'DEC_OVERFLOW'],
    ['borrowed money beyond it', { minPrice: 1, maxPrice: 1, equity: 1e12, leverage: 10 }, 'DEC_OVERFLOW'],
    ['a quantity that does not fit', { minPrice: 1e-11, maxPrice: 1, equity: 1e6, leverage: 1 }, 'DEC_OVERFLOW'],
    ['a price that does not fit', { minPrice: 1, maxPrice: 2e14, equity: 1, leverage: 1 }, 'DEC_OVERFLOW'],
    [
      'prices too far apart for one scale',
      { minPrice: 1e-8, maxPrice: 1e11, equity: 1e4, leverage: 1 },
      'DEC_OVERFLOW',
    ],
    ['a price of zero', { minPrice: 0, maxPrice: 1, equity: 1, leverage: 1 }, 'BAD_PRICE'],
    ['no price at all', { minPrice: Number.NaN, maxPrice: 0, equity: 1, leverage: 1 }, 'BAD_PRICE'],
  ])('refuses %s', (_, input, code) => {
    expect(codeOf(() => chooseUnits(input))).toBe(code)
  })
})

describe('price × quantity', () => {
  const scales = fc
    .record({ pxDec: fc.nat(12), qtyDec: fc.nat(10), quoteDec: fc.nat(10) })
    .filter(({ pxDec, qtyDec, quoteDec }) => pxDec + qtyDec >= quoteDec)
    .map(instrumentOf)
  const amount = fc.oneof(fc.nat(1000), fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 2 ** 50 }))
  const price = amount.map((n) => toDec(n + 1))

  it('quantityFor × price never exceeds the amount, and one unit more would', () => {
    fc.assert(
      fc.property(scales, amount, price, (instrument, quote, px) => {
        const shift = 10n ** BigInt(instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
        fc.pre((BigInt(quote) * shift) / BigInt(px) < 2n ** 53n)
        const quantity = quantityFor(instrument, toDec(quote), px, Rounding.floor)
        expect(BigInt(quantity) * BigInt(px) <= BigInt(quote) * shift).toBe(true)
        expect(BigInt(quantity + 1) * BigInt(px) > BigInt(quote) * shift).toBe(true)
        for (const how of [Rounding.floor, Rounding.halfEven, Rounding.ceil]) {
          expect(notional(instrument, px, quantity, how)).toBeLessThanOrEqual(quote)
        }
      }),
      SEED,
    )
  })

  it('a value buys its quantity back, less than a unit of value short', () => {
    fc.assert(
      fc.property(scales, amount, price, (instrument, quantity, px) => {
        const shift = 10n ** BigInt(instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
        fc.pre((BigInt(quantity) * BigInt(px)) / shift < 2n ** 53n - 1n)
        const value = notional(instrument, px, toDec(quantity), Rounding.ceil)
        fc.pre((BigInt(value) * shift) / BigInt(px) < 2n ** 53n - 1n)
        const back = quantityFor(instrument, value, px, Rounding.floor)
        expect(back).toBeGreaterThanOrEqual(quantity)
        expect(BigInt(back - quantity) * BigInt(px) < shift).toBe(true)
        expect(
          quantityFor(instrument, notional(instrument, px, toDec(quantity), Rounding.floor), px, Rounding.floor),
        ).toBeLessThanOrEqual(quantity)
      }),
      SEED,
    )
  })

  it('values a short as less than nothing, with the rounding of its sign', () => {
    const instrument = instrumentOf({ pxDec: 2, qtyDec: 2, quoteDec: 2 })
    expect(notional(instrument, toDec(150), toDec(-1), Rounding.floor)).toBe(-2)
    expect(notional(instrument, toDec(150), toDec(-1), Rounding.ceil)).toBe(-1)
    expect(notional(instrument, toDec(150), toDec(-3), Rounding.halfEven)).toBe(-4)
  })

  it('the worked example: 2.717 at 150.00 buys 0.01811333 for 2.7169995', () => {
    const sol = instrumentOf({ pxDec: 2, qtyDec: 8, quoteDec: 8 })
    const quantity = quantityFor(sol, toDec(271_700_000), toDec(15_000), Rounding.floor)
    expect(quantity).toBe(1_811_333)
    expect(notional(sol, toDec(15_000), quantity, Rounding.halfEven)).toBe(271_699_950)
  })

  it('buys nothing at a price of zero, and refuses scales whose shift is out of range', () => {
    expect(quantityFor(instrumentOf(), toDec(5), toDec(0), Rounding.floor)).toBe(0)
    const upsideDown = instrumentOf({ pxDec: 0, qtyDec: 0, quoteDec: 2 })
    expect(codeOf(() => notional(upsideDown, toDec(1), toDec(1), Rounding.floor))).toBe('DEC_SCALE')
  })
})

it('priceUnits names the decimal price exactly, and refuses a missing one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 47 }), fc.nat(12), (units, pxDec) => {
      expect(priceUnits(instrumentOf({ pxDec }), units / pow10(pxDec))).toBe(units)
    }),
    SEED,
  )
  expect(codeOf(() => priceUnits(instrumentOf(), Number.NaN))).toBe('DEC_OVERFLOW')
})

it('the free rulebook demands nothing', () => {
  expect(FREE_RULEBOOK).toMatchObject({ tick: 1, step: 1, minQty: 0, minCost: 0, minBuyCost: 0 })
})
