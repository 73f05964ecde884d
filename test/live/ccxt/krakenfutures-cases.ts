/** Orders at Kraken Futures: what each becomes; and instruments in their documented shape. */

import { OrderType, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { exit, NOW_MS, order } from './support.ts'

export const SYMBOL = 'BTC/USD:USD'
export const MINE = 'tnd7k2m4q9x1c3v5b8'

export const INSTRUMENTS = {
  result: 'success',
  serverTime: '2026-11-21T12:00:00.000Z',
  instruments: [
    {
      symbol: 'PF_XBTUSD',
      type: 'flexible_futures',
      tickSize: 1,
      contractSize: 1,
      contractValueTradePrecision: 4,
      tradeable: true,
      postOnly: false,
      marginLevels: [
        { numNonContractUnits: 0, initialMargin: 0.02, maintenanceMargin: 0.01 },
        { numNonContractUnits: 500000, initialMargin: 0.04, maintenanceMargin: 0.02 },
      ],
    },
    {
      symbol: 'PF_SHIBUSD',
      type: 'flexible_futures',
      tickSize: 1e-9,
      contractSize: 1,
      contractValueTradePrecision: -3,
      tradeable: false,
      marginLevels: [{ initialMargin: 0.1, maintenanceMargin: 0.05 }],
    },
    {
      symbol: 'PI_XBTUSD',
      type: 'futures_inverse',
      tickSize: 0.5,
      contractSize: 1,
      contractValueTradePrecision: 0,
      tradeable: true,
    },
    {
      symbol: 'FF_XBTUSD_261225',
      type: 'flexible_futures',
      lastTradingTime: '2026-12-25T16:00:00Z',
      tickSize: 1,
      contractValueTradePrecision: 4,
      tradeable: true,
    },
    { symbol: 'in_xbtusd', type: 'spot index', tradeable: false },
  ],
}

const common = { symbol: 'PF_XBTUSD', side: 'buy', size: '0.01', cliOrdId: MINE }
const limit = { ...common, orderType: 'lmt', limitPrice: '50001' }
const sell = { ...common, side: 'sell', reduceOnly: 'true' }
/** What of a limit buy is this venue's. */
export const BASE = { symbol: SYMBOL, limitPrice: '50001' }
const closing = { symbol: SYMBOL, reduceOnly: true }
const { stop, stopLimit, takeProfit, takeProfitLimit, trailingStop, market } = OrderType
/** What an order becomes in sendorder. */
export const ORDERS: readonly [string | string[], OutgoingOrder, Record<string, string>][] = [
  ['order limit', order(BASE), limit],
  ['order with leverage', order({ ...BASE, leverage: 5 }), limit],
  ['order market', order({ symbol: SYMBOL, type: market, limitPrice: null }), { ...common, orderType: 'mkt' }],
  ['order reduce-only', exit(closing), { ...sell, orderType: 'mkt' }],
  [
    'order stop',
    exit({ ...closing, type: stop, stopPrice: '48000' }),
    { ...sell, orderType: 'stp', stopPrice: '48000', triggerSignal: 'last' },
  ],
  [
    'order stopLimit',
    exit({ ...closing, type: stopLimit, stopPrice: '48000', limitPrice: '47900' }),
    { ...sell, orderType: 'stp', stopPrice: '48000', limitPrice: '47900', triggerSignal: 'last' },
  ],
  [
    'order takeProfit',
    exit({ ...closing, type: takeProfit, stopPrice: '52000' }),
    { ...sell, orderType: 'take_profit', stopPrice: '52000', triggerSignal: 'last' },
  ],
  [
    'order takeProfitLimit',
    exit({ ...closing, type: takeProfitLimit, stopPrice: '52000', limitPrice: '51990' }),
    { ...sell, orderType: 'take_profit', stopPrice: '52000', limitPrice: '51990', triggerSignal: 'last' },
  ],
  [
    'order trailingStop',
    exit({ ...closing, type: trailingStop, trailAmount: '250' }),
    {
      ...sell,
      orderType: 'trailing_stop',
      trailingStopMaxDeviation: '250',
      trailingStopDeviationUnit: 'QUOTE_CURRENCY',
      triggerSignal: 'last',
    },
  ],
  [
    'order trailingStop',
    exit({ ...closing, type: trailingStop, trailRate: '0.025' }),
    {
      ...sell,
      orderType: 'trailing_stop',
      trailingStopMaxDeviation: '2.5',
      trailingStopDeviationUnit: 'PERCENT',
      triggerSignal: 'last',
    },
  ],
  ['order post-only', order({ ...BASE, postOnly: true }), { ...limit, orderType: 'post' }],
  ['order ioc', order({ ...BASE, timeInForce: TimeInForce.ioc }), { ...limit, orderType: 'ioc' }],
  ['order fok', order({ ...BASE, timeInForce: TimeInForce.fok }), { ...limit, orderType: 'fok' }],
  [
    'order with deadline',
    order({ ...BASE, deadlineMs: NOW_MS + 5000 }),
    { ...limit, processBefore: '2026-11-21T12:00:05.000Z' },
  ],
]

function logRow(id: number, more: object): object {
  return {
    ...{ id, date: new Date(NOW_MS + id * 1000).toISOString(), asset: 'usd', contract: 'pf_xbtusd', fee: 0 },
    ...{ info: 'funding rate change', margin_account: 'flex', realized_funding: null, realized_pnl: null, ...more },
  }
}

const traded = { info: 'futures trade', execution: 'e1' }
const first = [
  logRow(1, { realized_funding: -0.0002 }),
  logRow(2, { ...traded, realized_funding: 0.5 }),
  logRow(3, { ...traded, asset: 'pf_xbtusd', realized_funding: 0.5 }),
  ...Array.from({ length: 497 }, (_, i) => logRow(4 + i, traded)),
]
/** Two pages of the account's log, the last of the first again at the second's head. */
export const LOG = [first, [first.at(-1)!, logRow(501, { realized_funding: 1e-7 })]] as const

/** The multi-collateral account. */
export const FLEX = {
  type: 'multiCollateralMarginAccount',
  currencies: {
    USD: { quantity: 1000.5, available: 900.25 },
    XBT: { quantity: 0.00000012, available: 0.00000012 },
  },
  initialMargin: 100.25,
  marginEquity: 1010,
  portfolioValue: 1020,
  availableMargin: 909.75,
}
