/** Properties of fees in base: the ledger's zero error over any fills, and what can be sold of a position off the step. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, toDec } from '../../engine/core/dec.ts'
import type { Instrument } from '../../engine/core/instrument.ts'
import { Ledger } from '../../engine/core/ledger.ts'
import { feeInBase, mostSellable } from '../../engine/rules/executable.ts'
import { bookInBase, feeOn, fillValue } from '../../engine/sim/costs.ts'

const UNITS = { pxDec: 2, qtyDec: 6, quoteDec: 6 }
const INSTRUMENT: Instrument = {
  ...{ id: 0, account: 'main', venue: 'test', symbol: 'BTC/USD', base: 'BTC', quote: 'USD', kind: 'spot' },
  ...UNITS,
}
const rate = fc.integer({ min: -1_000_000_000, max: 50_000_000_000 })
const step = fc.constantFrom(1, 10, 1000, 100_000)

describe('the most that can be sold', () => {
  it('is on the step, fits with its fee into what is held, and one step more does not', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e12 }),
        step,
        fc.integer({ min: 0, max: 50_000_000_000 }),
        (held, unit, fee) => {
          const most = mostSellable(toDec(held), unit, toDec(fee))
          const taken = (quantity: number): number => quantity + feeInBase(toDec(quantity), toDec(fee))
          expect(most % unit).toBe(0)
          expect(taken(most)).toBeLessThanOrEqual(held)
          expect(taken(most + unit)).toBeGreaterThan(held)
        },
      ),
    )
  })
})

describe('a fill whose fee is in base', () => {
  it('moves the cash that was traded and the base that the venue moves; its fee is worth that base, to two units', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e10 }),
        fc.integer({ min: 1, max: 1e7 }),
        rate,
        fc.constantFrom<1 | -1>(1, -1),
        (traded, price, fee, side) => {
          const worth = fillValue(INSTRUMENT, toDec(price), toDec(traded))
          const booked = bookInBase(INSTRUMENT, toDec(price), toDec(traded), worth, toDec(fee), side)
          expect(-side * booked.value - booked.fee).toBe(-side * worth)
          expect(booked.quantity).toBe(traded - side * booked.feeQuantity)
          expect(booked.feeQuantity).toBe(feeOn(toDec(traded), toDec(fee)))
          // Price × fee in base has two decimals more than money here.
          expect(Math.abs(booked.fee - (booked.feeQuantity * price) / 100)).toBeLessThanOrEqual(1)
        },
      ),
    )
  })
})

type Asset = 'quote' | 'base' | 'received'
interface Move {
  readonly buys: boolean
  readonly share: number
  readonly price: number
  readonly asset: Asset
}

const move = fc.record<Move>({
  buys: fc.boolean(),
  share: fc.integer({ min: 1, max: 100 }),
  price: fc.integer({ min: 500, max: 500_000 }),
  asset: fc.constantFrom<Asset>('quote', 'base', 'received'),
})

describe('the ledger over any buys and sells', () => {
  it('balances to zero error, cash and base being what the venue would have', () => {
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 40 }), step, (moves, unit) => {
        const RATE = toDec(2_500_000_000)
        const ledger = new Ledger([INSTRUMENT], toDec(1e12))
        let cash = 1e12
        let base = 0
        let fees = 0
        for (const { buys, share, price, asset } of moves) {
          const side = buys ? 1 : -1
          const inBase = asset === 'base' || (asset === 'received' && buys)
          const held = ledger.quantity[0]!
          const sold = mostSellable(toDec(Math.floor((held * share) / 100)), unit, inBase ? RATE : toDec(0))
          const traded = buys ? toDec(share * unit) : sold
          const worth = fillValue(INSTRUMENT, toDec(price), traded)
          if (traded === 0 || (buys && worth * 1.01 > cash)) continue
          const fee = feeOn(worth, RATE)
          const plain = { quantity: traded, value: worth, fee, feeQuantity: 0 as Dec }
          const part = inBase ? bookInBase(INSTRUMENT, toDec(price), traded, worth, RATE, side) : plain
          ledger.fill(0, side, part.quantity, part.value, part.fee)
          cash += -side * worth - (inBase ? 0 : fee)
          base += side * traded - part.feeQuantity
          fees += part.fee
          if (buys && ledger.dust[0]! > 0) ledger.takeBack(0)
          const left = ledger.quantity[0]!
          if (!buys && left > 0 && mostSellable(left, unit, toDec(0)) === 0) ledger.setAside(0)
          ledger.verify()
          expect([ledger.cash, ledger.quantity[0]! + ledger.dust[0]!, ledger.feesPaid]).toEqual([cash, base, fees])
          expect(ledger.dust[0]).toBeLessThan(unit === 1 ? 1 : unit)
        }
      }),
    )
  })
})
