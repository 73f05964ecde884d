import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MarkSlot, markFlat, markOne, newMarkState, writeEquity } from '../../engine/kernel/mark.ts'
import { markMany, writeEquityMany } from '../../engine/kernel/mark-many.ts'

const SEED = { seed: 20190407, numRuns: 400 }
const ROWS = 60
const SYMBOLS = 5

interface Holding {
  readonly cash: number
  readonly quantities: readonly number[]
}

/** The definition, a row at a time: what all three loops must equal in every bit. */
function naive(initial: number, holdings: readonly Holding[], marks: readonly Float64Array[]) {
  const equity = new Float64Array(holdings.length)
  let [previous, peak, maxDrawdown, sumReturns, sumSquares] = [initial, initial, 0, 0, 0]
  holdings.forEach(({ cash, quantities }, row) => {
    let value = cash
    quantities.forEach((quantity, k) => {
      if (quantity !== 0) value += quantity * marks[k]![row]!
    })
    equity[row] = value
    const r = previous > 0 ? value / previous - 1 : 0
    sumReturns += r
    sumSquares += r * r
    peak = Math.max(peak, value)
    maxDrawdown = Math.max(maxDrawdown, (peak - value) / peak)
    previous = value
  })
  return { equity, state: Float64Array.of(previous, peak, maxDrawdown, sumReturns, sumSquares, holdings.length) }
}

/** Without a position no mark is looked at. */
const NO_MARK = new Float64Array(0)

type Loop = 'least' | 'many'

/** The loops over stretches of rows, each cut again at `cuts`. */
function looped(
  initial: number,
  stretches: readonly { from: number; to: number; holding: Holding }[],
  marks: readonly Float64Array[],
  cuts: ReadonlySet<number>,
  loop: Loop,
) {
  const equity = new Float64Array(marks[0]!.length)
  const state = newMarkState(initial)
  const bare = newMarkState(initial)
  const alone = new Float64Array(marks[0]!.length)
  for (const { from, to, holding } of stretches) {
    const held = holding.quantities
      .map((quantity, k) => ({ instrument: k, quantity, mark: marks[k]! }))
      .filter((one) => one.quantity !== 0)
    const { cash } = holding
    let start = from
    for (let row = from; row <= to; row++) {
      if (row < to && !cuts.has(row)) continue
      for (const [figures, column] of [
        [state, equity],
        [bare, null],
      ] as const) {
        if (loop === 'many' || held.length > 1) markMany(figures, column, start, row, cash, held)
        else if (held.length === 0) markFlat(figures, column, start, row, cash)
        else markOne(figures, column, start, row, cash, held[0]!.quantity, held[0]!.mark)
      }
      expect(writeEquityMany(alone, start, row, cash, held)).toBe(alone[row])
      expect(bits(alone.subarray(start, row + 1))).toBe(bits(equity.subarray(start, row + 1)))
      if (held.length < 2) {
        const { quantity, mark } = held[0] ?? { quantity: 0, mark: NO_MARK }
        expect(writeEquity(alone, start, row, cash, quantity, mark)).toBe(alone[row])
        expect(bits(alone.subarray(start, row + 1))).toBe(bits(equity.subarray(start, row + 1)))
      }
      start = row + 1
    }
  }
  return { equity, state, bare }
}

const bits = (column: Float64Array): string =>
  Buffer.from(column.buffer, column.byteOffset, column.byteLength).toString('hex')

const price = fc.double({ min: 0.01, max: 1000, noNaN: true })
const column = fc.array(price, { minLength: ROWS, maxLength: ROWS }).map((prices) => Float64Array.from(prices))
const quantity = fc.oneof(fc.constant(0), fc.double({ min: -5, max: 5, noNaN: true }))
const stretch = fc.record({
  rows: fc.integer({ min: 1, max: 25 }),
  holding: fc.record({
    cash: fc.double({ min: 1, max: 20_000, noNaN: true }),
    quantities: fc.array(quantity, { minLength: SYMBOLS, maxLength: SYMBOLS }),
  }),
})

describe('the mark loops', () => {
  it.each(['least', 'many'] as const)(
    'equal a naive row at a time in every bit, however rows are split (%s)',
    (loop) => {
      fc.assert(
        fc.property(
          fc.array(stretch, { minLength: 8, maxLength: 20 }),
          fc.array(column, { minLength: SYMBOLS, maxLength: SYMBOLS }),
          fc.uniqueArray(fc.nat(ROWS - 1)),
          (parts, marks, cuts) => {
            const stretches: { from: number; to: number; holding: Holding }[] = []
            const holdings: Holding[] = []
            for (const { rows, holding } of parts) {
              const from = holdings.length
              for (let n = 0; n < rows && holdings.length < ROWS; n++) holdings.push(holding)
              if (holdings.length > from) stretches.push({ from, to: holdings.length - 1, holding })
            }
            const used = marks.map((one) => one.subarray(0, holdings.length))
            const want = naive(10_000, holdings, used)
            const got = looped(10_000, stretches, used, new Set(cuts), loop)
            expect(bits(got.equity)).toBe(bits(want.equity))
            expect(bits(got.state)).toBe(bits(want.state))
            expect(bits(got.bare)).toBe(bits(want.state))
            expect(got.state.every(Number.isFinite)).toBe(true)
          },
        ),
        SEED,
      )
    },
  )

  it('find the largest drawdown to the bit where many are nearly equal', () => {
    // Falls that differ by a few ulps: the guard before the division may not lose the largest.
    const falls = fc.array(fc.integer({ min: -8, max: 8 }), { minLength: 20, maxLength: 20 })
    fc.assert(
      fc.property(falls, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (ulps, depth) => {
        const mark = Float64Array.from(ulps.flatMap((n) => [1000, 1000 * depth * (1 + n * 2 ** -52)]))
        const holdings = Array.from(mark, () => ({ cash: 0.1, quantities: [3] }))
        const want = naive(10, holdings, [mark])
        const state = newMarkState(10)
        markOne(state, null, 0, mark.length - 1, 0.1, 3, mark)
        expect(bits(state)).toBe(bits(want.state))
      }),
      SEED,
    )
  })

  it('take the same figures from a long stretch whether equity is kept or not', () => {
    const rows = 5000
    const marks = [1, 2, 3].map((k) => Float64Array.from({ length: rows }, (_, i) => 50 + k * Math.sin(i / (7 * k))))
    const held = marks.map((mark, instrument) => ({ instrument, quantity: 0.1 * (instrument + 1), mark }))
    const [kept, bare] = [newMarkState(100), newMarkState(100)]
    const equity = new Float64Array(rows)
    markMany(kept, equity, 3, rows - 1, 90, held)
    markMany(bare, null, 3, rows - 1, 90, held)
    expect(bits(bare)).toBe(bits(kept))
    const want = naive(
      100,
      Array.from({ length: rows - 3 }, () => ({ cash: 90, quantities: held.map((one) => one.quantity) })),
      marks.map((mark) => mark.subarray(3)),
    )
    expect(bits(kept)).toBe(bits(want.state))
    expect(bits(equity.subarray(3))).toBe(bits(want.equity))
  })

  it('do nothing over no rows', () => {
    const state = newMarkState(100)
    const mark = Float64Array.of(1, 2)
    markFlat(state, null, 1, 0, 7)
    markOne(state, null, 5, 1, 7, 1, mark)
    markMany(state, null, 1, 0, 7, [{ instrument: 0, quantity: 1, mark }])
    expect([...state]).toEqual([100, 100, 0, 0, 0, 0])
  })

  it('write the rows they were given, and no other', () => {
    const equity = new Float64Array(5).fill(-1)
    markFlat(newMarkState(1), equity, 1, 2, 7)
    markOne(newMarkState(1), equity, 3, 3, 7, 2, Float64Array.of(0, 0, 0, 5, 0))
    expect([...equity]).toEqual([-1, 7, 7, 17, -1])
  })
})

describe('an account that is wiped out', () => {
  /** 100 in cash and one base sold short, marked at these prices. */
  const run = (prices: readonly number[], split: boolean): Float64Array => {
    const mark = Float64Array.from(prices)
    const state = newMarkState(100)
    if (split) for (let row = 0; row < mark.length; row++) markOne(state, null, row, row, 100, -1, mark)
    else markOne(state, null, 0, prices.length - 1, 100, -1, mark)
    return state
  }

  it.each([
    ['to zero', [50, 100, 100, 60]],
    ['below zero and back', [50, 150, 120, 60, 40]],
    ['from zero straight to below', [100, 180, 100]],
  ])('%s: every figure stays a number, the same by rows and at once', (_, prices) => {
    const state = run(prices, false)
    expect(state.every(Number.isFinite)).toBe(true)
    expect(bits(run(prices, true))).toBe(bits(state))
    const holdings = prices.map(() => ({ cash: 100, quantities: [-1] }))
    expect(bits(naive(100, holdings, [Float64Array.from(prices)]).state)).toBe(bits(state))
    expect(state[MarkSlot.bars]).toBe(prices.length)
  })

  it('has a return for the bar that did it, and none from there until equity is above zero at a close', () => {
    // Equity 50, -50, -20, 40, 60: returns -0.5, -2, none, none, 0.5.
    const state = run([50, 150, 120, 60, 40], false)
    expect(state[MarkSlot.sumReturns]).toBe(-2)
    expect(state[MarkSlot.sumSquares]).toBe(0.25 + 4 + 0.25)
    expect(state[MarkSlot.maxDrawdown]).toBe(1.5)
    expect(state[MarkSlot.equity]).toBe(60)
  })

  it('stays at zero without a figure that is no number', () => {
    const state = newMarkState(100)
    markFlat(state, null, 0, 3, 0)
    markFlat(state, null, 4, 9, 0)
    markMany(state, null, 10, 11, 0, [])
    expect([...state]).toEqual([0, 100, 1, -1, 1, 12])
  })
})
