import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decToNumber, formatDec, mulDiv, Rounding, toDec } from '../../engine/core/dec.ts'
import { Side } from '../../engine/core/order.ts'
import {
  feeOn,
  fillValue,
  flatFees,
  quantityForQuote,
  RATE_ONE,
  rateUnits,
  spreadModel,
  takerPrice,
} from '../../engine/sim/costs.ts'
import { instrumentOf } from '../core/support.ts'

const SEED = { seed: 20190407, numRuns: 5_000 }
/** Money and prices with 8 decimals. */
const SPOT = instrumentOf({ pxDec: 8, qtyDec: 8, quoteDec: 8 })
const money = (amount: number) => toDec(Math.round(amount * 1e8))
const text = (units: number) => formatDec(toDec(units), 8)

describe('fees', () => {
  it('0.26 % of 20.00 is 0.052', () => {
    expect(text(feeOn(money(20), rateUnits(0.0026)))).toBe('0.052')
  })

  it.each([
    [0.0026, 2_600_000_000],
    [0.0045, 4_500_000_000],
    [0.00045, 450_000_000],
    [-0.0001, -100_000_000],
    [0, 0],
    [0.1 + 0.2, 300_000_000_000],
  ])('a rate of %f is %i units of 1e-12', (rate, units) => {
    expect(rateUnits(rate)).toBe(units)
  })

  it('round half up, a rebate likewise by its size', () => {
    const half = rateUnits(0.5)
    expect([1, 2, 3].map((value) => feeOn(toDec(value), half))).toEqual([1, 1, 2])
    expect([1, 2, 3].map((value) => feeOn(toDec(value), rateUnits(-0.5)))).toEqual([-1, -1, -2])
  })

  it('flat fees tell maker from taker, whatever the instrument, time and volume', () => {
    const fees = flatFees(0.001, 0.002)
    fees.filled(0, 0, 1e9)
    expect([fees.rate(0, 0, true), fees.rate(3, 1e12, false)]).toEqual([1e9, 2e9])
  })
})

describe('the promise against the fees (20.00 in, +2 % or -1 % out)', () => {
  /** What a trade nets with a taker fee on both sides, in exact text. */
  function net(rate: number, exitPrice: number): number {
    const units = rateUnits(rate)
    const quantity = toDec(1e8)
    const bought = fillValue(SPOT, money(20), quantity)
    const sold = fillValue(SPOT, money(exitPrice), quantity)
    return sold - bought - feeOn(bought, units) - feeOn(sold, units)
  }

  it.each([
    [0, '0.4', '-0.2', '0.8', 0.333, '0.32'],
    [0.0026, '0.29496', '-0.30348', '-0.03408', 0.507, '-0.512832'],
    [0.004, '0.2384', '-0.3592', '-0.4832', 0.601, '-0.96128'],
    [0.006, '0.1576', '-0.4388', '-1.1248', 0.736, '-1.60192'],
  ])(
    'at %f: win %s, loss %s, a day at 50 %% %s, break-even %f, a day at 40 %% %s',
    (rate, win, loss, half, breakEven, forty) => {
      const [won, lost] = [net(rate, 20.4), net(rate, 19.8)]
      expect([text(won), text(lost)]).toEqual([win, loss])
      expect(text(4 * won + 4 * lost)).toBe(half)
      expect(text((32 * won + 48 * lost) / 10)).toBe(forty)
      expect(-lost / (won - lost)).toBeCloseTo(breakEven, 3)
    },
  )

  it.each([
    [0, 3.143614],
    [0.0026, 2.992389],
    [0.004, 2.913702],
  ])('2.86 after ten trades of 95 %% at +1 %%, at %f: %f', (rate, promised) => {
    const units = rateUnits(rate)
    let cash = money(2.86)
    for (let trade = 0; trade < 10; trade++) {
      const bought = mulDiv(cash, 95, 100, Rounding.halfEven)
      const sold = mulDiv(bought, 101, 100, Rounding.halfEven)
      cash = toDec(cash - bought - feeOn(bought, units) + sold - feeOn(sold, units))
    }
    expect(decToNumber(cash, 8)).toBeCloseTo(promised, 6)
  })
})

describe('a taker’s price', () => {
  it('moves against him by half the spread and the slippage', () => {
    const model = spreadModel(10, 3)
    expect(takerPrice(model, money(100), Side.buy)).toEqual({
      price: money(100.08),
      spread: money(0.05),
      slippage: money(0.03),
    })
    expect(takerPrice(model, money(100), Side.sell)).toEqual({
      price: money(99.92),
      spread: money(0.05),
      slippage: money(0.03),
    })
  })

  it('is the market’s where there is neither', () => {
    const free = { price: 12_345, spread: 0, slippage: 0 }
    expect(takerPrice(spreadModel(0, 0), toDec(12_345), Side.sell)).toEqual(free)
  })

  it('adds up, never favours him, is off by less than a unit a part, and is never below zero', () => {
    const bps = fc.oneof(
      fc.constant(0),
      fc.integer({ min: 1, max: 500 }).map((n) => n / 10),
      fc.constant(15_000),
    )
    fc.assert(
      fc.property(
        bps,
        bps,
        fc.oneof(fc.nat(20), fc.nat(2 ** 30)),
        fc.constantFrom(1, -1),
        (spreadBps, slippageBps, base, side) => {
          const taken = takerPrice(spreadModel(spreadBps, slippageBps), toDec(base), side)
          expect(taken.price).toBe(base + side * (taken.spread + taken.slippage))
          expect(taken.price).toBeGreaterThanOrEqual(0)
          expect(Math.min(taken.spread, taken.slippage)).toBeGreaterThanOrEqual(0)
          const exact = [(base * spreadBps) / 2e4, (base * slippageBps) / 1e4] as const
          if (side === Side.sell && exact[0] + exact[1] > base - 2) return
          expect(taken.spread).toBeGreaterThanOrEqual(exact[0] - 1e-4)
          expect(taken.spread).toBeLessThan(exact[0] + 1)
          expect(taken.slippage).toBeGreaterThanOrEqual(exact[1] - 1e-4)
          expect(taken.slippage).toBeLessThan(exact[1] + 1)
        },
      ),
      SEED,
    )
  })

  it('a sale at a price of one unit brings nothing rather than less', () => {
    expect(takerPrice(spreadModel(10, 3), toDec(1), Side.sell)).toEqual({ price: 0, spread: 1, slippage: 0 })
    expect(takerPrice(spreadModel(50_000, 3), toDec(100), Side.sell).price).toBe(0)
  })
})

describe('a buy sized in quote', () => {
  const scales = fc
    .record({ pxDec: fc.nat(9), qtyDec: fc.nat(9), quoteDec: fc.nat(9) })
    .filter(({ pxDec, qtyDec, quoteDec }) => pxDec + qtyDec >= quoteDec)
    .map(instrumentOf)
  const rate = fc.oneof(fc.constant(0), fc.integer({ min: -1e9, max: 5e10 }))
  const amount = fc.oneof(fc.nat(500), fc.nat(1e9), fc.integer({ min: 0, max: 2 ** 45 }))

  it('never costs more than the amount with its fee, and less than a quantity unit and two of quote below it', () => {
    fc.assert(
      fc.property(scales, amount, amount, rate, (instrument, quote, px, units) => {
        const price = toDec(px + 1)
        const shift = 10 ** (instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
        fc.pre((quote * shift * 1.01) / price < 2 ** 52)
        const quantity = quantityForQuote(instrument, toDec(quote), price, toDec(units))
        const value = fillValue(instrument, price, quantity)
        const spent = value + feeOn(value, toDec(units))
        expect(spent).toBeLessThanOrEqual(quote)
        const unitCost = ((price / shift) * (RATE_ONE + units)) / RATE_ONE
        expect(quote - spent).toBeLessThan(unitCost * (1 + 1e-9) + 2)
      }),
      SEED,
    )
  })

  it('20.00 at 0.26 % buys for 19.94813484, and the fee takes the rest', () => {
    const quantity = quantityForQuote(SPOT, money(20), money(1), rateUnits(0.0026))
    expect(text(quantity)).toBe('19.94813484')
    const value = fillValue(SPOT, money(1), quantity)
    expect(text(value + feeOn(value, rateUnits(0.0026)))).toBe('19.99999999')
  })
})

it('a fill is valued to the nearest unit, a tie to the even one', () => {
  const cents = instrumentOf({ pxDec: 2, qtyDec: 2, quoteDec: 2 })
  expect([50, 150, 250, 251].map((price) => fillValue(cents, toDec(price), toDec(1)))).toEqual([0, 2, 2, 3])
})
