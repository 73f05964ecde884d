/** Amounts of scenarios that drive one rule: money with ten decimals, an instrument to size with. */

import { z } from 'zod'
import { type Dec, decFromNumber, formatDec } from '../../../core/dec.ts'
import { FREE_RULEBOOK, type Instrument, type Rulebook } from '../../../core/instrument.ts'
import { moneyText } from '../../narrate/words.ts'

export const QUOTE_DEC = 10
const PX_DEC = 8
const QTY_DEC = 8

export const amount = z.number()
export const expect = z.record(z.string(), z.unknown()).optional()

/** A number as money. */
export function money(value: number): Dec {
  return decFromNumber(value, QUOTE_DEC)
}

/** Money as an exact decimal text, for comparison. */
export function exact(units: Dec): string {
  return formatDec(units, QUOTE_DEC)
}

/** Money as a narration writes it. */
export function shown(units: Dec): string {
  return moneyText(units, QUOTE_DEC)
}

export function spot(symbol: string, id = 0): Instrument {
  const [base, quote] = symbol.split('/') as [string, string]
  return {
    ...{ id, account: 'main', venue: 'simulated', symbol, base, quote: quote ?? 'USD', kind: 'spot' },
    ...{ pxDec: PX_DEC, qtyDec: QTY_DEC, quoteDec: QUOTE_DEC },
  }
}

export const pricePlaces = (value: number): Dec => decFromNumber(value, PX_DEC)
export const quantityPlaces = (value: number): Dec => decFromNumber(value, QTY_DEC)
export const quantityText = (units: Dec): string => formatDec(units, QTY_DEC)

export function rulebookOf(demands: { step: number; minQty: number; minCost: number }): Rulebook {
  return {
    ...FREE_RULEBOOK,
    step: Math.max(1, quantityPlaces(demands.step)) as Dec,
    minQty: quantityPlaces(demands.minQty),
    minCost: money(demands.minCost),
  }
}
