/**
 * Property: the liquidation price is the last unit of price at which equity doesn't exceed the demand. Held to exact
 * rationals in bigint, by the definition: equity and demand at the price and one unit nearer to the entry.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, toDec } from '../../engine/core/dec.ts'
import { bankruptcyPrice, liquidationPrice } from '../../engine/market/liquidation-price.ts'
import { type TierUnits, tierUnits } from '../../engine/market/margin-tiers.ts'
import { instrument } from './support.ts'

const scales = fc.record({
  pxDec: fc.integer({ min: 2, max: 9 }),
  qtyDec: fc.integer({ min: 3, max: 9 }),
  quoteDec: fc.constant(4),
})
const rates = [0.004, 0.005, 0.0065, 0.01, 0.0125, 0.02, 0.025, 0.033333333333, 0.05]
const tierList = fc
  .tuple(
    fc.subarray(rates, { minLength: 1, maxLength: 4 }),
    fc.array(fc.integer({ min: 100, max: 90_000 }), { minLength: 4, maxLength: 4 }),
  )
  .map(([some, steps]) => {
    let from = 0
    return some.map((maintenanceRate, i) => {
      from += i === 0 ? 0 : steps[i]!
      return { fromNotional: from, maintenanceRate, maxLeverage: 10 }
    })
  })

/** equity − demand at a price, × 1e12 × 10^shift: exact. */
function surplus(one: Case, tiers: readonly TierUnits[], price: bigint): bigint {
  const shift = 10n ** BigInt(one.pxDec + one.qtyDec - one.quoteDec)
  const value = price * BigInt(one.size)
  let tier = tiers[0]!
  for (const next of tiers) if (value >= BigInt(next.from) * shift) tier = next
  const equity = (BigInt(one.constant) * shift + BigInt(one.side) * value) * 10n ** 12n
  const demand = BigInt(tier.rate) * value + (BigInt(one.fixed) - BigInt(tier.deduction)) * shift * 10n ** 12n
  return equity - demand
}

interface Case {
  readonly pxDec: number
  readonly qtyDec: number
  readonly quoteDec: number
  readonly side: 1 | -1
  readonly size: number
  readonly constant: number
  readonly fixed: number
  readonly entry: number
}

const cases = fc
  .record({
    scale: scales,
    tiers: tierList,
    side: fc.constantFrom(1 as const, -1 as const),
    quantity: fc.integer({ min: 1, max: 5000 }),
    price: fc.integer({ min: 1, max: 60_000 }),
    leverage: fc.integer({ min: 2, max: 15 }),
    fixed: fc.integer({ min: 0, max: 40 }),
    cents: fc.integer({ min: -4999, max: 4999 }),
  })
  .map(({ scale, tiers, side, quantity, price, leverage, fixed, cents }) => {
    const size = quantity * 10 ** (scale.qtyDec - 3)
    const value = Math.round(price * (quantity / 1000) * 10 ** scale.quoteDec)
    const constant = Math.round(value / leverage) + cents - side * value
    return {
      tiers,
      one: { ...scale, side, size, constant, fixed, entry: price * 10 ** scale.pxDec } satisfies Case,
      value,
    }
  })

describe('the liquidation price', () => {
  it('is the last unit at which the demand is not covered', () => {
    let found = 0
    fc.assert(
      fc.property(cases, ({ tiers, one, value }) => {
        const units = tierUnits(tiers, one.quoteDec, true)
        const inst = instrument('BTC/USD:USD', 'test', 0, one)
        const price = liquidationPrice(inst, units, {
          side: one.side,
          size: toDec(one.size),
          constant: toDec(one.constant),
          fixedDemand: toDec(one.fixed),
          notional: toDec(value),
        })
        if (price === null) {
          // Only a long that is covered even at the least price has none.
          if (one.side > 0) expect(surplus(one, units, 1n) > 0n).toBe(true)
          return
        }
        found += 1
        expect(surplus(one, units, BigInt(price)) <= 0n, 'met').toBe(true)
        // Beyond the entry it stands at its tier's edge already; else the next unit is covered.
        if (one.side * (one.entry - price) > 0)
          expect(surplus(one, units, BigInt(price + one.side)) > 0n, 'not met').toBe(true)
      }),
      { seed: 31, numRuns: 5000 },
    )
    expect(found).toBeGreaterThan(3000)
  })

  it('a fill at the bankruptcy price leaves nothing, and no debt beyond a rounding', () => {
    fc.assert(
      fc.property(cases, ({ one }) => {
        const inst = instrument('BTC/USD:USD', 'test', 0, one)
        const price = bankruptcyPrice(inst, one.side, toDec(one.size), toDec(one.constant))
        if (price === null) return
        const shift = 10n ** BigInt(one.pxDec + one.qtyDec - one.quoteDec)
        const left = (at: Dec | number): bigint =>
          BigInt(one.constant) * shift + BigInt(one.side) * BigInt(at) * BigInt(one.size)
        expect(left(price) >= 0n).toBe(true)
        expect(left(price - one.side) < 0n).toBe(true)
      }),
      { seed: 32, numRuns: 2000 },
    )
  })
})
