/** Answers of Kraken spot in its documented shapes, with numbers of our own. */

import { NOW_MS } from './support.ts'

const result = (value: unknown) => ({ error: [], result: value })

export const refusal = (...words: readonly string[]) => ({ error: words })

const pair = {
  aclass_base: 'currency',
  aclass_quote: 'currency',
  lot: 'unit',
  cost_decimals: 5,
  lot_decimals: 8,
  lot_multiplier: 1,
  // Empty since 2026-09-08.
  fees: [],
  fees_maker: [],
  fee_volume_currency: 'ZUSD',
  margin_call: 80,
  margin_stop: 40,
  status: 'online',
}

export const PAIRS = result({
  XXBTZUSD: {
    ...pair,
    altname: 'XBTUSD',
    wsname: 'XBT/USD',
    base: 'XXBT',
    quote: 'ZUSD',
    pair_decimals: 1,
    tick_size: '0.1',
    ordermin: '0.00005',
    costmin: '0.5',
    leverage_buy: [2, 3, 4, 5],
    leverage_sell: [2, 3],
  },
  // A pair whose tick is coarser than its decimals.
  XDGUSD: {
    ...pair,
    altname: 'XDGUSD',
    wsname: 'XDG/USD',
    base: 'XXDG',
    quote: 'ZUSD',
    pair_decimals: 5,
    tick_size: '0.00005',
    ordermin: '13',
    costmin: '0.5',
    leverage_buy: [],
    leverage_sell: [],
    status: 'post_only',
  },
  'XXBTZUSD:BTNL': {
    ...pair,
    altname: 'XBTUSD.B',
    base: 'XXBT',
    quote: 'ZUSD',
    pair_decimals: 1,
    tick_size: '1',
    ordermin: '1',
    costmin: '1',
  },
})

export const ADDED = result({
  descr: { order: 'buy 0.01000000 XBTUSD @ limit 50000.1' },
  txid: ['OABCDE-FGHIJ-KLMNOP'],
})
export const CANCELLED = result({ count: 1 })
export const AMENDED = result({ amend_id: 'TAAAAA-BBBBB-CCCCCC' })
export const TIME = result({ unixtime: 1795262400, rfc1123: 'Sat, 21 Nov 26 12:00:00 +0000' })
export const ONLINE = result({ status: 'online', timestamp: '2026-11-21T12:00:00Z' })

const description = (more: object) => ({
  pair: 'XBTUSD',
  type: 'buy',
  ordertype: 'limit',
  price: '50000.1',
  price2: '0',
  leverage: 'none',
  order: 'as above',
  close: '',
  ...more,
})

export const orderBody = (clientId: string | null, more: object = {}, descr: object = {}) => ({
  refid: null,
  // A number of somebody else's: never to be taken for a client id.
  userref: 123456,
  ...(clientId === null ? {} : { cl_ord_id: clientId }),
  status: 'open',
  opentm: 1795262401.25,
  starttm: 0,
  expiretm: 0,
  descr: description(descr),
  vol: '0.01000000',
  vol_exec: '0.00400000',
  cost: '200.0',
  fee: '0.8',
  price: '50000.1',
  stopprice: '0.00000',
  limitprice: '0.00000',
  misc: '',
  oflags: 'fciq',
  ...more,
})

export const openBody = (orders: object) => result({ open: orders })
export const closedBody = (orders: object, count?: number) =>
  result({ closed: orders, count: count ?? Object.keys(orders).length })

export const tradeBody = (more: object = {}) => ({
  ordertxid: 'OABCDE-FGHIJ-KLMNOP',
  postxid: 'TKH2SE-M7IF5-CFI7LT',
  pair: 'XXBTZUSD',
  time: 1795262402.1234,
  type: 'buy',
  ordertype: 'limit',
  price: '50000.10000',
  cost: '200.00040',
  fee: '0.80000',
  vol: '0.00400000',
  margin: '0.00000',
  misc: '',
  trade_id: 7,
  maker: true,
  ...more,
})

export const tradesBody = (trades: object, count: number) => result({ trades, count })

export const BALANCES = result({
  ZUSD: { balance: '1000.5000', hold_trade: '500.0010' },
  XXBT: { balance: '0.1000000000', hold_trade: '0.0000000000' },
  'DOT.S': { balance: '3.5', hold_trade: '0' },
})

export const POSITIONS = result([
  {
    pair: 'XXBTZUSD',
    positions: '2',
    type: 'sell',
    leverage: '3.00000',
    cost: '15000.00',
    fee: '60.0',
    vol: '0.30000000',
    vol_closed: '0.10000000',
    margin: '5000.00',
    value: '9900.0',
    net: '+100.0000',
  },
])

export const TRADE_BALANCE = result({
  eb: '2000.0',
  tb: '1500.0',
  m: '300.0',
  n: '-10.5',
  c: '900.0',
  v: '890.0',
  e: '1989.5',
  mf: '1689.5',
  ml: '663.16',
})

export const TRADE_VOLUME = result({
  currency: 'ZUSD',
  volume: '12000.0000',
  fees: { XXBTZUSD: { fee: '0.3500', minfee: '0.1000', maxfee: '0.4000' } },
  fees_maker: { XXBTZUSD: { fee: '0.2000', minfee: '0.0000', maxfee: '0.2500' } },
})

export const keyInfo = (permissions: readonly string[]) =>
  result({ apiKeyName: 'bot', nonce: '1', nonceWindow: 0, permissions, ipAllowlist: [], validUntil: '0' })

export const OHLC = result({
  XXBTZUSD: [
    [1795255200, '49900.0', '50100.0', '49800.0', '50000.0', '49950.0', '1.5', 10],
    [1795258800, '50000.0', '50200.0', '49900.0', '50100.0', '50050.0', '2.25', 20],
    [1795262400, '50100.0', '50100.0', '50100.0', '50100.0', '50100.0', '0.00000001', 1],
  ],
  last: 1795258800,
})

const rollover = {
  ...{ aclass: 'currency', subtype: '', balance: '1.0', amount: '0.0000', type: 'rollover' },
  refid: 'TBTCAA-AAAAA-AAAAAA',
}
const onMargin = { ...rollover, type: 'margin' }
/**
 * Two rollovers, newest first; the other currency of the pair has an entry without a price. Of the trades on
 * margin one paid 0.0777 for its loan, one as much in base; one closed a position, and paid its own fee, differently rounded.
 */
export const ROLLOVERS = {
  Ledgers: {
    error: [],
    result: {
      ledger: {
        'L2-B-B': { ...rollover, asset: 'ZUSD', fee: '0.0312', time: NOW_MS / 1000 + 14400.5 },
        'L3-C-C': { ...rollover, asset: 'XXBT', fee: '0.0000', time: NOW_MS / 1000 + 14400.5 },
        'L1-A-A': { ...rollover, asset: 'ZUSD', fee: '0.0311', time: NOW_MS / 1000 },
        'L4-D-D': { ...onMargin, asset: 'ZUSD', fee: '0.8777', time: NOW_MS / 1000 },
        'L5-E-E': {
          ...onMargin,
          refid: 'TBTCCC-CCCCC-CCCCCC',
          asset: 'XXBT',
          fee: '0.0000175540',
          time: NOW_MS / 1000,
        },
        'L6-F-F': { ...onMargin, refid: 'TBTCBB-BBBBB-BBBBBB', asset: 'ZUSD', fee: '0.7901', time: NOW_MS / 1000 + 9 },
        'L7-G-G': { ...onMargin, asset: 'KFEE', fee: '20', time: NOW_MS / 1000 + 9 },
      },
      count: 7,
    },
  },
  QueryTrades: {
    error: [],
    result: {
      'TBTCAA-AAAAA-AAAAAA': { pair: 'XXBTZUSD', type: 'buy', price: '50000.00000', fee: '0.80000' },
      'TBTCCC-CCCCC-CCCCCC': { pair: 'XXBTZUSD', type: 'buy', price: '50000.00000', fee: '0.80000' },
      'TBTCBB-BBBBB-BBBBBB': { pair: 'XXBTZUSD', type: 'sell', price: '50000.00000', fee: '0.79006' },
    },
  },
}
