/**
 * Where an entry goes (RULES E1), as a step of its decision: the cheapest round trip among the venues that list the pair,
 * have a price, and whose cash carries the order. Where none carries it whole, as it would be sized out of all the
 * account's cash, those are asked that carry the least order they would take; where none does, all. The request becomes
 * the chosen venue's; everything after asks it alone.
 */

import { type Dec, toDec } from '../core/dec.ts'
import type { Instrument, Rulebook } from '../core/instrument.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { EntryRequest } from './entry-request.ts'
import { rateNumber } from './rate.ts'
import { type Route, Router, type SmallBalanceRule, type VenueOption } from './routing.ts'
import type { Skip } from './sizing.ts'

/** A venue that an entry may go to, with what the account and the pair are there. Filled anew for every signal. */
export interface EntryVenue extends VenueOption {
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  /** Close of the signal's bar there; NaN where it has none. */
  readonly price: number
  /** Free cash there. */
  readonly available: Dec
  readonly takerRate: Dec
}

/** Why venues were passed over, as bits; `raised` says that the entry's target was. */
export const RouteFlag = { unlisted: 1, noFunds: 2, smallBalance: 4, raised: 8 } as const

/** What a routing decision came to: the numbers of its record. */
export interface RouteChoice {
  readonly flags: number
  /** Venues that were left to choose from. */
  readonly considered: number
  readonly roundTrip: Dec
  /** Round trip of the cheapest venue that wasn't chosen, whatever the reason; 0 for none. */
  readonly other: Dec
  readonly balance: Dec
  readonly available: Dec
  /** Rate that the target was raised to; 0 where it wasn't. */
  readonly raisedTo: Dec
}

export interface Routed {
  readonly skip: Skip | null
  /** The signal's options, with a raised target where there is one. */
  readonly options: SignalOptions | null
  readonly choice: RouteChoice | null
}

export class EntryRouter {
  private readonly router: Router

  constructor(rule: SmallBalanceRule | null, quoteDec: number) {
    this.router = new Router(rule, quoteDec)
  }

  /**
   * Chooses and makes `request` the chosen venue's. `target` is the signal's as a rate of its price, or null; `needs` says
   * what the whole order and the least one take in cash at a venue.
   */
  route(
    request: EntryRequest,
    venues: readonly EntryVenue[],
    options: SignalOptions | null,
    target: Dec | null,
    needs: (venue: EntryVenue) => CashNeeds,
  ): Routed {
    const priced = venues.filter((one) => one.lists && one.price > 0)
    const open = this.funded(priced, priced.map(needs))
    // Without a price anywhere the rules say so themselves, if any venue lists the pair at all.
    const route = this.router.route(open.length > 0 ? open : venues, target)
    if (route.venue === null) return { skip: route.skip, options, choice: null }
    const chosen = venues.find((one) => one.venue === route.venue)!
    take(request, chosen)
    const raised = raisedOptions(options, target, route)
    const flags =
      (priced.length < venues.length ? RouteFlag.unlisted : 0) |
      (open.length < priced.length ? RouteFlag.noFunds : 0) |
      (open.some((one) => one !== chosen && this.router.tooSmall(one)) ? RouteFlag.smallBalance : 0) |
      (raised === options ? 0 : RouteFlag.raised)
    const choice = choiceOf(venues, open.length, chosen, flags, route.raisedTo)
    return { skip: null, options: raised, choice }
  }

  /** The venues whose cash decides for them. One that small balances can't afford isn't left alone by that. */
  private funded(priced: readonly EntryVenue[], needs: readonly CashNeeds[]): readonly EntryVenue[] {
    const affords = (one: EntryVenue): boolean => !this.router.tooSmall(one)
    const whole = priced.filter((one, i) => one.available >= needs[i]!.whole)
    if (whole.some(affords)) return whole
    const least = priced.filter((one, i) => one.available >= needs[i]!.least)
    return least.some(affords) ? least : priced
  }
}

/** What an entry takes in cash at a venue, costs included. */
export interface CashNeeds {
  readonly whole: number
  readonly least: number
}

function take(request: EntryRequest, { instrument, rulebook, price, available, takerRate }: EntryVenue): void {
  request.instrument = instrument
  request.rulebook = rulebook
  request.price = price
  request.available = available
  request.takerRate = takerRate
}

function choiceOf(
  venues: readonly EntryVenue[],
  considered: number,
  chosen: EntryVenue,
  flags: number,
  raisedTo: Dec | null,
): RouteChoice {
  let other = Number.POSITIVE_INFINITY
  for (const one of venues) if (one !== chosen && one.lists) other = Math.min(other, one.roundTrip)
  return {
    flags,
    considered,
    roundTrip: chosen.roundTrip,
    other: toDec(other === Number.POSITIVE_INFINITY ? 0 : other),
    balance: chosen.balance,
    available: chosen.available,
    raisedTo: toDec((flags & RouteFlag.raised) !== 0 ? (raisedTo ?? 0) : 0),
  }
}

/** The options with the route's target, where that is above the signal's own. */
function raisedOptions(
  options: SignalOptions | null,
  target: Dec | null,
  route: Route & { readonly skip: null },
): SignalOptions | null {
  if (route.target === null || target === null || route.target <= target) return options
  return { ...options, target: rateNumber(route.target), targetPrice: undefined }
}
