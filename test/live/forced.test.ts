/**
 * Goal: a position that the venue closes by force is ours: booked with the venue's numbers, told as an emergency, and the
 * session halts, without calling it a stranger's. Method: the real session through ccxt and HTTP at the practice exchange,
 * whose price runs away; restarts on the same journal; then single cases at a venue of the test's own.
 */

import { afterEach, describe, expect, it } from 'vitest'
import { FactKind } from '../../engine/core/fact.ts'
import { BARS, closeAll, FLOORS, type Floor, FROM, rehearsal } from '../support/margin-rehearsal.ts'

afterEach(closeAll)

describe.each(FLOORS)('at $venue, over HTTP', (floor) => {
  it('a liquidation is booked with the venue’s numbers, told, and halts; a restart finds books that agree', async () => {
    const world = await rehearsal(floor)
    const first = await world.start()
    world.to(FROM + 1)
    await first.session.row(world.rows[0]!)
    await first.session.tick()
    const held = first.decider.held(0)
    expect(held).toBeGreaterThan(0)
    world.to(BARS.length - 3)
    await first.session.tick()
    expect(first.decider.held(0)).toBe(0)
    expect(first.gate.halts).toHaveLength(1)
    expect(first.gate.halts[0]).toMatch(/^LIQUIDATED: kraken(futures)? has sold [\d.]+ BTC\/USD.* by force/)
    expect(first.told.filter(({ level }) => level === 'alarm').map(({ code }) => code)).toEqual([
      'LIQUIDATED',
      'EMERGENCY',
    ])
    expect(first.reports[0]).toContain('# Halted: LIQUIDATED')
    const fact = world
      .journal()
      .map(({ body }) => (body as { fact?: { kind: number; complete: boolean } }).fact)
      .filter((one) => one?.kind === FactKind.liquidated)
    expect(fact).toMatchObject([{ complete: true, quantity: held }])
    expect(first.decider.kernel.portfolio.liquidations).toBe(1)
    first.session.journal.close()

    const second = await world.start()
    expect([second.state, second.differences, second.gate.halts]).toEqual(['ACTIVE', [], []])
    expect(second.replayed).toMatchObject({ difference: null })
    expect(second.decider.cash).toBe(first.decider.cash)
    await second.session.tick()
    expect([second.gate.halts, second.decider.held(0)]).toEqual([[], 0])
    second.session.journal.close()
  })

  it('one that came while nobody was there is booked at the next start', async () => {
    const world = await rehearsal(floor)
    const first = await world.start()
    world.to(FROM + 1)
    await first.session.row(world.rows[0]!)
    first.session.journal.close()
    world.to(BARS.length - 3)
    const second = await world.start()
    expect([second.state, second.differences]).toEqual(['ACTIVE', []])
    expect(second.gate.halts).toHaveLength(1)
    expect(second.decider.held(0)).toBe(0)
    const { cash } = world.books().balances[0]!
    // At Kraken the loan's own fees are told by its ledger, at the next look at it.
    world.to(BARS.length - 2)
    await second.session.tick()
    expect(second.decider.cash / 1e8).toBeCloseTo(Number(cash), 6)
    second.session.journal.close()
  })
})

describe('what the venue tells of it', () => {
  const [floor] = FLOORS as readonly [Floor]

  it('without a fee is booked by an estimate, which makes way for the fee; the replay does the same', async () => {
    let isNamed = false
    const world = await rehearsal(floor, (one) => (one.liquidation && !isNamed ? { ...one, fee: null } : one))
    const first = await world.start()
    world.to(FROM + 1)
    await first.session.row(world.rows[0]!)
    world.to(BARS.length - 3)
    await first.session.tick()
    const estimated = first.decider.cash
    isNamed = true
    await first.session.tick()
    const { cash } = world.books().balances[0]!
    expect(first.decider.cash).not.toBe(estimated)
    expect(first.decider.cash / 1e8).toBeCloseTo(Number(cash), 6)
    first.session.journal.close()
    const second = await world.start()
    expect([second.replayed?.difference, second.differences]).toEqual([null, []])
    expect(second.decider.cash).toBe(first.decider.cash)
    second.session.journal.close()
  })

  it('of more than our books hold isn’t ours: it may become so within a minute, then it is a stranger’s', async () => {
    const world = await rehearsal(floor, (one) => (one.liquidation ? { ...one, quantity: '99' } : one))
    const first = await world.start()
    world.to(FROM + 1)
    await first.session.row(world.rows[0]!)
    const held = first.decider.held(0)
    world.to(FROM + 5)
    await first.session.settle()
    expect(first.gate.halts).toEqual([])
    world.to(FROM + 6)
    await first.session.settle()
    expect(first.gate.halts).toEqual([expect.stringMatching(/^FOREIGN_TRADE/)])
    expect(first.decider.held(0)).toBe(held)
    first.session.journal.close()
  })
})
