/** Amounts of venues, which are decimal text, in the exact units of an operation's instruments. */

import { type Dec, formatDec, ZERO } from '../../core/dec.ts'
import { FREE_RULEBOOK, type Instrument, type Rulebook } from '../../core/instrument.ts'
import { exact, unitsOf } from '../../live/amounts.ts'
import type { VenueMarket } from '../../live/exchange.ts'

/** Finer than any venue's steps, coarse enough that accounts of 10^7 fit. */
const UNITS = { pxDec: 8, qtyDec: 8, quoteDec: 8 } as const
export const MONEY_DECIMALS = UNITS.quoteDec

export function money(text: string): Dec {
  return unitsOf(exact(text), UNITS.quoteDec)
}

export function quantity(text: string): Dec {
  return unitsOf(exact(text), UNITS.qtyDec)
}

export function priceOf(value: number): Dec {
  return unitsOf(exact(value.toFixed(UNITS.pxDec)), UNITS.pxDec)
}

export function quantityText(units: Dec): string {
  return formatDec(units, UNITS.qtyDec)
}

export function moneyText(units: Dec): string {
  return formatDec(units, UNITS.quoteDec)
}

/** `BTC/USD` and `BTC/USD:USD`. */
export function instrumentOf(id: number, account: string, venue: string, symbol: string): Instrument {
  const [base, rest] = symbol.split('/') as [string, string]
  const [quote, settle] = rest.split(':') as [string, string | undefined]
  const kind = settle === undefined ? 'spot' : 'perpetual'
  return { id, account, venue, symbol, base, quote, kind, ...UNITS }
}

/** What the venue demands of orders today. */
export function rulebookOf(market: VenueMarket): Rulebook {
  const units = (text: string | null | undefined, k: number, least: Dec): Dec =>
    text === null || text === undefined ? least : (Math.max(least, unitsOf(exact(text), k)) as Dec)
  return {
    ...FREE_RULEBOOK,
    tick: units(market.tick, UNITS.pxDec, 1 as Dec),
    step: units(market.step, UNITS.qtyDec, 1 as Dec),
    minQty: units(market.minQuantity, UNITS.qtyDec, ZERO),
    minCost: units(market.minCost, UNITS.quoteDec, ZERO),
    minBuyCost: units(market.minBuyCost, UNITS.quoteDec, ZERO),
    significantDigits: market.significantDigits ?? null,
  }
}
