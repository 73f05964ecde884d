/**
 * What a rebalancing wants (RULES G): target weights over symbols at one leverage, and what has to be closed or reduced
 * for them first. Leverage can't change on an open position, so a position at another leverage is closed whole; at the
 * leverage asked only the differences are traded.
 */

import { type Dec, decFromNumber, mulDivFloor, Rounding, toDec, ZERO } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { executableQuantity, RATE_ONE, venueMinimum } from './executable.ts'

/** `keep` is today's notional (where nothing is held: `max`), `max` account value × leverage; or an amount in quote. */
export type RebalanceTotal = 'keep' | 'max' | number

export interface RebalanceTarget {
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  /** Share of the total; negative for a short. */
  readonly weight: number
  readonly price: Dec
  /** Signed quantity held, and at which leverage. */
  readonly held: Dec
  readonly heldLeverage: number
}

export interface RebalanceRequest {
  readonly accountValue: Dec
  readonly leverage: number
  readonly total: RebalanceTotal
  /** One of each symbol that is held or wanted; index = instrument id. */
  readonly targets: readonly RebalanceTarget[]
}

/** A position that is closed or made smaller first. */
export interface Reduction {
  readonly instrument: number
  readonly side: Side
  readonly quantity: Dec
  /** Because its leverage has to change, or since less of it is wanted. */
  readonly why: 'leverage' | 'weight'
}

export interface RebalanceWish {
  /** Value of all positions that is wanted, before it is scaled. */
  readonly total: Dec
  /** Signed value wanted of each instrument. */
  readonly wanted: readonly Dec[]
  readonly reductions: readonly Reduction[]
  readonly notes: readonly string[]
}

/** Units of a leverage, so that 2.5 is exact. */
const LEVERAGE_DECIMALS = 6
const LEVERAGE_ONE = 1e6

/** An amount × leverage, rounded down. */
export function timesLeverage(amount: Dec, leverage: number): Dec {
  return mulDivFloor(amount, decFromNumber(leverage, LEVERAGE_DECIMALS), LEVERAGE_ONE)
}

/**
 * What has to be made smaller is reduced to what the account can carry as it is now, `reserve` (units of 1e-12) kept; the
 * closes' fees will make that a little less. Throws `BAD_WEIGHTS` and `BAD_LEVERAGE`.
 */
export function rebalanceWish(request: RebalanceRequest, reserve: Dec): RebalanceWish {
  checkRequest(request)
  const total = totalOf(request)
  const wanted = request.targets.map(({ weight }) => {
    const size = mulDivFloor(total, decFromNumber(Math.abs(weight), 12), RATE_ONE)
    return (weight < 0 ? -size : size) as Dec
  })
  const carried = carriedBy(request.accountValue, request.leverage, reserve)
  const notes: string[] = []
  const reductions: Reduction[] = []
  for (const target of request.targets) {
    const reachable = scaledWish(wanted[target.instrument.id]!, carried, total)
    const reduction = reductionOf(target, reachable, request.leverage, notes)
    if (reduction !== null) reductions.push(reduction)
  }
  return { total, wanted, reductions, notes }
}

function checkRequest({ targets, leverage, accountValue }: RebalanceRequest): void {
  const sum = targets.reduce((total, { weight }) => total + decFromNumber(Math.abs(weight), 12), 0)
  if (!(sum <= RATE_ONE)) {
    throw new TandemError(`the weights sum to ${sum / RATE_ONE}, more than 1`, {
      code: 'BAD_WEIGHTS',
      where: 'targets',
      hint: 'lower them: what is left of 1 stays cash',
    })
  }
  if (!(leverage >= 1)) {
    throw new TandemError(`a leverage of ${leverage} can't be had`, {
      code: 'BAD_LEVERAGE',
      where: 'leverage',
      hint: 'set 1 or more',
    })
  }
  if (accountValue <= 0) {
    throw new TandemError('the account has no value to rebalance', { code: 'NO_ACCOUNT_VALUE', where: 'account' })
  }
}

function totalOf({ total, targets, accountValue, leverage }: RebalanceRequest): Dec {
  if (typeof total === 'number') return decFromNumber(total, targets[0]?.instrument.quoteDec ?? 0)
  if (total === 'keep') {
    let held = 0
    for (const one of targets) held += Math.abs(heldValue(one))
    if (held > 0) return toDec(held)
  }
  return timesLeverage(accountValue, leverage)
}

/** Signed value of what is held. */
export function heldValue({ instrument, price, held }: Pick<RebalanceTarget, 'instrument' | 'price' | 'held'>): Dec {
  return notional(instrument, price, held, Rounding.halfEven)
}

function reductionOf(target: RebalanceTarget, wanted: Dec, leverage: number, notes: string[]): Reduction | null {
  const { instrument, rulebook, price, held, heldLeverage } = target
  if (held === 0) return null
  const side: Side = held > 0 ? -1 : 1
  const size = Math.abs(held) as Dec
  const whole = (why: Reduction['why']): Reduction => ({ instrument: instrument.id, side, quantity: size, why })
  if (heldLeverage !== leverage) {
    notes.push(
      `${instrument.symbol} is at ${heldLeverage}x: leverage can't change on an open position, so it is closed first`,
    )
    return whole('leverage')
  }
  if (wanted === 0 || wanted * held < 0) return whole('weight')
  const excess = Math.abs(heldValue(target)) - Math.abs(wanted)
  if (excess <= 0) return null
  const quantity = executableQuantity(instrument, rulebook, toDec(excess), price)
  const worth = notional(instrument, price, quantity, Rounding.floor)
  if (quantity === 0 || quantity < rulebook.minQty || worth < venueMinimum(instrument, rulebook, price, side)) {
    if (quantity > 0) notes.push(`${instrument.symbol} is left alone: the difference is below the venue's minimum`)
    return null
  }
  return { instrument: instrument.id, side, quantity, why: 'weight' }
}

/** What the account can carry: value × leverage × (1 − reserve); `reserve` in units of 1e-12. */
export function carriedBy(accountValue: Dec, leverage: number, reserve: Dec): Dec {
  return mulDivFloor(timesLeverage(toDec(Math.max(0, accountValue)), leverage), RATE_ONE - reserve, RATE_ONE)
}

/** G3: min(1, carried / total), in units of 1e-12. */
export function rebalanceScale(carried: Dec, total: Dec): Dec {
  return carried >= total ? (RATE_ONE as Dec) : mulDivFloor(carried, RATE_ONE, total)
}

/** A wish as large as the account can carry it: exactly `wanted` × carried / total, not by way of the rounded scale. */
export function scaledWish(wanted: Dec, carried: Dec, total: Dec): Dec {
  if (carried >= total) return wanted
  const size = mulDivFloor(toDec(Math.abs(wanted)), carried, total)
  return (wanted < 0 ? -size : size) as Dec
}

/** What has to be bought (positive) or sold to come from `held` to a signed value of `wanted`; 0 for nothing. */
export function openingOf(target: RebalanceTarget, wanted: Dec, held: Dec, price: Dec): Dec {
  const missing = Math.abs(wanted) - Math.abs(notional(target.instrument, price, held, Rounding.halfEven))
  if (missing <= 0) return ZERO
  const quantity = executableQuantity(target.instrument, target.rulebook, toDec(missing), price)
  return (wanted < 0 ? -quantity : quantity) as Dec
}
