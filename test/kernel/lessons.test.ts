/** What the venue's answers teach: the number that it names, else ours; by the price that the order itself names. */

import { describe, expect, it } from 'vitest'
import { type Fact, FactKind, orderFact, RejectCode } from '../../engine/core/fact.ts'
import { buildGrid } from '../../engine/core/grid.ts'
import { FREE_RULEBOOK } from '../../engine/core/instrument.ts'
import type { LearnedMinimum } from '../../engine/core/minimum.ts'
import type { OrderFields } from '../../engine/core/order.ts'
import type { DeskOptions } from '../../engine/kernel/desk-types.ts'
import { Lessons } from '../../engine/kernel/lessons.ts'
import { approve } from '../../engine/rules/approve.ts'
import { LearnedMinimums } from '../../engine/rules/minimums.ts'
import { INSTRUMENT, limit, market, money, price } from '../conformance/venue/harness.ts'
import { candlesFrom } from '../indicators/support.ts'
import { plainRules, seriesOf } from '../support/runs.ts'

function lessons(rules = plainRules()) {
  const told: LearnedMinimum[] = []
  const options = {
    instruments: [INSTRUMENT],
    grid: buildGrid([seriesOf(candlesFrom({ close: [100, 50] }), 'SOL/USD', 60_000)]),
    rules,
    rulebook: () => FREE_RULEBOOK,
    onMinimum: (one: LearnedMinimum) => told.push(one),
  } as unknown as DeskOptions
  const minimums = new LearnedMinimums(INSTRUMENT.quoteDec, 1.25)
  const desk = new Lessons(options, minimums)
  const refuse = (order: OrderFields, more: Partial<Fact> = {}, row = 0) => {
    const fact = { ...orderFact(FactKind.rejected, order, 7, 7, RejectCode.belowMinimum), ...more }
    desk.refused(approve(order), fact, row)
    return told.at(-1)
  }
  const take = (order: OrderFields, more: Partial<Fact> = {}, row = 0) => {
    desk.taken(approve(order), { ...orderFact(FactKind.filled, order, 8, 8), ...more }, row)
    return told.at(-1)
  }
  return { told, minimums, refuse, take }
}

describe('lessons', () => {
  it('a number that the venue names is believed, else 1.25 × the size', () => {
    const { refuse, told } = lessons()
    expect(refuse(market(1, 0.04))).toMatchObject({ minimumQuote: '5', sizeQuote: '4', origin: 'inferred', atMs: 7 })
    expect(refuse(market(2, 0.05), { value: money(7.5) })).toMatchObject({ minimumQuote: '7.5', origin: 'named' })
    expect(told).toHaveLength(2)
  })

  it('an order is worth what its own price says, else the fill, else the market at the close before', () => {
    const { refuse, take } = lessons()
    expect(refuse(limit(1, 0.1, 90))).toMatchObject({ sizeQuote: '9', minimumQuote: '11.25' })
    expect(take(market(2, 0.1), { price: price(110) })).toMatchObject({ minimumQuote: '11', origin: 'accepted' })
    expect(take(market(3, 0.1), { price: price(112) })).toMatchObject({ minimumQuote: '11' })
    expect(take(market(4, 0.1), {}, 2)).toMatchObject({ minimumQuote: '5', sizeQuote: '5' })
    expect(take(market(5, 0, { quoteAmount: money(4) }))).toMatchObject({ minimumQuote: '4' })
  })

  it('other codes, orders that reduce, and a rule that is off teach nothing', () => {
    const { refuse, take, told } = lessons()
    refuse(market(1, 0.04), { code: RejectCode.insufficientFunds })
    refuse(market(1, -0.04, { reduceOnly: true }))
    refuse(market(2, 0.04))
    take(market(3, -0.01, { reduceOnly: true }))
    expect(told).toHaveLength(1)
    const off = lessons({ ...plainRules(), learningFactor: null })
    off.refuse(market(1, 0.04))
    expect(off.minimums.empty).toBe(true)
  })
})
