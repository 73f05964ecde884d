import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import type { PlanFact } from '../../engine/rules/plan.ts'
import { PORTFOLIO_SIZING } from '../../engine/rules/presets.ts'
import { rateOf, withCost } from '../../engine/rules/rate.ts'
import { type Candidate, lowerRanked, planSells, reallocationFor } from '../../engine/rules/reallocation.ts'
import { ReallocationPlan } from '../../engine/rules/reallocation-plan.ts'
import { PortfolioSizer } from '../../engine/rules/sizing.ts'
import { instrument, number, px, QUOTE_DEC, qty, rulebook, text, usd } from './support.ts'

const FEE = rateOf(0.0026)
const sizer = new PortfolioSizer(PORTFOLIO_SIZING, QUOTE_DEC)

function candidate(id: number, held: string, over: Partial<Candidate> & { step?: string } = {}): Candidate {
  return {
    instrument: instrument(`C${id}/USD`, id),
    rulebook: rulebook({ step: over.step ?? '0.0001', minCost: '5' }),
    held: qty(held),
    price: px('10'),
    score: null,
    pnlFraction: 0,
    ...over,
  }
}

describe('D2 which positions are sold', () => {
  it("D2: lowest-ranked first: by the strategy's score where all have one, and only lower than the entry's", () => {
    const scored = [0.9, 0.2, 0.5, 0.7].map((score, id) => candidate(id, '1', { score }))
    expect(lowerRanked(scored, 0.7).map((one) => one.score)).toEqual([0.2, 0.5])
  })

  it('D2: else worst PnL, ties in the order of instruments', () => {
    const pnl = [0.1, -0.2, 0.1, -0.05]
    const some = pnl.map((pnlFraction, id) => candidate(id, '1', { pnlFraction, score: id === 0 ? null : 0.1 }))
    expect(lowerRanked(some, 0.7).map((one) => one.instrument.id)).toEqual([1, 3, 0, 2])
    expect(lowerRanked(some, null)).toHaveLength(4)
  })

  it('B3 example: equity 200, available 45, deployed 155: sells of 136.82374 at least, lowest-ranked first', () => {
    const candidates = [candidate(0, '10.5', { pnlFraction: 0.1 }), candidate(1, '5', { pnlFraction: -0.1 })]
    const found = reallocationFor(sizer, {
      totalEquity: usd('200'),
      available: usd('45'),
      buyCostRate: FEE,
      sellCostRate: FEE,
      candidates,
      score: null,
    })!
    expect(text(found.need.shortfall)).toBe('136.468')
    expect(found.sells.map((one) => [one.instrument, text(one.value), one.whole])).toEqual([
      [1, '50', true],
      [0, '86.824', false],
    ])
    expect(found.sells.reduce((sum, one) => sum + number(one.value), 0)).toBeGreaterThanOrEqual(136.82374)
  })

  it('B3: a normal trade where nothing is short, or the candidates can not cover it', () => {
    const query = { totalEquity: usd('200'), buyCostRate: FEE, sellCostRate: FEE, score: null }
    const rich = candidate(0, '20')
    expect(reallocationFor(sizer, { ...query, available: usd('181.468'), candidates: [rich] })).toBeNull()
    expect(reallocationFor(sizer, { ...query, available: usd('181.467'), candidates: [rich] })).toBeNull()
    expect(reallocationFor(sizer, { ...query, available: usd('45'), candidates: [candidate(0, '13')] })).toBeNull()
    expect(reallocationFor(sizer, { ...query, available: usd('45'), candidates: [] })).toBeNull()
    expect(reallocationFor(sizer, { ...query, available: usd('45'), candidates: [rich] })).not.toBeNull()
  })

  it("D2: whole where the rest would fall below the venue's minimum, part where it would just hold", () => {
    const part = planSells([candidate(0, '2.5')], usd('20'), rateOf(0))!
    expect(part[0]).toMatchObject({ quantity: qty('2'), whole: false })
    const whole = planSells([candidate(0, '2.4999')], usd('20'), rateOf(0))!
    expect(whole[0]).toMatchObject({ quantity: qty('2.4999'), whole: true })
  })

  it('positions too small to be sold are passed over, and nothing is sold for a rest that the venue would not take', () => {
    const sells = planSells([candidate(0, '0.4'), candidate(1, '2')], usd('10'), rateOf(0))!
    expect(sells.map((one) => one.instrument)).toEqual([1])
    expect(planSells([candidate(0, '2')], usd('4'), rateOf(0))).toBeNull()
  })

  it('edges: an exact cover ends it, the whole is called whole, minimums are inclusive', () => {
    expect(planSells([candidate(0, '1'), candidate(1, '1')], usd('10'), rateOf(0))).toHaveLength(1)
    const free = candidate(0, '1', { rulebook: rulebook() })
    expect(planSells([free], usd('10'), rateOf(0))).toMatchObject([{ quantity: qty('1'), whole: true }])
    const byQuantity = (minQty: string) => candidate(0, '1', { rulebook: rulebook({ minQty }) })
    expect(planSells([byQuantity('1')], usd('5'), rateOf(0))).toMatchObject([{ whole: true }])
    expect(planSells([byQuantity('1.01')], usd('5'), rateOf(0))).toBeNull()
    expect(planSells([byQuantity('0.5')], usd('5'), rateOf(0))).toMatchObject([{ quantity: qty('0.5'), whole: false }])
    const query = { available: usd('0'), buyCostRate: rateOf(0), sellCostRate: rateOf(0), score: null }
    const small = (totalEquity: string) => ({
      ...query,
      totalEquity: usd(totalEquity),
      candidates: [candidate(0, '2')],
    })
    expect(reallocationFor(sizer, small('5.5555555556'))).not.toBeNull()
    expect(reallocationFor(sizer, small('5.55'))).toBeNull()
  })

  it('never more than shortfall, fees and one step, or whole', () => {
    const one = fc.record({
      held: fc.integer({ min: 1, max: 2_000_000 }),
      price: fc.integer({ min: 10_000_000, max: 100_000_000_000 }),
      step: fc.constantFrom('0.0000000001', '0.0001', '0.01', '1'),
      pnl: fc.integer({ min: -50, max: 50 }),
    })
    const shortfall = fc.integer({ min: 1, max: 50_000_000 })
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 6 }),
        shortfall,
        fc.integer({ min: 0, max: 100 }),
        (positions, short, bps) => {
          const rate = rateOf(bps / 1e4)
          const candidates = positions.map(({ held, price, step, pnl }, id) =>
            candidate(id, '0', { held: (held * 1e6) as Dec, price: price as Dec, step, pnlFraction: pnl }),
          )
          const ranked = lowerRanked(candidates, null)
          const sells = planSells(ranked, (short * 1e5) as Dec, rate)
          if (sells === null) return
          const order = sells.map((sell) => ranked.findIndex((c) => c.instrument.id === sell.instrument))
          expect(order).toEqual([...order].sort((a, b) => a - b))
          let left = short * 1e5
          for (const { instrument: id, quantity, whole, expected } of sells) {
            expect(left).toBeGreaterThan(0)
            const { held, price, rulebook: book } = candidates[id]!
            expect(quantity).toBeLessThanOrEqual(held)
            expect(whole).toBe(quantity === held)
            // One step and one unit less would not cover what is left.
            const fewer = (Number(quantity - Math.max(1, book.step)) * price) / 1e8
            if (!whole) expect(fewer * (1 - bps / 1e4)).toBeLessThanOrEqual(left + 2)
            left -= expected
          }
          expect(left).toBeLessThanOrEqual(0)
        },
      ),
      { seed: 20260130, numRuns: 500 },
    )
  })
})

describe('D2 the plan', () => {
  const sells = planSells([candidate(4, '5'), candidate(5, '10')], usd('136.468'), FEE)!
  const plan = () =>
    new ReallocationPlan({ sells, instrument: 9, wanted: usd('180'), available: usd('45'), buyCostRate: FEE }, sizer)
  const fill = (id: number, net: string, complete = true): PlanFact => ({
    kind: 'fill',
    id,
    quantity: qty('1'),
    net: usd(net),
    complete,
  })

  it('sells first; the buy only after they have filled, sized by what really came in', () => {
    const one = plan()
    expect(one.dueMs).toBe(Number.NEGATIVE_INFINITY)
    expect(one.next().map((c) => [c.kind, c.id])).toEqual([
      ['sell', 1],
      ['sell', 2],
    ])
    expect([one.dueMs, one.next()]).toEqual([Number.POSITIVE_INFINITY, []])
    one.onFact(fill(1, '20', false))
    one.onFact(fill(1, '29.87'))
    expect(one.next()).toEqual([])
    one.onFact(fill(2, '80'))
    const [buy] = one.next()
    // 45 + 129.87 − 1 of buffer, less the fee: 173.87 / 1.0026.
    expect(buy).toMatchObject({ kind: 'buy', id: 3, instrument: 9 })
    expect(number((buy as { valueQuote: Dec }).valueQuote)).toBeCloseTo(173.87 / 1.0026, 8)
    expect(withCost((buy as { valueQuote: Dec }).valueQuote, FEE)).toBeLessThanOrEqual(usd('173.87'))
    expect(one.done).toBe(false)
    one.onFact({ kind: 'done', id: 3 })
    expect(one.result).toMatchObject({ outcome: 'bought', reason: null, received: usd('129.87') })
  })

  it('the buy is never larger than wanted, however much came in', () => {
    const one = plan()
    one.next()
    one.onFact(fill(1, '100'))
    one.onFact(fill(2, '100'))
    expect(one.next()[0]).toMatchObject({ valueQuote: usd('180') })
  })

  it('a failed sell cancels the buy, with the reason, after the others are known', () => {
    const one = plan()
    one.next()
    one.onFact({ kind: 'failed', id: 1, reason: 'connection lost' })
    expect(one.done).toBe(false)
    one.onFact(fill(2, '86'))
    expect(one.next()).toEqual([])
    expect(one.result).toEqual({ outcome: 'cancelled', reason: 'connection lost', received: usd('86'), bought: 0 })
    expect(one.dueMs).toBe(Number.POSITIVE_INFINITY)
  })

  it('a buy that fell below the minimum, or failed, ends with its reason', () => {
    const poor = new ReallocationPlan(
      { sells: sells.slice(0, 1), instrument: 9, wanted: usd('180'), available: usd('0'), buyCostRate: FEE },
      sizer,
    )
    poor.next()
    poor.onFact(fill(1, '2'))
    expect(poor.next()).toEqual([])
    expect(poor.result!.reason).toContain('below the minimum of 5')
    const refused = plan()
    refused.next()
    refused.onFact(fill(1, '50'))
    refused.onFact(fill(2, '86'))
    refused.next()
    refused.onFact({ kind: 'failed', id: 3, reason: 'insufficient funds' })
    expect(refused.result).toMatchObject({ outcome: 'cancelled', reason: 'insufficient funds', bought: 0 })
  })

  it('facts of unknown or finished commands change nothing', () => {
    const one = plan()
    one.next()
    one.onFact(fill(1, '50'))
    one.onFact(fill(1, '50'))
    one.onFact(fill(77, '50'))
    one.onFact({ kind: 'failed', id: 2, reason: 'x' })
    expect(one.result!.received).toBe(usd('50'))
    one.onFact({ kind: 'failed', id: 2, reason: 'y' })
    expect(one.result!.reason).toBe('x')
  })
})
