/** An emergency exit (RULES D1), as people are told of it. */

import { formatDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import type { OrderFields } from '../core/order.ts'

export function emergencyText(
  { instrument, side, quantity }: Pick<OrderFields, 'instrument' | 'side' | 'quantity'>,
  instruments: readonly Instrument[],
): string {
  const { symbol, qtyDec } = instruments[instrument]!
  const what = side < 0 ? 'sells' : 'buys back'
  return `${symbol} has lost more than the rules allow: it ${what} ${formatDec(quantity, qtyDec)} at market`
}
