/** What the rules are asked about an entry, and what they answer. */

import type { Dec } from '../core/dec.ts'
import { FREE_RULEBOOK, type Instrument, type Rulebook } from '../core/instrument.ts'
import type { ApprovedOrder, Side } from '../core/order.ts'
import { type Refusal, RefusalCode } from '../core/refusal.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { EntryVenue, RouteChoice } from './entry-route.ts'
import type { Candidate, PlannedSell } from './reallocation.ts'
import type { ReallocationNeed } from './sizing.ts'

// In both, numbers begin as NaN: they are doubles from the start, which a write then changes in place.
const NONE = Number.NaN as Dec

/** Fee that the venue takes in base from an order on a side, as a rate in units of 1e-12; 0 where it takes quote. */
export type RateInBase = (instrument: number, atMs: number, side: Side) => Dec

/** What the rules see of the account at the moment of a signal. One serves all signals of a run. */
export class EntryRequest {
  orderId = 0
  /** With several venues that of the pair's first until the entry is routed; so are the fields that follow from it. */
  instrument: Instrument
  /** The pair's place among the strategy's symbols. */
  pair = 0
  /** Where the entry may go; null where there is nothing to choose. */
  venues: readonly EntryVenue[] | null = null
  rulebook: Rulebook = FREE_RULEBOOK
  side: Side = 1
  options: SignalOptions | null = null
  /** Close of the signal's bar. */
  price: number = NONE
  atMs: number = NONE
  totalEquity = NONE
  /** Free cash; with leverage, free buying power. */
  available = NONE
  /** Signed quantity held of the pair, at all venues. */
  held = NONE
  /** An entry order of the pair that is under way; 0 for none. */
  pendingEntryId = 0
  /** Of the whole account. */
  openPositions = 0
  pendingEntries = 0
  /** Taker fee of the instrument now, as a rate. */
  takerRate = NONE
  /** Where a venue may take its fee in base; null where all are in quote. */
  rateInBase: RateInBase | null = null
  /** Positions at the entry's venue that could be sold for it; null where none may be. */
  candidates: ((entry: Instrument, atMs: number) => readonly Candidate[]) | null = null

  constructor(instrument: Instrument) {
    this.instrument = instrument
  }
}

/** An entry that is approved but for its money: sells come first (RULES B3, D2). */
export interface ReallocationStart {
  readonly instrument: Instrument
  readonly need: ReallocationNeed
  readonly sells: readonly PlannedSell[]
  readonly available: Dec
  /** Fee, half-spread and slippage of the buy, as a rate. */
  readonly costRate: Dec
  readonly options: SignalOptions | null
  readonly profile: string | null
}

/**
 * An approved order with the money it ties up and the options that its bracket follows, or (`order` is null) a refusal.
 * The rules answer with the same object every time: read it before the next question.
 */
export class EntryVerdict {
  order: ApprovedOrder | null = null
  reserved = NONE
  options: SignalOptions | null = null
  profile: string | null = null
  /** Where the order goes and why; null where the request named no venues. */
  route: RouteChoice | null = null
  /** With `order` null: positions are to be sold first; null for a refusal. */
  reallocation: ReallocationStart | null = null
  readonly refusal: Writable<Refusal> = {
    code: RefusalCode.noPosition,
    instrument: 0,
    side: 1,
    first: NONE,
    second: NONE,
  }
  /** Until then (exclusive) every like signal is refused alike, as long as no fact and no profile changes. */
  quietUntilMs: number = NONE
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }
