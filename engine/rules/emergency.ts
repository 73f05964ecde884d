/**
 * Emergency liquidation (RULES D1): unrealised PnL ≤ −x of entry cost closes the whole position at market. For a
 * position that is one price, computed exactly once per change of position; after that a comparison with the close.
 *
 * With cost C > 0, quantity q > 0 and loss x, price-based:  long fires at price ≤ C(1 − x)/q, short at ≥ C(1 + x)/q.
 * Net of the entry's fee F and an exit that costs the rate r: long ≤ (C(1 − x) + F)/(q(1 − r)),
 * short ≥ (C(1 + x) − F)/(q(1 + r)).
 */

import { type Dec, decToNumber, mulDivCeil, mulDivFloor, pow10, toDec } from '../core/dec.ts'
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

/** A level to be written anew for every position, and a position to ask for one: both are doubles from the start. */
export class LevelSlot implements EmergencyLevel {
  units = Number.NaN as Dec
  price = Number.NaN
  side: 1 | -1 = 1
}

export class PositionSlot implements OpenPosition {
  instrument: Instrument
  quantity = Number.NaN as Dec
  cost = Number.NaN as Dec
  entryFee = Number.NaN as Dec

  constructor(instrument: Instrument) {
    this.instrument = instrument
  }
}

export class EmergencyRule {
  private readonly loss: bigint
  private readonly netOfFees: boolean
  private readonly exitCost: bigint
  /** 1 − loss and 1 + loss over `den`, in lowest terms: 99, 101 and 100 for 1 %. */
  private readonly longNum: number
  private readonly shortNum: number
  private readonly den: number

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
    const divisor = greatestCommonDivisor(loss, RATE_ONE)
    this.den = RATE_ONE / divisor
    this.longNum = (RATE_ONE - loss) / divisor
    this.shortNum = (RATE_ONE + loss) / divisor
  }

  /** The level of a position; null when flat. A long's rounds down and a short's up, so that it never fires early. */
  level(position: OpenPosition): EmergencyLevel | null {
    return position.quantity === 0 ? null : this.write(position, new LevelSlot())
  }

  /** Writes the level of a position that isn't flat; returns the slot. */
  write(position: OpenPosition, slot: LevelSlot): LevelSlot {
    const side = position.quantity > 0 ? 1 : -1
    slot.units = this.netOfFees ? this.exactUnits(position, side) : this.priceUnits(position, side)
    slot.price = decToNumber(slot.units, position.instrument.pxDec)
    slot.side = side
    return slot
  }

  /** The price-based level in doubles where every factor is a safe integer, which it is but for extreme sizes. */
  private priceUnits(position: OpenPosition, side: 1 | -1): Dec {
    const { instrument, quantity, cost } = position
    const worth = side * cost * (side > 0 ? this.longNum : this.shortNum)
    const size = side * quantity * this.den
    if (worth > Number.MAX_SAFE_INTEGER || size > Number.MAX_SAFE_INTEGER) return this.exactUnits(position, side)
    const shift = pow10(shiftOf(instrument))
    return side > 0 ? mulDivFloor(worth, shift, size) : mulDivCeil(worth, shift, size)
  }

  /** The definition, in bigints. */
  private exactUnits(position: OpenPosition, side: 1 | -1): Dec {
    const sign = BigInt(side)
    const one = BigInt(RATE_ONE)
    const fee = this.netOfFees ? BigInt(position.entryFee) : 0n
    const exitCost = this.netOfFees ? this.exitCost : 0n
    const entry = BigInt(position.cost) * sign
    // Both in units of 1e-12 of a quote unit: what the position must be worth, and what one price unit of it is worth.
    const worth = (entry * (one - sign * this.loss) + sign * fee * one) * BigInt(pow10(shiftOf(position.instrument)))
    const size = BigInt(position.quantity) * sign * (one - sign * exitCost)
    return toDec(Number(side > 0 ? worth / size : (worth + size - 1n) / size))
  }
}

/** Decimals of price × quantity beyond the quote's. */
function shiftOf(instrument: Instrument): number {
  return instrument.pxDec + instrument.qtyDec - instrument.quoteDec
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b)
}

/** Whether a price event fires the level. */
export function fires(level: EmergencyLevel, close: number): boolean {
  return level.side > 0 ? close <= level.price : close >= level.price
}
