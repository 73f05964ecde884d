/**
 * Rules that look at closes: emergency liquidation (RULES D1), exits that are monitored because they can't rest at the
 * venue (C2), and the band of equity within which the profile can't change (C). Between two changes of position each
 * is a price level a symbol; `arm` writes the levels so that a scan stops where one of them might act, and `step`
 * decides exactly.
 */

import type { Dec } from '../core/dec.ts'
import { decToNumber, toDec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import { Purpose } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { ExpressSlot } from '../core/venue.ts'
import { type EmergencyLevel, EmergencyRule, fires, LevelSlot, PositionSlot } from '../rules/emergency.ts'
import { type MonitoredLevels, monitoredExit, monitoredLevels } from '../rules/monitored.ts'
import { rateOf } from '../rules/rate.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import { watchesStops } from './stop-support.ts'
import { dearestTaker } from './weights.ts'

export class CloseRules {
  private readonly grid: Grid
  private readonly instruments: readonly Instrument[]
  private readonly portfolio: Portfolio
  private readonly emergency: EmergencyRule | null
  /** Whether any rule looks at closes in this run. */
  readonly active: boolean
  private readonly levels: (EmergencyLevel | null)[]
  /** Where levels are written, by instrument, and the position that one is asked for. */
  private readonly slots: readonly LevelSlot[]
  private readonly position: PositionSlot
  private readonly monitored: (MonitoredLevels | null)[]

  /** `profiled` and `monitored`: whether the account has a profile, and exits that don't rest. */
  constructor(
    grid: Grid,
    instruments: readonly Instrument[],
    portfolio: Portfolio,
    emergency: EmergencyRule | null,
    profiled: boolean,
    monitored: boolean,
  ) {
    this.active = emergency !== null || profiled || monitored
    this.grid = grid
    this.instruments = instruments
    this.portfolio = portfolio
    this.emergency = emergency
    this.levels = instruments.map(() => null)
    this.slots = instruments.map(() => new LevelSlot())
    this.position = new PositionSlot(instruments[0]!)
    this.monitored = instruments.map(() => null)
  }

  /** A fill changed the instrument's position. */
  positionChanged(id: number): void {
    this.changed(id, this.portfolio.trades.entryFeeOf(id))
  }

  /** The position was opened out of nothing by an express fill, whose trade isn't in the books yet. */
  opened(id: number, slip: Float64Array): void {
    this.changed(id, slip[ExpressSlot.fee] as Dec)
  }

  /** No position is left. */
  closed(id: number): void {
    this.monitored[id] = null
    this.levels[id] = null
  }

  private changed(id: number, entryFee: Dec): void {
    const { ledger } = this.portfolio
    const quantity = ledger.quantity[id]!
    if (quantity === 0) this.monitored[id] = null
    if (this.emergency === null) return
    if (quantity === 0) {
      this.levels[id] = null
      return
    }
    const { position } = this
    position.instrument = this.instruments[id]!
    position.quantity = quantity
    position.cost = ledger.cost[id]!
    position.entryFee = entryFee
    this.levels[id] = this.emergency.write(position, this.slots[id]!)
  }

  /** Watches an entry's stop and target at closes, since they can't rest at the venue. */
  monitor(id: number, side: 1 | -1, entryPrice: Dec, options: SignalOptions): void {
    const rate = (fraction: number | undefined): Dec | null => (fraction === undefined ? null : rateOf(fraction))
    const instrument = this.instruments[id]!
    const levels = monitoredLevels(instrument, side, entryPrice, rate(options.stop), rate(options.target))
    this.monitored[id] = {
      side,
      stop: options.stopPrice ?? levels.stop,
      target: options.targetPrice ?? levels.target,
    }
  }

  /** Why the instrument's position must be closed after this row's close; 0 for no reason. */
  closing(id: number, row: number, monitoringEvent: boolean): Purpose | 0 {
    const close = this.grid.symbols[id]!.close[row]!
    const level = this.levels[id]
    // The emergency first: it is the same order, and says more.
    if (level !== null && level !== undefined && fires(level, close)) return Purpose.emergency
    const monitored = this.monitored[id]
    if (!monitoringEvent || monitored === null || monitored === undefined) return 0
    const why = monitoredExit(monitored, close)
    return why === null ? 0 : why === 'STOP' ? Purpose.stop : Purpose.target
  }

  /** Whether an exit is met by this row's close but waits for a monitoring event. */
  waiting(row: number): boolean {
    return this.monitored.some(
      (levels, id) => levels !== null && monitoredExit(levels, this.grid.symbols[id]!.close[row]!) !== null,
    )
  }

  /**
   * Writes the closes, by symbol, at which something may have to be done. `equity` and the band are in quote as
   * doubles; ±Infinity where the profile can't change.
   */
  arm(low: Float64Array, high: Float64Array, row: number, equity: number, bandLow: number, bandHigh: number): void {
    const { openPositions, quantity } = this.portfolio
    // Each position may use its share of the way to the band's edge; a little less, so that rounding can't pass it.
    const down = ((equity - bandLow) / openPositions) * (1 - 1e-9)
    const up = ((bandHigh - equity) / openPositions) * (1 - 1e-9)
    for (let id = 0; id < low.length; id++) {
      low[id] = Number.NEGATIVE_INFINITY
      high[id] = Number.POSITIVE_INFINITY
      const held = quantity[id]!
      if (held === 0) continue
      const level = this.levels[id]
      if (level) {
        if (level.side > 0) tighten(low, high, id, level.price, null)
        else tighten(low, high, id, null, level.price)
      }
      const exits = this.monitored[id]
      if (exits) {
        if (exits.side > 0) tighten(low, high, id, exits.stop, exits.target)
        else tighten(low, high, id, exits.target, exits.stop)
      }
      if (down === Number.POSITIVE_INFINITY && up === Number.POSITIVE_INFINITY) continue
      const mark = this.grid.symbols[id]!.mark[row]!
      if (held > 0) tighten(low, high, id, mark - down / held, mark + up / held)
      else tighten(low, high, id, mark + up / held, mark - down / held)
    }
  }

  /** Entry price of the level that would fire for the instrument, for explanations; null for none. */
  emergencyPrice(id: number): number | null {
    const level = this.levels[id]
    return level === null || level === undefined ? null : decToNumber(level.units, this.instruments[id]!.pxDec)
  }
}

/** The close rules of a run: its emergency rule, whether it has profiles, and exits or stops that can't rest. */
export function closeRulesOf(options: DeskOptions, portfolio: Portfolio): CloseRules {
  const { grid, instruments, rules, takerRate, routes } = options
  const startMs = grid.time[0]!
  // Where an entry may go to several venues, the dearest of them counts.
  const taker = routes === undefined ? takerRate(0, startMs) : dearestTaker(options, startMs)
  const { emergency, halfSpreadRate, slippageRate } = rules
  const exit = toDec(taker + rateOf(halfSpreadRate + slippageRate))
  const rule = emergency === null ? null : new EmergencyRule(emergency, toDec(2 * exit), exit)
  const monitored = rules.exits === 'monitored' || watchesStops(options)
  return new CloseRules(grid, instruments, portfolio, rule, rules.profile !== null, monitored)
}

/** Moves the levels inwards, where `below` or `above` is nearer than what is there. */
function tighten(low: Float64Array, high: Float64Array, id: number, below: number | null, above: number | null): void {
  if (below !== null && below > low[id]!) low[id] = below
  if (above !== null && above < high[id]!) high[id] = above
}
