/** Routing of entries (RULES E1): the lowest round trip among the enabled venues that list the pair. */

import { type Dec, decFromNumber } from '../core/dec.ts'
import { RefusalCode } from '../core/refusal.ts'
import { minimumTarget } from './fee-gate.ts'
import { rateOf } from './rate.ts'
import type { Skip } from './sizing.ts'

/** An enabled venue of the account, in the order of configuration. */
export interface VenueOption {
  readonly venue: string
  /** Whether it lists the pair now. */
  readonly lists: boolean
  /** Total balance on that venue, in quote. */
  readonly balance: Dec
  readonly roundTrip: Dec
}

/** A venue that small balances can't afford: no entries there, or with a raised target where it is the only one. */
export interface SmallBalanceRule {
  readonly venue: string
  readonly belowQuote: number
  readonly targetFraction: number
  readonly marginFraction: number
}

export type Route =
  | {
      readonly venue: string
      readonly roundTrip: Dec
      /** The entry's target: the signal's, or raised; null where the signal has none and exits by itself. */
      readonly target: Dec | null
      /** What the target was raised to at least; null where it wasn't touched. */
      readonly raisedTo: Dec | null
      readonly skip: null
    }
  | { readonly venue: null; readonly skip: Skip }

export class Router {
  private readonly rule: SmallBalanceRule | null
  private readonly below: Dec
  private readonly target: Dec
  private readonly margin: Dec

  /** `rule` null routes by round trip alone. */
  constructor(rule: SmallBalanceRule | null, quoteDec: number) {
    this.rule = rule
    this.below = decFromNumber(rule?.belowQuote ?? 0, quoteDec)
    this.target = rateOf(rule?.targetFraction ?? 0)
    this.margin = rateOf(rule?.marginFraction ?? 0)
  }

  /** Where an entry goes, `target` being the signal's as a rate, or null. Exits go where the position is. */
  route(enabled: readonly VenueOption[], target: Dec | null): Route {
    const listing = enabled.filter((one) => one.lists)
    const affordable = listing.filter((one) => !this.tooSmall(one))
    const best = cheapest(affordable) ?? cheapest(listing)
    if (best === null) {
      const skip = { code: RefusalCode.noVenue, first: enabled.length, second: listing.length }
      return { venue: null, skip }
    }
    const { venue, roundTrip } = best
    if (!this.tooSmall(best)) return { venue, roundTrip, target, raisedTo: null, skip: null }
    const raisedTo = Math.max(this.target, minimumTarget(roundTrip, this.margin)) as Dec
    const raised = target === null ? null : (Math.max(target, raisedTo) as Dec)
    return { venue, roundTrip, target: raised, raisedTo, skip: null }
  }

  /** Whether the account's balance there is below what entries at that venue need. */
  tooSmall(one: VenueOption): boolean {
    return this.rule !== null && one.venue === this.rule.venue && one.balance < this.below
  }
}

/** The lowest round trip, the first named where equal; null of none. */
function cheapest(options: readonly VenueOption[]): VenueOption | null {
  let best: VenueOption | null = null
  for (const one of options) if (best === null || one.roundTrip < best.roundTrip) best = one
  return best
}
