/** Goal: the difference in result is put down to its causes, trade by trade, and the parts sum to it to the unit. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { Purpose } from '../../../engine/core/order.ts'
import { resolveConfig } from '../../../engine/run/config/index.ts'
import { attribute, CAUSES, type Causes } from '../../../engine/run/parity/attribute.ts'
import { costModelYaml, measuredCosts } from '../../../engine/run/parity/measured.ts'
import { inputOf, ROWS, type Trip } from './support.ts'

/** Buys 2 at the open of row 3, sells at that of row 8. */
const TRIP: Trip = { entryRow: 3, exitRow: 8, quantity: 2, entry: 103, exit: 108, fees: 1 }

/** Causes that aren't nothing, in cents. */
function causesOf(simulated: readonly Trip[], live: readonly Trip[], step = 1): Partial<Causes> {
  const { total, difference } = attribute(inputOf(simulated, live, step))
  expect(CAUSES.reduce((sum, cause) => sum + total[cause], 0)).toBe(difference)
  return Object.fromEntries(CAUSES.filter((cause) => total[cause] !== 0).map((cause) => [cause, total[cause]]))
}

describe('a pair of trades', () => {
  it.each<[string, Trip, Partial<Causes>]>([
    ['the same', TRIP, {}],
    ['bought 10 cents dearer, sold 20 cents cheaper', { ...TRIP, entry: 103.1, exit: 107.8 }, { price: -60 }],
    ['dearer fees', { ...TRIP, fees: 1.5 }, { fee: -50 }],
    ['funding', { ...TRIP, funding: 0.25 }, { funding: -25 }],
    ['filled a bar later, at its open', { ...TRIP, entryRow: 4, entry: 104, decided: 3 }, { timing: -200 }],
    [
      'filled a bar later, and 10 cents worse',
      { ...TRIP, entryRow: 4, entry: 104.1, decided: 3 },
      { timing: -200, price: -20 },
    ],
    ['decided a bar later', { ...TRIP, entryRow: 4, entry: 104 }, { signal: -200 }],
    ['left two bars earlier', { ...TRIP, exitRow: 6, exit: 106 }, { signal: -400 }],
    ['left in the same bar, for another reason', { ...TRIP, exit: 107, purpose: Purpose.stop }, { price: -200 }],
    ['half of it, because of the account', { ...TRIP, quantity: 1 }, { signal: -500 }],
    ['half of it, because no more was filled', { ...TRIP, quantity: 1, wanted: 2 }, { rejects: -500 }],
    [
      'everything at once',
      {
        ...TRIP,
        entryRow: 4,
        decided: 3,
        entry: 104.1,
        exitRow: 9,
        exit: 108.9,
        quantity: 1,
        wanted: 2,
        fees: 0.8,
        funding: -0.1,
      },
      { signal: 100, timing: -100, price: -20, fee: 20, funding: 10, rejects: -500 },
    ],
  ])('%s', (_, live, expected) => {
    expect(causesOf([TRIP], [live])).toEqual(expected)
  })

  it('within one lot step it is rounding', () => {
    expect(causesOf([TRIP], [{ ...TRIP, quantity: 1.9 }], 100)).toEqual({ rounding: -50 })
    expect(causesOf([TRIP], [{ ...TRIP, quantity: 1.9 }], 99)).toEqual({ signal: -50 })
  })

  it('short: dearer entries and cheaper exits are gains', () => {
    const short: Trip = { ...TRIP, side: -1 }
    expect(causesOf([short], [{ ...short, entry: 103.1, exit: 107.8 }])).toEqual({ price: 60 })
    expect(causesOf([short], [{ ...short, entryRow: 4, entry: 104, decided: 3 }])).toEqual({ timing: 200 })
  })

  it('still open at the end: both are worth the last close', () => {
    const open: Trip = { ...TRIP, exitRow: null, exit: 120 }
    expect(causesOf([open], [{ ...open, entry: 103.5 }])).toEqual({ price: -100 })
    expect(causesOf([TRIP], [open])).toEqual({ signal: 2400 })
  })
})

describe('trades of one side alone', () => {
  it('a refused entry is a reject, one that nobody decided a signal, and so is one too many', () => {
    const input = inputOf([TRIP], [])
    expect(attribute(input).total).toMatchObject({ signal: -900, rejects: 0 })
    const tried = { ...input, live: { ...input.live, orders: input.simulated.orders } }
    expect(attribute(tried).total).toMatchObject({ signal: 0, rejects: -900 })
    expect(causesOf([], [TRIP])).toEqual({ signal: 900 })
  })

  it('an entry filled after the last row is outside: the simulator has no row for it', () => {
    const { trades, difference, outside } = attribute(
      inputOf([], [{ ...TRIP, entryRow: ROWS, exitRow: null, exit: 119 }]),
    )
    expect([trades, difference, outside]).toEqual([[], 0, 3100])
  })

  it('each belongs to the one decided at its time, else to a near one', () => {
    const [a, b, c] = [1, 6, 11].map(
      (row): Trip => ({ ...TRIP, entryRow: row, entry: 100 + row, exitRow: row + 2, exit: 102 + row }),
    )
    const { trades } = attribute(inputOf([a!, b!], [{ ...b!, entryRow: 7, entry: 107 }, c!]))
    expect(trades.map(({ simulated, live }) => [simulated?.record.entryRow, live?.record.entryRow])).toEqual([
      [1, undefined],
      [6, 7],
      [undefined, 11],
    ])
  })
})

describe('the sum', () => {
  const trip = fc
    .record({
      side: fc.constantFrom(1 as const, -1 as const),
      entryRow: fc.integer({ min: 1, max: 15 }),
      length: fc.option(fc.integer({ min: 1, max: 4 })),
      quantity: fc.integer({ min: 1, max: 99_999 }).map((n) => n / 1000),
      entry: fc.integer({ min: 1, max: 99_999 }).map((n) => n / 100),
      exit: fc.integer({ min: 1, max: 99_999 }).map((n) => n / 100),
      fees: fc.integer({ min: 0, max: 999 }).map((n) => n / 50),
      funding: fc.integer({ min: -99, max: 99 }).map((n) => n / 100),
      decided: fc.integer({ min: 1, max: 15 }),
      delayMs: fc.nat({ max: 5000 }),
    })
    .map(({ length, ...one }): Trip => ({ ...one, exitRow: length === null ? null : one.entryRow + length }))

  it('is the difference, whatever the trades; and with what is outside the difference in equity', () => {
    fc.assert(
      fc.property(fc.array(trip, { maxLength: 5 }), fc.array(trip, { maxLength: 5 }), (simulated, live) => {
        const input = inputOf(simulated, live)
        const { trades, total, difference, outside } = attribute(input)
        for (const one of trades) {
          expect(CAUSES.reduce((sum, cause) => sum + one.causes[cause], 0)).toBe(one.difference)
          // What dividing leaves: a unit or two beside the lot step.
          const { live: own, simulated: sim } = one
          const change =
            own === null || sim === null ? 0 : Math.abs(own.record.entryQuantity - sim.record.entryQuantity)
          if (change !== 1) expect(Math.abs(one.causes.rounding)).toBeLessThanOrEqual(2)
        }
        expect(CAUSES.reduce((sum, cause) => sum + total[cause], 0)).toBe(difference)
        expect(difference + outside).toBe(input.live.finalEquity - input.simulated.finalEquity)
      }),
      { seed: 11, numRuns: 300 },
    )
  })
})

describe('measured costs', () => {
  it('slippage against the next open, delays from the close, rates over value', () => {
    const live = [
      { ...TRIP, entry: 103.103, exit: 107.892, delayMs: 1200 },
      { ...TRIP, entryRow: 10, entry: 110, exitRow: 12, exit: 112, fees: 2, delayMs: 800 },
    ]
    const measured = measuredCosts(inputOf([], live))
    expect(measured.slippageBps).toMatchObject({ n: 4, least: 0, most: expect.closeTo(10.19, 1) })
    expect(measured.latencyMs).toMatchObject({ n: 4, mean: 1000, median: 1000 })
    expect(measured.takerRate).toBeCloseTo(3 / (2 * (103.103 + 107.892 + 110 + 112)), 6)
    expect(measured.makerRate).toBeNull()
    const text = costModelYaml(measured, 's1')
    expect(text).toContain('latencyMs: { sample: [1200, 1200, 800, 800] }')
    expect(costModelYaml(measuredCosts(inputOf([], [])), 's1')).toBeNull()
    const base = { strategy: { name: 'sma-cross' }, data: { venue: 'kraken', symbols: ['BTC/USD'], timeframe: '1h' } }
    const config = resolveConfig({ ...base, ...parse(text!) }, 'run.yaml')
    expect(config.execution.latencyMs).toEqual({ sample: [1200, 1200, 800, 800] })
    expect(config.costs.slippageBps).toBeGreaterThan(0)
    // What nobody saw is said to be taken over; one delay for all is one number.
    expect(text).toContain("# no fill was a maker's: its rate is taken to be the other's\n  fees: {")
    const even = costModelYaml({ ...measured, makerRate: 0.001, latencies: [0, 0] }, 's1')!
    expect(even).not.toContain('no fill was')
    expect(resolveConfig({ ...base, ...parse(even) }, 'run.yaml').execution.latencyMs).toBe(0)
  })
})
