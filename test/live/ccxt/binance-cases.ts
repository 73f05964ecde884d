/** Orders at Binance: what each becomes; and its symbols in their documented shape. */

import { OrderType, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { exit, NOW_MS, order } from './support.ts'

export const SYMBOL = 'BTC/USDT'
export const MINE = 'tnd7k2m4q9x1c3v5b8'

export const INFO = {
  timezone: 'UTC',
  serverTime: NOW_MS,
  symbols: [
    {
      symbol: 'BTCUSDT',
      status: 'TRADING',
      baseAsset: 'BTC',
      quoteAsset: 'USDT',
      filters: [
        { filterType: 'PRICE_FILTER', minPrice: '0.01000000', maxPrice: '1000000.00000000', tickSize: '0.01000000' },
        { filterType: 'LOT_SIZE', minQty: '0.00001000', maxQty: '9000.00000000', stepSize: '0.00001000' },
        { filterType: 'NOTIONAL', minNotional: '5.00000000', applyMinToMarket: true, avgPriceMins: 5 },
      ],
    },
  ],
}

const common = { symbol: 'BTCUSDT', side: 'BUY', quantity: '0.01', newClientOrderId: MINE, newOrderRespType: 'ACK' }
const limit = { ...common, type: 'LIMIT', price: '50000.1', timeInForce: 'GTC' }
const sell = { ...common, side: 'SELL' }
const { stop, stopLimit, takeProfit, takeProfitLimit, market } = OrderType
const held = { symbol: SYMBOL, reduceOnly: true }
const { quantity: _, ...unsized } = common
/** What an order becomes, but its window. */
export const ORDERS: readonly [string | string[], OutgoingOrder, Record<string, string>][] = [
  ['order limit', order({ symbol: SYMBOL }), limit],
  [['order market', 'order reduce-only'], exit(held), { ...sell, type: 'MARKET' }],
  ['order stop', exit({ ...held, type: stop, stopPrice: '48000' }), { ...sell, type: 'STOP_LOSS', stopPrice: '48000' }],
  [
    'order stopLimit',
    exit({ ...held, type: stopLimit, stopPrice: '48000', limitPrice: '47900' }),
    { ...sell, type: 'STOP_LOSS_LIMIT', stopPrice: '48000', price: '47900', timeInForce: 'GTC' },
  ],
  [
    'order takeProfit',
    exit({ ...held, type: takeProfit, stopPrice: '52000' }),
    { ...sell, type: 'TAKE_PROFIT', stopPrice: '52000' },
  ],
  [
    'order takeProfitLimit',
    exit({ ...held, type: takeProfitLimit, stopPrice: '52000', limitPrice: '51990' }),
    { ...sell, type: 'TAKE_PROFIT_LIMIT', stopPrice: '52000', price: '51990', timeInForce: 'GTC' },
  ],
  ['order post-only', order({ symbol: SYMBOL, postOnly: true }), { ...common, type: 'LIMIT_MAKER', price: '50000.1' }],
  ['order ioc', order({ symbol: SYMBOL, timeInForce: TimeInForce.ioc }), { ...limit, timeInForce: 'IOC' }],
  ['order fok', order({ symbol: SYMBOL, timeInForce: TimeInForce.fok }), { ...limit, timeInForce: 'FOK' }],
  [
    'order sized in quote',
    order({ symbol: SYMBOL, type: market, limitPrice: null, quantity: null, quoteAmount: '50.5' }),
    { ...unsized, type: 'MARKET', quoteOrderQty: '50.5' },
  ],
]
