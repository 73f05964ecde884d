/**
 * A simulated account of perpetuals that fills at once at given prices: leverage a symbol, initial margin, fees. For plans
 * (RULES G), which trade outside of any bar. Leverage can't change on an open position. An order that needs more margin
 * than is free is refused, or where `fits` says so filled as far as the margin goes.
 */

import { type Dec, type DecArray, decArray, mulDivFloor, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notional, quantityForFloor } from '../core/instrument.ts'
import { Ledger } from '../core/ledger.ts'
import type { Side } from '../core/order.ts'
import { initialMargin, LEVERAGE_ONE, leverageUnits } from '../market/margin-tiers.ts'
import { feeOn, RATE_ONE } from './costs.ts'

export interface PerpetualAccountOptions {
  readonly instruments: readonly Instrument[]
  /** Account value at the start: cash and unrealised profit together. */
  readonly accountValue: Dec
  /** By instrument: signed quantity held, price, leverage. */
  readonly held: readonly Dec[]
  readonly prices: readonly Dec[]
  readonly leverages: readonly number[]
  /** Units of 1e-12. */
  readonly feeRate: Dec
  /** What a fill is worse than the price, units of 1e-12. */
  readonly slippageRate: Dec
  readonly step: (instrument: number) => Dec
  /** Fill what the free margin allows instead of refusing. */
  readonly fits: boolean
}

export type OrderAnswer =
  | { readonly kind: 'filled'; readonly quantity: Dec; readonly value: Dec }
  | { readonly kind: 'rejected'; readonly reason: string }

export class PerpetualAccount {
  readonly ledger: Ledger
  readonly leverages: number[]
  /** What fills cost against the prices. */
  slippage: Dec = ZERO
  private readonly options: PerpetualAccountOptions
  private readonly prices: DecArray

  constructor(options: PerpetualAccountOptions) {
    const { instruments, accountValue, held, prices } = options
    this.options = options
    this.leverages = [...options.leverages]
    this.prices = decArray(instruments.length)
    this.ledger = new Ledger(instruments, accountValue)
    for (const instrument of instruments) {
      const { id } = instrument
      this.prices[id] = prices[id]!
      // A position at its mark: what it cost is what it is worth, so that the account's value is what was said.
      const size = Math.abs(held[id]!) as Dec
      if (size > 0)
        this.ledger.fill(
          id,
          held[id]! > 0 ? 1 : -1,
          size,
          notional(instrument, prices[id]!, size, Rounding.halfEven),
          ZERO,
        )
    }
  }

  price(id: number): Dec {
    return this.prices[id]!
  }

  held(id: number): Dec {
    return this.ledger.quantity[id]!
  }

  get accountValue(): Dec {
    return this.ledger.equity((id) => this.prices[id]!)
  }

  /** Signed value of a position. */
  value(id: number): Dec {
    return notional(this.options.instruments[id]!, this.prices[id]!, this.held(id), Rounding.halfEven)
  }

  get marginUsed(): Dec {
    let used = 0
    for (const { id } of this.options.instruments) {
      used += initialMargin(Math.abs(this.value(id)) as Dec, this.leverages[id]!)
    }
    return toDec(used)
  }

  get freeMargin(): Dec {
    return Math.max(0, this.accountValue - this.marginUsed) as Dec
  }

  /** Null where it is done, else why it can't be. */
  setLeverage(id: number, leverage: number): string | null {
    if (this.leverages[id] === leverage) return null
    if (this.held(id) !== 0) return "leverage can't change on an open position"
    this.leverages[id] = leverage
    return null
  }

  /** An order at market; `reduceOnly` closes at most what is held and needs no margin. */
  order(id: number, side: Side, quantity: Dec, reduceOnly: boolean): OrderAnswer {
    const instrument = this.options.instruments[id]!
    const held = this.held(id)
    const size = reduceOnly
      ? (Math.min(quantity, held * side < 0 ? Math.abs(held) : 0) as Dec)
      : this.fitting(id, side, quantity)
    if (size <= 0) return { kind: 'rejected', reason: reduceOnly ? 'it would open a position' : 'insufficient margin' }
    const price = this.fillPrice(id, side)
    const value = notional(instrument, price, size, Rounding.halfEven)
    const fair = notional(instrument, this.prices[id]!, size, Rounding.halfEven)
    this.ledger.fill(id, side, size, value, feeOn(value, this.options.feeRate))
    this.slippage = toDec(this.slippage + Math.abs(value - fair))
    return { kind: 'filled', quantity: size, value }
  }

  private fillPrice(id: number, side: Side): Dec {
    const price = this.prices[id]!
    return toDec(price + side * feeOn(price, this.options.slippageRate))
  }

  /** The part of an opening order that the free margin carries: all of it or, unless the venue fits, nothing. */
  private fitting(id: number, side: Side, quantity: Dec): Dec {
    const instrument = this.options.instruments[id]!
    const { feeRate, slippageRate, step, fits } = this.options
    const price = this.fillPrice(id, side)
    const value = notional(instrument, price, quantity, Rounding.ceil)
    const leverage = this.leverages[id]!
    const needed = initialMargin(value, leverage) + feeOn(value, feeRate) + feeOn(value, slippageRate)
    if (needed <= this.freeMargin) return quantity
    if (!fits) return ZERO
    // value / leverage + value × (fee + slippage) ≤ free
    const share = mulDivFloor(RATE_ONE, LEVERAGE_ONE, leverageUnits(leverage)) + feeRate + slippageRate
    const affordable = mulDivFloor(this.freeMargin, RATE_ONE, share)
    const size = quantityForFloor(instrument, affordable, price)
    const onStep = step(id)
    return toDec(size - (onStep > 1 ? size % onStep : 0))
  }
}
