/**
 * Goal: what an order came to is learned soon where the venue's request budget allows it, and the budget is kept.
 * Method: the real session on a virtual clock at a venue that shows trades only after a moment, its reads counted as
 * Kraken counts them for the lowest tier: a counter to 15 that drains by one in three seconds.
 */

import { expect, it } from 'vitest'
import { FactKind } from '../../engine/core/fact.ts'
import { OrderType } from '../../engine/core/order.ts'
import { KRAKEN_ABILITIES, KRAKEN_PROFILE } from '../../engine/live/ccxt/kraken.ts'
import { Pacer } from '../../engine/live/ccxt/pacer.ts'
import { PATIENCE } from '../../engine/live/context.ts'
import type { ExchangePort } from '../../engine/live/exchange.ts'
import { readJournal } from '../../engine/live/journal-record.ts'
import { LookPace } from '../../engine/live/look-pace.ts'
import type { TrackedOrder } from '../../engine/live/order-table.ts'
import type { FactBody } from '../../engine/live/replay.ts'
import { type LiveCase, LiveWorld } from '../support/live-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { marketOf, seriesOf } from '../support/runs.ts'

const MINUTE_MS = 60_000
/** As a session at an exchange has it. */
const MOST_WAIT_MS = 8_000
const one: LiveCase = {
  market: marketOf([seriesOf(randomCandles({ seed: 5, bars: 400, timeframeMs: MINUTE_MS }), 'BTC/USD', MINUTE_MS)]),
  changes: { data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1m' } },
  make: () => new RandomStrategy({ seed: 5, every: 8, brackets: true }),
  from: 60,
  kind: 'live',
}
const COST: Readonly<Record<string, number>> = { trades: 2, openOrders: 1, lookup: 2, balances: 1, positions: 1 }

/** A venue of Kraken's budget that shows a trade only `lagMs` after it; and how often a read found the budget used up. */
function slowToShow(world: LiveWorld, lagMs: number) {
  const { clock, exchange } = world
  const pacer = new Pacer(KRAKEN_PROFILE.pace, clock, MOST_WAIT_MS)
  const reads = { all: 0, refused: 0 }
  const budgeted = async (name: string, read: () => unknown) => {
    reads.all += 1
    await pacer.take(COST[name]!).catch((error: unknown) => {
      reads.refused += 1
      throw error
    })
    return read()
  }
  const shown = async (sinceMs: number) =>
    (await exchange.trades(sinceMs)).filter(({ atMs }) => clock.nowMs() >= atMs + lagMs)
  const port = new Proxy(exchange as unknown as ExchangePort, {
    get(target, name: string) {
      if (name === 'abilities') return { ...target.abilities, lookMs: KRAKEN_ABILITIES.lookMs }
      if (name === 'trades') return (sinceMs: number) => budgeted(name, () => shown(sinceMs))
      const member: unknown = Reflect.get(target, name, target)
      if (typeof member !== 'function') return member
      const call = member.bind(target) as (...words: unknown[]) => unknown
      return name in COST ? (...words: unknown[]) => budgeted(name, () => call(...words)) : call
    },
  })
  return { port, reads }
}

it('a fill at market is known about a second later, within the counter of the lowest tier', async () => {
  const world = new LiveWorld(one)
  const { port, reads } = slowToShow(world, 700)
  const known: number[] = []
  const { session } = await world.run(() => true, {
    exchange: port,
    patience: PATIENCE,
    onFill: ({ trade }) => known.push(world.clock.nowMs() - trade.atMs),
  })
  const { records } = readJournal(world.files.read('journal.jsonl'), 'journal')
  const fills = records.filter(({ kind, body }) => kind === 'FACT' && (body as FactBody).fact?.kind === FactKind.filled)
  expect(session.isHalted).toBe(false)
  expect(known.length).toBe(fills.length)
  expect(known.length).toBeGreaterThan(30)
  known.sort((a, b) => a - b)
  expect(known[known.length >> 1]).toBeLessThan(2_000)
  expect(known[Math.floor(0.8 * known.length)]).toBeLessThan(6_000)
  expect(reads.refused).toBe(0)
})

it('spends what is left of the budget on what is awaited, then keeps the even pace', () => {
  const pace = new LookPace(PATIENCE, 12_000, 0)
  const market = {
    out: true,
    leg: { type: OrderType.market, state: 'live' },
    cancel: null,
    amend: null,
  } as TrackedOrder
  const open = new Set([{ ...market, order: { terms: null } } as TrackedOrder])
  pace.sent()
  let nowMs = 0
  const pauses = Array.from({ length: 8 }, () => {
    pace.looked(nowMs)
    const pauseMs = pace.pauseMs({ open }, nowMs)
    nowMs += pauseMs
    return pauseMs
  })
  // Three looks ahead of the pace, one of which is the one right after sending; from then on one in nine seconds is earned.
  expect(pauses.slice(0, 2)).toEqual([1_000, 2_000])
  expect(pauses.slice(3)).toEqual([9_000, 9_000, 9_000, 9_000, 9_000])
  // With nothing out it looks as seldom as ever.
  expect(pace.pauseMs({ open: new Set() }, nowMs)).toBe(PATIENCE.idleMs)
})

it('leaves venues alone whose budget is no concern', () => {
  const pace = new LookPace(PATIENCE, undefined, 0)
  const rests = { out: true, leg: { type: OrderType.market, state: 'live' }, order: { terms: null } } as TrackedOrder
  pace.sent()
  expect(pace.isTight).toBe(false)
  expect(pace.pauseMs({ open: new Set([rests]) }, 0)).toBe(PATIENCE.pollMs)
  expect(pace.pauseMs({ open: new Set() }, 0)).toBe(PATIENCE.idleMs)
})
