import { describe, expect, it } from 'vitest'
import { toDec } from '../../engine/core/dec.ts'
import { buildGrid } from '../../engine/core/grid.ts'
import { type ApprovedOrder, OrderType, Side } from '../../engine/core/order.ts'
import { approve } from '../../engine/rules/approve.ts'
import { Bars } from '../../engine/sim/bars.ts'
import {
  type AmbiguityModel,
  assumedPath,
  insideFills,
  levelOf,
  passes,
  reach,
  waitsAbove,
} from '../../engine/sim/matching.ts'
import { newResting, type RestingOrder } from '../../engine/sim/resting.ts'
import { instrumentOf, seriesOf } from '../core/support.ts'

type Kind = 'buy stop' | 'sell stop' | 'buy limit' | 'sell limit'
const KINDS: readonly Kind[] = ['buy stop', 'sell stop', 'buy limit', 'sell limit']
const MODELS: readonly AmbiguityModel[] = ['pessimistic', 'optimistic', 'path']

/** An order as it rests at a level. */
function restingAt(order: ApprovedOrder, level: number): RestingOrder {
  return newResting(order, level, order.quantity, -1, toDec(0))
}

function orderOf(kind: Kind | 'market', price: number, instrument = 0): ApprovedOrder {
  const type = kind === 'market' ? OrderType.market : kind.endsWith('stop') ? OrderType.stop : OrderType.limit
  return approve({
    id: 1,
    instrument,
    side: kind.startsWith('sell') ? Side.sell : Side.buy,
    type,
    purpose: 1,
    quantity: toDec(1),
    quoteAmount: toDec(0),
    limitPrice: toDec(type === OrderType.limit ? price : 0),
    stopPrice: toDec(type === OrderType.stop ? price : 0),
    reduceOnly: false,
    ocoGroup: 0,
    decidedMs: 0,
    expiresMs: Number.POSITIVE_INFINITY,
    answersIntrabar: false,
    tag: null,
    terms: null,
  })
}

/** The simulated venue's look at one bar: open, high, low, close. */
function barOf(open: number, high: number, low: number, close: number): Bars {
  const series = seriesOf('A/USD', [0], () => open)
  Object.assign(series.candles.high, [high])
  Object.assign(series.candles.low, [low])
  Object.assign(series.candles.close, [close])
  const bars = new Bars(buildGrid([series]), [instrumentOf()])
  bars.move(0)
  return bars
}

describe('a price seen at one moment, level 100', () => {
  it.each([
    // kind         limit fill  99.99   100  100.01
    ['buy stop', 'through', [false, true, true]],
    ['buy stop', 'touch', [false, true, true]],
    ['sell stop', 'through', [true, true, false]],
    ['sell stop', 'touch', [true, true, false]],
    ['buy limit', 'through', [true, false, false]],
    ['buy limit', 'touch', [true, true, false]],
    ['sell limit', 'through', [false, false, true]],
    ['sell limit', 'touch', [false, true, true]],
  ] as const)('%s (%s) at 99.99, 100, 100.01: %j', (kind, limitFill, expected) => {
    const order = orderOf(kind, 10_000)
    expect([99.99, 100, 100.01].map((price) => passes(restingAt(order, 100), price, limitFill))).toEqual(expected)
  })

  it('a missing price fills nothing', () => {
    for (const kind of KINDS) {
      for (const limitFill of ['through', 'touch'] as const) {
        expect(passes(restingAt(orderOf(kind, 10_000), 100), Number.NaN, limitFill)).toBe(false)
      }
    }
  })
})

describe('over a bar', () => {
  const bar = barOf(100, 110, 90, 105)

  it.each([
    ['buy stop', true, 110],
    ['sell limit', true, 110],
    ['sell stop', false, 90],
    ['buy limit', false, 90],
  ] as const)('%s waits above: %s, and is reached by %i', (kind, above, extreme) => {
    expect(waitsAbove(orderOf(kind, 1))).toBe(above)
    expect(reach(restingAt(orderOf(kind, 1), 0.01), bar)).toBe(extreme)
  })

  it.each([
    // Level at the extreme itself: a stop is triggered by a touch, a limit only in the model `touch`.
    ['buy stop', 110, true, true],
    ['sell stop', 90, true, true],
    ['buy limit', 90, false, true],
    ['sell limit', 110, false, true],
    ['buy stop', 110.01, false, false],
    ['sell stop', 89.99, false, false],
    ['buy limit', 89.99, false, false],
    ['sell limit', 110.01, false, false],
    ['buy stop', 109.99, true, true],
    ['sell stop', 90.01, true, true],
    ['buy limit', 90.01, true, true],
    ['sell limit', 109.99, true, true],
  ] as const)('%s at %f is reached: %s, by a touch %s', (kind, level, through, touch) => {
    const order = orderOf(kind, Math.round(level * 100))
    const at = levelOf(order, 2)
    expect(at).toBe(level)
    const resting = restingAt(order, at)
    expect(passes(resting, reach(resting, bar), 'through')).toBe(through)
    expect(passes(resting, reach(resting, bar), 'touch')).toBe(touch)
    expect(passes(resting, reach(resting, bar), 'volume')).toBe(touch)
  })

  it.each([
    // An open beyond the level fills there: a stop worse than its trigger, a limit better than asked.
    ['buy stop', 99, true],
    ['sell stop', 101, true],
    ['buy limit', 101, true],
    ['sell limit', 99, true],
    ['buy stop', 101, false],
    ['sell stop', 99, false],
    ['buy limit', 99, false],
    ['sell limit', 101, false],
  ] as const)('%s at %i with an open of 100 fills by the gap: %s', (kind, level, fills) => {
    expect(passes(restingAt(orderOf(kind, level * 100), level), bar.open(0), 'through')).toBe(fills)
  })
})

describe('an order that arrives inside the bar 100 / 110 / 90 / 105', () => {
  const bar = barOf(100, 110, 90, 105)

  it.each([
    // kind, level               pessimistic  optimistic  path
    ['sell stop', 95, /* reached, not by the close */ [true, false, false]],
    ['buy stop', 108, [true, false, false]],
    ['buy limit', 95, [false, true, false]],
    ['sell limit', 108, [false, true, false]],
    ['sell stop', 106, /* the close proves it */ [true, true, true]],
    ['buy stop', 104, [true, true, true]],
    ['buy limit', 106, [true, true, true]],
    ['sell limit', 104, [true, true, true]],
    ['sell stop', 89, /* never reached */ [false, false, false]],
    ['buy stop', 111, [false, false, false]],
    ['buy limit', 89, [false, false, false]],
    ['sell limit', 111, [false, false, false]],
    ['sell stop', 105, /* the close at the level itself */ [true, true, true]],
    ['buy limit', 105, [false, true, false]],
  ] as const)('%s at %i: pessimistic, optimistic, path %j', (kind, level, expected) => {
    const order = orderOf(kind, level * 100)
    expect(MODELS.map((model) => insideFills(restingAt(order, level), bar, 'through', model))).toEqual(expected)
  })

  it('a limit touched by the close is proven in the model `touch`', () => {
    const order = orderOf('buy limit', 10_500)
    expect(MODELS.map((model) => insideFills(restingAt(order, 105), bar, 'touch', model))).toEqual([true, true, true])
  })

  it('the pessimistic model never favours the account, the optimistic one never hurts it', () => {
    for (const kind of KINDS) {
      for (let level = 88; level <= 112; level += 0.5) {
        const order = orderOf(kind, level * 100)
        const [pessimistic, optimistic] = MODELS.map((model) =>
          insideFills(restingAt(order, level), bar, 'through', model),
        )
        if (kind.endsWith('stop')) expect(Number(pessimistic)).toBeGreaterThanOrEqual(Number(optimistic))
        else expect(Number(pessimistic)).toBeLessThanOrEqual(Number(optimistic))
      }
    }
  })
})

it('the assumed path takes the low first in a rising bar, the high first in a falling one', () => {
  expect(assumedPath(100, 110, 90, 105)).toEqual([100, 90, 110, 105])
  expect(assumedPath(100, 110, 90, 95)).toEqual([100, 110, 90, 95])
  expect(assumedPath(100, 110, 90, 100)).toEqual([100, 90, 110, 100])
})

describe('levels', () => {
  it('are the doubles that the decimal prices have in a candle column', () => {
    for (let units = 1; units < 2_000; units += 7) {
      expect(levelOf(orderOf('buy limit', units), 3)).toBe(Number(`${units}e-3`))
      expect(levelOf(orderOf('sell stop', units), 3)).toBe(Number(`${units}e-3`))
    }
  })

  it('a market order waits for none', () => {
    expect(levelOf(orderOf('market', 0), 2)).toBeNaN()
    expect(passes(restingAt(orderOf('market', 0), Number.NaN), 100, 'touch')).toBe(false)
  })
})
