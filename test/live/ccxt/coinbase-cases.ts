/** Orders at Coinbase: what each becomes; and answers in their documented shapes. */

import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { exit, NOW_MS, order } from './support.ts'

export const SYMBOL = 'BTC/USD'
export const MINE = 'tnd7k2m4q9x1c3v5b8'

export const PRODUCT = {
  product_id: 'BTC-USD',
  price: '50000.1',
  base_increment: '0.00000001',
  quote_increment: '0.01',
  price_increment: '0.01',
  base_min_size: '0.00000001',
  base_max_size: '3400',
  quote_min_size: '1',
  quote_max_size: '150000000',
  status: 'online',
  is_disabled: false,
  trading_disabled: false,
  cancel_only: false,
  limit_only: false,
  post_only: false,
  view_only: false,
  product_type: 'SPOT',
  base_currency_id: 'BTC',
  quote_currency_id: 'USD',
}

const limit = { base_size: '0.01', limit_price: '50000.1' }
const resting = { ...limit, post_only: false }
const { market, stopLimit, takeProfitLimit } = OrderType
const stop = { type: stopLimit, stopPrice: '48000', limitPrice: '47900' }
const stopTerms = { base_size: '0.01', limit_price: '47900', stop_price: '48000' }
const target = { type: takeProfitLimit, stopPrice: '52000', limitPrice: '51990' }
const targetTerms = { base_size: '0.01', limit_price: '51990', stop_price: '52000' }
const up = { stop_direction: 'STOP_DIRECTION_STOP_UP' }
const down = { stop_direction: 'STOP_DIRECTION_STOP_DOWN' }
const end = { end_time: '2026-11-21T12:10:00.000Z' }
const gtd = { timeInForce: TimeInForce.gtd, expiresMs: NOW_MS + 600_000 }

/** What an order's configuration becomes. */
export const ORDERS: readonly [string | string[], string, OutgoingOrder, object][] = [
  ['order limit', 'a limit', order(), { limit_limit_gtc: resting }],
  ['order post-only', 'post-only', order({ postOnly: true }), { limit_limit_gtc: { ...resting, post_only: true } }],
  ['order ioc', 'immediate or cancel', order({ timeInForce: TimeInForce.ioc }), { sor_limit_ioc: limit }],
  ['order fok', 'fill or kill', order({ timeInForce: TimeInForce.fok }), { limit_limit_fok: limit }],
  ['order gtd', 'good till date', order(gtd), { limit_limit_gtd: { ...resting, ...end } }],
  [
    ['order market', 'order reduce-only'],
    'a market sell of what is held',
    exit({ reduceOnly: true }),
    { market_market_ioc: { base_size: '0.01' } },
  ],
  [
    ['order market', 'order sized in quote'],
    'a market buy',
    order({ type: market, limitPrice: null, quantity: null, quoteAmount: '50.5' }),
    { market_market_ioc: { quote_size: '50.5' } },
  ],
  ['order stopLimit', 'a stop below', exit(stop), { stop_limit_stop_limit_gtc: { ...stopTerms, ...down } }],
  [
    'order stopLimit',
    'trap 8: a breakout buy waits above, it is no dip buy',
    exit({ ...stop, side: Side.buy }),
    { stop_limit_stop_limit_gtc: { ...stopTerms, ...up } },
  ],
  [
    'order stopLimit',
    'a stop until a date',
    exit({ ...stop, ...gtd }),
    { stop_limit_stop_limit_gtd: { ...stopTerms, ...down, ...end } },
  ],
  ['order takeProfitLimit', 'a target above', exit(target), { stop_limit_stop_limit_gtc: { ...targetTerms, ...up } }],
  [
    'order takeProfitLimit',
    'a target of a short, below',
    exit({ ...target, side: Side.buy }),
    { stop_limit_stop_limit_gtc: { ...targetTerms, ...down } },
  ],
]

export const orderRow = (more: object = {}) => ({
  order_id: 'c-1',
  product_id: 'BTC-USD',
  user_id: 'u',
  order_configuration: { stop_limit_stop_limit_gtc: { ...stopTerms, ...down } },
  side: 'SELL',
  client_order_id: MINE,
  status: 'OPEN',
  filled_size: '0.004',
  created_time: '2026-11-21T12:00:01Z',
  last_fill_time: '2026-11-21T12:00:02.5Z',
  ...more,
})

export const fillRow = (i: number, more: object = {}) => ({
  entry_id: `e${i}`,
  trade_id: `t${i}`,
  order_id: 'c-1',
  trade_time: new Date(NOW_MS + i * 1000).toISOString(),
  trade_type: 'FILL',
  price: '50000.10',
  size: '0.004',
  commission: '1.2',
  product_id: 'BTC-USD',
  sequence_timestamp: new Date(NOW_MS + i * 1000).toISOString(),
  liquidity_indicator: 'TAKER',
  size_in_quote: false,
  side: 'SELL',
  ...more,
})
