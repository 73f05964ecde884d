/**
 * Goal: what nothing explains halts before anything is sent, and an operator's word settles it, on record. Method: a
 * position is changed behind the session's back, as a manual trade would, between two processes.
 */

import { describe, expect, it } from 'vitest'
import { type Dec, toDec } from '../../engine/core/dec.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import { OrderTable } from '../../engine/live/order-table.ts'
import { namingOf } from '../../engine/live/recovery.ts'
import { replay } from '../../engine/live/replay.ts'
import { deciderOf, type LiveCase, LiveWorld } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

const one: LiveCase = {
  market: marketOf(randomCandles({ seed: 21, bars: 160 })),
  make: () => new RandomStrategy({ seed: 21, every: 4 }),
  from: 60,
  kind: 'live',
}

/** A session that was stopped with a position open, and what the account's owner then did by hand. */
async function disturbed(base: number, cash: number): Promise<LiveWorld> {
  const world = new LiveWorld(one)
  let held = false
  const first = await world.run((row) => !(held = row > 90 && world.exchange.sim.account.base[0]! > 0))
  expect(held && first.decider.held(0) > 0).toBe(true)
  const { account } = world.exchange.sim
  account.base[0] = toDec(account.base[0]! + base)
  account.cash = toDec(account.cash + cash)
  return world
}

const kinds = (world: LiveWorld): string[] =>
  readJournal(world.files.read('journal.jsonl'), 'journal').records.map(({ kind }) => kind)

function verified(world: LiveWorld): string | null {
  const { records } = readJournal(world.files.read('journal.jsonl'), 'journal')
  return replay(records, deciderOf(one), new OrderTable(), namingOf).difference
}

const MANY = 2_000_000_000_000

describe('a difference that nothing explains', () => {
  it('halts, is reported, and sends nothing', async () => {
    const world = await disturbed(-500_000_000_000, 0)
    const orders = (await world.exchange.openOrders()).length
    const { state, differences, gate } = await world.run(() => true)
    expect(state).toBe('HALTED')
    expect(differences.map(({ what }) => what)).toEqual(['BTC'])
    expect(gate.halts[0]).toMatch(/^UNEXPLAINED/)
    expect(world.reports[0]).toMatch(/\| BTC \|.*--adopt/s)
    expect(kinds(world).slice(-3)).toEqual(['OPEN', 'RECONCILE', 'HALT'])
    expect((await world.exchange.openOrders()).length).toBe(orders)
    // Started again without a word it halts again.
    expect((await world.run(() => true)).state).toBe('HALTED')
  })

  it('adopted, it is in the books, and the session goes on with it', async () => {
    const world = await disturbed(-500_000_000_000, 7_000_000)
    const { state, decider } = await world.run(() => true, { settlement: 'adopt', operator: 'ada' })
    expect(state).toBe('ACTIVE')
    expect(decider.held(0)).toBe(world.exchange.sim.account.base[0])
    expect(decider.cash).toBe(world.exchange.sim.account.cash)
    decider.verify()
    expect(verified(world)).toBeNull()
    expect(kinds(world)).toContain('RESUME')
  })

  it('ignored, it stays someone else’s', async () => {
    const world = await disturbed(MANY, -3_000_000_000)
    const { state, decider } = await world.run(() => true, { settlement: 'ignore' })
    expect(state).toBe('ACTIVE')
    expect(decider.held(0)).toBe(world.exchange.sim.account.base[0]! - MANY)
    expect(decider.cash).toBe((world.exchange.sim.account.cash + 3_000_000_000) as Dec)
    expect(verified(world)).toBeNull()
    // And it is remembered.
    expect((await world.run(() => false)).state).toBe('ACTIVE')
  })

  it('flattened, what the books hold is closed, and nothing else', async () => {
    const world = await disturbed(MANY, 0)
    const { state, decider, gate } = await world.run(() => true, { settlement: 'flatten' })
    expect(state).toBe('HALTED')
    expect(gate.halts[0]).toMatch(/^FLATTENED/)
    // The market takes it at the next open.
    for (let row = 0; row < 3 && decider.held(0) !== 0; row++) await world.run(() => false)
    expect(world.exchange.sim.account.base[0]).toBe(MANY)
    expect(verified(world)).toBeNull()
  })
})
