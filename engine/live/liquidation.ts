/**
 * Where the venue would liquidate what our books hold, by its dated margin rules: for venues that don't tell, for the
 * moments between two of their answers, and for a position as an order would leave it.
 */

import { type Dec, decToNumber, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { levelDemand, usedMargin } from '../market/leveraged-spot.ts'
import { liquidationPrice } from '../market/liquidation-price.ts'
import { LEVERAGE_ONE, leverageUnits, maintenanceMargin } from '../market/margin-tiers.ts'
import type { MarginRules } from '../market/margins.ts'
import { atRate } from '../market/rates.ts'

/** A price in quote; `none` where no price liquidates; null where it isn't known, which is never far away. */
export type LiquidationPrice = number | 'none' | null

/** How the account borrows. */
export interface MarginView {
  readonly mode: 'cross' | 'isolated'
  readonly leverage: number
  /** The venue's rules of an instrument at a time; null where none are known. */
  readonly rules: (instrument: number, atMs: number) => MarginRules | null
}

/** Books, as they are or as an order would leave them; by instrument, in its units. */
export interface HeldBooks {
  readonly instruments: readonly Instrument[]
  readonly cash: Dec
  /** Signed size, and signed cost: paid for a long, received for a short. */
  readonly held: (instrument: number) => Dec
  readonly cost: (instrument: number) => Dec
  /** Mark price; 0 where there is none yet. */
  readonly price: (instrument: number) => Dec
}

export function liquidationOf(books: HeldBooks, margin: MarginView, id: number, atMs: number): LiquidationPrice {
  const instrument = books.instruments[id]!
  const held = books.held(id)
  if (instrument.kind === 'spot' || held === 0) return 'none'
  const rules = margin.rules(id, atMs)
  if (rules === null || !(books.price(id) > 0)) return null
  const others = margin.mode === 'isolated' ? [] : leveraged(books).filter((other) => other !== id)
  const demands = others.map((other) => demandOf(books, margin, other, atMs))
  if (demands.includes(null)) return null
  const side = held > 0 ? 1 : -1
  const cost = Math.abs(books.cost(id)) as Dec
  const own =
    rules.product === 'perp'
      ? { tiers: rules.tiers, fixedDemand: ZERO }
      : levelDemand(side, cost, margin.leverage, rules.stopLevel)
  const price = liquidationPrice(instrument, own.tiers, {
    side,
    size: Math.abs(held) as Dec,
    constant: constantOf(books, margin, id, others),
    fixedDemand: toDec(demands.reduce<number>((sum, one) => sum + one!, own.fixedDemand)),
    notional: cost,
  })
  return price === null ? 'none' : decToNumber(price, instrument.pxDec)
}

function leveraged({ instruments, held }: HeldBooks): number[] {
  return instruments.filter(({ id, kind }) => kind !== 'spot' && held(id) !== 0).map(({ id }) => id)
}

/** What stands behind a position wherever its own price goes: in cash its cost has been paid. */
function constantOf(books: HeldBooks, { mode, leverage }: MarginView, id: number, others: readonly number[]): Dec {
  if (mode === 'isolated') {
    const cost = books.cost(id)
    const margin = mulDiv(Math.abs(cost), LEVERAGE_ONE, leverageUnits(leverage), Rounding.floor)
    return toDec(margin - cost)
  }
  return toDec(others.reduce<number>((sum, other) => sum + worthOf(books, other), books.cash))
}

function worthOf({ instruments, price, held }: HeldBooks, id: number): Dec {
  return notional(instruments[id]!, price(id), held(id), Rounding.halfEven)
}

/** What the venue demands behind another position at its price; null where its rules or its price aren't known. */
function demandOf(books: HeldBooks, { rules: rulesOf, leverage }: MarginView, id: number, atMs: number): Dec | null {
  const rules = rulesOf(id, atMs)
  const price = books.price(id)
  if (rules === null || !(price > 0)) return null
  const held = books.held(id)
  if (rules.product === 'perp') return maintenanceMargin(rules.tiers, Math.abs(worthOf(books, id)) as Dec)
  const [size, cost] = [Math.abs(held) as Dec, Math.abs(books.cost(id)) as Dec]
  const used = usedMargin(books.instruments[id]!, held > 0 ? 1 : -1, size, cost, price, leverage)
  return atRate(used, rules.stopLevel)
}

/** The books as a fill of `quantity` > 0 would leave them, at `price`, fees left out. */
export function booksAfter(books: HeldBooks, id: number, side: 1 | -1, quantity: Dec, price: Dec): HeldBooks {
  const instrument = books.instruments[id]!
  const held = books.held(id)
  const after = toDec(held + side * quantity)
  const value = (size: number): Dec => notional(instrument, price, size as Dec, Rounding.ceil)
  const cost = (): Dec => {
    if (after === 0) return ZERO
    // Turned round, all of it is new; made smaller, it keeps its share of the cost.
    if (after * held < 0) return value(after)
    if (held * side < 0) return mulDiv(books.cost(id), Math.abs(after), Math.abs(held), Rounding.halfEven)
    return toDec(books.cost(id) + side * value(quantity))
  }
  const own = cost()
  return {
    ...books,
    cash: toDec(books.cash - side * value(quantity)),
    held: (one) => (one === id ? after : books.held(one)),
    cost: (one) => (one === id ? own : books.cost(one)),
  }
}

/** Fraction of `price` that the nearer of some liquidation prices is away; 0 where passed, null where one isn't known. */
export function nearest(side: number, price: number, levels: readonly LiquidationPrice[]): number | null {
  let least = Number.POSITIVE_INFINITY
  for (const level of levels) {
    if (level === null) return null
    if (level !== 'none') least = Math.min(least, Math.max(0, (side * (price - level)) / price))
  }
  return least
}
