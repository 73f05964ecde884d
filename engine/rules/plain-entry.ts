/**
 * The entry rules of a run in which nothing but sizing can say anything: no profile, no minimums, no fee gate for a
 * signal without a target. The arithmetic is that of EntryRules, by the same functions; where the answer would be a
 * refusal it leaves the signal to them.
 */

import { type Dec, decFromNumber, mulDivFloor, pow10, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notionalCeil, priceUnits, valueScale } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { ExpressSlot } from '../core/venue.ts'
import { approve } from './approve.ts'
import type { RulesConfig } from './config.ts'
import { RATE_ONE, spendable } from './executable.ts'
import { feeGate, roundTripRate } from './fee-gate.ts'
import type { PlainProfile } from './plain-profile.ts'
import { rateOf, withCost } from './rate.ts'

/** Whether a run's configuration leaves nothing but a profile and sizing to say, on spot. */
export function onlySizing(rules: RulesConfig): boolean {
  return rules.leverage === 1 && !rules.shorting && onlySizingOf(rules)
}

/** The same of an account that may have leverage and shorts. */
export function onlySizingOf(rules: RulesConfig): boolean {
  const { mode } = rules.sizing
  return (
    rules.tierMinimums === null &&
    rules.learned.length === 0 &&
    (mode === 'percent' || mode === 'fixed' || (mode === 'profile' && rules.profile !== null))
  )
}

/** Whether a signal asks for no more than a long at market, as large as sizing says. */
export function isPlain(options: SignalOptions | null): boolean {
  return (
    options === null ||
    (options.limitPrice === undefined &&
      options.triggerPrice === undefined &&
      options.sizeQuote === undefined &&
      options.target === undefined &&
      options.stop === undefined &&
      options.targetPrice === undefined &&
      options.stopPrice === undefined &&
      options.trail === undefined &&
      options.trailAmount === undefined &&
      options.timeInForce === undefined &&
      options.goodTillMs === undefined &&
      options.postOnly === undefined)
  )
}

/** Whether a signal asks for a long at market with a stop, a target as a fraction, or both, each of the plain kind. */
export function isBracketed(options: SignalOptions): boolean {
  return (
    (options.stop !== undefined || options.target !== undefined || options.stopPrice !== undefined) &&
    options.limitPrice === undefined &&
    options.triggerPrice === undefined &&
    options.sizeQuote === undefined &&
    options.targetPrice === undefined &&
    options.stopLimit === undefined &&
    (options.targetOrder === undefined || options.targetOrder === 'limit') &&
    options.trail === undefined &&
    options.trailAmount === undefined &&
    options.timeInForce === undefined &&
    options.goodTillMs === undefined &&
    options.postOnly === undefined
  )
}

/** Whether the fee gate lets a signal's target through; EntryRules says why not. */
export function passesFeeGate(rules: RulesConfig, { target }: SignalOptions, takerRate: Dec): boolean {
  if (rules.feeGateMargin === null || target === undefined) return true
  const spread = rateOf(2 * rules.halfSpreadRate + 2 * rules.slippageRate)
  return feeGate(rateOf(target), roundTripRate(takerRate, spread), rateOf(rules.feeGateMargin)) === null
}

export class PlainEntry {
  private readonly instrument: Instrument
  private readonly priceScale: number
  private readonly valueScale: number
  private readonly marketCost: Dec
  private readonly fraction: Dec
  private readonly fixed: Dec
  private readonly byQuote: boolean
  /** Whose size is wanted; null where the configuration says. */
  private readonly sizing: PlainProfile | null

  constructor(rules: RulesConfig, instrument: Instrument, profile: PlainProfile | null = null) {
    const { sizing } = rules
    this.sizing = sizing.mode === 'profile' ? profile : null
    this.instrument = instrument
    this.priceScale = pow10(instrument.pxDec)
    this.valueScale = valueScale(instrument)
    this.marketCost = rateOf(rules.halfSpreadRate + rules.slippageRate)
    this.fraction = rateOf(sizing.mode === 'percent' ? sizing.fraction : 0)
    this.fixed = decFromNumber(sizing.mode === 'fixed' ? sizing.quote : 0, instrument.quoteDec)
    this.byQuote = rules.orderBy === 'quote'
  }

  /**
   * Sizes an entry out of the slip's cash and equity, and writes what to order: base, or money where orders name money.
   * False where the rules have to say why not.
   */
  size(slip: Float64Array): boolean {
    const cash = slip[ExpressSlot.cash] as Dec
    const close = slip[ExpressSlot.close]!
    const costRate = toDec(slip[ExpressSlot.takerRate]! + this.marketCost)
    const wanted =
      this.fraction > 0
        ? this.shareOf(slip[ExpressSlot.equity] as Dec, cash, costRate)
        : this.sizing === null
          ? this.fixed
          : this.sizing.wanted(cash, costRate)
    const cost = withCost(wanted, costRate)
    if (cost > cash || !(close > 0)) return false
    const price = toDec(Math.round(close * this.priceScale))
    const quantity = price <= 0 ? ZERO : mulDivFloor(wanted, this.valueScale, price)
    if (quantity <= 0) return false
    slip[ExpressSlot.asked] = this.byQuote ? 0 : quantity
    slip[ExpressSlot.quoteAmount] = this.byQuote ? Math.min(cash, cost) : 0
    return true
  }

  /** What an order that was sized ties up until it is carried out: other signals of its row can't spend that. */
  reserve(slip: Float64Array): void {
    const { instrument } = this
    const price = priceUnits(instrument, slip[ExpressSlot.close]!)
    const costRate = toDec(slip[ExpressSlot.takerRate]! + this.marketCost)
    slip[ExpressSlot.reserved] = this.byQuote
      ? slip[ExpressSlot.quoteAmount]!
      : withCost(notionalCeil(instrument, price, slip[ExpressSlot.asked] as Dec), costRate)
  }

  /** The order that `size` came to, for the usual way: one that wasn't certain after all. */
  order(id: number, tag: string | null, slip: Float64Array): ApprovedOrder {
    return approve({
      id,
      instrument: this.instrument.id,
      side: 1,
      type: OrderType.market,
      purpose: Purpose.entry,
      quantity: slip[ExpressSlot.asked] as Dec,
      quoteAmount: slip[ExpressSlot.quoteAmount] as Dec,
      limitPrice: ZERO,
      stopPrice: ZERO,
      reduceOnly: false,
      ocoGroup: 0,
      decidedMs: slip[ExpressSlot.decidedMs]!,
      expiresMs: Number.POSITIVE_INFINITY,
      answersIntrabar: false,
      tag,
      terms: null,
    })
  }

  private shareOf(equity: Dec, cash: Dec, costRate: Dec): Dec {
    const most = spendable(cash, costRate)
    return minOf(this.fraction === RATE_ONE ? equity : mulDivFloor(equity, this.fraction, RATE_ONE), most)
  }
}

function minOf(a: Dec, b: Dec): Dec {
  return a < b ? a : b
}
