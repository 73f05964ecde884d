import fc from 'fast-check'
import { expect, it } from 'vitest'
import { toDec } from '../../engine/core/dec.ts'
import { BugError } from '../../engine/core/errors.ts'
import { type Fact, FactKind, orderFact } from '../../engine/core/fact.ts'
import { Ledger } from '../../engine/core/ledger.ts'
import { Purpose } from '../../engine/core/order.ts'
import { TradeBook, type TradeRecord } from '../../engine/kernel/trades.ts'
import { codeOf, instrumentOf } from '../core/support.ts'

/** Money of a fill: quantity, value, fee, spread, slippage. */
type Money = readonly [number, number, number, number, number]

function factOf(instrument: number, row: number, [quantity, value, fee, spreadCost, slippageCost]: Money): Fact {
  return {
    ...orderFact(FactKind.filled, { id: 1, instrument }, row * 1000, row * 1000 + 7),
    quantity: toDec(quantity),
    value: toDec(value),
    fee: toDec(fee),
    spreadCost: toDec(spreadCost),
    slippageCost: toDec(slippageCost),
  }
}

function enter(
  book: TradeBook,
  instrument: number,
  side: 1 | -1,
  row: number,
  money: Money,
  tag: string | null = null,
): void {
  book.enter(factOf(instrument, row, money), side, row, tag, 'MICRO_CAP')
}

function exit(book: TradeBook, instrument: number, row: number, flat: boolean, money: Money): void {
  book.exit(factOf(instrument, row, money), row, Purpose.stop, flat)
}

it('a round trip of several fills is one trade', () => {
  const book = new TradeBook()
  enter(book, 2, 1, 5, [10, 1000, 1, 2, 3], 'first')
  enter(book, 2, 1, 6, [20, 2100, 2, 4, 6], 'second')
  exit(book, 2, 8, false, [5, 600, 1, 1, 1])
  expect(book.closedCount).toBe(0)
  const open = book.stillOpen()
  expect(open).toHaveLength(1)
  expect(open[0]).toMatchObject({ exitRow: -1, exitMs: 0, exitPurpose: 0, exitQuantity: 5, entryQuantity: 30 })
  exit(book, 2, 9, true, [25, 3000, 3, 5, 5])
  expect(book.stillOpen()).toEqual([])
  expect(book.closed()).toEqual([
    {
      instrument: 2,
      side: 1,
      entryRow: 5,
      entryMs: 5000,
      tag: 'first',
      profile: 'MICRO_CAP',
      entryQuantity: 30,
      entryValue: 3100,
      entryFee: 3,
      exitQuantity: 30,
      exitValue: 3600,
      exitFee: 4,
      funding: 0,
      spreadCost: 12,
      slippageCost: 15,
      exitRow: 9,
      exitMs: 9000,
      exitPurpose: Purpose.stop,
    } satisfies Record<keyof TradeRecord, unknown>,
  ])
})

it('closed trades come in the order of their exits, open ones in the order of instruments', () => {
  const book = new TradeBook()
  for (const instrument of [3, 0, 1]) enter(book, instrument, -1, 1, [1, 10, 0, 0, 0])
  expect(book.stillOpen().map((one) => one.instrument)).toEqual([0, 1, 3])
  exit(book, 1, 2, true, [1, 9, 0, 0, 0])
  exit(book, 3, 2, true, [1, 9, 0, 0, 0])
  enter(book, 1, 1, 2, [1, 9, 0, 0, 0], 'again')
  expect(book.closed().map((one) => one.instrument)).toEqual([1, 3])
  expect(book.stillOpen().map(({ instrument, side, tag }) => [instrument, side, tag])).toEqual([
    [0, -1, null],
    [1, 1, 'again'],
  ])
})

it('a fill cannot close a trade that was never opened, or that is closed', () => {
  const book = new TradeBook()
  expect(() => exit(book, 0, 1, true, [1, 1, 0, 0, 0])).toThrow(BugError)
  enter(book, 4, 1, 1, [1, 1, 0, 0, 0])
  exit(book, 4, 2, true, [1, 1, 0, 0, 0])
  expect(() => exit(book, 4, 3, true, [1, 1, 0, 0, 0])).toThrow(BugError)
  expect(book.closedCount).toBe(1)
})

it('amounts that do not fit are refused when read', () => {
  const book = new TradeBook()
  for (let n = 0; n < 2; n++) enter(book, 0, 1, n, [1, Number.MAX_SAFE_INTEGER, 0, 0, 0])
  expect(codeOf(() => book.stillOpen())).toBe('DEC_OVERFLOW')
})

it('over random trading, the trades tell the same profit, fees and position as the ledger', () => {
  const fill = fc.record({
    grow: fc.boolean(),
    quantity: fc.integer({ min: 1, max: 50 }),
    value: fc.nat(9999),
    fee: fc.nat(20),
  })
  fc.assert(
    fc.property(fc.array(fill, { maxLength: 80 }), fc.constantFrom(1, -1), (fills, side) => {
      const ledger = new Ledger([instrumentOf()], toDec(1_000_000))
      const book = new TradeBook()
      fills.forEach(({ grow, quantity, value, fee }, row) => {
        const held = Math.abs(ledger.quantity[0]!)
        if (grow || held === 0) {
          ledger.fill(0, side, toDec(quantity), toDec(value), toDec(fee))
          enter(book, 0, side, row, [quantity, value, fee, 0, 0])
        } else {
          const closed = Math.min(held, quantity)
          ledger.fill(0, -side as 1 | -1, toDec(closed), toDec(value), toDec(fee))
          exit(book, 0, row, closed === held, [closed, value, fee, 0, 0])
        }
      })
      const closed = book.closed()
      expect(closed).toHaveLength(book.closedCount)
      for (const trade of closed) expect(trade.exitQuantity).toBe(trade.entryQuantity)
      const all = [...closed, ...book.stillOpen()]
      const sum = (of: (trade: TradeRecord) => number): number => all.reduce((total, trade) => total + of(trade), 0)
      expect(sum((one) => one.entryFee + one.exitFee)).toBe(ledger.feesPaid)
      expect(sum((one) => one.side * (one.entryQuantity - one.exitQuantity)) + 0).toBe(ledger.quantity[0])
      // Realised profit and the cost of what is open, together, are what came in less what went out.
      expect(sum((one) => side * (one.exitValue - one.entryValue)) + 0).toBe(ledger.realised - ledger.cost[0]! + 0)
    }),
    { seed: 20190407, numRuns: 300 },
  )
})
