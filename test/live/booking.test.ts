/** Trades as the books take them: exact, fees in kind, and what can't be booked counted. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import type { Instrument } from '../../engine/core/instrument.ts'
import { exact, floorToStep, textOf, unitsOf } from '../../engine/live/amounts.ts'
import { bookTrade, OrderSums } from '../../engine/live/booking.ts'
import { clientIdOf, sessionPrefix } from '../../engine/live/client-id.ts'
import type { VenueTrade } from '../../engine/live/exchange.ts'

const INSTRUMENT: Instrument = {
  id: 0,
  account: 'main',
  venue: 'test',
  symbol: 'BTC/USD',
  base: 'BTC',
  quote: 'USD',
  kind: 'spot',
  pxDec: 4,
  qtyDec: 8,
  quoteDec: 6,
}
const RATES = { maker: '0.001', taker: '0.002' }

function trade(changes: Partial<VenueTrade> = {}): VenueTrade {
  return {
    tradeId: 'T1',
    venueId: 'O1',
    clientId: null,
    symbol: 'BTC/USD',
    side: 1,
    quantity: '0.5',
    price: '20000.5',
    value: null,
    fee: '26',
    feeAsset: 'USD',
    maker: false,
    liquidation: false,
    atMs: 1,
    ...changes,
  }
}

const book = (changes: Partial<VenueTrade>, held = 0) =>
  bookTrade(trade(changes), INSTRUMENT, new OrderSums(), held as Dec, RATES)

describe('a trade in the books', () => {
  it('with its fee in quote', () => {
    expect(book({})).toMatchObject({ quantity: 50_000_000, price: 200_005_000, value: 10_000_250_000, fee: 26_000_000 })
  })

  it('with its fee in base: bought less, cash to the unit, and the fee told', () => {
    const { quantity, value, fee, assumed } = book({ fee: '0.001', feeAsset: 'BTC' })
    expect(quantity).toBe(49_900_000)
    expect(value + fee).toBe(10_000_250_000)
    expect(fee).toBe(20_000_500)
    expect(assumed).toEqual([])
  })

  it('sold with its fee in base: more leaves, where more is held', () => {
    const sold = book({ side: -1, fee: '0.001', feeAsset: 'BTC' }, 60_000_000)
    expect(sold.quantity).toBe(50_100_000)
    expect(sold.value - sold.fee).toBe(10_000_250_000)
    const all = book({ side: -1, fee: '0.001', feeAsset: 'BTC' }, 50_000_000)
    expect(all).toMatchObject({ quantity: 50_000_000, fee: 20_000_500, assumed: [{ code: 'FEE_BASE_UNHELD' }] })
  })

  it('with a fee in a third asset, or none named: counted', () => {
    expect(book({ fee: '0.01', feeAsset: 'BNB' })).toMatchObject({ fee: 0, assumed: [{ code: 'FEE_OTHER_ASSET' }] })
    expect(book({ fee: null, feeAsset: null })).toMatchObject({ fee: 20_000_500, assumed: [{ code: 'FEE_ESTIMATED' }] })
    expect(book({ fee: null, feeAsset: null, maker: true })).toMatchObject({ fee: 10_000_250 })
  })

  it('in many small parts loses nothing by rounding', () => {
    const parts = fc.array(fc.tuple(fc.integer({ min: 1, max: 10 ** 12 }), fc.integer({ min: 1, max: 10 ** 9 })), {
      minLength: 1,
      maxLength: 40,
    })
    fc.assert(
      fc.property(parts, fc.boolean(), (all, buys) => {
        const sums = new OrderSums()
        let [quantity, cash] = [0, 0]
        let [exactQuantity, exactCash] = [0n, 0n]
        const side = buys ? 1 : -1
        for (const [k, [size, fee]] of all.entries()) {
          const one = trade({
            tradeId: `T${k}`,
            side,
            quantity: textOf(BigInt(size) * 10n ** 18n),
            price: '3.1',
            fee: textOf(BigInt(fee) * 10n ** 20n),
          })
          const booked = bookTrade(one, INSTRUMENT, sums, 0 as Dec, RATES)
          quantity += booked.quantity
          cash += -side * booked.value - booked.fee
          exactQuantity += exact(one.quantity)
          exactCash += BigInt(-side) * ((exact(one.quantity) * 31n) / 10n) - exact(one.fee!)
        }
        expect(quantity).toBe(unitsOf(exactQuantity, 8))
        expect(cash).toBe(unitsOf(exactCash, 6))
      }),
    )
  })
})

describe('amounts as text', () => {
  it('are read and written exactly', () => {
    for (const text of ['0', '1', '-1.5', '0.00000001', '123456789.123456789123456789'])
      expect(textOf(exact(text))).toBe(text)
    expect(textOf(exact('1e-8'))).toBe('0.00000001')
    expect(textOf(exact('+2.50E2'))).toBe('250')
    for (const text of ['', 'x', '1,5', '0x10', 'NaN', 'Infinity', '1e-40']) expect(() => exact(text)).toThrow()
  })

  it('are floored to a step, never rounded up', () => {
    expect(floorToStep(123_456_789 as Dec, 8, '0.001')).toBe('1.234')
    expect(floorToStep(123_456_789 as Dec, 8, null)).toBe('1.23456789')
    expect(floorToStep(999 as Dec, 8, '0.00001')).toBe('0')
  })
})

describe('client ids', () => {
  const source = { account: 'a', strategy: 's', genesis: 'g' }
  const text = { clientIdForm: 'text', clientIdLength: 18 } as const

  it('are the same for the same intent, and others for every other', () => {
    const ids = new Set<string>()
    for (let order = 1; order <= 200; order++) {
      for (let leg = 0; leg < 5; leg++) ids.add(clientIdOf(source, order, leg, text))
    }
    for (const changed of [{ account: 'b' }, { strategy: 't' }, { genesis: 'h' }]) {
      ids.add(clientIdOf({ ...source, ...changed }, 1, 0, text))
    }
    expect(ids.size).toBe(1003)
    expect(clientIdOf(source, 1, 0, text)).toBe(clientIdOf({ ...source }, 1, 0, text))
    expect(
      [...ids].slice(0, 1000).every((id) => id.startsWith(sessionPrefix(source)) && /^[0-9a-z]{18}$/.test(id)),
    ).toBe(true)
  })

  it('have the form that a venue demands', () => {
    expect(clientIdOf(source, 1, 0, { clientIdForm: 'hex128', clientIdLength: 34 })).toMatch(/^0x[0-9a-f]{32}$/)
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    expect(clientIdOf(source, 1, 0, { clientIdForm: 'uuid', clientIdLength: 36 })).toMatch(uuid)
  })
})
