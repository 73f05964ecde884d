/** The simulated venue as the conformance suite plays it, with room for more: models, several symbols, faults. */

import { allocateCandles, type CandleSeries } from '../../../engine/core/candles.ts'
import { type Dec, decFromNumber } from '../../../engine/core/dec.ts'
import { type Fact, FactQueue } from '../../../engine/core/fact.ts'
import { buildGrid, type Grid } from '../../../engine/core/grid.ts'
import type { Instrument, Rulebook } from '../../../engine/core/instrument.ts'
import type { ApprovedOrder } from '../../../engine/core/order.ts'
import { flatFees, RATE_DECIMALS, spreadModel } from '../../../engine/sim/costs.ts'
import { constantLatency } from '../../../engine/sim/latency.ts'
import { type SimOptions, SimVenue } from '../../../engine/sim/venue.ts'
import {
  type Balances,
  base,
  INSTRUMENT,
  money,
  RULEBOOK,
  type ScriptedCandle,
  START_MS,
  TIMEFRAME_MS,
  type VenueHarness,
  type VenueSetup,
} from './harness.ts'

/** A candle or a missing bar. */
export type Script = readonly (ScriptedCandle | null)[]

export interface SimSetup extends VenueSetup {
  /** Scripts of further symbols, instruments 1, 2, … */
  readonly others?: readonly Script[]
  readonly first?: Script
  readonly rulebook?: Rulebook
  readonly spreadBps?: number
  readonly slippageBps?: number
  readonly sim?: Partial<SimOptions>
  /** Told of each fact as it is learned, when the kernel would be. */
  readonly onFact?: (fact: Fact, venue: SimHarness) => void
}

export const SETUP: VenueSetup = {
  candles: [],
  cash: 1000,
  base: 0,
  kind: 'spot',
  leverage: 1,
  makerFee: 0.001,
  takerFee: 0.0026,
  latencyMs: 0,
  participation: 0,
}

function seriesOf(symbol: string, script: Script): CandleSeries {
  const bars = script.flatMap((candle, row) => (candle === null ? [] : [{ candle, row }]))
  const candles = allocateCandles(bars.length)
  for (const [bar, { candle, row }] of bars.entries()) {
    candles.time[bar] = START_MS + row * TIMEFRAME_MS
    const [open, high, low, close, volume = 1e6] = candle
    candles.open[bar] = open
    candles.high[bar] = high
    candles.low[bar] = low
    candles.close[bar] = close
    candles.volume[bar] = volume
  }
  return { venue: 'test', symbol, timeframeMs: TIMEFRAME_MS, candles, dataHash: symbol }
}

export class SimHarness implements VenueHarness {
  readonly instrument: Instrument
  readonly venue: SimVenue
  nowMs = START_MS
  /** Rows played so far. */
  row = 0
  private readonly known: Fact[] = []
  private readonly queue = new FactQueue()
  private readonly grid: Grid
  private readonly onFact: SimSetup['onFact']

  constructor(setup: SimSetup) {
    const scripts = [setup.first ?? setup.candles, ...(setup.others ?? [])]
    this.grid = buildGrid(scripts.map((script, id) => seriesOf(`S${id}/USD`, script)))
    const instruments = scripts.map((_, id) => ({ ...INSTRUMENT, id, symbol: `S${id}/USD`, kind: setup.kind }))
    this.instrument = instruments[0]!
    this.onFact = setup.onFact
    this.venue = new SimVenue(
      {
        grid: this.grid,
        instruments,
        initialCash: money(setup.cash),
        initialBase: [base(setup.base)],
        leverage: decFromNumber(setup.leverage, RATE_DECIMALS),
        rulebook: () => setup.rulebook ?? RULEBOOK,
        fees: flatFees(setup.makerFee, setup.takerFee),
        spread: spreadModel(setup.spreadBps ?? 0, setup.slippageBps ?? 0),
        latency: constantLatency(setup.latencyMs),
        model: 'pessimistic',
        limitFill: 'through',
        participation: setup.participation,
        ...setup.sim,
      },
      this.queue,
    )
  }

  submit(order: ApprovedOrder): void {
    this.venue.submit(order)
  }

  cancel(orderId: number): void {
    this.venue.cancel(orderId, this.nowMs)
  }

  amend(order: ApprovedOrder): void {
    this.venue.amend(order, this.nowMs)
  }

  /** As the kernel does: the open, then the inside of the bar until nothing more happens, facts after each. */
  advance(): void {
    if (this.row >= this.grid.rows) throw new Error(`the script has only ${this.grid.rows} bars`)
    const closeMs = this.grid.time[this.row]! + TIMEFRAME_MS
    this.venue.open(this.row)
    this.drain(closeMs)
    for (let looks = 0; this.venue.range(this.row); looks++) {
      if (looks > 1000) throw new Error(`row ${this.row} never ends`)
      this.drain(closeMs)
    }
    this.row += 1
    this.nowMs = closeMs
  }

  private drain(nowMs: number): void {
    for (let fact = this.queue.take(nowMs); fact !== null; fact = this.queue.take(nowMs)) {
      // A copy: the queue uses its facts again.
      const kept = { ...fact }
      this.known.push(kept)
      this.onFact?.(kept, this)
    }
  }

  facts(): readonly Fact[] {
    return this.known
  }

  balances(): Balances {
    const { account } = this.venue
    return {
      cash: account.cash,
      freeCash: account.freeCash,
      base: account.base[0] as Dec,
      freeBase: account.freeBase(0),
    }
  }

  close(): void {}
}
