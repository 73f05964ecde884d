/** Goal: a fee is taken from the right asset, once, and is worth the same wherever it is taken. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, formatDec, parseDec, toDec } from '../../engine/core/dec.ts'
import { Side } from '../../engine/core/order.ts'
import { chargedIn, chargeFee } from '../../engine/market/fee-asset.ts'
import { instrument, rate, usd } from './support.ts'

const one = instrument('SOL/USD')
const fill = (side: Side) => ({ side, price: parseDec('150', one.pxDec), quantity: parseDec('2', one.qtyDec) })
const base = (amount: Dec): string => formatDec(amount, one.qtyDec)

describe('fee asset', () => {
  it('quote: a buy pays more cash, a sell brings less', () => {
    expect(chargeFee(one, fill(Side.buy), rate('0.0026'), 'quote')).toEqual({
      asset: 'quote',
      amount: usd('0.78'),
      baseChange: parseDec('2', 8),
      quoteChange: usd('-300.78'),
      worth: usd('0.78'),
    })
    expect(chargeFee(one, fill(Side.sell), rate('0.0026'), 'quote').quoteChange).toBe(usd('299.22'))
  })

  it('received: a buy leaves less base than was bought, a sell is charged in quote', () => {
    const bought = chargeFee(one, fill(Side.buy), rate('0.0025'), 'received')
    expect([bought.asset, base(bought.amount), base(bought.baseChange)]).toEqual(['base', '0.005', '1.995'])
    expect([bought.quoteChange, bought.worth]).toEqual([usd('-300'), usd('0.75')])
    const sold = chargeFee(one, fill(Side.sell), rate('0.0025'), 'received')
    expect([sold.asset, sold.amount, sold.quoteChange]).toEqual(['quote', usd('0.75'), usd('299.25')])
  })

  it('base: a sell gives more base away than was sold', () => {
    const sold = chargeFee(one, fill(Side.sell), rate('0.0026'), 'base')
    expect([base(sold.baseChange), sold.quoteChange]).toEqual(['-2.0052', usd('300')])
    expect(chargedIn('base', Side.buy)).toBe('base')
  })

  it('a rebate adds', () => {
    const bought = chargeFee(one, fill(Side.buy), toDec(-2e8), 'quote')
    expect(bought.quoteChange).toBe(usd('-299.94'))
  })

  it('property: what goes and comes, valued at the price, is the fee, within half a unit', () => {
    const side = fc.constantFrom<Side>(Side.buy, Side.sell)
    const asset = fc.constantFrom('quote' as const, 'base' as const, 'received' as const)
    const amount = fc.integer({ min: 1, max: 1e11 })
    const property = fc.property(side, asset, amount, fc.integer({ min: -1e10, max: 5e10 }), (s, a, q, r) => {
      const { quantity, price } = { quantity: toDec(q), price: parseDec('100', 8) }
      const charge = chargeFee(one, { side: s, price, quantity }, toDec(r), a)
      // 100 per unit of base: base units of 1e-8 are 1e4 quote units of 1e-10.
      expect(charge.baseChange * 1e4 + charge.quoteChange + charge.worth).toBe(0)
      expect(Math.abs(charge.worth - (q * 1e4 * r) / 1e12)).toBeLessThanOrEqual(charge.asset === 'base' ? 5001 : 1)
    })
    fc.assert(property, { seed: 7, numRuns: 300 })
  })
})
