/**
 * Why an entry has its size (RULES B): the binding minimum, the wanted amount and what rounding left of it, found by
 * the same rule functions that decide, from the request that they were given.
 */

import { type Dec, decFromNumber, toDec, ZERO } from '../../core/dec.ts'
import { priceUnits } from '../../core/instrument.ts'
import type { SignalOptions } from '../../core/strategy.ts'
import { priceTick } from '../../market/rulebooks.ts'
import { Amount, costOf, executableAmount, worthOf } from '../../rules/amount.ts'
import type { RulesConfig } from '../../rules/config.ts'
import type { EntryRequest } from '../../rules/entry-request.ts'
import { EntrySizer } from '../../rules/entry-size.ts'
import { RATE_ONE, tickPrice, tickTrigger, venueMinimum } from '../../rules/executable.ts'
import type { ProfileState } from '../../rules/profile-choice.ts'
import { profileOptions } from '../../rules/profiles.ts'
import { rateOf } from '../../rules/rate.ts'
import { DynamicSizer, PortfolioSizer, type Size, type Skip } from '../../rules/sizing.ts'
import { type BindingMinimum, bindingMinimum, TierTable } from '../../rules/tiers.ts'

/** All money in quote units. */
export interface SizeLook {
  readonly options: SignalOptions | null
  /** What the size follows from: a sizing mode, or the signal itself. */
  readonly by: string
  /** Price that it was sized at, in the instrument's price units. */
  readonly price: Dec
  /** Fee, half-spread and slippage of the entry. */
  readonly costRate: Dec
  readonly tier: Dec
  readonly venue: Dec
  readonly learned: Dec
  readonly minimum: BindingMinimum
  readonly wanted: Dec | null
  /** What the order comes to; null where there is none. */
  readonly amount: { readonly quantity: Dec; readonly value: Dec; readonly cost: Dec } | null
  /** Why there is no order; null where there is one. */
  readonly skip: Skip | null
}

/** Null where there is no price to size at. `learned` is the pair's learned minimum. */
export function lookAtSize(
  request: EntryRequest,
  rules: RulesConfig,
  state: ProfileState | null,
  learned: Dec,
): SizeLook | null {
  const { instrument, rulebook, side, available, totalEquity } = request
  if (!(request.price > 0)) return null
  const options = state === null ? request.options : profileOptions(state.profile, request.options)
  const price = orderPrice(request, options)
  const costRate = toDec(request.takerRate + rateOf(rules.halfSpreadRate + rules.slippageRate))
  const { quoteDec } = instrument
  const tier =
    rules.tierMinimums === null
      ? ZERO
      : new TierTable(rules.tierMinimums, rules.tierOf, quoteDec).minimum(instrument.symbol)
  const venue = venueMinimum(instrument, rulebook, price, side)
  const minimum = bindingMinimum(tier, venue, learned)
  const size: Size =
    options?.sizeQuote !== undefined
      ? { wanted: decFromNumber(options.sizeQuote, quoteDec), skip: null }
      : sizer(rules, quoteDec).size({ totalEquity, available, costRate, minimum, profile: state })
  const look = { options, by: sizedBy(rules, state, options), price, costRate, tier, venue, learned, minimum }
  if (size.wanted === null) return { ...look, wanted: null, amount: null, skip: size.skip }
  const { wanted } = size
  const exitShare = exitShareOf(rules, options, request.price)
  const asked = { instrument, rulebook, side, price, wanted, available, minimum, costRate, exitShare }
  const amount = Object.assign(new Amount(), asked)
  const skip = executableAmount(amount)
  if (skip !== null) return { ...look, wanted, amount: null, skip }
  const { quantity } = amount
  return { ...look, wanted, amount: { quantity, value: worthOf(amount), cost: costOf(amount) }, skip: null }
}

function sizer({ sizing, dynamic, portfolio }: RulesConfig, quoteDec: number): EntrySizer {
  return new EntrySizer(sizing, new DynamicSizer(dynamic, quoteDec), new PortfolioSizer(portfolio, quoteDec), quoteDec)
}

function orderPrice({ instrument, rulebook, side, price }: EntryRequest, options: SignalOptions | null): Dec {
  if (options?.limitPrice !== undefined) {
    const limit = priceUnits(instrument, options.limitPrice)
    return tickPrice(limit, priceTick(rulebook, limit, instrument.pxDec), side)
  }
  if (options?.triggerPrice !== undefined) {
    const trigger = priceUnits(instrument, options.triggerPrice)
    return tickTrigger(trigger, priceTick(rulebook, trigger, instrument.pxDec), side)
  }
  return priceUnits(instrument, price)
}

function exitShareOf(rules: RulesConfig, options: SignalOptions | null, price: number): Dec | null {
  if (!rules.exitBelowMinimum) return null
  if (options?.stopPrice !== undefined) return rateOf(Math.min(1, options.stopPrice / price))
  return toDec(RATE_ONE - rateOf(options?.stop ?? rules.exitBelowMinimumFall))
}

function sizedBy({ sizing, dynamic }: RulesConfig, state: ProfileState | null, options: SignalOptions | null): string {
  if (options?.sizeQuote !== undefined) return 'the signal names its size'
  const dynamicWords = `${dynamic.fraction * 100} % of what is available, at most ${dynamic.capQuote}`
  if (sizing.mode === 'fixed') return `a fixed ${sizing.quote}`
  if (sizing.mode === 'percent') return `${sizing.fraction * 100} % of total equity`
  if (sizing.mode === 'dynamic') return `dynamic sizing, ${dynamicWords}`
  if (sizing.mode === 'portfolio') return 'portfolio sizing, a share of total equity out of what is available'
  if (state === null) return 'the profile'
  const { profile } = state
  if (state.belowRange) return `below every profile's range, dynamic sizing: ${dynamicWords}`
  if (profile.size.mode === 'fixed') {
    return `${profile.name} trades a fixed ${profile.size.quote}, or where cash can't carry it ${dynamicWords}`
  }
  return `${profile.name} trades total equity ÷ ${profile.positions} positions allowed`
}
