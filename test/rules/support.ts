/** Small instruments and amounts for tests of the rules. */

import { type Dec, decToNumber, formatDec, parseDec } from '../../engine/core/dec.ts'
import { FREE_RULEBOOK, type Instrument, type Rulebook } from '../../engine/core/instrument.ts'
import { describeRefusal } from '../../engine/core/refusal.ts'
import type { Skip } from '../../engine/rules/sizing.ts'

export const QUOTE_DEC = 10

/** Money at the tests' scale, from decimal text. */
export const usd = (text: string): Dec => parseDec(text, QUOTE_DEC)
/** Money as decimal text. */
export const text = (amount: Dec): string => formatDec(amount, QUOTE_DEC)
/** Money as a double. */
export const number = (amount: Dec): number => decToNumber(amount, QUOTE_DEC)

export function instrument(symbol = 'SOL/USD', id = 0): Instrument {
  const [base, quote] = symbol.split('/') as [string, string]
  const units = { pxDec: 8, qtyDec: 10, quoteDec: QUOTE_DEC }
  return { id, account: 'test_user', venue: 'kraken', symbol, base, quote, kind: 'spot', ...units }
}

/** A price or a quantity of `instrument()` from decimal text. */
export const px = (price: string): Dec => parseDec(price, 8)
export const qty = (quantity: string): Dec => parseDec(quantity, 10)

/** A rulebook with the named demands, as decimal text. */
export function rulebook(demands: { step?: string; minQty?: string; minCost?: string } = {}): Rulebook {
  return {
    ...FREE_RULEBOOK,
    step: qty(demands.step ?? '0.00000001'),
    minQty: qty(demands.minQty ?? '0'),
    minCost: usd(demands.minCost ?? '0'),
  }
}

/** A skip as its line: `BELOW_MINIMUM wanted=2 minimum=2.5`. */
export function line(skip: Skip | null): string {
  return skip === null ? 'none' : describeRefusal({ ...skip, instrument: 0, side: 1 })
}

/** The error that `body` throws. */
export function thrown(body: () => unknown): { code: string; line: string } {
  try {
    body()
  } catch (error) {
    return error as { code: string; line: string }
  }
  return { code: 'NONE', line: 'nothing was thrown' }
}
