import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, Rounding, toDec } from '../../engine/core/dec.ts'
import { BugError } from '../../engine/core/errors.ts'
import { notional } from '../../engine/core/instrument.ts'
import { Ledger } from '../../engine/core/ledger.ts'
import { codeOf, instrumentOf } from './support.ts'

const SEED = { seed: 20190407, numRuns: 600 }
const AAA = instrumentOf({ id: 0, pxDec: 2, qtyDec: 4, quoteDec: 4 })
const BBB = instrumentOf({ id: 1, symbol: 'BBB/USD', pxDec: 3, qtyDec: 2, quoteDec: 4 })
const BOTH = [AAA, BBB]

/** n/d to the nearest, ties to the even one. */
function halfEven(n: bigint, d: bigint): bigint {
  const [size, minus] = n < 0n ? [-n, true] : [n, false]
  const twice = 2n * (size % d)
  const whole = size / d
  const near = twice > d || (twice === d && whole % 2n === 1n) ? whole + 1n : whole
  return minus ? -near : near
}

/** Average-cost book in bigint, long and short apart: quantity and cost are never negative. */
class NaiveBook {
  cash: bigint
  realised = 0n
  readonly positions = BOTH.map(() => ({ side: 1n, quantity: 0n, cost: 0n }))

  constructor(cash: bigint) {
    this.cash = cash
  }

  fill(id: number, side: bigint, quantity: bigint, value: bigint, fee: bigint): void {
    this.cash += -side * value - fee
    const position = this.positions[id]!
    let [rest, restValue] = [quantity, value]
    if (position.quantity > 0n && position.side !== side) {
      let closed = position.quantity
      if (rest < closed) closed = rest
      const out = closed === rest ? restValue : halfEven(restValue * closed, rest)
      const costOut = closed === position.quantity ? position.cost : halfEven(position.cost * closed, position.quantity)
      this.realised += position.side * (out - costOut)
      position.quantity -= closed
      position.cost -= costOut
      rest -= closed
      restValue -= out
      if (rest === 0n) return
    }
    if (position.quantity === 0n) position.side = side
    position.quantity += rest
    position.cost += restValue
  }
}

interface Fill {
  readonly kind: 'fill'
  readonly id: number
  readonly side: 1 | -1
  readonly quantity: number
  readonly price: number
  readonly fee: number
}
/** `close` sells or buys back the whole position. */
type Close = Pick<Fill, 'id' | 'price' | 'fee'> & { readonly kind: 'close' }
type Step = Fill | Close | { readonly kind: 'deposit' | 'fund'; readonly amount: number }

const fill: fc.Arbitrary<Fill> = fc.record({
  kind: fc.constant('fill'),
  id: fc.nat(1),
  side: fc.constantFrom(1, -1),
  quantity: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1e7 })),
  price: fc.integer({ min: 1, max: 1e6 }),
  fee: fc.integer({ min: -50, max: 5000 }),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fill },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('close'),
      id: fc.nat(1),
      price: fc.integer({ min: 1, max: 1e6 }),
      fee: fc.nat(99),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('deposit', 'fund'), amount: fc.integer({ min: -1e6, max: 1e6 }) }),
  },
)

function book(ledger: Ledger, naive: NaiveBook, one: Step): void {
  if (one.kind !== 'fill' && one.kind !== 'close') {
    const amount = toDec(one.amount)
    if (one.kind === 'deposit') ledger.deposit(amount)
    else ledger.fund(amount)
    naive.cash += BigInt(one.kind === 'deposit' ? amount : -amount)
    return
  }
  const held = ledger.quantity[one.id]!
  if (one.kind === 'close' && held === 0) return
  const side = one.kind === 'close' ? (held > 0 ? -1 : 1) : one.side
  const quantity = toDec(one.kind === 'close' ? Math.abs(held) : one.quantity)
  const value = notional(BOTH[one.id]!, toDec(one.price), quantity, Rounding.halfEven)
  const before = Math.abs(held)
  const [cost, realised] = [ledger.cost[one.id]!, ledger.realised]
  const closed = ledger.fill(one.id, side, quantity, value, toDec(one.fee))
  naive.fill(one.id, BigInt(side), BigInt(quantity), BigInt(value), BigInt(one.fee))
  expect(closed).toBe(held * side < 0 ? Math.min(before, quantity) : 0)
  expect(Math.abs(ledger.quantity[one.id]!)).toBe(before - closed + (quantity - closed))
  // What only opens earns nothing and costs its value.
  if (closed === 0) expect([ledger.realised, ledger.cost[one.id]]).toEqual([realised, cost + side * value])
}

describe('against a naive book', () => {
  it('agrees after every fill, deposit and funding, and balances to zero error', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 1e10 }), (steps, cash) => {
        const ledger = new Ledger(BOTH, toDec(cash))
        const naive = new NaiveBook(BigInt(cash))
        for (const one of steps) {
          book(ledger, naive, one)
          ledger.verify()
          expect(BigInt(ledger.cash)).toBe(naive.cash)
          expect(BigInt(ledger.realised)).toBe(naive.realised)
          let equity = naive.cash
          for (const { id, pxDec, qtyDec, quoteDec } of BOTH) {
            const { side, quantity, cost } = naive.positions[id]!
            expect(BigInt(ledger.quantity[id]!)).toBe(side * quantity)
            expect(BigInt(ledger.cost[id]!)).toBe(side * cost)
            equity += halfEven(side * quantity * 12_345n, 10n ** BigInt(pxDec + qtyDec - quoteDec))
          }
          expect(BigInt(ledger.equity(() => toDec(12_345)))).toBe(equity)
        }
      }),
      SEED,
    )
  })

  it('a position that is closed has earned what came in less what went out', () => {
    fc.assert(
      fc.property(fc.array(fill, { minLength: 1, maxLength: 30 }), (steps) => {
        const ledger = new Ledger(BOTH, toDec(1e10))
        const naive = new NaiveBook(10_000_000_000n)
        for (const one of steps) book(ledger, naive, one)
        for (const id of [0, 1]) book(ledger, naive, { kind: 'close', id, price: 777, fee: 3 })
        expect([...ledger.quantity]).toEqual([0, 0])
        expect(ledger.cash).toBe(1e10 + ledger.realised - ledger.feesPaid)
        ledger.verify()
      }),
      SEED,
    )
  })
})

/** A ledger with a long, a short, fees, funding and a realised profit. */
function lively(): Ledger {
  const ledger = new Ledger(BOTH, toDec(1_000_000))
  ledger.fill(0, 1, toDec(300), toDec(9_000), toDec(9))
  ledger.fill(0, -1, toDec(100), toDec(3_500), toDec(4))
  ledger.fill(1, -1, toDec(70), toDec(7_000), toDec(7))
  ledger.fund(toDec(-25))
  ledger.verify()
  return ledger
}

describe('verify', () => {
  it.each(['cash', 'deposits', 'feesPaid', 'fundingPaid', 'realised'] as const)('finds one unit in %s', (field) => {
    for (const error of [1, -1]) {
      const ledger = lively()
      ledger[field] = toDec(ledger[field] + error)
      expect(() => ledger.verify()).toThrow(BugError)
    }
  })

  it.each(['quantity', 'cost'] as const)('finds one unit in a %s', (field) => {
    for (const id of [0, 1]) {
      for (const error of [1, -1]) {
        const ledger = lively()
        ledger[field][id] = toDec(ledger[field][id]! + error)
        expect(() => ledger.verify()).toThrow(BugError)
      }
    }
  })

  it('finds a position whose sign is wrong, and one that was lost', () => {
    const turned = lively()
    turned.quantity[0] = -turned.quantity[0]! as Dec
    expect(() => turned.verify()).toThrow(/at a cost of/)
    const lost = lively()
    lost.quantity[1] = toDec(0)
    expect(() => lost.verify()).toThrow(/BBB\/USD holds 0 units, but its fills left 70/)
  })

  it('finds errors that hide each other in the sum of money', () => {
    const ledger = lively()
    ledger.cost[0] = toDec(ledger.cost[0]! - 20_000)
    ledger.realised = toDec(ledger.realised - 20_000)
    expect(() => ledger.verify()).toThrow(BugError)
  })
})

describe('by hand', () => {
  it('a long that grows, shrinks, and turns into a short in one fill', () => {
    const ledger = new Ledger([AAA], toDec(100_000))
    /** What the fill closed, and earned. */
    const filled = (...fill: Parameters<Ledger['fill']>): number[] => {
      const before = ledger.realised
      return [ledger.fill(...fill), ledger.realised - before]
    }
    expect(filled(0, 1, toDec(100), toDec(1_000), toDec(1))).toEqual([0, 0])
    expect(filled(0, 1, toDec(100), toDec(1_400), toDec(1))).toEqual([0, 0])
    // Average 12 a unit; 50 sold at 14.
    expect(filled(0, -1, toDec(50), toDec(700), toDec(1))).toEqual([50, 100])
    // 150 left at 1800; 200 sold at 10: 1500 for the long, 500 open the short.
    expect(filled(0, -1, toDec(200), toDec(2_000), toDec(1))).toEqual([150, -300])
    expect([ledger.quantity[0], ledger.cost[0], ledger.realised, ledger.feesPaid]).toEqual([-50, -500, -200, 4])
    // Bought back at 6: 4 a unit earned.
    expect(filled(0, 1, toDec(50), toDec(300), toDec(1))).toEqual([50, 200])
    expect(ledger.cash).toBe(100_000 - 5)
    ledger.verify()
  })

  it('funding and deposits move cash, and equity with it', () => {
    const ledger = new Ledger([AAA], toDec(500))
    ledger.fund(toDec(30))
    ledger.fund(toDec(-10))
    ledger.deposit(toDec(100))
    ledger.deposit(toDec(-50))
    expect([ledger.cash, ledger.fundingPaid, ledger.deposits]).toEqual([530, 20, 550])
    expect(ledger.cashNumber()).toBe(0.053)
    ledger.verify()
  })

  it('refuses amounts that do not fit rather than rounding them', () => {
    const max = toDec(Number.MAX_SAFE_INTEGER)
    const ledger = new Ledger([AAA], max)
    expect(codeOf(() => ledger.deposit(toDec(1)))).toBe('DEC_OVERFLOW')
    const long = new Ledger(BOTH, max)
    long.quantity[0] = toDec(2 ** 40)
    long.quantity[1] = toDec(-(2 ** 40))
    // A sum that leaves the range on its way and comes back isn't exact either.
    expect(codeOf(() => long.equity(() => toDec(1_000_000)))).toBe('DEC_OVERFLOW')
  })

  it('refuses instruments with different scales of money', () => {
    expect(() => new Ledger([AAA, instrumentOf({ id: 1, quoteDec: 2 })], toDec(1))).toThrow(BugError)
    expect(new Ledger([], toDec(7)).equity(() => toDec(0))).toBe(7)
  })
})
