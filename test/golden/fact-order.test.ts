/** The order of facts is part of the outcomes: a venue whose script swaps two facts of one moment moves that digest alone. */

import { expect, it } from 'vitest'
import { type Dec, Rounding, toDec, ZERO } from '../../engine/core/dec.ts'
import { FactKind, FactQueue, orderFact } from '../../engine/core/fact.ts'
import { FREE_RULEBOOK, type Instrument, notional } from '../../engine/core/instrument.ts'
import type { ApprovedOrder } from '../../engine/core/order.ts'
import { RecordStream } from '../../engine/core/record.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import type { BarVenue, VenueLevels } from '../../engine/core/venue.ts'
import { Kernel } from '../../engine/kernel/kernel.ts'
import { Recorder } from '../../engine/kernel/recorder.ts'
import { sha256Hasher } from '../../engine/run/header.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { randomSeries } from '../support/random-market.ts'
import { marketOf, plainConfig, plainRules } from '../support/runs.ts'

const PRICE = 50

/** Fills what arrives at the next open, at one price and time, in the order of the script. */
class ScriptedVenue implements BarVenue {
  private readonly facts: FactQueue
  private readonly instruments: readonly Instrument[]
  private readonly time: Float64Array
  private readonly isSwapped: boolean
  private arrived: ApprovedOrder[] = []

  constructor(facts: FactQueue, instruments: readonly Instrument[], time: Float64Array, isSwapped: boolean) {
    this.facts = facts
    this.instruments = instruments
    this.time = time
    this.isSwapped = isSwapped
  }

  submit(order: ApprovedOrder): void {
    this.arrived.push(order)
  }

  cancel(): void {}

  amend(): void {}

  open(row: number): void {
    const atMs = this.time[row]!
    for (const order of this.arrived) this.facts.push(orderFact(FactKind.accepted, order, atMs, atMs))
    for (const order of this.isSwapped ? this.arrived.reverse() : this.arrived) this.fill(order, atMs)
    this.arrived = []
  }

  range(): boolean {
    return false
  }

  arm(levels: VenueLevels, row: number): number {
    levels.low.fill(Number.NEGATIVE_INFINITY)
    levels.high.fill(Number.POSITIVE_INFINITY)
    return this.arrived.length > 0 ? row + 1 : Number.POSITIVE_INFINITY
  }

  private fill(order: ApprovedOrder, atMs: number): void {
    const instrument = this.instruments[order.instrument]!
    const price = toDec(PRICE * 10 ** instrument.pxDec)
    const value = notional(instrument, price, order.quantity, Rounding.halfEven)
    this.facts.push({
      ...orderFact(FactKind.filled, order, atMs, atMs),
      quantity: order.quantity,
      price,
      value,
      fee: ZERO,
      complete: true,
    })
  }
}

/** Enters both symbols on the third bar. */
function both(): Strategy {
  let x: Context
  return {
    setup: (context) => void (x = context),
    onBar(row) {
      if (row !== 2) return
      x.enter(0)
      x.enter(1)
    },
  }
}

function digestsOf(isSwapped: boolean): { decisions: string; outcomes: string; cash: Dec } {
  const market = marketOf(randomSeries(1, 2, 40, 0))
  const changes = {
    sizing: { mode: 'percent', fraction: 0.3 },
    data: { venue: 'test', symbols: ['S0/USD', 'S1/USD'], timeframe: '1h' },
  }
  const instruments = makeInstruments(plainConfig(changes), market.grid)
  const facts = new FactQueue()
  const recorder = new Recorder(
    new RecordStream('decisions', sha256Hasher(), null),
    new RecordStream('outcomes', sha256Hasher(), null),
  )
  const kernel = new Kernel({
    grid: market.grid,
    columns: market.columns,
    instruments,
    strategy: both(),
    venue: new ScriptedVenue(facts, instruments, market.grid.time, isSwapped),
    facts,
    recorder,
    rules: plainRules(changes),
    rulebook: () => FREE_RULEBOOK,
    takerRate: () => ZERO,
    initialCash: toDec(10_000 * 10 ** instruments[0]!.quoteDec),
    originRow: 0,
    equity: null,
  })
  kernel.start()
  kernel.run(market.grid.rows)
  expect(kernel.portfolio.fills).toBe(2)
  return {
    decisions: recorder.decisions.digest(),
    outcomes: recorder.outcomes.digest(),
    cash: kernel.portfolio.ledger.cash,
  }
}

it('two fills of one moment in the other order: the outcomes digest moves, decisions and account stay', () => {
  const [one, other] = [digestsOf(false), digestsOf(true)]
  expect(digestsOf(false)).toEqual(one)
  expect(other.outcomes).not.toBe(one.outcomes)
  expect({ decisions: other.decisions, cash: other.cash }).toEqual({ decisions: one.decisions, cash: one.cash })
})
