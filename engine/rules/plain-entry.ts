/**
 * The entry rules of a run in which nothing but sizing can say anything: no profile, no minimums, no fee gate for a
 * signal without a target. The arithmetic is that of EntryRules, by the same functions; where the answer would be a
 * refusal it leaves the signal to them.
 */

import { type Dec, decFromNumber, Rounding, toDec } from '../core/dec.ts'
import { type Instrument, priceUnits, quantityForFloor } from '../core/instrument.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { RulesConfig } from './config.ts'
import { spendable } from './executable.ts'
import { rateOf, share, withCost } from './rate.ts'

/** Whether a run's configuration leaves nothing but sizing to say. */
export function onlySizing(rules: RulesConfig): boolean {
  const { sizing } = rules
  return (
    rules.profile === null &&
    rules.tierMinimums === null &&
    rules.learned.length === 0 &&
    rules.emergency === null &&
    rules.leverage === 1 &&
    !rules.shorting &&
    (sizing.mode === 'percent' || sizing.mode === 'fixed')
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

export class PlainEntry {
  /** Base quantity of the order, and its money where orders name money; 0 for the other. */
  quantity = 0 as Dec
  quoteAmount = 0 as Dec
  private readonly instrument: Instrument
  private readonly marketCost: Dec
  private readonly fraction: Dec
  private readonly fixed: Dec
  private readonly byQuote: boolean

  constructor(rules: RulesConfig, instrument: Instrument) {
    const { sizing } = rules
    this.instrument = instrument
    this.marketCost = rateOf(rules.halfSpreadRate + rules.slippageRate)
    this.fraction = rateOf(sizing.mode === 'percent' ? sizing.fraction : 0)
    this.fixed = decFromNumber(sizing.mode === 'fixed' ? sizing.quote : 0, instrument.quoteDec)
    this.byQuote = rules.orderBy === 'quote'
  }

  /** Sizes an entry out of cash alone, which is all there is while flat. False where the rules have to say why not. */
  size(cash: Dec, close: number, takerRate: Dec): boolean {
    const costRate = toDec(takerRate + this.marketCost)
    let wanted = this.fixed
    if (this.fraction > 0) {
      const part = share(cash, this.fraction, Rounding.floor)
      wanted = Math.min(part, spendable(cash, costRate)) as Dec
    }
    const cost = withCost(wanted, costRate)
    if (cost > cash || !(close > 0)) return false
    const quantity = quantityForFloor(this.instrument, wanted, priceUnits(this.instrument, close))
    if (quantity <= 0) return false
    this.quantity = this.byQuote ? (0 as Dec) : quantity
    this.quoteAmount = this.byQuote ? (Math.min(cash, cost) as Dec) : (0 as Dec)
    return true
  }
}
