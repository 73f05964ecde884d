/**
 * Goal: a session that dies at any point goes on as if it hadn't: no order twice, none lost, the books those of the
 * exchange. Method: the process is killed at every boundary of the journal and of sending, whatever wasn't synced is
 * lost, and a new one starts on the same files and the same exchange; judged by the exchange's own trades.
 */

import { describe, expect, it } from 'vitest'
import { readJournal } from '../../engine/live/journal-record.ts'
import { OrderTable } from '../../engine/live/order-table.ts'
import { namingOf } from '../../engine/live/recovery.ts'
import { replay } from '../../engine/live/replay.ts'
import { deciderOf, type LiveCase, runWithCrashes } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

const market = marketOf(randomCandles({ seed: 11, bars: 130 }))
const one: LiveCase = {
  market,
  make: () => new RandomStrategy({ seed: 11, every: 3, brackets: true, resting: true }),
  from: 60,
  kind: 'live',
}

const POINTS = [
  'before-write',
  'after-write',
  'before-sync',
  'after-sync',
  'before-send',
  'after-send',
  'after-ack',
  'before-fact',
  'after-fact',
  'before-decision',
] as const

/** Points that are passed at every step: a death at about every so-manieth. */
const EVERY: Readonly<Partial<Record<string, number>>> = {
  'before-write': 12,
  'after-write': 12,
  'before-sync': 9,
  'after-sync': 9,
  'before-decision': 7,
}

describe('a killed session', () => {
  for (const point of POINTS) {
    for (const power of [false, true]) {
      it(`at every ${point}, ${power ? 'by a power failure' : 'by kill -9'}`, async () => {
        const run = await runWithCrashes(one, { point, every: EVERY[point] ?? 3, power })
        expect(run.crashes).toBeGreaterThan(1)
        expect(run.gate.halts).toEqual([])
        const { exchange, decider } = run
        // No order twice: the exchange has refused no id, and holds as many orders as were sent.
        expect(exchange.duplicates).toBe(0)
        expect(decider.held(0)).toBe(exchange.sim.account.base[0])
        expect(decider.cash).toBe(exchange.sim.account.cash)
        expect(run.session.table.trades.size).toBe(exchange.trading.length)
        // Nothing rests that the session doesn't know of, and it knows of nothing that doesn't rest.
        const resting = (await exchange.openOrders()).map(({ venueId }) => venueId)
        const known = [...run.session.table.open].filter(({ out }) => out).map(({ leg }) => leg!.venueId)
        expect(known.sort()).toEqual(resting.sort())
        // And the whole journal's decisions come out again.
        const { records } = readJournal(run.files.read('journal.jsonl'), 'journal')
        const again = replay(records, deciderOf(one), new OrderTable(), namingOf)
        expect(again.difference).toBeNull()
        expect(again.identical).toBe(again.decisions)
        expect(again.mark.digest).toBe(decider.mark().digest)
      })
    }
  }
})
