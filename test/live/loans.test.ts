/**
 * Goal: what Kraken takes for opening a loan is in the books, to the unit and once, over restarts too; closing one costs
 * nothing but the trade. Method: a session on margin through ccxt and HTTP at the practice exchange, whose ledger tells the
 * fee of the trade and that of the loan as one, as Kraken's does.
 */

import { afterEach, expect, it } from 'vitest'
import { FactKind } from '../../engine/core/fact.ts'
import type { VenueCharge } from '../../engine/live/exchange.ts'
import { closeAll, FLOORS, type Floor, FROM, rehearsal } from '../support/margin-rehearsal.ts'

afterEach(closeAll)

const [, floor] = FLOORS as readonly [Floor, Floor]

it('Kraken’s fee for opening a loan is booked once, and the books are the venue’s', async () => {
  const world = await rehearsal(floor)
  const charged = (): VenueCharge[] =>
    world.journal().flatMap(({ kind, body }) => {
      const { charge, fact } = body as { charge?: VenueCharge; fact?: { kind: number } }
      if (kind !== 'FACT' || charge === undefined) return []
      expect(fact?.kind).toBe(FactKind.borrowed)
      return [charge]
    })
  const first = await world.start()
  world.to(FROM + 1)
  await first.session.row(world.rows[0]!)
  world.to(FROM + 2)
  await first.session.tick()
  // A fortieth of a percent of what was borrowed; bought for 4 × 10 000, and not a cent of the trade's own fee.
  const [opening] = charged()
  expect(charged()).toHaveLength(1)
  expect(Number(opening!.amount)).toBeCloseTo(40_000 * 0.00025, 1)
  first.session.journal.close()

  const second = await world.start()
  expect(second.replayed?.difference).toBeNull()
  world.to(FROM + 3)
  await second.session.tick()
  expect(charged()).toHaveLength(1)
  await second.session.close(0)
  world.to(FROM + 4)
  await second.session.tick()
  expect([second.decider.held(0), charged().length]).toEqual([0, 1])
  const { cash } = world.books().balances[0]!
  expect(second.decider.cash / 1e8).toBeCloseTo(Number(cash), 6)
  second.session.journal.close()
})
