/** Margin arithmetic against the venues' own worked examples, to the printed digit. */

import { describe, expect, it } from 'vitest'
import { type Dec, formatDec, parseDec, toDec } from '../../engine/core/dec.ts'
import { fundingPayment, hyperliquidEightHourRate } from '../../engine/market/funding.ts'
import { inverseLiquidationPrice, inverseValue } from '../../engine/market/inverse.ts'
import { levelDemand, marginLevel, usedMargin } from '../../engine/market/leveraged-spot.ts'
import { bankruptcyPrice, liquidationPrice } from '../../engine/market/liquidation-price.ts'
import {
  initialMargin,
  liquidationDistance,
  type MarginTier,
  maintenanceMargin,
  tierUnits,
} from '../../engine/market/margin-tiers.ts'
import { rateUnits } from '../../engine/market/rates.ts'
import { instrument } from './support.ts'

const BTC = instrument('BTC/USDC:USDC', 'hyperliquid', 0, { pxDec: 6, qtyDec: 6, quoteDec: 4 })
const money = (text: string): Dec => parseDec(text, BTC.quoteDec)
const size = (text: string): Dec => parseDec(text, BTC.qtyDec)
const cents = (price: Dec | null): string => (price === null ? 'none' : (price / 10 ** BTC.pxDec).toFixed(2))
const tier = (fromNotional: number, maintenanceRate: number, maxLeverage: number): MarginTier => ({
  fromNotional,
  maintenanceRate,
  maxLeverage,
})

/** `margin` is what stands behind the position at its entry. */
function liquidation(
  tiers: readonly MarginTier[],
  side: 1 | -1,
  quantity: string,
  entry: string,
  margin: string,
  more: { cumulative?: boolean; fixed?: string } = {},
): string {
  const value = toDec(Number(entry) * Number(quantity) * 10 ** BTC.quoteDec)
  return cents(
    liquidationPrice(BTC, tierUnits(tiers, BTC.quoteDec, more.cumulative ?? true), {
      side,
      size: size(quantity),
      constant: toDec(money(margin) - side * Math.round(value)),
      fixedDemand: money(more.fixed ?? '0'),
      notional: toDec(Math.round(value)),
    }),
  )
}

describe('Hyperliquid', () => {
  const tiers = [tier(0, 0.0125, 40), tier(150e6, 0.025, 20)]

  it.each([
    ['isolated long at 20x', 1, '5000', '96202.53'],
    ['isolated short at 20x', -1, '5000', '103703.70'],
    ['cross long, account value 10,000', 1, '10000', '91139.24'],
  ] as const)('%s', (_, side, margin, expected) => {
    expect(liquidation(tiers, side, '1', '100000', margin)).toBe(expected)
  })

  it('equity there is the maintenance margin', () => {
    // 1,202.53 = 1.25 % of 96,202.53
    expect(formatDec(maintenanceMargin(tierUnits(tiers, 4, true), money('96202.5316')), 4)).toBe('1202.5317')
  })

  it('the deduction of the second tier', () => {
    const units = tierUnits(tiers, 4, true)
    expect(formatDec(units[1]!.deduction, 4)).toBe('1875000')
    expect(formatDec(maintenanceMargin(units, money('200000000')), 4)).toBe('3125000')
  })

  it('the 8 h rate from the premium, and a payment', () => {
    const rate = hyperliquidEightHourRate(0.01)
    expect(formatDec(rate, 12)).toBe('0.0095')
    const hourly = (rate / 8) as Dec
    expect(formatDec(hourly, 12)).toBe('0.0011875')
    const pays = (quantity: string): string =>
      formatDec(fundingPayment(BTC, size(quantity), parseDec('10000', BTC.pxDec), hourly), BTC.quoteDec)
    expect(pays('10')).toBe('118.75')
    expect(pays('-10')).toBe('-118.75')
  })
})

describe('Binance USD-M', () => {
  const brackets = [tier(0, 0.004, 125), tier(50_000, 0.005, 100), tier(600_000, 0.0065, 75)]

  it.each([
    ['0.5 BTC long at 20x', 1, '0.5', '1500', '57228.92'],
    ['0.5 BTC short at 20x', -1, '0.5', '1500', '62749.00'],
    ['10 BTC long at 10x: the second bracket, cum 50', 1, '10', '60000', '54266.33'],
  ] as const)('isolated %s', (_, side, quantity, margin, expected) => {
    expect(liquidation(brackets, side, quantity, '60000', margin)).toBe(expected)
  })

  it("the documentation's cross account", () => {
    // Each position's own tier, as the example gives them; the rest of the account doesn't move with its price.
    const wallet = 1_535_443.01
    const eth = { size: 3683.979, entry: 1456.84, mark: 1335.18, rate: 0.1, cum: 135_365 }
    const btc = { size: 109.488, entry: 32_481.98, mark: 31_967.27, rate: 0.025, cum: 16_300 }
    const solve = (one: typeof eth, other: typeof eth): string => {
      const profit = other.size * (other.mark - other.entry)
      const demand = other.size * other.mark * other.rate - other.cum
      const scale = 10 ** BTC.quoteDec
      return cents(
        liquidationPrice(
          BTC,
          [{ from: toDec(0), rate: rateUnits(one.rate), deduction: money(String(one.cum)), maxLeverage: 10 }],
          {
            side: 1,
            size: size(String(one.size)),
            constant: toDec(Math.round((wallet + profit - one.size * one.entry) * scale)),
            fixedDemand: toDec(Math.round(demand * scale)),
            notional: toDec(Math.round(one.size * one.mark * scale)),
          },
        ),
      )
    }
    expect(solve(eth, btc)).toBe('1153.26')
    expect(solve(btc, eth)).toBe('26316.89')
  })
})

describe('Kraken', () => {
  const level = (
    side: 1 | -1,
    quantity: string,
    entry: number,
    equity: string,
    leverage: number,
    at: number,
  ): string => {
    const cost = toDec(Math.round(Number(quantity) * entry * 10 ** BTC.quoteDec))
    const { tiers, fixedDemand } = levelDemand(side, cost, leverage, rateUnits(at))
    const constant = toDec(money(equity) - side * cost)
    return cents(liquidationPrice(BTC, tiers, { side, size: size(quantity), constant, fixedDemand, notional: cost }))
  }

  it.each([
    ['long: call', 1, '1', 20_000, '10000', 0.8, '13200.00'],
    ['long: stop', 1, '1', 20_000, '10000', 0.4, '11600.00'],
    ['short: call', -1, '0.2', 50_000, '5000', 0.8, '64655.17'],
    ['short: stop', -1, '0.2', 50_000, '5000', 0.4, '69444.44'],
  ] as const)('%s at 5x', (_, side, quantity, entry, equity, at, expected) => {
    // A short's liquidation rounds up to the next unit of price, a long's down.
    const found = Number(level(side, quantity, entry, equity, 5, at))
    expect(Math.abs(found - Number(expected))).toBeLessThan(0.0051)
    expect(found.toFixed(2)).toBe(expected)
  })

  it('the levels of the documentation', () => {
    const at = (price: string): Dec => parseDec(price, BTC.pxDec)
    // Long 1.5 at 30,000 with 10,000: at 28,133.3 equity is 7,199.95, 79.999 % of 9,000.
    const long = usedMargin(BTC, 1, size('1.5'), money('45000'), at('28133.3'), 5)
    expect(formatDec(long, 4)).toBe('9000')
    expect(formatDec(marginLevel(money('7199.95'), long)!, 12)).toMatch(/^0\.79999/)
    // Short 0.2 at 50,000 with 5,000: 0.04 BTC are used; at 65,200 equity is 1,960, 75 % of 2,608.
    const short = usedMargin(BTC, -1, size('0.2'), money('10000'), at('65200'), 5)
    expect(formatDec(short, 4)).toBe('2608')
    expect(formatDec(marginLevel(money('1960'), short)!, 12)).toMatch(/^0\.7515/)
  })
})

describe('Kraken Futures', () => {
  it('linear long: 1 BTC at 60,000 with 2,000', () => {
    const levels = [tier(0, 0.01, 50), tier(2_000_000, 0.02, 25)]
    expect(liquidation(levels, 1, '1', '60000', '2000', { cumulative: false })).toBe('58585.86')
  })

  it('inverse: 1,000 contracts at 8,000 with 0.01 BTC', () => {
    const position = {
      side: 1,
      contracts: 1000,
      entryPrice: parseDec('8000', 6),
      margin: parseDec('0.01', 10),
      pxDec: 6,
      baseDec: 10,
    } as const
    expect(cents(inverseLiquidationPrice(position, rateUnits(0.01)))).toBe('7481.48')
    expect(cents(inverseLiquidationPrice(position, rateUnits(0)))).toBe('7407.41')
    expect(formatDec(inverseValue(1000, parseDec('8000', 6), 6, 10), 10)).toBe('0.125')
  })
})

describe('the rest', () => {
  it('initial margin, bankruptcy, distance', () => {
    expect(formatDec(initialMargin(money('100000'), 20), 4)).toBe('5000')
    expect(cents(bankruptcyPrice(BTC, 1, size('1'), money('-95000')))).toBe('95000.00')
    expect(cents(bankruptcyPrice(BTC, -1, size('1'), money('105000')))).toBe('105000.00')
    expect(bankruptcyPrice(BTC, 1, size('1'), money('5'))).toBeNull()
    expect(liquidationDistance(parseDec('100', 2), parseDec('95', 2))).toBe(0.05)
    expect(liquidationDistance(parseDec('100', 2), null)).toBeNull()
  })

  it('a long without leverage is never liquidated', () => {
    expect(liquidation([tier(0, 0.01, 50)], 1, '1', '60000', '60000.0001')).toBe('none')
  })
})
