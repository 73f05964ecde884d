/**
 * What was done to a desk, in order: enough to make it again. Nothing else decides what becomes of an account, so that a
 * saved exchange is its commands, and to restore it is to carry them out once more.
 */

import type { Dec } from '../core/dec.ts'
import type { BookOrder, OrderSpec } from './book.ts'
import type { Desk } from './desk.ts'
import { forceLiquidation } from './fills.ts'
import type { CancelFate } from './hooks.ts'

export type Command = { readonly atMs: number } & (
  | { readonly do: 'place'; readonly spec: OrderSpec; readonly manual: boolean; readonly first: Dec }
  | { readonly do: 'cancel'; readonly id: string; readonly reason: string; readonly fate: CancelFate }
  | { readonly do: 'amend'; readonly id: string; readonly spec: OrderSpec }
  | { readonly do: 'withdraw'; readonly id: string; readonly reason: string }
  | { readonly do: 'leverage'; readonly leverage: number }
  | { readonly do: 'liquidate'; readonly instrument: number; readonly price: Dec }
  | { readonly do: 'pay'; readonly instrument: number; readonly paid: Dec; readonly rate: number }
)

/** Carries a command out on a desk whose clock has come to its time. */
export function perform(desk: Desk, command: Command): void {
  const { atMs } = command
  switch (command.do) {
    case 'place':
      desk.place(unfolded(command.spec), atMs, { manual: command.manual, first: command.first })
      break
    case 'cancel':
      desk.cancel(orderOf(desk, command.id), atMs, command.reason, command.fate)
      break
    case 'amend':
      desk.amend(orderOf(desk, command.id), unfolded(command.spec), atMs)
      break
    case 'withdraw':
      desk.takeBack(orderOf(desk, command.id), atMs, command.reason)
      break
    case 'leverage':
      desk.setLeverage(command.leverage, atMs)
      break
    case 'liquidate':
      forceLiquidation(desk, command.instrument, command.price, atMs)
      break
    case 'pay':
      desk.pay(command.instrument, command.paid, command.rate, atMs)
      break
  }
}

function orderOf(desk: Desk, id: string): BookOrder {
  const order = desk.byId.get(id)
  if (order === undefined) throw new Error(`there is no order ${id}`)
  return order
}

/** JSON has no infinity: an order that never expires comes back with a null. */
function unfolded(spec: OrderSpec): OrderSpec {
  const { expiresMs } = spec as { readonly expiresMs: number | null }
  return { ...spec, expiresMs: expiresMs ?? Number.POSITIVE_INFINITY }
}
