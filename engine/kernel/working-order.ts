/** Orders of the account that haven't ended. */

import type { Dec } from '../core/dec.ts'
import { type ApprovedOrder, OrderState, OrderType } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'

/** An order on its way or at the venue. */
export class WorkingOrder {
  order!: ApprovedOrder
  /** The signal behind an entry, for its bracket. */
  options: SignalOptions | null = null
  state: OrderState = OrderState.submitInFlight
  // NaN, so that both are doubles from the start.
  filled = Number.NaN as Dec
  /** Money that its unfilled part ties up, in quote. */
  reserved = Number.NaN as Dec
  /** Capital profile that an entry was approved under. */
  profile: string | null = null
  /** What it is to become, and what it ties up then, while an amendment is under way. */
  amended: ApprovedOrder | null = null
  amendedReserve = Number.NaN as Dec
}

/** Whether it rests behind the instrument's position, and no cancel is under way for it. */
export function guards({ order, state }: WorkingOrder, instrument: number): boolean {
  return (
    order.instrument === instrument &&
    order.reduceOnly &&
    order.type !== OrderType.market &&
    state !== OrderState.cancelInFlight
  )
}
