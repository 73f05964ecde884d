import { expect } from 'vitest'
import { FactKind } from '../../../engine/core/fact.ts'
import type { OrderFields } from '../../../engine/core/order.ts'
import { type Capability, limit, market, money, price, stop, type VenueSetup } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

type Refusal = readonly [
  title: string,
  code: string,
  order: OrderFields,
  setup?: Partial<VenueSetup>,
  needs?: readonly Capability[],
]

const MARGIN: Partial<VenueSetup> = { kind: 'margin', leverage: 2 }

/** Tick 0.01, step 0.0001, at least 0.001 and 5.00; 1000.00 of cash, the market at 100. */
const REFUSALS: readonly Refusal[] = [
  ['a market buy beyond the cash', 'INSUFFICIENT_FUNDS', market(1, 10)],
  ['a market buy whose fee is beyond the cash', 'INSUFFICIENT_FUNDS', market(1, 9.9999)],
  ['a limit buy beyond the cash', 'INSUFFICIENT_FUNDS', limit(1, 10.1, 99)],
  ['a stop buy beyond the cash', 'INSUFFICIENT_FUNDS', stop(1, 10, 105), {}, ['stop']],
  [
    'a quote-sized buy beyond the cash',
    'INSUFFICIENT_FUNDS',
    market(1, 0, { quoteAmount: money(1000.01) }),
    {},
    ['quoteSized'],
  ],
  ['a market sell of nothing held', 'INSUFFICIENT_BASE', market(1, -1), {}, ['owned']],
  ['a market sell of more than is held', 'INSUFFICIENT_BASE', market(1, -1.0001), { base: 1 }, ['owned']],
  ['a limit sell of more than is held', 'INSUFFICIENT_BASE', limit(1, -1.0001, 110), { base: 1 }, ['owned']],
  ['a stop sell of more than is held', 'INSUFFICIENT_BASE', stop(1, -1.0001, 90), { base: 1 }, ['stop', 'owned']],
  ['a quantity below the minimum', 'BELOW_MINIMUM', limit(1, 0.0009, 99)],
  ['a cost below the minimum', 'BELOW_MINIMUM', limit(1, 0.05, 99.99)],
  ['a market cost below the minimum', 'BELOW_MINIMUM', market(1, 0.0499)],
  ['a sale below the cost minimum', 'BELOW_MINIMUM', market(1, -0.0499), { base: 1 }],
  ['a quote amount below the minimum', 'BELOW_MINIMUM', market(1, 0, { quoteAmount: money(4.99) }), {}, ['quoteSized']],
  ['a limit off the tick', 'OFF_TICK', { ...limit(1, 1, 99), limitPrice: price(99.005) }],
  ['a trigger off the tick', 'OFF_TICK', { ...stop(1, 1, 105), stopPrice: price(105.005) }, {}, ['stop']],
  ['a quantity off the step', 'OFF_STEP', limit(1, 1.00005, 99)],
  ['a market quantity off the step', 'OFF_STEP', market(1, 1.00005)],
  [
    'a reduce-only order without a position',
    'WOULD_OPEN_POSITION',
    market(1, -1, { reduceOnly: true }),
    MARGIN,
    ['margin', 'reduceOnly'],
  ],
  [
    'a reduce-only order that would enlarge a position',
    'WOULD_OPEN_POSITION',
    market(1, 1, { reduceOnly: true }),
    { ...MARGIN, base: 1 },
    ['margin', 'reduceOnly'],
  ],
  [
    'a resting reduce-only order without a position',
    'WOULD_OPEN_POSITION',
    limit(1, -1, 110, { reduceOnly: true }),
    MARGIN,
    ['margin', 'reduceOnly'],
  ],
  ['more than the buying power', 'INSUFFICIENT_FUNDS', market(1, 20), MARGIN, ['margin']],
]

/** What the venue says no to, as facts with a code. */
export function rejectCases(add: Case): void {
  for (const [title, code, order, setup = {}, needs = []] of REFUSALS) {
    add(`${title}: ${code}`, needs, setup, async (play) => {
      const before = await play.balances()
      await play.send(order)
      await play.advance(2)
      const facts = await play.facts()
      expect(facts.map(({ kind }) => kind)).toEqual([FactKind.rejected])
      if (play.can.rejectCodes) expect(story(facts)).toEqual([`1 rejected ${code}`])
      expect(await play.balances()).toEqual(before)
    })
  }

  add('a cancel of an order that never was: UNKNOWN_ORDER', ['rejectCodes'], {}, async (play) => {
    await play.cancel(77)
    await play.advance()
    expect(story(await play.facts())).toEqual(['77 cancelRejected UNKNOWN_ORDER'])
  })

  add('what is just enough is taken', ['scripted'], { cash: 100.26, base: 0 }, async (play) => {
    await play.send(market(1, 1))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker'])
    expect((await play.balances()).cash).toBe(0)
  })

  add('just the minimum is taken', ['scripted'], {}, async (play) => {
    await play.send(market(1, 0.05))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 0.05 @ 100 taker'])
  })

  add(
    'a reduce-only order is capped by the position',
    ['margin', 'reduceOnly', 'scripted'],
    { ...MARGIN, base: 0.5 },
    async (play) => {
      await play.send(market(1, -2, { reduceOnly: true }))
      await play.advance()
      expect(story(await play.facts())).toEqual(['1 filled 0.5 @ 100 taker'])
      expect((await play.balances()).base).toBe(0)
    },
  )

  add(
    'a resting reduce-only order whose position has gone opens none',
    ['margin', 'reduceOnly'],
    {
      ...MARGIN,
      base: 1,
      candles: [
        [100, 101, 99, 100],
        [100, 101, 99, 100],
        [100, 120, 90, 100],
        [100, 101, 99, 100],
      ],
    },
    async (play) => {
      await play.send(limit(1, -1, 110, { reduceOnly: true }))
      await play.advance()
      await play.send(market(2, -1))
      await play.advance(3)
      expect((await play.balances()).base).toBe(0)
    },
  )
}
