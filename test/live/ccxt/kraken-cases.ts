/** Orders at Kraken: what each becomes, and what is refused before anything is sent. */

import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { exit, NOW_MS, order } from './support.ts'

export const COMMON = { pair: 'XXBTZUSD', type: 'buy', volume: '0.01', cl_ord_id: 'tnd7k2m4q9x1c3v5b8', oflags: 'fciq' }
const limit = { ...COMMON, ordertype: 'limit', price: '50000.1' }
const sell = { ...COMMON, type: 'sell' }
const { stop, stopLimit, takeProfit, takeProfitLimit, trailingStop } = OrderType
const waiting = (type: OrderType, more: Partial<OutgoingOrder>) => exit({ type, reduceOnly: true, ...more })
/** What an order becomes in the body of AddOrder. */
export const ORDERS: readonly [string | string[], string, OutgoingOrder, Record<string, string>][] = [
  ['order limit', 'a limit buy', order(), limit],
  ['order market', 'a market sell of what is held', exit({ reduceOnly: true }), { ...sell, ordertype: 'market' }],
  [
    'order stop',
    'trap 5: a stop is a stop-loss and never a plain market order',
    waiting(stop, { stopPrice: '48000' }),
    { ...sell, ordertype: 'stop-loss', price: '48000' },
  ],
  [
    'order stopLimit',
    'a stop with a limit',
    waiting(stopLimit, { stopPrice: '48000', limitPrice: '47900.5' }),
    { ...sell, ordertype: 'stop-loss-limit', price: '48000', price2: '47900.5' },
  ],
  [
    'order takeProfit',
    'a target',
    waiting(takeProfit, { stopPrice: '52000' }),
    { ...sell, ordertype: 'take-profit', price: '52000' },
  ],
  [
    'order takeProfitLimit',
    'a target with a limit',
    waiting(takeProfitLimit, { stopPrice: '52000', limitPrice: '51990' }),
    { ...sell, ordertype: 'take-profit-limit', price: '52000', price2: '51990' },
  ],
  [
    'order trailingStop',
    'a trailing stop at an amount',
    waiting(trailingStop, { trailAmount: '250.5' }),
    { ...sell, ordertype: 'trailing-stop', price: '+250.5' },
  ],
  [
    ['order trailingStop', 'order reduce-only'],
    'a trailing stop at a rate, sent as JSON',
    waiting(trailingStop, { trailRate: '0.025' }),
    { ...sell, ordertype: 'trailing-stop', price: '+2.5%' },
  ],
  [
    'order post-only',
    'a post-only limit has its flag and no made-up time in force',
    order({ postOnly: true }),
    { ...limit, oflags: 'fciq,post' },
  ],
  ['order ioc', 'immediate or cancel', order({ timeInForce: TimeInForce.ioc }), { ...limit, timeinforce: 'IOC' }],
  ['order fok', 'fill or kill', order({ timeInForce: TimeInForce.fok }), { ...limit, timeinforce: 'FOK' }],
  [
    'order gtd',
    'good till date',
    order({ timeInForce: TimeInForce.gtd, expiresMs: NOW_MS + 60_500 }),
    { ...limit, timeinforce: 'GTD', expiretm: '1795262460' },
  ],
  [
    'order with deadline',
    'a deadline, in RFC 3339',
    order({ deadlineMs: NOW_MS + 5_000 }),
    { ...limit, deadline: '2026-11-21T12:00:05.000Z' },
  ],
  ['order with leverage', 'on margin', order({ leverage: 3 }), { ...limit, leverage: '3' }],
  [
    'order with leverage',
    'reducing on margin',
    exit({ leverage: 2, reduceOnly: true }),
    { ...sell, ordertype: 'market', leverage: '2', reduce_only: 'true' },
  ],
]
/** What of a sound limit buy is changed, and the refusal. */
export const REFUSED: readonly [string, Partial<OutgoingOrder>, string, number | null][] = [
  ['trap 6: below the least quantity', { quantity: '0.00004' }, 'BELOW_MINIMUM', RejectCode.belowMinimum],
  [
    'trap 6: below the least value',
    { quantity: '0.00005', limitPrice: '5000' },
    'BELOW_MINIMUM',
    RejectCode.belowMinimum,
  ],
  [
    'a market order below the least value',
    { type: OrderType.market, limitPrice: null, quantity: '0.00005', referencePrice: '9000' },
    'BELOW_MINIMUM',
    RejectCode.belowMinimum,
  ],
  ['a quantity finer than the step', { quantity: '0.010000001' }, 'OFF_STEP', RejectCode.offStep],
  ['a price off the tick', { limitPrice: '50000.15' }, 'OFF_TICK', RejectCode.offTick],
  [
    'trap 7: a price within the decimals but off tick_size',
    { symbol: 'DOGE/USD', quantity: '20', limitPrice: '0.10002' },
    'OFF_TICK',
    RejectCode.offTick,
  ],
  [
    'a distance off the tick',
    { type: OrderType.trailingStop, side: Side.sell, limitPrice: null, trailAmount: '0.05' },
    'OFF_TICK',
    RejectCode.offTick,
  ],
  ['a pair that is not there', { symbol: 'NOPE/USD' }, 'UNKNOWN_SYMBOL', RejectCode.notListed],
  ['a pair of another kind of asset', { symbol: 'XXBTZUSD:BTNL' }, 'UNKNOWN_SYMBOL', RejectCode.notListed],
  ['leverage that the side has not', { side: Side.sell, leverage: 5 }, 'LEVERAGE_REFUSED', RejectCode.leverageTooHigh],
  ['a reduce-only buy on spot', { reduceOnly: true }, 'UNSUPPORTED', RejectCode.unsupported],
  [
    'a market order that is fill or kill',
    { type: OrderType.market, limitPrice: null, timeInForce: TimeInForce.fok },
    'UNSUPPORTED',
    RejectCode.unsupported,
  ],
  ['a trigger on a limit order', { type: OrderType.limit, stopPrice: '49000' }, 'UNSUPPORTED', RejectCode.unsupported],
  ['a stop without a trigger', { type: OrderType.stop, limitPrice: null }, 'UNSUPPORTED', RejectCode.unsupported],
  ['post-only and immediate', { postOnly: true, timeInForce: TimeInForce.ioc }, 'UNSUPPORTED', RejectCode.unsupported],
  [
    'a sell sized in quote',
    { side: Side.sell, type: OrderType.market, limitPrice: null, quantity: null, quoteAmount: '50' },
    'UNSUPPORTED',
    RejectCode.unsupported,
  ],
  ['two sizes', { quoteAmount: '50' }, 'UNSUPPORTED', RejectCode.unsupported],
  ['a client id that is too long', { clientId: 'tnd7k2m4q9x1c3v5b8z' }, 'BAD_CLIENT_ID', RejectCode.unsupported],
  ['an amount with an exponent', { quantity: '1e-2' }, 'BAD_AMOUNT', RejectCode.unsupported],
  ['an amount below zero', { quantity: '-0.01' }, 'BAD_AMOUNT', RejectCode.unsupported],
  ['a deadline that is over', { deadlineMs: NOW_MS - 1 }, 'DEADLINE_PASSED', null],
]
