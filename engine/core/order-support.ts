/** What a venue's orders can be, as the simulated venue and the kernel ask for it. */

import type { Instrument } from './instrument.ts'
import type { OrderFields } from './order.ts'

export interface OrderSupport {
  /** Whether the venue takes no such order at `atMs`. */
  lacks(order: OrderFields, instrument: Instrument, atMs: number): boolean
  /** Whether the venue changes orders that rest. */
  amends(instrument: Instrument): boolean
  /** Whether a stop can rest there, alone or as one of a pair; else it has to be watched (RULES C2). */
  restsStop(instrument: Instrument, paired: boolean, atMs: number): boolean
}
