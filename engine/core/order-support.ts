/** What a venue's orders can be, as the simulated venue and the rules ask for it. */

import type { Instrument } from './instrument.ts'
import type { OrderFields } from './order.ts'

export interface OrderSupport {
  /** Whether the venue takes no such order at `atMs`. */
  lacks(order: OrderFields, instrument: Instrument, atMs: number): boolean
  /** Whether a stop that isn't one of a pair can rest there; else it has to be watched (RULES C2). */
  restsStopAlone(atMs: number): boolean
}
