/**
 * Goal: a stop and a target behind one position never close it twice and never leave an order without one, whatever
 * the venue can do with pairs. Method: strategies with brackets, on venues that link them, let both rest, or one.
 */

import { describe, expect, it } from 'vitest'
import { allocateCandles } from '../../engine/core/candles.ts'
import { Purpose } from '../../engine/core/order.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import type { IntentBody } from '../../engine/live/order-table.ts'
import { backtestOf, type LiveCase, runLive, runWithCrashes } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf, seriesOf } from '../support/runs.ts'

const market = marketOf(randomCandles({ seed: 31, bars: 400 }))
const make = () => new RandomStrategy({ seed: 31, every: 4, brackets: true })
const MARGIN = { account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true } }

/** Buys at row 6, with a stop and a target. */
class BuysOnce implements Strategy {
  private x!: Context

  setup(x: Context): void {
    this.x = x
    x.column(0, 'close')
  }

  onBar(row: number): void {
    if (row === 6) this.x.enter(0, { stop: 0.1, target: 0.1 })
  }
}

/** Rises by one a bar. */
function rising() {
  const candles = allocateCandles(40)
  for (let k = 0; k < 40; k++) {
    candles.time[k] = Date.UTC(2026, 0, 1) + k * 3_600_000
    for (const field of ['open', 'high', 'low', 'close'] as const) candles[field][k] = 100 + k
    candles.volume[k] = 1000
  }
  return marketOf([seriesOf(candles, 'BTC/USD', 3_600_000)])
}

async function sound(one: LiveCase) {
  const run = await runLive(one)
  const { exchange, decider, gate, started, files } = run
  expect(gate.halts).toEqual([])
  expect(decider.held(0)).toBe(exchange.sim.account.base[0])
  expect(decider.cash).toBe(exchange.sim.account.cash)
  const resting = (await exchange.openOrders()).map(({ venueId }) => venueId).sort()
  const known = [...started.session.table.open].filter(({ out }) => out).map(({ leg }) => leg!.venueId!)
  expect(known.sort()).toEqual(resting)
  if (decider.held(0) === 0) expect(resting).toEqual([])
  const { records } = readJournal(files.read('journal.jsonl'), 'journal')
  return { ...run, records }
}

describe('a pair of exits', () => {
  it('that the venue links decides as a backtest, on margin, too', async () => {
    const one: LiveCase = { market, make, changes: MARGIN, from: 50, kind: 'live', pairs: 'native' }
    expect((await sound(one)).decisions).toBe(backtestOf(one).decisionsDigest)
  })

  it('that we link ourselves: a fill of one takes the other back', async () => {
    const { records, started } = await sound({ market, make, changes: MARGIN, from: 50, kind: 'live', pairs: 'both' })
    const linked = records.filter(({ kind, body }) => kind === 'INTENT' && (body as IntentBody).reason === 'group')
    expect(linked.length).toBeGreaterThan(5)
    // Of no pair both were filled.
    const pairs = new Map<number, number>()
    for (const { order, filled } of started.session.table.orders.values()) {
      if (order.ocoGroup !== 0 && filled > 0) pairs.set(order.ocoGroup, (pairs.get(order.ocoGroup) ?? 0) + 1)
    }
    expect([...pairs.values()].every((count) => count === 1)).toBe(true)
  })

  it('that we link ourselves: a session that dies right after a fill takes the other back when it is there again', async () => {
    const one: LiveCase = {
      market: rising(),
      make: () => new BuysOnce(),
      changes: MARGIN,
      from: 5,
      kind: 'live',
      pairs: 'both',
    }
    // The entry's fill, the first of two exits that rest, and the target's fill are each the last that a life hears.
    const run = await runWithCrashes(one, { point: 'after-fact', every: 1, power: false })
    expect(run.crashes).toBe(3)
    expect([run.decider.held(0), run.exchange.trading.length]).toEqual([0, 2])
    expect(await run.exchange.openOrders()).toEqual([])
    expect([...run.session.table.open]).toEqual([])
  })

  it('of which only the stop can rest: the target is met at a close, after the stop has made way', async () => {
    const { records, started } = await sound({ market, make, from: 50, kind: 'live', pairs: 'one' })
    const intents = records.filter(({ kind }) => kind === 'INTENT').map(({ body }) => body as IntentBody)
    const legs = intents.filter(({ op }) => op === 'leg')
    expect(legs.length).toBeGreaterThan(2)
    for (const { id } of legs) expect(started.session.table.get(id).order.purpose).toBe(Purpose.target)
    // No target was ever sent as it was decided.
    const sent = records.filter(({ kind, body }) => kind === 'SEND' && (body as { op: string }).op === 'submit')
    for (const { body } of sent) {
      const { id, leg } = body as { id: number; leg: number }
      if (started.session.table.get(id).order.purpose === Purpose.target) expect(leg).toBe(1)
    }
  })
})
