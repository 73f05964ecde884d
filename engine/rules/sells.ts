/** Sells never look at cash (RULES A4): what can be sold is what is held, and nothing else is asked. */

import { type Dec, decToNumber, ZERO } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type Refusal, RefusalCode } from '../core/refusal.ts'

/**
 * Base quantity that a spot sell of the whole position sends. Where our ledger holds a position it is the ledger's
 * amount, even if the venue's last balance shows none (the venue may refuse it); 0, so no order, where both show none.
 * `venueHeld` is null where the venue hasn't said.
 */
export function sellQuantity(ledgerHeld: Dec, venueHeld: Dec | null): Dec {
  if (ledgerHeld > 0) return ledgerHeld
  return venueHeld !== null && venueHeld > 0 ? venueHeld : ZERO
}

/**
 * The old rulebook's defect, kept for the preset `legacy`: a sell was checked like a buy and refused where its value
 * exceeded the available cash.
 */
export function legacySellCheck(instrument: Instrument, value: Dec, available: Dec): Refusal | null {
  if (available >= value) return null
  return {
    code: RefusalCode.sellBlockedByCash,
    instrument: instrument.id,
    side: -1,
    first: decToNumber(value, instrument.quoteDec),
    second: decToNumber(available, instrument.quoteDec),
  }
}
