/** Goal: liquidation, funding and margin checks of the simulated venue, against numbers worked by hand. */

import { describe, expect, it } from 'vitest'
import type { MarginRecord } from '../../engine/core/dated.ts'
import { decArray, decFromNumber } from '../../engine/core/dec.ts'
import { FactKind } from '../../engine/core/fact.ts'
import { MarginTimeline } from '../../engine/market/margins.ts'
import type { MarginAccount } from '../../engine/sim/margin-account.ts'
import type { MarginTerms } from '../../engine/sim/margin-terms.ts'
import {
  INSTRUMENT,
  limit,
  market,
  type ScriptedCandle,
  START_MS,
  stop,
  TIMEFRAME_MS,
} from '../conformance/venue/harness.ts'
import type { SimHarness, SimSetup } from '../conformance/venue/sim-harness.ts'
import { perpetualRecord, spotMarginRecord } from '../support/margin-runs.ts'
import { MODELS, play, send, simOf } from './support.ts'

const CALM: ScriptedCandle = [100, 101, 99, 100]
const SYMBOLS = ['S0/USD', 'S1/USD']
/** Maintenance 1 % throughout, no fee. */
const FLAT = {
  tiers: [{ fromNotional: 0, maintenanceRate: 0.01, maxLeverage: 50 }],
  liquidationFee: 0,
  symbols: SYMBOLS,
}

function terms(record: MarginRecord, leverage: number, more: Partial<MarginTerms> = {}): MarginTerms {
  const timelines = SYMBOLS.map((symbol) => new MarginTimeline([record], 'test', { ...INSTRUMENT, symbol }))
  return {
    mode: 'cross',
    leverage,
    rules: (id, atMs) => timelines[id]!.at(atMs),
    nextChangeMs: () => Number.POSITIVE_INFINITY,
    funding: [],
    marks: [],
    ...more,
  }
}

function perpetual(
  candles: readonly ScriptedCandle[],
  leverage: number,
  record: Parameters<typeof perpetualRecord>[0] = {},
  more: Partial<MarginTerms> = {},
  setup: Partial<SimSetup> = {},
): SimHarness {
  const margin = terms(perpetualRecord({ ...FLAT, ...record }), leverage, more)
  return simOf({ candles, kind: 'perpetual', leverage, cash: 1000, ...setup, sim: { margin, ...setup.sim } })
}

/** The latest liquidation: quantity, price, fee, inside the bar or not. */
function last(venue: SimHarness): (number | boolean)[] {
  const fact = venue.facts().findLast(({ kind }) => kind === FactKind.liquidated)
  if (fact === undefined) return []
  const { qtyDec, pxDec, quoteDec } = INSTRUMENT
  return [fact.quantity / 10 ** qtyDec, fact.price / 10 ** pxDec, fact.fee / 10 ** quoteDec, fact.intrabar]
}

const cash = (venue: SimHarness): number => venue.balances().cash / 10 ** INSTRUMENT.quoteDec

describe('a long of 100 at 100 with 1,000: liquidation at 9,000 / 99 = 90.909…', () => {
  const fall: ScriptedCandle = [95, 96, 85, 88]

  it.each(MODELS)('inside the bar, %s', (model) => {
    const venue = perpetual([CALM, CALM, fall], 10, {}, {}, { sim: { model } })
    send(venue, market(1, 100))
    play(venue, 3)
    const [quantity, price, , intrabar] = last(venue)
    expect([quantity, intrabar]).toEqual([100, true])
    expect(Math.floor((price as number) * 100)).toBe(9090)
  })

  it('a gap below it fills at the open, above bankruptcy', () => {
    const venue = perpetual([CALM, CALM, [90.5, 92, 88, 91]], 10)
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue)).toEqual([100, 90.5, 0, false])
    expect(cash(venue)).toBe(50)
  })

  it('beyond bankruptcy the venue bears the rest', () => {
    const venue = perpetual([CALM, CALM, [80, 82, 78, 81]], 10)
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue)).toEqual([100, 90, 0, false])
    expect(cash(venue)).toBe(0)
  })

  it('the fee takes at most what is left', () => {
    const venue = perpetual([CALM, CALM, [90.5, 92, 88, 91]], 10, { liquidationFee: 0.5 })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue)).toEqual([100, 90.5, 50, false])
    expect(cash(venue)).toBe(0)
  })

  it('a stop before it goes first, a target beyond the bar stays', () => {
    const venue = perpetual([CALM, CALM, fall], 10)
    send(venue, market(1, 100))
    play(venue)
    send(venue, stop(2, -100, 93, { reduceOnly: true }), limit(3, -100, 110, { reduceOnly: true }))
    expect(play(venue, 2)).toContain('2 filled 100 @ 93 taker')
    expect(last(venue)).toEqual([])
  })

  it.each([
    ['pessimistic', true],
    ['optimistic', false],
  ] as const)('target and liquidation in one bar, %s', (model, liquidated) => {
    const venue = perpetual([CALM, CALM, [100, 112, 85, 100]], 10, {}, {}, { sim: { model } })
    send(venue, market(1, 100))
    play(venue)
    send(venue, limit(2, -100, 110, { reduceOnly: true }))
    play(venue, 2)
    expect(last(venue).length > 0).toBe(liquidated)
  })

  it('nothing is left of entry orders', () => {
    const venue = perpetual([CALM, CALM, fall, CALM], 10)
    send(venue, market(1, 90))
    play(venue)
    send(venue, limit(2, 5, 60))
    expect(play(venue, 3)).toContain('2 cancelled LIQUIDATION')
  })

  it('below the backstop the margin is gone', () => {
    // At 90.5 equity is 50, demanded are 90.50: less than two thirds of it.
    const venue = perpetual([CALM, CALM, [90.5, 92, 88, 91]], 10, { backstop: 2 / 3 })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue)).toEqual([100, 90, 0, false])
    expect(cash(venue)).toBe(0)
  })
})

describe('isolated', () => {
  it('a short at 10x has its own margin: liquidation at 110 / 1.01, the rest of the wallet is untouched', () => {
    const venue = perpetual([CALM, CALM, [105, 120, 104, 119]], 10, {}, { mode: 'isolated' })
    send(venue, market(1, -50))
    play(venue, 3)
    const [quantity, price] = last(venue)
    expect(quantity).toBe(50)
    expect(Math.floor((price as number) * 1000)).toBe(108910)
    // 1,000 less 50 × 8.9108…
    expect(Math.floor(cash(venue))).toBe(554)
  })

  it('a gap loses the margin of the position and no more', () => {
    const venue = perpetual([CALM, CALM, [150, 151, 149, 150]], 10, {}, { mode: 'isolated' })
    send(venue, market(1, -50))
    play(venue, 3)
    expect(last(venue)).toEqual([50, 110, 0, false])
    expect(cash(venue)).toBe(500)
  })
})

describe('in parts', () => {
  const partial = { aboveNotional: 5000, share: 0.2, cooldownMs: 30_000 }

  it('a fifth first; the rest in the same bar is inside the cooldown', () => {
    const venue = perpetual([CALM, CALM, [95, 96, 90.8, 94], CALM], 10, { partial })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue).slice(0, 1)).toEqual([20])
    // 80 at 90.909… with 90.909… of equity left: next at (7272.73 − 90.91) / (80 × 0.99) = 90.679…
    expect(venue.balances().base / 10 ** INSTRUMENT.qtyDec).toBe(80)
  })

  it('whole where the bar goes on falling', () => {
    const venue = perpetual([CALM, CALM, [95, 96, 85, 86], CALM], 10, { partial })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue).slice(0, 1)).toEqual([80])
    expect(venue.balances().base).toBe(0)
  })
})

describe('in parts, for a fee of their own', () => {
  it('half a per cent of the fifth that is closed: 20 at 90.909… pay 9.09, and the rest needs a fall to 90.79…', () => {
    const partial = { aboveNotional: 0, share: 0.2, cooldownMs: 0, fee: 0.005 }
    const venue = perpetual([CALM, CALM, [95, 96, 90.85, 94], CALM], 10, { partial })
    send(venue, market(1, 100))
    play(venue, 3)
    const [quantity, price, fee] = last(venue) as number[]
    expect(quantity).toBe(20)
    expect(fee).toBeCloseTo(20 * price! * 0.005, 6)
    // 80 with 1000 − 100 × 100 + 20 × 90.909… − 9.0909…: the next at (7,272.73 + … − 90.91 + 9.09) / (80 × 0.99).
    expect(venue.balances().base / 10 ** INSTRUMENT.qtyDec).toBe(80)
  })

  it('where nobody knows how, the whole is closed', () => {
    const venue = perpetual([CALM, CALM, [95, 96, 90.85, 94], CALM], 10, { partialUnknown: true })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue).slice(0, 1)).toEqual([100])
  })
})

describe('several positions behind one equity', () => {
  it('fall together: the larger demand goes first, until it suffices', () => {
    const setup = { others: [[CALM, CALM, [100, 101, 95, 96]]] } as const
    const venue = perpetual([CALM, CALM, [100, 101, 90, 91]], 20, {}, {}, setup)
    send(venue, market(1, 100), market(2, 80, { instrument: 1 }))
    play(venue, 3)
    const closed = venue.facts().filter(({ kind }) => kind === FactKind.liquidated)
    expect(closed[0]!.instrument).toBe(0)
    // Both closes end the account's equity: 100 × −9 + 80 × −4 = −1,220.
    expect(closed).toHaveLength(2)
  })

  it.each([
    ['pessimistic', 0],
    ['optimistic', 90],
    ['path', 90],
  ] as const)(
    'a hedge whose legs fall by half together, %s: only the pessimist has them part inside the bar',
    (model, kept) => {
      const setup = { others: [[CALM, CALM, [100, 101, 50, 51]]], sim: { model } } as const
      const venue = perpetual([CALM, CALM, [100, 101, 50, 51]], 20, {}, {}, setup)
      send(venue, market(1, 90), market(2, -90, { instrument: 1 }))
      play(venue, 3)
      expect(venue.balances().base / 10 ** INSTRUMENT.qtyDec).toBe(kept)
      expect(venue.venue.ambiguity.bars).toBe(kept === 0 ? 1 : 0)
    },
  )
})

describe('a mark of its own', () => {
  const column = (...values: number[]): Float64Array => Float64Array.from(values)

  it('a wick of the last price liquidates nobody', () => {
    const marks = [
      { open: column(100, 100, 99), high: column(101, 101, 101), low: column(99, 99, 95), close: column(100, 100, 99) },
    ]
    const venue = perpetual([CALM, CALM, [100, 101, 60, 99]], 10, {}, { marks })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue)).toEqual([])
  })

  it("the mark's fall does, within the last price's bar", () => {
    const marks = [
      { open: column(100, 100, 95), high: column(101, 101, 96), low: column(99, 99, 90), close: column(100, 100, 94) },
    ]
    const venue = perpetual([CALM, CALM, [96, 97, 93, 95]], 10, {}, { marks })
    send(venue, market(1, 100))
    play(venue, 3)
    expect(last(venue)).toEqual([100, 93, 0, true])
  })
})

describe('funding', () => {
  const at = (row: number): number => START_MS + row * TIMEFRAME_MS
  const funding = (rows: readonly number[], rates: readonly number[]) => {
    const rate = decArray(rates.length)
    rates.forEach((one, i) => {
      rate[i] = decFromNumber(one, 12)
    })
    return [{ timeMs: Float64Array.from(rows, at), rate }]
  }

  it('longs pay and shorts receive, who holds at the moment: before the orders of that open', () => {
    const events = funding([0, 1, 2, 3], [0.5, 0.001, -0.002, 0.5])
    for (const [size, expected] of [
      [10, 1000 - 1 + 2],
      [-10, 1000 + 1 - 2],
    ] as const) {
      const venue = perpetual([CALM, CALM, CALM, CALM, CALM], 2, {}, { funding: events })
      send(venue, market(1, size))
      play(venue, 3)
      send(venue, market(2, -size))
      // The funding of row 3 is due before its close at that open.
      play(venue, 1)
      expect(cash(venue)).toBeCloseTo(expected - (size > 0 ? 500 : -500), 9)
    }
  })

  it('moves the liquidation price', () => {
    const venue = perpetual([CALM, CALM, CALM], 10, {}, { funding: funding([1], [0.01]) })
    send(venue, market(1, 100))
    play(venue)
    const { margin } = venue.venue
    const price = (): number => margin!.prices.get(margin!.prices.rows - 1, 2)
    expect(Math.floor(price() * 100)).toBe(9090)
    play(venue)
    // 9,100 / 99
    expect(Math.floor(price() * 100)).toBe(9191)
  })
})

describe('leveraged spot', () => {
  const kraken = (candles: readonly ScriptedCandle[], cash: number, leverage = 5): SimHarness => {
    const margin = terms(spotMarginRecord({ symbols: SYMBOLS }), leverage)
    return simOf({ candles, kind: 'margin', leverage, cash, sim: { margin } })
  }

  it('the documentation in hundredths: 1 at 200 with 100 at 5x is stopped at 116, less what the loan cost', () => {
    const flat: ScriptedCandle = [200, 201, 199, 200]
    const venue = kraken([flat, flat, [200, 201, 110, 111]], 100)
    send(venue, market(1, 1))
    play(venue, 3)
    // Opening fee 0.025 % of 200 = 0.05: stopped at 116 + 0.05.
    expect(last(venue)[1]).toBeCloseTo(116.05, 9)
    const fees = venue.facts().filter(({ kind }) => kind === FactKind.borrowed)
    expect(fees.map(({ fee }) => fee / 10 ** INSTRUMENT.quoteDec)).toEqual([0.05])
  })

  it('the loan is paid again every four hours', () => {
    const venue = kraken(
      Array.from({ length: 600 }, () => CALM),
      100,
    )
    send(venue, market(1, 1))
    play(venue, 500)
    const bars = Math.floor((499 * TIMEFRAME_MS) / (4 * 3_600_000))
    expect(venue.facts().filter(({ kind }) => kind === FactKind.borrowed)).toHaveLength(1 + bars)
  })

  it('a debt remains', () => {
    const venue = kraken([CALM, CALM, [50, 51, 49, 50]], 100)
    send(venue, market(1, 4))
    play(venue, 3)
    // 100 − 200, less 0.1 for the loan.
    expect(cash(venue)).toBeCloseTo(-100.1, 9)
  })
})

describe('what is refused', () => {
  it('more margin than there is', () => {
    const venue = perpetual([CALM, CALM], 10)
    send(venue, market(1, 100.0001), market(2, 100))
    expect(play(venue)).toEqual(['1 rejected INSUFFICIENT_MARGIN', '2 filled 100 @ 100 taker'])
  })

  it("a size whose tier doesn't allow the leverage", () => {
    const tiers = [
      { fromNotional: 0, maintenanceRate: 0.01, maxLeverage: 20 },
      { fromNotional: 5000, maintenanceRate: 0.02, maxLeverage: 8 },
    ]
    const venue = perpetual([CALM, CALM], 10, { tiers })
    send(venue, market(1, 50), market(2, 49))
    expect(play(venue)).toEqual(['1 rejected LEVERAGE_TOO_HIGH', '2 filled 49 @ 100 taker'])
  })

  it('isolated: what is set apart is in use, whatever it earns', () => {
    const up: ScriptedCandle = [150, 151, 149, 150]
    const both = (mode: 'cross' | 'isolated'): string[] => {
      const venue = perpetual([CALM, up, up], 10, {}, { mode })
      send(venue, market(1, 60))
      play(venue)
      send(venue, market(2, 40))
      return play(venue)
    }
    expect(both('isolated')).toContain('2 rejected INSUFFICIENT_MARGIN')
    expect(both('cross')).toContain('2 filled 40 @ 150 taker')
  })
})

it('the books of a leveraged account: wallet, cost, free cash', () => {
  const venue = perpetual([CALM, CALM, CALM], 10)
  send(venue, market(1, 50))
  play(venue)
  const account = venue.venue.account as MarginAccount
  const money = (amount: number): number => amount / 10 ** INSTRUMENT.quoteDec
  expect([money(account.wallet), money(account.cost[0]!), money(account.isolated[0]!)]).toEqual([1000, 5000, 500])
  expect(money(account.freeCash)).toBe(500)
})
