/**
 * Emergency liquidation (RULES D1): unrealised PnL ≤ −x of entry cost closes the whole position at market. For a
 * position that is one price, computed exactly once per change of position; after that a comparison with the close.
 *
 * With cost C > 0, quantity q > 0 and loss x, price-based:  long fires at price ≤ C(1 − x)/q, short at ≥ C(1 + x)/q.
 * Net of the entry's fee F and an exit that costs the rate r: long ≤ (C(1 − x) + F)/(q(1 − r)),
 * short ≥ (C(1 + x) − F)/(q(1 + r)).
 */

import { type Dec, decToNumber, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { Instrument } from '../core/instrument.ts'
import { RATE_ONE } from './executable.ts'
import { rateOf } from './rate.ts'

export interface EmergencyConfig {
  /** 0.01 fires at −1 % of entry cost. */
  readonly lossFraction: number
  readonly netOfFees: boolean
}

/** An open position as the ledger has it: quantity and cost signed, negative for a short. */
export interface OpenPosition {
  readonly instrument: Instrument
  readonly quantity: Dec
  readonly cost: Dec
  /** Fees paid on entry; only asked for net of fees. */
  readonly entryFee: Dec
}

/** The level that fires: closes ≤ `price` for a long, ≥ `price` for a short. `units` in the instrument's price units. */
export interface EmergencyLevel {
  readonly units: Dec
  /** The level as the double that its decimal parses to: comparing it with a close is exact and inclusive. */
  readonly price: number
  readonly side: 1 | -1
}

export class EmergencyRule {
  private readonly loss: bigint
  private readonly netOfFees: boolean
  private readonly exitCost: bigint

  /**
   * `roundTripRate` is what the run's own cost model takes for entry and exit, `exitCostRate` its exit half. Throws
   * `EMERGENCY_INSIDE_ROUND_TRIP` where net of fees the costs alone would fire, `BAD_EMERGENCY` for a loss out of range.
   */
  constructor(config: EmergencyConfig, roundTripRate: Dec, exitCostRate: Dec) {
    const where = 'rules.emergencyLoss'
    if (!(config.lossFraction > 0 && config.lossFraction < 1)) {
      throw new TandemError(`${config.lossFraction} is not a loss`, {
        code: 'BAD_EMERGENCY',
        where,
        hint: 'give a fraction between 0 and 1, or off',
      })
    }
    const loss = rateOf(config.lossFraction)
    if (config.netOfFees && roundTripRate >= loss) {
      throw new TandemError(
        `net of fees a loss of ${config.lossFraction} is inside the round trip of ${decToNumber(roundTripRate, 12)}`,
        {
          code: 'EMERGENCY_INSIDE_ROUND_TRIP',
          where,
          hint: 'every position would be closed at once: raise the loss, or count it before fees',
        },
      )
    }
    this.loss = BigInt(loss)
    this.netOfFees = config.netOfFees
    this.exitCost = BigInt(exitCostRate)
  }

  /** The level of a position; null when flat. A long's rounds down and a short's up, so that it never fires early. */
  level(position: OpenPosition): EmergencyLevel | null {
    const { instrument, quantity, cost } = position
    if (quantity === 0) return null
    const side = quantity > 0 ? 1 : -1
    const sign = BigInt(side)
    const one = BigInt(RATE_ONE)
    const fee = this.netOfFees ? BigInt(position.entryFee) : 0n
    const exitCost = this.netOfFees ? this.exitCost : 0n
    const entry = BigInt(cost) * sign
    // Both in units of 1e-12 of a quote unit: what the position must be worth, and what one price unit of it is worth.
    const worth = entry * (one - sign * this.loss) + sign * fee * one
    const shift = instrument.pxDec + instrument.qtyDec - instrument.quoteDec
    const scaled = worth * 10n ** BigInt(shift)
    const divisor = BigInt(quantity) * sign * (one - sign * exitCost)
    const units = side > 0 ? scaled / divisor : (scaled + divisor - 1n) / divisor
    const exact = toDec(Number(units))
    return { units: exact, price: decToNumber(exact, instrument.pxDec), side }
  }
}

/** Whether a price event fires the level. */
export function fires(level: EmergencyLevel, close: number): boolean {
  return level.side > 0 ? close <= level.price : close >= level.price
}
