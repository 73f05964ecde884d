/** What live trading asks of a venue, by name, so that what was tested of each can be told and asked. */

import { OrderType, TimeInForce } from '../../core/order.ts'
import { ORDER_KINDS, TIMES_IN_FORCE } from '../../core/order-profile.ts'
import type { ExchangeAbilities, OutgoingOrder } from '../exchange.ts'
import type { OrderFeatures } from './check-order.ts'

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
  'charges',
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

/** What live trading needs of a venue, whatever is traded there; and what positions at a leverage need beside it. */
export const TRADING: readonly string[] = [
  ...['markets', 'clock', 'balances', 'trades', 'open orders', 'lookup', 'cancel', 'order market'],
]
export const LEVERAGED: readonly string[] = ['positions', 'margin', 'set leverage', 'order reduce-only']

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

/** What every venue is asked. */
const ALWAYS: readonly string[] = [
  ...['markets', 'clock', 'status', 'candles', 'fees', 'balances', 'trades', 'open orders', 'lookup', 'cancel'],
]

/** What an adapter offers: all else it refuses before anything is sent. */
export function offeredBy(features: OrderFeatures, abilities: ExchangeAbilities): readonly string[] {
  const times = [...features.kinds.values()].flat()
  const named: readonly (readonly [boolean, string])[] = [
    [abilities.keyRights, 'key rights'],
    [abilities.positions, 'positions'],
    [abilities.positions, 'margin'],
    [abilities.charges === true, 'charges'],
    [abilities.amend, 'amend'],
    [features.leverage, 'set leverage'],
    [abilities.cancelAllAfter, 'cancel all after'],
    ...ORDER_KINDS.map((kind, i) => [features.kinds.has((i + 1) as OrderType), `order ${kind}`] as const),
    ...TIMES_IN_FORCE.slice(1).map((tif, i) => [times.includes((i + 2) as TimeInForce), `order ${tif}`] as const),
    [features.postOnly, 'order post-only'],
    [features.reduceOnly !== 'none', 'order reduce-only'],
    [features.quoteAmount, 'order sized in quote'],
    [features.leverage, 'order with leverage'],
    [abilities.deadline, 'order with deadline'],
  ]
  const offered = new Set([...ALWAYS, ...named.flatMap(([has, name]) => (has ? [name] : []))])
  return OPERATIONS.filter((one) => offered.has(one))
}
