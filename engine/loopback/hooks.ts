/** Where faults reach into a desk. By default nothing happens. */

import { type Dec, ZERO } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import type { BookOrder, OrderSpec } from './book.ts'

/** What becomes of a cancel: carried out; answered, but lost; or the order fills just before it. */
export type CancelFate = 'done' | 'lost' | 'filled'

export interface DeskHooks {
  /** The order as the exchange takes it; a code refuses it. */
  placing(spec: OrderSpec): OrderSpec | RejectCode
  /** Quantity of a first part that reaches the market before the rest; 0 for all at once. */
  firstPart(order: BookOrder): Dec
  cancelling(order: BookOrder): CancelFate
  /** Whether the exchange overlooks that a client's id is taken. */
  ignoresIds(): boolean
  /** Whether a change of leverage is refused. */
  refusesLeverage(): boolean
}

export const NO_HOOKS: DeskHooks = {
  placing: (spec) => spec,
  firstPart: () => ZERO,
  cancelling: () => 'done',
  ignoresIds: () => false,
  refusesLeverage: () => false,
}

/** Whether what `placing` gave is a refusal. */
export function isRefusal(value: OrderSpec | RejectCode): value is RejectCode {
  return typeof value === 'number' && value !== RejectCode.none
}
