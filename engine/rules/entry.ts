/** An entry signal becomes an approved order or a refusal with its numbers. */

import { type Dec, decFromNumber, decToNumber, mulDiv, Rounding, ZERO } from '../core/dec.ts'
import { type Instrument, notional, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose, type Side } from '../core/order.ts'
import { type Refusal, RefusalCode } from '../core/refusal.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { approve } from './approve.ts'
import type { RulesConfig } from './config.ts'
import { executableQuantity, RATE_ONE, spendable, tickPrice, tickTrigger, venueMinimum } from './executable.ts'

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
  readonly held: Dec
  readonly pendingEntryId: number
}

/** An approved order with the money it ties up until it fills, or a refusal. */
export type Verdict =
  | { readonly order: ApprovedOrder; readonly reserved: Dec; readonly refusal: null }
  | { readonly order: null; readonly reserved: null; readonly refusal: Refusal }

/** The rules for entries, with the configuration's rates turned into exact units once. */
export class EntryRules {
  private readonly config: RulesConfig
  private readonly costRate: Dec
  private readonly fraction: Dec
  private readonly fall: Dec

  constructor(config: RulesConfig) {
    this.config = config
    this.costRate = decFromNumber(config.entryCostRate, 12)
    this.fraction = config.sizing.mode === 'percent' ? decFromNumber(config.sizing.fraction, 12) : ZERO
    this.fall = decFromNumber(config.exitBelowMinimumFall, 12)
  }

  decide(request: EntryRequest): Verdict {
    const { instrument, price } = request
    const quoteOne = instrument.quoteDec
    // These two come first: they can't change before a fact does, so that the scan may count their repeats.
    if (request.held !== 0) {
      return refuse(request, RefusalCode.positionOpen, decToNumber(request.held, instrument.qtyDec), 0)
    }
    if (request.pendingEntryId !== 0) return refuse(request, RefusalCode.entryPending, request.pendingEntryId, 0)
    if (!(price > 0)) return refuse(request, RefusalCode.noPrice, 0, 0)
    if (request.side < 0 && !this.config.shorting) return refuse(request, RefusalCode.shortNotAllowed, 0, 0)
    const wanted = this.wanted(request)
    const affordable = spendable(request.available, this.costRate)
    const value = this.config.sizing.mode === 'percent' ? (Math.min(wanted, affordable) as Dec) : wanted
    if (value <= 0 || value > affordable) {
      return refuse(
        request,
        RefusalCode.insufficientBalance,
        decToNumber(wanted, quoteOne),
        decToNumber(request.available, quoteOne),
      )
    }
    return this.executable(request, value)
  }

  /** The wanted value in quote: the signal's own size, else the run's sizing. */
  private wanted(request: EntryRequest): Dec {
    const { sizing } = this.config
    const quoteDec = request.instrument.quoteDec
    if (request.options?.sizeQuote !== undefined) return decFromNumber(request.options.sizeQuote, quoteDec)
    if (sizing.mode === 'fixed') return decFromNumber(sizing.quote, quoteDec)
    return mulDiv(request.totalEquity, this.fraction, RATE_ONE, Rounding.floor)
  }

  private executable(request: EntryRequest, value: Dec): Verdict {
    const { instrument, rulebook, options, side } = request
    const type =
      options?.limitPrice !== undefined
        ? OrderType.limit
        : options?.triggerPrice !== undefined
          ? OrderType.stop
          : OrderType.market
    const limitPrice =
      type === OrderType.limit ? tickPrice(priceUnits(instrument, options!.limitPrice!), rulebook.tick, side) : ZERO
    const stopPrice =
      type === OrderType.stop ? tickTrigger(priceUnits(instrument, options!.triggerPrice!), rulebook.tick, side) : ZERO
    const price = limitPrice > 0 ? limitPrice : stopPrice > 0 ? stopPrice : priceUnits(instrument, request.price)
    const quantity = executableQuantity(instrument, rulebook, value, price)
    if (quantity <= 0) {
      const k = instrument.quoteDec
      return refuse(request, RefusalCode.sizeZero, decToNumber(value, k), request.price)
    }
    const refusal = this.belowMinimum(request, value, quantity, price)
    if (refusal !== null) return refusal
    const byQuote = this.config.sizing.mode === 'percent' && this.config.sizing.by === 'quote'
    const quoteSized = byQuote && type === OrderType.market && side > 0
    const reserved = withCost(value, this.costRate, request.available)
    return {
      refusal: null,
      reserved,
      order: approve({
        id: request.orderId,
        instrument: instrument.id,
        side,
        type,
        purpose: Purpose.entry,
        quantity: quoteSized ? ZERO : quantity,
        quoteAmount: quoteSized ? reserved : ZERO,
        limitPrice,
        stopPrice,
        reduceOnly: false,
        ocoGroup: 0,
        decidedMs: request.atMs,
        answersIntrabar: false,
        tag: options?.tag ?? null,
      }),
    }
  }

  /** What is left after rounding must meet the venue's minimum, now and where the position would be closed at a loss. */
  private belowMinimum(request: EntryRequest, value: Dec, quantity: Dec, price: Dec): Verdict | null {
    const { instrument, rulebook } = request
    if (rulebook.minCost === 0 && rulebook.minQty === 0) return null
    const k = instrument.quoteDec
    const minimum = venueMinimum(instrument, rulebook, price)
    const worth = notional(instrument, price, quantity, Rounding.floor)
    if (worth < minimum || quantity < rulebook.minQty) {
      return refuse(request, RefusalCode.belowMinimum, decToNumber(value, k), decToNumber(minimum, k))
    }
    if (!this.config.exitBelowMinimum) return null
    const exit = this.exitValue(request, worth, price)
    if (exit >= minimum) return null
    return refuse(request, RefusalCode.exitBelowMinimum, decToNumber(exit, k), decToNumber(minimum, k))
  }

  /** Value of the position where it would be closed at a loss: at its stop, or after the assumed fall. */
  private exitValue(request: EntryRequest, worth: Dec, price: Dec): Dec {
    const { options, instrument, side } = request
    if (options?.stopPrice !== undefined) {
      return mulDiv(worth, priceUnits(instrument, options.stopPrice), price, Rounding.floor)
    }
    const fall = options?.stop === undefined ? this.fall : decFromNumber(options.stop, 12)
    // A short's exit costs more as it goes wrong: only a long's exit can shrink below the minimum.
    return side < 0 ? worth : mulDiv(worth, RATE_ONE - fall, RATE_ONE, Rounding.floor)
  }
}

/** A value and its cost, at most what is available. */
function withCost(value: Dec, costRate: Dec, available: Dec): Dec {
  return Math.min(available, mulDiv(value, RATE_ONE + costRate, RATE_ONE, Rounding.ceil)) as Dec
}

function refuse(request: EntryRequest, code: RefusalCode, first: number, second: number): Verdict {
  return {
    order: null,
    reserved: null,
    refusal: { code, instrument: request.instrument.id, side: request.side, first, second },
  }
}
