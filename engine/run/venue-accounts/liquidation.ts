/** Where a venue would liquidate what an account holds, by its dated margin rules: for venues that don't tell. */

import { type Dec, Rounding, toDec, ZERO } from '../../core/dec.ts'
import { notional } from '../../core/instrument.ts'
import { type HeldBooks, liquidationOf } from '../../live/liquidation.ts'
import { marginRulesOf } from '../live/margin-view.ts'
import type { AccountLook, Holding } from './look.ts'
import { priceOf } from './money.ts'

/**
 * Prices in quote by symbol, of perpetuals whose liquidation price the venue keeps to itself. A position is missing where
 * the rules aren't known, where no price would liquidate it, and where isolated ones stand beside it.
 */
export async function liquidationPrices(look: AccountLook): Promise<ReadonlyMap<string, number>> {
  const prices = new Map<string, number>()
  const open = look.holdings.filter(({ position, quantity }) => position !== null && quantity !== 0)
  const isTold = ({ position }: Holding): boolean => position!.liquidationPrice !== null
  if (open.every(isTold) || open.some(({ position, price }) => position!.marginMode === 'isolated' || price === null)) {
    return prices
  }
  const books = booksOf(look, open)
  const rules = await marginRulesOf(look.account.venue, books.instruments)
  if (rules === null) return prices
  for (const [id, { instrument, position }] of open.entries()) {
    if (position!.liquidationPrice !== null) continue
    const margin = { mode: 'cross' as const, leverage: position!.leverage ?? 1, rules }
    const found = liquidationOf(books, margin, id, look.atMs)
    if (typeof found === 'number') prices.set(instrument.symbol, found)
  }
  return prices
}

/** Books as an engine would have them: cash without what the positions are worth. */
function booksOf({ balance }: AccountLook, open: readonly Holding[]): HeldBooks {
  const costs = open.map(({ instrument, position, quantity, value }) => {
    const { entryPrice } = position!
    return entryPrice === null ? value! : notional(instrument, priceOf(Number(entryPrice)), quantity, Rounding.halfEven)
  })
  return {
    instruments: open.map(({ instrument }, id) => ({ ...instrument, id })),
    cash: toDec(open.reduce<number>((rest, { value }) => rest - value!, balance.totalEquity)),
    held: (id) => open[id]!.quantity,
    cost: (id) => costs[id] as Dec,
    price: (id) => open[id]!.price ?? ZERO,
  }
}
