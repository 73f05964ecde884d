/**
 * Which positions a reallocation sells (RULES B3, D2): lowest-ranked first, never more than shortfall, fees and one
 * step, whole where the rest would fall below the venue's minimum. Spot longs only: selling one frees cash.
 */

import { type Dec, mulDiv, pow10, Rounding, roundToStep, toDec } from '../core/dec.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { venueMinimum } from './executable.ts'
import { afterCost, grossFor } from './rate.ts'
import type { PortfolioSizer, ReallocationNeed } from './sizing.ts'

/** A position that could be sold for a better one. */
export interface Candidate {
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  /** Base held, > 0. */
  readonly held: Dec
  readonly price: Dec
  /** The strategy's score of it; null for none. */
  readonly score: number | null
  /** Unrealised PnL as a fraction of entry cost: ranks where scores don't. */
  readonly pnlFraction: number
}

export interface PlannedSell {
  readonly instrument: number
  readonly quantity: Dec
  readonly whole: boolean
  /** Value at the price, and what is expected of it after cost. */
  readonly value: Dec
  readonly expected: Dec
}

/**
 * Candidates that rank below an entry of `score`, lowest first: by score where the entry and all of them have one (only
 * lower ones then), else by PnL, worst first. Ties keep the order of instruments.
 */
export function lowerRanked(candidates: readonly Candidate[], score: number | null): Candidate[] {
  const scored = score !== null && candidates.every((one) => one.score !== null)
  const eligible = scored ? candidates.filter((one) => one.score! < score) : [...candidates]
  const value = (one: Candidate): number => (scored ? one.score! : one.pnlFraction)
  return eligible.sort((a, b) => value(a) - value(b) || a.instrument.id - b.instrument.id)
}

/**
 * Sells that bring in `shortfall` after their cost, in order, or null where the candidates can't: all together are too
 * few, or what is left to raise is below what the venue lets one sell. Positions too small to be sold are passed over.
 */
export function planSells(ranked: readonly Candidate[], shortfall: Dec, sellCostRate: Dec): PlannedSell[] | null {
  const sells: PlannedSell[] = []
  let left: number = shortfall
  for (const one of ranked) {
    if (left <= 0) break
    const value = notional(one.instrument, one.price, one.held, Rounding.floor)
    if (!sellable(one, one.held, value)) continue
    const sell = partOf(one, toDec(left), sellCostRate) ?? wholeOf(one, value, sellCostRate)
    if (sell === 'tooSmall') return null
    sells.push(sell)
    left -= sell.expected
  }
  return left <= 0 ? sells : null
}

export interface ReallocationQuery {
  readonly totalEquity: Dec
  readonly available: Dec
  readonly buyCostRate: Dec
  readonly sellCostRate: Dec
  readonly candidates: readonly Candidate[]
  /** The entry's score; null for none. */
  readonly score: number | null
}

/** B3's condition: available is short of the wanted size and lower-ranked positions can cover it; null for a normal trade. */
export function reallocationFor(
  sizer: PortfolioSizer,
  query: ReallocationQuery,
): { readonly need: ReallocationNeed; readonly sells: readonly PlannedSell[] } | null {
  const need = sizer.need(query.totalEquity, query.available, query.buyCostRate, query.sellCostRate)
  if (need.shortfall <= 0 || need.wanted < sizer.minimum) return null
  const sells = planSells(lowerRanked(query.candidates, query.score), need.shortfall, query.sellCostRate)
  return sells === null ? null : { need, sells }
}

/** The part that covers what is left; null where the whole has to go, `tooSmall` where the venue takes no such order. */
function partOf(one: Candidate, left: Dec, sellCostRate: Dec): PlannedSell | 'tooSmall' | null {
  const { instrument, rulebook, price, held } = one
  const gross = grossFor(left, sellCostRate)
  const shift = pow10(instrument.pxDec + instrument.qtyDec - instrument.quoteDec)
  const quantity = roundToStep(mulDiv(gross, shift, price, Rounding.ceil), rulebook.step, Rounding.ceil)
  if (quantity >= held) return null
  const rest = toDec(held - quantity)
  if (!sellable(one, rest, notional(instrument, price, rest, Rounding.floor))) return null
  const value = notional(instrument, price, quantity, Rounding.floor)
  if (!sellable(one, quantity, value)) return 'tooSmall'
  return { instrument: instrument.id, quantity, whole: false, value, expected: afterCost(value, sellCostRate) }
}

function wholeOf(one: Candidate, value: Dec, sellCostRate: Dec): PlannedSell {
  const expected = afterCost(value, sellCostRate)
  return { instrument: one.instrument.id, quantity: one.held, whole: true, value, expected }
}

/** Whether the venue would take an order of this size. */
function sellable(one: Candidate, quantity: Dec, value: Dec): boolean {
  return quantity >= one.rulebook.minQty && value >= venueMinimum(one.instrument, one.rulebook, one.price, -1)
}
