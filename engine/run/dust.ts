/** What is left of positions at the end of a run that is hardly worth selling, or can't be sold. */

import { type Dec, decFromNumber, decToNumber, Rounding, toDec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import type { DustPosition } from '../core/result.ts'
import { venueMinimum } from '../rules/executable.ts'
import { CLEANUP } from '../rules/presets.ts'
import type { Executed } from './execute.ts'

/** Long positions, with what earlier ones left, worth less than a cleanup's floor, below what their venue lets one sell, or no longer listed there. */
export function dustOf({ kernel, instruments, terms }: Executed, grid: Grid): DustPosition[] {
  const row = grid.rows - 1
  const atMs = grid.time[row]! + grid.timeframeMs
  const look = (instrument: Instrument): DustPosition[] => {
    const { id, symbol, venue, qtyDec, quoteDec } = instrument
    const { quantity, dust } = kernel.portfolio.ledger
    const held = toDec(quantity[id]! + dust[id]!)
    const mark = grid.symbols[id]!.mark[row]!
    if (held <= 0 || !(mark > 0)) return []
    const rulebook = terms.rulebook(id, atMs)
    const price = priceUnits(instrument, mark)
    const worth = notional(instrument, price, held, Rounding.floor)
    const least = venueMinimum(instrument, rulebook, price, -1)
    const onStep = held >= Math.max(rulebook.step, rulebook.minQty)
    const sellable = terms.listed(id, atMs) && onStep && worth >= least
    if (sellable && worth >= decFromNumber(CLEANUP.dustQuote, quoteDec)) return []
    const money = (amount: Dec): number => decToNumber(amount, quoteDec)
    return [
      { symbol, venue, quantity: decToNumber(held, qtyDec), value: money(worth), minimum: money(least), sellable },
    ]
  }
  return instruments.flatMap(look)
}
