/**
 * An entry signal becomes an approved order or a refusal with its numbers. The order of the rules: what no time can
 * change (a position on the other side, an order under way), the profile and its gates, the signal itself, the fee
 * gate, the wanted size, the executable amount.
 */

import { type Dec, decFromNumber, decToNumber, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose, type Side } from '../core/order.ts'
import { type Refusal, RefusalCode } from '../core/refusal.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { type Amount, executableAmount } from './amount.ts'
import { approve } from './approve.ts'
import type { RulesConfig } from './config.ts'
import { EntrySizer } from './entry-size.ts'
import { RATE_ONE, tickPrice, tickTrigger, venueMinimum } from './executable.ts'
import { feeGate, roundTripRate } from './fee-gate.ts'
import { EntryGates, type GateConfig, type GateSnapshot } from './gates.ts'
import { LearnedMinimums } from './minimums.ts'
import { type ProfileChange, ProfileChoice, type ProfileState } from './profile-choice.ts'
import { profileOptions } from './profiles.ts'
import { rateOf, withCost } from './rate.ts'
import { DynamicSizer, PortfolioSizer } from './sizing.ts'
import { type BindingMinimum, bindingMinimum, TierTable } from './tiers.ts'

/** What the rules see of the account at the moment of a signal. */
export interface EntryRequest {
  readonly orderId: number
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  readonly side: Side
  readonly options: SignalOptions | null
  /** Close of the signal's bar. */
  readonly price: number
  readonly atMs: number
  readonly totalEquity: Dec
  /** Free cash; with leverage, free buying power. */
  readonly available: Dec
  /** Signed quantity held of the instrument. */
  readonly held: Dec
  /** An entry order of the instrument that is under way; 0 for none. */
  readonly pendingEntryId: number
  /** Of the whole account. */
  readonly openPositions: number
  readonly pendingEntries: number
  /** Taker fee of the instrument now, as a rate. */
  readonly takerRate: Dec
}

/** An approved order with the money it ties up and the options that its bracket follows, or a refusal. */
export type Verdict =
  | {
      readonly order: ApprovedOrder
      readonly reserved: Dec
      readonly options: SignalOptions | null
      readonly profile: string | null
      readonly refusal: null
    }
  | {
      readonly order: null
      readonly refusal: Refusal
      /** Until then (exclusive) every like signal is refused alike, as long as no fact and no profile changes. */
      readonly quietUntilMs: number
    }

export class EntryRules {
  readonly profiles: ProfileChoice | null
  readonly minimums: LearnedMinimums
  private readonly gates: EntryGates | null
  private readonly config: RulesConfig
  private readonly sizer: EntrySizer
  private readonly tiers: TierTable | null
  private readonly marketCost: Dec
  private readonly spread: Dec
  private readonly fall: Dec
  private readonly feeMargin: Dec | null

  constructor(config: RulesConfig, quoteDec: number) {
    this.config = config
    this.profiles = config.profile === null ? null : new ProfileChoice(config.profile, quoteDec)
    this.gates = this.profiles === null ? null : new EntryGates(this.switched(this.profiles.current))
    this.minimums = new LearnedMinimums(quoteDec, config.learningFactor ?? 2, config.learned)
    const dynamic = new DynamicSizer(config.dynamic, quoteDec)
    const portfolio = new PortfolioSizer(config.portfolio, quoteDec)
    this.sizer = new EntrySizer(config.sizing, dynamic, portfolio, quoteDec)
    this.tiers =
      config.tierMinimums === null ? null : new TierTable(config.tierMinimums, config.tierOf, quoteDec, capOf(config))
    this.marketCost = rateOf(config.halfSpreadRate + config.slippageRate)
    this.spread = rateOf(2 * config.halfSpreadRate + 2 * config.slippageRate)
    this.fall = rateOf(config.exitBelowMinimumFall)
    this.feeMargin = config.feeGateMargin === null ? null : rateOf(config.feeGateMargin)
  }

  /** Looks at total equity, at an entry signal or a monitoring event. Returns the change of profile, or null. */
  evaluateProfile(totalEquity: Dec, atMs: number): ProfileChange | null {
    if (this.profiles === null) return null
    const change = this.profiles.evaluate(totalEquity, atMs)
    if (change !== null) this.gates!.configure(this.switched(change.to))
    return change
  }

  /** Evaluate the profile first. */
  decide(request: EntryRequest): Verdict {
    const standing = this.standing(request)
    if (standing !== null) return standing
    const { instrument, price, side } = request
    if (!(price > 0)) return refuse(request, RefusalCode.noPrice, 0, 0)
    if (side < 0 && !this.config.shorting) return refuse(request, RefusalCode.shortNotAllowed, 0, 0)
    const state = this.profiles?.current ?? null
    const options = state === null ? request.options : profileOptions(state.profile, request.options)
    const unprofitable = this.feeGate(request, options)
    if (unprofitable !== null) return unprofitable
    const form = orderForm(request, options)
    const costRate = toDec(request.takerRate + this.marketCost)
    const minimum = this.minimumOf(request, form.price)
    const wanted = this.wanted(request, options, costRate, minimum, state)
    if (typeof wanted !== 'number') return wanted
    const amount = executableAmount({
      instrument,
      rulebook: request.rulebook,
      side,
      price: form.price,
      wanted,
      available: request.available,
      minimum,
      costRate,
      exitShare: this.exitShare(options, request),
    })
    if (amount.skip !== null) return refuse(request, amount.skip.code, amount.skip.first, amount.skip.second)
    return this.approved(request, options, form, amount, wanted, costRate, state)
  }

  /** What the gates in force ask and what they remember, for explanations; null where the account has no profile. */
  gateView(): { readonly config: GateConfig; readonly memory: GateSnapshot } | null {
    if (this.gates === null) return null
    return { config: this.switched(this.profiles!.current), memory: this.gates.snapshot() }
  }

  /** The instrument's position was closed, or a stale entry of it expired. */
  ended(instrument: number, atMs: number): void {
    this.gates?.exited(instrument, atMs)
  }

  /** Refusals that stand until a time or a fact: they ask neither price nor options. */
  private standing(request: EntryRequest): Verdict | null {
    const { held, side, atMs, instrument } = request
    const position = (): number => decToNumber(held, instrument.qtyDec)
    if (held * side < 0 || (held !== 0 && this.gates === null)) {
      return refuse(request, RefusalCode.positionOpen, position(), 0, Number.POSITIVE_INFINITY)
    }
    const gated = this.gates?.check({
      atMs,
      instrument: instrument.id,
      side,
      quality: request.options?.quality ?? null,
      held: held === 0 ? 0 : position(),
      openPositions: request.openPositions,
      pendingEntries: request.pendingEntries,
    })
    if (gated !== undefined && gated !== null) {
      return refuse(request, gated.code, gated.first, gated.second, gated.quietUntilMs)
    }
    if (request.pendingEntryId === 0) return null
    return refuse(request, RefusalCode.entryPending, request.pendingEntryId, 0, this.afterGates(atMs))
  }

  /** Where gates stand before it, another refusal may come first at the next signal. */
  private afterGates(atMs: number): number {
    return this.gates === null ? Number.POSITIVE_INFINITY : atMs
  }

  private feeGate(request: EntryRequest, options: SignalOptions | null): Verdict | null {
    if (this.feeMargin === null) return null
    const target = targetRate(options, request)
    if (target === null) return null
    const skip = feeGate(target, roundTripRate(request.takerRate, this.spread), this.feeMargin)
    return skip === null ? null : refuse(request, skip.code, skip.first, skip.second)
  }

  private minimumOf(request: EntryRequest, price: Dec): BindingMinimum {
    const { instrument, rulebook } = request
    const tier = this.tiers === null ? ZERO : this.tiers.minimum(instrument.symbol)
    const learned = this.minimums.minimum(instrument.venue, instrument.symbol)
    return bindingMinimum(tier, venueMinimum(instrument, rulebook, price), learned)
  }

  /** The wanted value: the signal's own size, else what sizing says; or the refusal. */
  private wanted(
    request: EntryRequest,
    options: SignalOptions | null,
    costRate: Dec,
    minimum: BindingMinimum,
    profile: ProfileState | null,
  ): Dec | Verdict {
    if (options?.sizeQuote !== undefined) return decFromNumber(options.sizeQuote, request.instrument.quoteDec)
    const { totalEquity, available } = request
    const { wanted, skip } = this.sizer.size({ totalEquity, available, costRate, minimum, profile })
    return skip === null ? wanted : refuse(request, skip.code, skip.first, skip.second)
  }

  /** Share of the entry price at which a long would be closed at a loss; null where the check is off. */
  private exitShare(options: SignalOptions | null, request: EntryRequest): Dec | null {
    if (!this.config.exitBelowMinimum) return null
    if (options?.stopPrice !== undefined) return rateOf(Math.min(1, options.stopPrice / request.price))
    return toDec(RATE_ONE - (options?.stop === undefined ? this.fall : rateOf(options.stop)))
  }

  private approved(
    request: EntryRequest,
    options: SignalOptions | null,
    form: OrderForm,
    amount: Exclude<Amount, { readonly quantity: null }>,
    wanted: Dec,
    costRate: Dec,
    state: ProfileState | null,
  ): Verdict {
    const { side, atMs } = request
    const quoteSized = this.config.orderBy === 'quote' && form.type === OrderType.market && side > 0
    const quoteAmount = quoteSized ? quoteWithCost(wanted, costRate, request.available) : ZERO
    const stale = state !== null && this.config.staleEntries && form.type !== OrderType.market
    this.gates?.approved(atMs)
    return {
      refusal: null,
      options,
      profile: state === null ? null : state.profile.name,
      reserved: quoteSized ? quoteAmount : amount.cost,
      order: approve({
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
        expiresMs: stale ? atMs + state.profile.pacing.staleEntryMs : Number.POSITIVE_INFINITY,
        answersIntrabar: false,
        tag: options?.tag ?? null,
      }),
    }
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

interface OrderForm {
  readonly type: OrderType
  /** Price that the order is sized at. */
  readonly price: Dec
  readonly limitPrice: Dec
  readonly stopPrice: Dec
}

/** Market, limit or stop, with its price on the tick of the day. */
function orderForm(request: EntryRequest, options: SignalOptions | null): OrderForm {
  const { instrument, rulebook, side } = request
  if (options?.limitPrice !== undefined) {
    const price = tickPrice(priceUnits(instrument, options.limitPrice), rulebook.tick, side)
    return { type: OrderType.limit, price, limitPrice: price, stopPrice: ZERO }
  }
  if (options?.triggerPrice !== undefined) {
    const price = tickTrigger(priceUnits(instrument, options.triggerPrice), rulebook.tick, side)
    return { type: OrderType.stop, price, limitPrice: ZERO, stopPrice: price }
  }
  return { type: OrderType.market, price: priceUnits(instrument, request.price), limitPrice: ZERO, stopPrice: ZERO }
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

/** A value and its cost, at most what is available. */
function quoteWithCost(value: Dec, costRate: Dec, available: Dec): Dec {
  return Math.min(available, withCost(value, costRate)) as Dec
}

function refuse(request: EntryRequest, code: RefusalCode, first: number, second: number, quietUntilMs = 0): Verdict {
  return {
    order: null,
    refusal: { code, instrument: request.instrument.id, side: request.side, first, second },
    quietUntilMs,
  }
}
