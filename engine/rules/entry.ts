/**
 * An entry signal becomes an approved order or a refusal with its numbers. The order of the rules: what no time can
 * change (a position on the other side, an order under way), the profile and its gates, the signal itself, the fee
 * gate, the wanted size, the executable amount.
 */

import { type Dec, decFromNumber, decToNumber, toDec, ZERO } from '../core/dec.ts'
import { priceUnits } from '../core/instrument.ts'
import { OrderType, Purpose, type Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { leastCost, priceTick } from '../market/rulebooks.ts'
import { Amount, costOf, executableAmount } from './amount.ts'
import { approve } from './approve.ts'
import type { RulesConfig } from './config.ts'
import { type EntryRequest, EntryVerdict } from './entry-request.ts'
import { type CashNeeds, EntryRouter, type EntryVenue, type Routed } from './entry-route.ts'
import { EntrySizer } from './entry-size.ts'
import { RATE_ONE, tickPrice, tickTrigger, venueMinimum } from './executable.ts'
import { feeGate, roundTripRate } from './fee-gate.ts'
import { EntryGates, type GateConfig, type GateSnapshot } from './gates.ts'
import { notListed } from './listing.ts'
import { LearnedMinimums } from './minimums.ts'
import { entryTerms } from './order-terms.ts'
import { type ProfileChange, ProfileChoice, type ProfileState } from './profile-choice.ts'
import { profileOptions } from './profiles.ts'
import { rateOf, withCost } from './rate.ts'
import { reallocationFor } from './reallocation.ts'
import { DynamicSizer, PortfolioSizer, type Size, type Skip } from './sizing.ts'
import { type BindingMinimum, bindingMinimum, NO_MINIMUM, TierTable } from './tiers.ts'

export class EntryRules {
  readonly profiles: ProfileChoice | null
  readonly minimums: LearnedMinimums
  readonly gates: EntryGates | null
  private readonly config: RulesConfig
  private readonly sizer: EntrySizer
  private readonly portfolio: PortfolioSizer
  private readonly tiers: TierTable | null
  private readonly marketCost: Dec
  private readonly spread: Dec
  private readonly fall: Dec
  private readonly feeMargin: Dec | null
  private readonly router: EntryRouter
  // Filled anew for every signal: what an order's way doesn't allocate, the collector doesn't have to find.
  private readonly verdict = new EntryVerdict()
  private readonly form = new OrderForm()
  private readonly amount = new Amount()

  constructor(config: RulesConfig, quoteDec: number) {
    this.config = config
    this.profiles = config.profile === null ? null : new ProfileChoice(config.profile, quoteDec)
    this.gates = this.profiles === null ? null : new EntryGates(this.switched(this.profiles.current))
    this.minimums = new LearnedMinimums(quoteDec, config.learningFactor ?? 2, config.learned)
    const dynamic = new DynamicSizer(config.dynamic, quoteDec)
    this.portfolio = new PortfolioSizer(config.portfolio, quoteDec)
    this.sizer = new EntrySizer(config.sizing, dynamic, this.portfolio, quoteDec)
    this.tiers =
      config.tierMinimums === null ? null : new TierTable(config.tierMinimums, config.tierOf, quoteDec, capOf(config))
    this.marketCost = rateOf(config.halfSpreadRate + config.slippageRate)
    this.spread = rateOf(2 * config.halfSpreadRate + 2 * config.slippageRate)
    this.fall = rateOf(config.exitBelowMinimumFall)
    this.feeMargin = config.feeGateMargin === null ? null : rateOf(config.feeGateMargin)
    this.router = new EntryRouter(config.smallBalance, quoteDec)
  }

  /** Looks at total equity, at an entry signal or a monitoring event. Returns the change of profile, or null. */
  evaluateProfile(totalEquity: Dec, atMs: number): ProfileChange | null {
    if (this.profiles === null) return null
    const change = this.profiles.evaluate(totalEquity, atMs)
    if (change !== null) this.gates!.configure(this.switched(change.to))
    return change
  }

  /** Evaluate the profile first. */
  decide(request: EntryRequest): EntryVerdict {
    this.verdict.route = null
    this.verdict.reallocation = null
    const standing = this.standing(request)
    if (standing !== null) return standing
    const state = this.profiles?.current ?? null
    let options = state === null ? request.options : profileOptions(state.profile, request.options)
    if (request.venues !== null) {
      const routed = this.route(request, request.venues, options)
      if (routed.skip !== null) return this.skipped(request, routed.skip)
      options = routed.options
      this.verdict.route = routed.choice
    }
    const { price, side } = request
    if (!(price > 0)) return this.refuse(request, RefusalCode.noPrice, 0, 0)
    if (side < 0 && !this.config.shorting) return this.refuse(request, RefusalCode.shortNotAllowed, 0, 0)
    const unprofitable = this.feeGate(request, options)
    if (unprofitable !== null) return unprofitable
    const { form, amount } = this
    form.fill(request, options)
    const costRate = toDec(request.takerRate + this.marketCost)
    const minimum = this.minimumAt(request, form.price, side)
    const start = this.reallocation(request, options, costRate, minimum, state)
    if (start !== null) return start
    const size = this.wanted(request, options, costRate, minimum, state)
    if (size.skip !== null) return this.skipped(request, size.skip)
    fill(amount, request, form.price, size.wanted, request.available, minimum, costRate)
    amount.exitShare = this.exitShare(options, request)
    const skip = executableAmount(amount)
    return skip === null ? this.approved(request, options, state) : this.skipped(request, skip)
  }

  /** Chooses the venue of an entry and makes the request that venue's; `options` with the profile's target (E1). */
  route(request: EntryRequest, venues: readonly EntryVenue[], options: SignalOptions | null): Routed {
    const { totalEquity, available } = request
    const profile = this.profiles?.current ?? null
    // A size that is named is made whole or not at all; others shrink to what is available.
    const named = this.sizer.named(options)
    const needs = (one: EntryVenue): CashNeeds => {
      const minimum = this.minimumAt(one, priceUnits(one.instrument, one.price), request.side)
      const costRate = toDec(one.takerRate + this.marketCost)
      const least = withCost(Math.max(1, named, minimum.amount) as Dec, costRate)
      if (options?.sizeQuote !== undefined) return { whole: least, least }
      const { wanted } = this.sizer.size({ totalEquity, available, costRate, minimum, profile })
      return { whole: wanted === null ? Number.POSITIVE_INFINITY : withCost(wanted, costRate), least }
    }
    const target = request.price > 0 ? targetRate(options, request) : null
    return this.router.route(request, venues, options, target, needs)
  }

  /** What the gates in force ask and what they remember, for explanations; null where the account has no profile. */
  gateView(): { readonly config: GateConfig; readonly memory: GateSnapshot } | null {
    if (this.gates === null) return null
    return { config: this.switched(this.profiles!.current), memory: this.gates.snapshot() }
  }

  /** The pair's position was closed, or a stale entry of it expired. */
  ended(pair: number, atMs: number): void {
    this.gates?.exited(pair, atMs)
  }

  /** Refusals that stand until a time or a fact: they ask neither price nor options. */
  private standing(request: EntryRequest): EntryVerdict | null {
    const { held, side } = request
    // With several venues the route passes over those that don't list the pair.
    const routed = request.venues !== null && request.venues.length > 1
    const unlisted = routed ? null : notListed(request.rulebook, request.atMs)
    if (unlisted !== null) return this.skipped(request, unlisted)
    if (held * side < 0 || (held !== 0 && this.gates === null)) {
      return this.refuse(request, RefusalCode.positionOpen, positionOf(request), 0, Number.POSITIVE_INFINITY)
    }
    const gated = this.gates === null ? null : this.gated(this.gates, request)
    if (gated !== null) return gated
    if (request.pendingEntryId === 0) return null
    return this.refuse(request, RefusalCode.entryPending, request.pendingEntryId, 0, this.afterGates(request.atMs))
  }

  private gated(gates: EntryGates, request: EntryRequest): EntryVerdict | null {
    const { held, side, atMs, pair, options, openPositions, pendingEntries } = request
    const quality = gates.asksQuality ? qualityOf(options) : null
    const position = held === 0 ? 0 : positionOf(request)
    const refusal = gates.check({
      atMs,
      instrument: pair,
      side,
      quality,
      held: position,
      openPositions,
      pendingEntries,
    })
    if (refusal === null) return null
    return this.refuse(request, refusal.code, refusal.first, refusal.second, refusal.quietUntilMs)
  }

  /** Where gates stand before it, another refusal may come first at the next signal. */
  private afterGates(atMs: number): number {
    return this.gates === null ? Number.POSITIVE_INFINITY : atMs
  }

  private feeGate(request: EntryRequest, options: SignalOptions | null): EntryVerdict | null {
    if (this.feeMargin === null) return null
    const target = targetRate(options, request)
    if (target === null) return null
    const skip = feeGate(target, roundTripRate(request.takerRate, this.spread), this.feeMargin)
    return skip === null ? null : this.skipped(request, skip)
  }

  private minimumAt({ instrument, rulebook }: PairAtVenue, price: Dec, side: Side): BindingMinimum {
    const tier = this.tiers === null ? ZERO : this.tiers.minimum(instrument.symbol)
    const learned = this.minimums.minimum(instrument.venue, instrument.symbol)
    if (tier === 0 && learned === 0 && rulebook.minQty === 0 && leastCost(rulebook, side) === 0) return NO_MINIMUM
    return bindingMinimum(tier, venueMinimum(instrument, rulebook, price, side), learned)
  }

  /** The wanted value: the signal's own size, else what sizing says; or a skip. */
  private wanted(
    request: EntryRequest,
    options: SignalOptions | null,
    costRate: Dec,
    minimum: BindingMinimum,
    profile: ProfileState | null,
  ): Size {
    if (options !== null && options.sizeQuote !== undefined) {
      return { wanted: decFromNumber(options.sizeQuote, request.instrument.quoteDec), skip: null }
    }
    const { totalEquity, available } = request
    return this.sizer.size({ totalEquity, available, costRate, minimum, profile })
  }

  /** Share of the entry price at which a long would be closed at a loss; null where the check is off. */
  private exitShare(options: SignalOptions | null, request: EntryRequest): Dec | null {
    if (!this.config.exitBelowMinimum) return null
    if (options?.stopPrice !== undefined) return rateOf(Math.min(1, options.stopPrice / request.price))
    return toDec(RATE_ONE - (options?.stop === undefined ? this.fall : rateOf(options.stop)))
  }

  /** B3: an entry that lower-ranked positions are sold for, where it may be and cash is short; null for a normal one. */
  private reallocation(
    request: EntryRequest,
    options: SignalOptions | null,
    costRate: Dec,
    minimum: BindingMinimum,
    state: ProfileState | null,
  ): EntryVerdict | null {
    const { candidates, instrument, totalEquity, available } = request
    const { amount, form, verdict } = this
    if (candidates === null || !(this.config.reallocation || options?.reallocate === true)) return null
    if (form.type !== OrderType.market || request.side < 0 || options?.sizeQuote !== undefined) return null
    const query = {
      ...{ totalEquity, available, buyCostRate: costRate, sellCostRate: costRate },
      candidates: candidates(instrument, request.atMs),
      score: qualityOf(options),
    }
    const found = reallocationFor(this.portfolio, query)
    if (found === null) return null
    fill(amount, request, form.price, found.need.wanted, found.need.needed, minimum, costRate)
    amount.exitShare = this.exitShare(options, request)
    if (executableAmount(amount) !== null) return null
    if (this.gates !== null) this.gates.approved(request.atMs)
    verdict.order = null
    verdict.reallocation = { instrument, ...found, available, costRate, options, profile: state?.profile.name ?? null }
    return verdict
  }

  /** The order of `this.form`, as large as `this.amount` says. */
  private approved(request: EntryRequest, options: SignalOptions | null, state: ProfileState | null): EntryVerdict {
    const { form, amount, verdict } = this
    const { side, atMs } = request
    const market = form.type === OrderType.market
    const quoteSized = this.config.orderBy === 'quote' && market && side > 0
    const quoteAmount = quoteSized ? (Math.min(amount.available, amount.wantedCost) as Dec) : ZERO
    const stale = state !== null && this.config.staleEntries
    const staleMs = stale ? atMs + state.profile.pacing.staleEntryMs : Number.POSITIVE_INFINITY
    if (this.gates !== null) this.gates.approved(atMs)
    verdict.options = options
    verdict.profile = state === null ? null : state.profile.name
    verdict.reserved = quoteSized ? quoteAmount : costOf(amount)
    verdict.order = approve({
      id: request.orderId,
      instrument: request.instrument.id,
      side,
      type: form.type,
      purpose: Purpose.entry,
      quantity: quoteSized ? ZERO : amount.quantity,
      quoteAmount,
      limitPrice: form.limitPrice,
      stopPrice: form.stopPrice,
      reduceOnly: false,
      ocoGroup: 0,
      decidedMs: atMs,
      // What rests ends when the signal says, and with the symbol's listing at the latest.
      expiresMs: Math.min(
        market ? Number.POSITIVE_INFINITY : Math.min(staleMs, request.rulebook.delistedMs),
        options?.goodTillMs ?? Number.POSITIVE_INFINITY,
      ),
      answersIntrabar: false,
      tag: options === null ? null : (options.tag ?? null),
      terms: entryTerms(options, form.type),
    })
    return verdict
  }

  private skipped(request: EntryRequest, skip: Skip): EntryVerdict {
    return this.refuse(request, skip.code, skip.first, skip.second)
  }

  private refuse(
    request: EntryRequest,
    code: RefusalCode,
    first: number,
    second: number,
    quietUntilMs = 0,
  ): EntryVerdict {
    const { verdict } = this
    const { refusal } = verdict
    verdict.order = null
    verdict.quietUntilMs = quietUntilMs
    refusal.code = code
    refusal.instrument = request.instrument.id
    refusal.side = request.side
    refusal.first = first
    refusal.second = second
    return verdict
  }

  /** A profile's gates, less those that the run file turns off. */
  private switched({ profile }: ProfileState): GateConfig {
    const { gates } = profile
    const on = this.config.gates
    return {
      entryInterval: { ...gates.entryInterval, on: gates.entryInterval.on && on.entryInterval },
      entriesPerWindow: { ...gates.entriesPerWindow, on: gates.entriesPerWindow.on && on.entriesPerWindow },
      positions: { ...gates.positions, on: gates.positions.on && on.positions },
      quality: { ...gates.quality, on: gates.quality.on && on.quality },
      averagingDown: { on: gates.averagingDown.on && on.averagingDown },
      reEntry: { on: gates.reEntry.on && on.reEntry },
    }
  }
}

function fill(
  amount: Amount,
  request: EntryRequest,
  price: Dec,
  wanted: Dec,
  available: Dec,
  minimum: BindingMinimum,
  costRate: Dec,
): void {
  amount.instrument = request.instrument
  amount.rulebook = request.rulebook
  amount.side = request.side
  amount.price = price
  amount.wanted = wanted
  amount.available = available
  amount.minimum = minimum
  amount.costRate = costRate
  const { rateInBase, instrument, atMs } = request
  if (rateInBase === null) return
  amount.rateInBase = rateInBase(instrument.id, atMs, 1)
  amount.exitRateInBase = rateInBase(instrument.id, atMs, -1)
}

type PairAtVenue = Pick<EntryRequest, 'instrument' | 'rulebook'>

/** Market, limit, or behind a trigger, with its prices on the tick of the day. */
class OrderForm {
  type: OrderType = OrderType.market
  /** Price that the order is sized at. */
  price = Number.NaN as Dec
  limitPrice = Number.NaN as Dec
  stopPrice = Number.NaN as Dec

  fill(request: EntryRequest, options: SignalOptions | null): void {
    const { instrument, rulebook, side } = request
    this.limitPrice = ZERO
    this.stopPrice = ZERO
    const breakout = options?.triggerType !== 'takeProfit'
    if (options !== null && options.limitPrice !== undefined) {
      this.type = OrderType.limit
      const limit = priceUnits(instrument, options.limitPrice)
      this.price = tickPrice(limit, priceTick(rulebook, limit, instrument.pxDec), side)
      this.limitPrice = this.price
      if (options.triggerPrice === undefined) return
      this.type = breakout ? OrderType.stopLimit : OrderType.takeProfitLimit
      const trigger = priceUnits(instrument, options.triggerPrice)
      this.stopPrice = tickTrigger(trigger, priceTick(rulebook, trigger, instrument.pxDec), side)
    } else if (options !== null && options.triggerPrice !== undefined) {
      this.type = breakout ? OrderType.stop : OrderType.takeProfit
      const trigger = priceUnits(instrument, options.triggerPrice)
      this.price = tickTrigger(trigger, priceTick(rulebook, trigger, instrument.pxDec), side)
      this.stopPrice = this.price
    } else {
      this.type = OrderType.market
      this.price = priceUnits(instrument, request.price)
    }
  }
}

/** Signed quantity held of the instrument, in base. */
function positionOf(request: EntryRequest): number {
  return decToNumber(request.held, request.instrument.qtyDec)
}

/** The signal's target as a rate of the price; null for none. */
function targetRate(options: SignalOptions | null, { price, side }: EntryRequest): Dec | null {
  if (options?.targetPrice !== undefined) return rateOf(side * (options.targetPrice / price - 1))
  return options?.target === undefined ? null : rateOf(options.target)
}

/** A sizing cap that no minimum may exceed, where the mode has one. */
function capOf({ sizing, dynamic }: RulesConfig): number | null {
  return sizing.mode === 'dynamic' ? dynamic.capQuote : null
}

/** A signal's quality, asked for where it is only given on demand. */
export function qualityOf(options: SignalOptions | null): number | null {
  const quality = options?.quality ?? null
  return typeof quality === 'object' && quality !== null ? quality.value() : quality
}
