/**
 * The exchange fills as the simulated venue does in a backtest: the same orders, decided at the same closes, make the
 * same trades to the unit, whether the kernel's loop drives the venue or a clock does.
 */

import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { type Fact, FactKind } from '../../engine/core/fact.ts'
import { type OrderFields, type OrderTerms, TimeInForce } from '../../engine/core/order.ts'
import { seededUniform, wholeBelow } from '../../engine/core/random.ts'
import type { BookOrder } from '../../engine/loopback/book.ts'
import { VirtualClock } from '../../engine/loopback/clock.ts'
import type { Desk } from '../../engine/loopback/desk.ts'
import { Exchange } from '../../engine/loopback/exchange.ts'
import { plainSpec } from '../../engine/loopback/specs.ts'
import { approve } from '../../engine/rules/approve.ts'
import { flatFees } from '../../engine/sim/costs.ts'
import type { AmbiguityModel } from '../../engine/sim/matching.ts'
import {
  INSTRUMENT,
  limit,
  market,
  RULEBOOK,
  type ScriptedCandle,
  START_MS,
  stop,
  stopLimit,
  TIMEFRAME_MS,
  takeProfit,
  terms,
  trailing,
} from '../conformance/venue/harness.ts'
import { SETUP, SimHarness } from '../conformance/venue/sim-harness.ts'
import { floorSetup, RECORD, series } from './support.ts'

const BARS = 250
const round = (value: number): number => Math.round(value * 100) / 100

/** A walk with gaps. */
function candles(seed: number): ScriptedCandle[] {
  const uniform = seededUniform(seed, 'candles')
  let last = 100
  return Array.from({ length: BARS }, () => {
    const open = uniform() < 0.1 ? round(last * (0.97 + uniform() * 0.06)) : last
    const close = round(open * (0.985 + uniform() * 0.03))
    const high = round(Math.max(open, close) * (1 + uniform() * 0.01))
    const low = round(Math.min(open, close) * (1 - uniform() * 0.01))
    last = close
    return [open, high, low, close, 5 + uniform() * 20] as const
  })
}

type Act = { readonly row: number; readonly order: OrderFields } | { readonly row: number; readonly cancel: number }

/** What somebody does at each open: orders of every kind, and cancels. */
function acts(seed: number, bars: readonly ScriptedCandle[]): Act[] {
  const uniform = seededUniform(seed, 'acts')
  const all: Act[] = []
  let id = 0
  for (const [row, [open]] of bars.entries()) {
    for (let more = wholeBelow(uniform, 3); more > 0; more--) {
      if (id > 0 && uniform() < 0.2) all.push({ row, cancel: 1 + wholeBelow(uniform, id) })
      else all.push({ row, order: order(uniform, ++id, open) })
    }
  }
  return all
}

function order(uniform: () => number, id: number, open: number): OrderFields {
  const side = uniform() < 0.5 ? 1 : -1
  const quantity = side * (0.1 + Math.round(uniform() * 200) / 100)
  const near = (away: number): number => round(open * (1 + away * (0.002 + uniform() * 0.02)))
  const atOnce: OrderTerms = terms({ timeInForce: uniform() < 0.5 ? TimeInForce.ioc : TimeInForce.fok })
  const kinds = [
    () => market(id, quantity),
    () => limit(id, quantity, near(-side)),
    () => limit(id, quantity, near(side)),
    () => limit(id, quantity, near(side), { terms: atOnce }),
    () => limit(id, quantity, near(-side), { terms: terms({ postOnly: true }) }),
    () => stop(id, quantity, near(side)),
    () => takeProfit(id, quantity, near(-side)),
    () => stopLimit(id, quantity, near(side), near(side)),
    () => trailing(id, quantity, { rate: 0.01 }),
  ]
  return kinds[wholeBelow(uniform, kinds.length)]!()
}

/** A fill in one line. */
function line(id: number, fill: Pick<Fact, 'quantity' | 'price' | 'value' | 'fee' | 'maker'>, atMs: number): string {
  const { quantity, price, value, fee, maker } = fill
  return [id, quantity, price, value, fee, maker, (atMs - START_MS) / TIMEFRAME_MS].join(' ')
}

interface Outcome {
  readonly fills: string[]
  readonly cash: Dec
  readonly base: Dec
  readonly heldCash: Dec
}

interface World {
  readonly bars: readonly ScriptedCandle[]
  readonly todo: readonly Act[]
  readonly model: AmbiguityModel
  readonly participation: number
}

/** As the kernel drives it. */
function bySimulation({ bars, todo, model, participation }: World): Outcome {
  const sim = new SimHarness({ ...SETUP, candles: bars, cash: 1000, base: 5, participation, sim: { model } })
  for (let row = 0; row < bars.length; row++) {
    for (const act of todo) {
      if (act.row !== row) continue
      if ('cancel' in act) sim.cancel(act.cancel)
      else sim.submit(approve({ ...act.order, decidedMs: sim.nowMs }))
    }
    sim.advance()
  }
  const fills = sim.facts().filter(({ kind }) => kind === FactKind.filled)
  const { cash, base, heldCash } = sim.venue.account
  return { fills: fills.map((one) => line(one.orderId, one, one.atMs)), cash, base: base[0]!, heldCash }
}

/** As a clock drives it; in between nothing but time passes, in uneven steps. */
function byExchange({ bars, todo, model, participation }: World): Outcome {
  const clock = new VirtualClock(START_MS)
  const rulebook = { ...RECORD, symbol: 'SOL/USD' }
  const { pxDec, qtyDec, quoteDec } = INSTRUMENT
  const floor = floorSetup(
    [
      series(
        'SOL/USD',
        bars.map(([o, h, l, c, v = 0]) => [o, h, l, c, v]),
        TIMEFRAME_MS,
        START_MS,
      ),
    ],
    {
      accounts: [{ name: 'main', balances: { USD: '1000', SOL: '5' } }],
      rulebook: () => rulebook,
      toRulebook: () => () => RULEBOOK,
      fees: () => flatFees(SETUP.makerFee, SETUP.takerFee),
      units: { pxDec, qtyDec, quoteDec },
      model,
      participation,
    },
  )
  const exchange = new Exchange({ spot: floor, futures: null, keys: [], clock, startMs: START_MS, seed: 1 })
  const desk = exchange.spot!.desks.get('main')!
  const placed = new Map<number, BookOrder>()
  for (let row = 0; row < bars.length; row++) {
    const openMs = START_MS + row * TIMEFRAME_MS
    exchange.advanceTo(openMs)
    for (const act of todo) if (act.row === row) perform(desk, placed, act, openMs)
    if (row % 3 === 0) exchange.advanceTo(openMs + 1)
    if (row % 5 === 0) exchange.advanceTo(openMs + TIMEFRAME_MS - 1)
  }
  exchange.advanceTo(START_MS + bars.length * TIMEFRAME_MS)
  const ours = new Map([...placed].map(([id, { id: venueId }]) => [venueId, id]))
  const { cash, base, heldCash } = desk.venue.account
  const fills = desk.trades.map((one) => line(ours.get(one.order.id)!, one, one.atMs))
  return { fills, cash, base: base[0]!, heldCash }
}

function perform(desk: Desk, placed: Map<number, BookOrder>, act: Act, nowMs: number): void {
  if ('cancel' in act) {
    const order = placed.get(act.cancel)
    if (order !== undefined) desk.cancel(order, nowMs)
    return
  }
  const { id, side, type, quantity, limitPrice, stopPrice, terms: own } = act.order
  const spec = { ...plainSpec(0, side, quantity), type, limitPrice, stopPrice, terms: own }
  const answer = desk.place(spec, nowMs)
  if (typeof answer !== 'number') placed.set(id, answer)
}

describe('the exchange and the simulated venue', () => {
  for (const model of ['pessimistic', 'optimistic', 'path'] as const) {
    for (const participation of [0, 0.1]) {
      it(`make the same trades: ${model}${participation > 0 ? ', a tenth of the volume' : ''}`, () => {
        let fills = 0
        for (let seed = 1; seed <= 12; seed++) {
          const bars = candles(seed)
          const world = { bars, todo: acts(seed, bars), model, participation }
          const expected = bySimulation(world)
          expect(byExchange(world), `seed ${seed}`).toEqual(expected)
          fills += expected.fills.length
        }
        expect(fills).toBeGreaterThan(500)
      })
    }
  }
})
