/** Orders at Hyperliquid: what each becomes, how they fail; and its list of perpetuals in its documented shape. */

import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { exit, order } from './support.ts'
import { answer } from './venue.ts'

export const SYMBOL = 'BTC/USDC:USDC'
export const MINE = '0x0123456789abcdef0123456789abcdef'

export const META = {
  universe: [
    { name: 'BTC', szDecimals: 5, maxLeverage: 40 },
    { name: 'ETH', szDecimals: 4, maxLeverage: 25 },
    { name: 'OLD', szDecimals: 0, maxLeverage: 3, isDelisted: true },
  ],
  marginTables: [],
}

export const mine = (more: Partial<OutgoingOrder> = {}) =>
  order({ symbol: SYMBOL, clientId: MINE, limitPrice: '50001', ...more })
export const closing = (more: Partial<OutgoingOrder> = {}) =>
  exit({ symbol: SYMBOL, clientId: MINE, reduceOnly: true, referencePrice: '50001', ...more })

export const done = (...statuses: unknown[]) => ({ status: 'ok', response: { type: 'order', data: { statuses } } })
const common = { a: 0, b: true, p: '50001', s: '0.01', r: false, c: MINE }
const sell = { ...common, b: false, r: true }
const { stop, stopLimit, takeProfit, takeProfitLimit, market } = OrderType
const trigger = (isMarket: boolean, triggerPx: string, tpsl: string) => ({ trigger: { isMarket, triggerPx, tpsl } })
/** What an order becomes on the wire. */
export const ORDERS: readonly [string | string[], OutgoingOrder, object][] = [
  ['order limit', mine(), { ...common, t: { limit: { tif: 'Gtc' } } }],
  ['order with leverage', mine({ leverage: 10 }), { ...common, t: { limit: { tif: 'Gtc' } } }],
  ['order ioc', mine({ timeInForce: TimeInForce.ioc }), { ...common, t: { limit: { tif: 'Ioc' } } }],
  ['order post-only', mine({ postOnly: true }), { ...common, t: { limit: { tif: 'Alo' } } }],
  [
    'order market',
    mine({ type: market, limitPrice: null, referencePrice: '50001' }),
    { ...common, p: '52501', t: { limit: { tif: 'Ioc' } } },
  ],
  [['order market', 'order reduce-only'], closing(), { ...sell, p: '47501', t: { limit: { tif: 'Ioc' } } }],
  ['order stop', closing({ type: stop, stopPrice: '48000' }), { ...sell, p: '45600', t: trigger(true, '48000', 'sl') }],
  [
    'order stopLimit',
    closing({ type: stopLimit, stopPrice: '48000', limitPrice: '47900' }),
    { ...sell, p: '47900', t: trigger(false, '48000', 'sl') },
  ],
  [
    'order takeProfit',
    closing({ type: takeProfit, stopPrice: '52000' }),
    { ...sell, p: '49400', t: trigger(true, '52000', 'tp') },
  ],
  [
    'order takeProfitLimit',
    closing({ type: takeProfitLimit, stopPrice: '52000', limitPrice: '51990' }),
    { ...sell, p: '51990', t: trigger(false, '52000', 'tp') },
  ],
]
/** What the exchange endpoint answers, and what it means. */
export const FAILURES: readonly [string, unknown, string, string, RejectCode | null][] = [
  [
    'value',
    done({ error: 'Order must have minimum value of $10. asset=0' }),
    'rejected',
    'BELOW_MINIMUM',
    RejectCode.belowMinimum,
  ],
  [
    'margin',
    done({ error: 'Insufficient margin to place order. asset=0' }),
    'rejected',
    'INSUFFICIENT_MARGIN',
    RejectCode.insufficientMargin,
  ],
  [
    'tick',
    done({ error: 'Price must be divisible by tick size. asset=0' }),
    'rejected',
    'OFF_TICK',
    RejectCode.offTick,
  ],
  [
    'post-only',
    done({ error: 'Post only order would have immediately matched, bbo was 1@2. asset=0' }),
    'rejected',
    'POST_ONLY',
    RejectCode.postOnly,
  ],
  [
    'nothing to match',
    done({ error: 'Order could not immediately match against any resting orders. asset=0' }),
    'rejected',
    'NOT_FILLABLE',
    RejectCode.notFilledAtOnce,
  ],
  [
    'reduce-only',
    done({ error: 'Reduce only order would increase position. asset=0' }),
    'rejected',
    'WOULD_OPEN_POSITION',
    RejectCode.wouldOpenPosition,
  ],
  [
    'requests',
    { status: 'err', response: 'Too many cumulative requests sent (1 > 0) for cumulative volume traded $0.' },
    'rejected',
    'RATE_LIMITED',
    RejectCode.unavailable,
  ],
  [
    'nonce',
    { status: 'err', response: 'Invalid nonce: duplicate nonce 1' },
    'rejected',
    'BAD_NONCE',
    RejectCode.unavailable,
  ],
  [
    'key',
    { status: 'err', response: 'User or API Wallet 0xb8a6 does not exist.' },
    'rejected',
    'BAD_KEY',
    RejectCode.unavailable,
  ],
  ['new words', { status: 'err', response: 'Something else.' }, 'unknown', 'VENUE_ERROR', null],
  ['no number', done('waitingForTrigger'), 'unknown', 'BAD_RESPONSE', null],
  ['502', answer({ status: 502, body: '<html>' }), 'unknown', 'UNAVAILABLE', null],
  ['429', answer({ status: 429, body: 'null' }), 'rejected', 'RATE_LIMITED', RejectCode.unavailable],
  ['broken', answer({ drop: true }), 'unknown', 'UNREACHABLE', null],
]
