import { expect } from 'vitest'
import { FactKind, RejectCode } from '../../../engine/core/fact.ts'
import { endings, fillsOf } from './audit.ts'
import { limit, market, stop } from './harness.ts'
import type { Case } from './suite.ts'
import { story, words } from './words.ts'

/** From sent to its one ending. */
export function stateCases(add: Case): void {
  add('a market order is filled at the next price, and that is its end', ['scripted'], {}, async (play) => {
    await play.send(market(1, 1))
    expect(await play.facts()).toEqual([])
    await play.advance(3)
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker'])
  })

  add('a resting order is accepted, and waits', [], {}, async (play) => {
    await play.send(limit(1, 1, 50))
    await play.advance(3)
    expect((await play.facts()).map(words)).toEqual(['1 accepted'])
  })

  add('a cancelled order is accepted, then cancelled, and nothing more', [], {}, async (play) => {
    await play.send(limit(1, 1, 50))
    await play.advance()
    await play.cancel(1)
    await play.advance(3)
    expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 cancelled'])
  })

  add('a rejected order was never accepted, and never fills', [], { cash: 10 }, async (play) => {
    await play.send(limit(1, 1, 99.5))
    await play.advance(3)
    const facts = await play.facts()
    expect(facts.map(({ kind }) => kind)).toEqual([FactKind.rejected])
  })

  add('every order ends once, whatever its way', ['stop'], { base: 3 }, async (play) => {
    await play.send(market(1, 1))
    await play.send(limit(2, 1, 99.5))
    await play.send(limit(3, -1, 150))
    await play.send(stop(4, -1, 50))
    await play.send(limit(5, 100, 90))
    await play.send(stop(6, -1, 99.5))
    await play.advance(2)
    await play.cancel(3)
    await play.cancel(4)
    await play.advance(3)
    const facts = await play.facts()
    for (const id of [1, 2, 3, 4, 5, 6]) expect(endings(facts, id), `order ${id}`).toHaveLength(1)
  })

  add('a repeated id is refused, and nothing executes twice', ['rejectCodes'], {}, async (play) => {
    await play.send(market(1, 1))
    await play.advance()
    await play.send(market(1, 1))
    await play.advance(2)
    const facts = await play.facts()
    expect(fillsOf(facts, 1)).toHaveLength(1)
    expect(facts.at(-1)).toMatchObject({ kind: FactKind.rejected, orderId: 1, code: RejectCode.duplicateId })
  })

  add('a repeated id leaves the order that has it alone', [], {}, async (play) => {
    await play.send(limit(1, 1, 50))
    await play.send(limit(1, 2, 50))
    await play.advance()
    await play.cancel(1)
    await play.advance()
    const facts = await play.facts()
    expect(facts.filter(({ kind }) => kind === FactKind.cancelled)).toHaveLength(1)
    const balances = await play.balances()
    expect(balances.freeCash).toBe(balances.cash)
  })

  add('two messages of one id in one batch: one order', [], {}, async (play) => {
    await play.send(market(1, 1))
    await play.send(market(1, 1))
    await play.advance(2)
    expect(fillsOf(await play.facts(), 1)).toHaveLength(1)
  })

  add('the id of a rejected order is spent as well', ['rejectCodes'], { cash: 200 }, async (play) => {
    await play.send(market(1, 50))
    await play.advance()
    await play.send(market(1, 1))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 rejected INSUFFICIENT_FUNDS', '1 rejected DUPLICATE_ID'])
  })
}
