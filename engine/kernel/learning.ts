/** What a venue's refusals teach (RULES B2): one for size names a minimum, or at least a size that was too small. */

import type { Dec } from '../core/dec.ts'
import { Rounding } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { EntryRules } from '../rules/entry.ts'

/** Remembers that an entry of this size was refused as too small, at the mark price of its row. */
export function learnMinimum(
  entries: EntryRules,
  instrument: Instrument,
  order: ApprovedOrder,
  fact: Fact,
  mark: number,
): void {
  const price = priceUnits(instrument, mark)
  const size: Dec =
    order.quoteAmount > 0 ? order.quoteAmount : notional(instrument, price, order.quantity, Rounding.ceil)
  const { venue, symbol } = instrument
  entries.minimums.learn({ venue, symbol, size, named: null, atMs: fact.atMs })
}
