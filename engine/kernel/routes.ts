/**
 * Which instruments a strategy's symbol stands for, where it may be traded at several venues or at one that small
 * balances can't afford: what the router is asked with (RULES E1), and where a position is.
 */

import { type Dec, decToNumber, toDec, ZERO } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { Grid } from '../core/grid.ts'
import { FREE_RULEBOOK, type Instrument, type Rulebook } from '../core/instrument.ts'
import type { EntryRequest } from '../rules/entry-request.ts'
import type { EntryVenue } from '../rules/entry-route.ts'
import type { Portfolio } from './portfolio.ts'

export interface RoutesOptions {
  /** The strategy's symbols, in its order. */
  readonly symbols: readonly string[]
  readonly instruments: readonly Instrument[]
  /** Columns by instrument. */
  readonly grid: Grid
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  readonly takerRate: (instrument: number, atMs: number) => Dec
  /** Full spread and twice the slippage that a round trip pays on top of fees, where `takerRate` has none of it. */
  readonly spreadRate: Dec
  readonly listed: (instrument: number, atMs: number) => boolean
}

/** One venue of a pair, filled anew for every signal. */
class Slot implements EntryVenue {
  readonly venue: string
  readonly instrument: Instrument
  lists = false
  rulebook: Rulebook = FREE_RULEBOOK
  price = Number.NaN
  balance = Number.NaN as Dec
  available = Number.NaN as Dec
  takerRate = Number.NaN as Dec
  roundTrip = Number.NaN as Dec

  constructor(instrument: Instrument) {
    this.venue = instrument.venue
    this.instrument = instrument
  }
}

export class Routes {
  /** Instruments by symbol of the strategy, in the order of venues. */
  readonly pairs: readonly (readonly number[])[]
  /** Symbol of the strategy by instrument. */
  readonly pairOf: readonly number[]
  private readonly options: RoutesOptions
  private readonly slots: readonly (readonly Slot[])[]

  constructor(options: RoutesOptions) {
    const { symbols, instruments } = options
    this.options = options
    this.pairOf = instruments.map(({ symbol }) => symbols.indexOf(symbol))
    this.pairs = symbols.map((symbol) => instruments.filter((one) => one.symbol === symbol).map(({ id }) => id))
    this.slots = this.pairs.map((ids) => ids.map((id) => new Slot(instruments[id]!)))
  }

  /** Whether any pair has more than one venue. */
  get several(): boolean {
    return this.pairs.some((ids) => ids.length > 1)
  }

  /** Puts the pair's venues and what the account holds of it into the request of an entry. */
  ask(request: EntryRequest, pair: number, row: number, portfolio: Portfolio, markOf: (id: number) => Dec): void {
    const { grid, rulebook, takerRate, listed, spreadRate } = this.options
    const { atMs } = request
    request.pair = pair
    for (const slot of this.slots[pair]!) {
      const { id } = slot.instrument
      slot.lists = listed(id, atMs)
      slot.rulebook = rulebook(id, atMs)
      slot.price = grid.symbols[id]!.close[row]!
      slot.balance = portfolio.balanceAt(id, markOf)
      slot.available = portfolio.freeCashAt(id)
      slot.takerRate = takerRate(id, atMs)
      slot.roundTrip = toDec(2 * slot.takerRate + spreadRate)
    }
    request.venues = this.slots[pair]!
    request.held = this.held(pair, portfolio)
    request.pendingEntryId = this.pendingEntry(pair, portfolio)
  }

  /** Where an exit of the pair goes: to each venue that holds some of it, else where an entry rests, else to the first. */
  exits(pair: number, portfolio: Portfolio): readonly number[] {
    const ids = this.pairs[pair]!
    if (ids.length === 1) return ids
    const held = ids.filter((id) => portfolio.quantity[id] !== 0)
    if (held.length > 0) return held
    const resting = ids.filter((id) => portfolio.restingEntry(id) !== null)
    return resting.length > 0 ? resting : ids.slice(0, 1)
  }

  /** Weights say nothing of venues: throws where there are several. */
  refuseWeights(): void {
    if (!this.several) return
    throw new TandemError('target weights are for one venue, and this run has several', {
      code: 'TARGETS_ONE_VENUE',
      where: 'venues',
      hint: 'name one venue, or let the strategy give entries and exits',
    })
  }

  /** Signed quantity of the pair at all venues: the units of a pair are the same everywhere. */
  held(pair: number, { ledger }: Portfolio): Dec {
    let held: Dec = ZERO
    for (const id of this.pairs[pair]!) held = toDec(held + ledger.quantity[id]!)
    return held
  }

  /** An entry order of the pair that is under way at any venue; 0 for none. */
  pendingEntry(pair: number, portfolio: Portfolio): number {
    for (const id of this.pairs[pair]!) {
      const pending = portfolio.pendingEntry(id)
      if (pending !== 0) return pending
    }
    return 0
  }

  /** Average entry price of the pair's position at all venues; NaN when flat. */
  entryPrice(pair: number, portfolio: Portfolio): number {
    const { ledger } = portfolio
    const { qtyDec, quoteDec } = this.slots[pair]![0]!.instrument
    const held = this.held(pair, portfolio)
    if (held === 0) return Number.NaN
    let cost = 0
    for (const id of this.pairs[pair]!) cost += ledger.cost[id]!
    return decToNumber(toDec(cost), quoteDec) / decToNumber(held, qtyDec)
  }
}
