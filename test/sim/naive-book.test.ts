/**
 * Random orders on random bars: the simulated venue tells the same story as the naive book, fact for fact. 1,000
 * sequences; TANDEM_SEQUENCES=10000 plays more.
 */

import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { type Fact, FactKind } from '../../engine/core/fact.ts'
import { type OrderFields, OrderType, TimeInForce } from '../../engine/core/order.ts'
import { approve } from '../../engine/rules/approve.ts'
import {
  base,
  limit,
  market,
  money,
  price,
  RULEBOOK,
  type ScriptedCandle,
  START_MS,
  stop,
  stopLimit,
  TIMEFRAME_MS,
  takeProfit,
  takeProfitLimit,
  terms,
  trailing,
} from '../conformance/venue/harness.ts'
import { SETUP, SimHarness } from '../conformance/venue/sim-harness.ts'
import { words } from '../conformance/venue/words.ts'
import { ParkMiller } from '../support/park-miller.ts'
import { type NaiveBar, NaiveBook, type NaiveMessage } from './naive-book.ts'

const BARS = 30
const SEEDS = Number(process.env['TANDEM_SEQUENCES'] ?? 1000)
const CASH = 1500
const BASE = 5

const world = {
  cash: BigInt(money(CASH)),
  base: BigInt(base(BASE)),
  valueUnit: 10_000n,
  makerRate: BigInt(Math.round(SETUP.makerFee * 1e12)),
  takerRate: BigInt(Math.round(SETUP.takerFee * 1e12)),
  tick: RULEBOOK.tick,
  step: RULEBOOK.step,
  minQty: RULEBOOK.minQty,
  minCost: BigInt(RULEBOOK.minCost),
}

/** A walk with gaps, in price units of 1e-4. Opens lie a quarter tick off, so that no two levels are equally near. */
function randomBars(random: ParkMiller): NaiveBar[] {
  let last = 1_000_025
  return Array.from({ length: BARS }, () => {
    const open = Math.max(200_025, last + 100 * random.draw(random.draw(3) === 0 ? 600 : 20))
    const close = Math.max(200_025, open + 100 * random.draw(300))
    const high = Math.max(open, close) + 100 * Math.abs(random.draw(200))
    const low = Math.min(open, close) - 100 * Math.abs(random.draw(200))
    last = close
    return [open, high, low, close] as const
  })
}

interface State {
  nextId: number
  rowMs: number
  readonly sent: Map<number, OrderFields>
}

/** What is sent before a bar: up to three messages around the last close. */
function randomMessages(random: ParkMiller, state: State, closeUnits: number): NaiveMessage[] {
  const close = Math.round(closeUnits / 100) / 100
  const messages: NaiveMessage[] = []
  for (let i = Math.abs(random.draw(3)); i > 0; i--) {
    const id = state.nextId
    const quantity = (random.draw(1) >= 0 ? 1 : -1) * (0.0001 + Math.abs(random.draw(40_000)) / 10_000)
    const size = Math.round(quantity * 10_000) / 10_000
    const at = Math.round((close + random.draw(600) / 100) * 100) / 100
    const kind = Math.abs(random.draw(34))
    state.nextId += 1
    if (kind < 4) messages.push({ order: market(id, size) })
    else if (kind < 9) messages.push({ order: limit(id, size, at) })
    else if (kind < 13) messages.push({ order: stop(id, size, at) })
    else if (kind < 16) {
      state.nextId += 1
      const held = -Math.abs(size)
      const [below, above] = [close - Math.abs(random.draw(400)) / 100, close + Math.abs(random.draw(400)) / 100]
      messages.push({ order: stop(id, held, below, { ocoGroup: id }) })
      messages.push({ order: limit(id + 1, held, above, { ocoGroup: id }) })
    } else if (kind < 18) messages.push({ cancelId: Math.max(1, id - 1 - Math.abs(random.draw(6))) })
    else if (kind < 20) messages.push({ order: oddOne(random, id, at) })
    else if (kind < 32) messages.push({ order: special(random, id, size, at, close, state.rowMs) })
    else messages.push({ amended: changed(random, messages, state.sent, id) })
  }
  for (const message of messages) if ('order' in message) state.sent.set(message.order.id, message.order)
  return messages
}

const cents = (value: number): number => Math.round(value * 100) / 100

/** Triggers, trailing stops, post-only, IOC, FOK and GTD. */
function special(random: ParkMiller, id: number, size: number, at: number, close: number, nowMs: number): OrderFields {
  const near = cents(at + random.draw(300) / 100)
  switch (Math.abs(random.draw(8))) {
    case 0:
      return stopLimit(id, size, at, near)
    case 1:
      return takeProfit(id, size, at)
    case 2:
      return takeProfitLimit(id, size, at, near)
    case 3:
      return trailing(id, size, { distance: cents(0.5 + Math.abs(random.draw(500)) / 100) })
    case 4:
      // A distance off the tick, as fractions give: it stays off every level.
      return trailing(id, size, {
        rate: 0.004 + Math.abs(random.draw(40)) / 1000,
        first: random.draw(1) > 0 ? 0 : cents(close - Math.sign(-size) * 4),
      })
    case 5:
      return limit(id, size, at, { terms: terms({ postOnly: true }) })
    case 6:
      return limit(id, size, at, {
        terms: terms({ timeInForce: random.draw(1) > 0 ? TimeInForce.ioc : TimeInForce.fok }),
      })
    case 7:
      return stopLimit(id, size, at, near, { terms: terms({ timeInForce: TimeInForce.ioc }) })
    default:
      return limit(id, size, at, {
        terms: terms({ timeInForce: TimeInForce.gtd }),
        expiresMs: nowMs + (1 + Math.abs(random.draw(300))) * (TIMEFRAME_MS / 60),
      })
  }
}

/** An order that was sent earlier, with another size or price; or one that never was. */
function changed(
  random: ParkMiller,
  messages: readonly NaiveMessage[],
  sent: ReadonlyMap<number, OrderFields>,
  id: number,
): OrderFields {
  const which = sent.get(Math.max(1, id - 1 - Math.abs(random.draw(5))))
  const again = messages.some((message) => 'order' in message && message.order.id === which?.id)
  if (which === undefined || again || which.type === OrderType.market) return limit(id + 1_000_000, 1, 50)
  const move = 100 * random.draw(random.draw(1) > 0 ? 600 : 200)
  const moved = (units: number): Dec => (units === 0 ? 0 : Math.max(100, units + move)) as Dec
  const quantity = random.draw(1) > 0 ? which.quantity : (((Math.abs(random.draw(30_000)) + 1) * 10_000) as Dec)
  return { ...which, quantity, limitPrice: moved(which.limitPrice), stopPrice: moved(which.stopPrice) }
}

/** An order with something wrong about it. */
function oddOne(random: ParkMiller, id: number, at: number): OrderFields {
  const which = random.draw(1)
  if (which < 0) return { ...limit(id, 1, at), limitPrice: price(at + 0.005) }
  if (which > 0) return { ...market(id, 1), quantity: (base(1) + 1) as Dec }
  return market(Math.max(1, id - 2), 1)
}

function story(fact: Fact): string {
  if (fact.kind !== FactKind.filled) return words(fact)
  const how = fact.maker ? 'maker' : 'taker'
  return `${fact.orderId} filled ${fact.quantity} @ ${fact.price} value ${fact.value} fee ${fact.fee} ${how}`
}

describe('the naive book', () => {
  it(`agrees on ${SEEDS} random sequences, fact for fact`, () => {
    const seen = new Map<string, number>()
    for (let seed = 1; seed <= SEEDS; seed++) {
      const random = new ParkMiller(seed * 7919)
      const bars = randomBars(random)
      const candles = bars.map((bar) => bar.map((units) => units / 1e4) as unknown as ScriptedCandle)
      const venue = new SimHarness({ ...SETUP, candles, cash: CASH, base: BASE })
      const book = new NaiveBook(world)
      const state: State = { nextId: 1, rowMs: START_MS, sent: new Map() }
      for (const [row, bar] of bars.entries()) {
        state.rowMs = START_MS + row * TIMEFRAME_MS
        const messages = randomMessages(random, state, row === 0 ? 1_000_000 : bars[row - 1]![3])
        for (const message of messages) {
          if ('order' in message) venue.submit(approve({ ...message.order, decidedMs: venue.nowMs }))
          else if ('amended' in message) venue.amend(approve({ ...message.amended, decidedMs: venue.nowMs }))
          else venue.cancel(message.cancelId)
        }
        book.play(messages, bar, state.rowMs, state.rowMs + TIMEFRAME_MS)
        venue.advance()
      }
      const told = venue.facts().map(story)
      expect(told, `seed ${seed}`).toEqual(book.told)
      expect(venue.facts().every(({ kind, complete }) => kind !== FactKind.filled || complete)).toBe(true)
      const { cash, base: held } = venue.balances()
      expect([BigInt(cash), BigInt(held)], `balances of seed ${seed}`).toEqual([book.cash, book.base])
      for (const fact of venue.facts()) {
        const key = words(fact).replace(/^\d+ (\w+)( [\d.]+ @ [\d.]+)?/, '$1')
        seen.set(key, (seen.get(key) ?? 0) + 1)
      }
    }
    // The sequences must have been about something.
    for (const key of ['filled maker', 'filled taker', 'cancelled', 'rejected INSUFFICIENT_BASE', 'amended']) {
      expect(seen.get(key) ?? 0, key).toBeGreaterThan(500)
    }
    for (const key of [
      'expired',
      'rejected POST_ONLY',
      'cancelled NOT_FILLED_AT_ONCE',
      'amendRejected UNKNOWN_ORDER',
    ]) {
      expect(seen.get(key) ?? 0, key).toBeGreaterThan(20)
    }
    for (const key of ['rejected INSUFFICIENT_FUNDS', 'rejected BELOW_MINIMUM', 'rejected DUPLICATE_ID']) {
      expect(seen.get(key) ?? 0, key).toBeGreaterThan(20)
    }
    expect(seen.get('cancelled INSUFFICIENT_FUNDS') ?? 0).toBeGreaterThan(0)
  })
})
