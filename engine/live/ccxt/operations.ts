/** What live trading asks of a venue, by name, so that what was tested of each can be told and asked. */

import { OrderType, TimeInForce } from '../../core/order.ts'
import { ORDER_KINDS, TIMES_IN_FORCE } from '../../core/order-profile.ts'
import type { OutgoingOrder } from '../exchange.ts'

export const OPERATIONS = [
  'markets',
  'clock',
  'status',
  'candles',
  'key rights',
  'fees',
  'balances',
  'positions',
  'margin',
  'trades',
  'open orders',
  'lookup',
  'cancel',
  'amend',
  'set leverage',
  'cancel all after',
  ...ORDER_KINDS.map((kind) => `order ${kind}` as const),
  ...TIMES_IN_FORCE.slice(1).map((tif) => `order ${tif}` as const),
  'order post-only',
  'order reduce-only',
  'order sized in quote',
  'order with leverage',
  'order with deadline',
] as readonly string[]

/** What an order asks for, by those names. */
export function operationsOf(order: OutgoingOrder): readonly string[] {
  const { timeInForce, type } = order
  const named: readonly (readonly [boolean, string])[] = [
    [true, `order ${ORDER_KINDS[type - 1]}`],
    [timeInForce !== TimeInForce.gtc, `order ${TIMES_IN_FORCE[timeInForce - 1]}`],
    [order.postOnly, 'order post-only'],
    [order.reduceOnly, 'order reduce-only'],
    [type === OrderType.market && order.quoteAmount !== null, 'order sized in quote'],
    [order.leverage !== 1, 'order with leverage'],
    [order.deadlineMs !== null, 'order with deadline'],
  ]
  return named.flatMap(([asked, name]) => (asked ? [name] : []))
}
