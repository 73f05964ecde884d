/** Goal: the tables of costs and of the promise against the fees (RULES C4 and E), to the digit. */

import { describe, expect, it } from 'vitest'
import { loadCostPreset } from '../../datasets/dated/dated.ts'
import { type Dec, formatDec, mulDiv, parseDec, Rounding, toDec } from '../../engine/core/dec.ts'
import { Side } from '../../engine/core/order.ts'
import { atRate } from '../../engine/market/rates.ts'
import { PresetFees, presetTradingCosts, roundTrip } from '../../engine/market/round-trip.ts'
import { minimumTarget } from '../../engine/rules/fee-gate.ts'
import { FEE_GATE } from '../../engine/rules/presets.ts'
import { rateOf } from '../../engine/rules/rate.ts'
import { feeOn, fillValue } from '../../engine/sim/costs.ts'
import { instrument, rate, usd } from './support.ts'

const preset = await loadCostPreset('classic-2026-01')
const money = (amount: Dec): string => formatDec(amount, 10)
const percent = (value: Dec): string => formatDec(value, 10)

describe('classic-2026-01', () => {
  it.each([
    ['coinbase', '0.6', '0.2', '1.4', '1.6'],
    ['kraken', '0.26', '0.1', '0.62', '0.82'],
    ['alpaca', '0', '0.1', '0.1', '0.3'],
  ])('%s: taker %s %%, spread %s %%, round trip %s %%, least target %s %%', (venue, taker, spread, trip, target) => {
    const costs = presetTradingCosts(preset, venue)
    expect([costs.taker, costs.spread].map(percent)).toEqual([taker, spread])
    expect(percent(roundTrip(costs))).toBe(trip)
    expect(percent(minimumTarget(roundTrip(costs), rateOf(FEE_GATE.marginFraction)))).toBe(target)
  })

  it('slippage is paid on both fills', () => {
    const costs = { ...presetTradingCosts(preset, 'kraken'), slippage: rate('0.0005') }
    expect(percent(roundTrip(costs))).toBe('0.72')
  })

  it('gives each instrument its venue, and refuses a venue it does not know', () => {
    const fees = new PresetFees(preset, [instrument(), instrument('BTC/USD', 'coinbase', 1)])
    expect([fees.rate(0, 0, false), fees.rate(1, 5, true)]).toEqual([rate('0.0026'), rate('0.006')])
    expect(() => new PresetFees(preset, [instrument('BTC/USDT', 'binance')])).toThrow(
      'classic-2026-01 has no costs for binance, only for coinbase, kraken, alpaca',
    )
  })

  it('a small position with a small target loses though it is right: 10.00 at 0.5 % on Coinbase', () => {
    const costs = presetTradingCosts(preset, 'coinbase')
    const gain = atRate(usd('10'), rate('0.005'))
    const paid = atRate(usd('10'), roundTrip(costs))
    expect([gain, paid, toDec(gain - paid)].map(money)).toEqual(['0.05', '0.14', '-0.09'])
  })
})

/** Buys 1 at 20.00 and sells it at `exit`; what is left of it. */
function tradeOf20(exit: string, taker: Dec): Dec {
  const one = instrument('SOL/USD')
  const quantity = parseDec('1', one.qtyDec)
  const cash = (side: Side, price: string): number => {
    const value = fillValue(one, parseDec(price, one.pxDec), quantity)
    return -side * value - feeOn(value, taker)
  }
  return toDec(cash(Side.buy, '20') + cash(Side.sell, exit))
}

describe('the promise against the fees', () => {
  it.each([
    ['0', '0.4', '-0.2', '0.8', 33.3, '0.32'],
    ['0.0026', '0.29496', '-0.30348', '-0.03408', 50.7, '-0.512832'],
    ['0.004', '0.2384', '-0.3592', '-0.4832', 60.1, '-0.96128'],
    ['0.006', '0.1576', '-0.4388', '-1.1248', 73.6, '-1.60192'],
  ])(
    'taker %s: win %s, loss %s, 4 and 4 %s, break-even %s %%, at 40 %% won %s',
    (taker, won, lost, even, need, at40) => {
      const win = tradeOf20('20.4', rate(taker))
      const loss = tradeOf20('19.8', rate(taker))
      expect([win, loss, toDec(4 * (win + loss))].map(money)).toEqual([won, lost, even])
      expect(Math.round((-loss / (win - loss)) * 1000) / 10).toBe(need)
      expect(money(mulDiv(32 * win + 48 * loss, 1, 10, Rounding.halfEven))).toBe(at40)
    },
  )

  it.each([
    ['0', '3.143614'],
    ['0.0026', '2.992389'],
    ['0.004', '2.913702'],
  ])('ten trades of 95 %% at +1 %% from 2.86, taker %s: %s', (taker, end) => {
    let equity = usd('2.86')
    for (let i = 0; i < 10; i++) {
      const bought = mulDiv(equity, 95, 100, Rounding.halfEven)
      const sold = mulDiv(bought, 101, 100, Rounding.halfEven)
      equity = toDec(equity + sold - bought - atRate(bought, rate(taker)) - atRate(sold, rate(taker)))
    }
    expect(formatDec(mulDiv(equity, 1, 10_000, Rounding.halfUp), 6)).toBe(end)
  })
})
