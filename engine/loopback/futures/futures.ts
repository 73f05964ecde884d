/**
 * Kraken Futures' REST protocol over a floor: `/derivatives/api/v3/…`, `/derivatives/api/v4/historicalfundingrates`,
 * `/api/charts/v1/…`, `/api/history/v2/orders`. A request that fails answers `{"result": "error"}`; an order that isn't
 * placed succeeds with a status that says why.
 */

import { TandemError } from '../../core/errors.ts'
import type { Exchange } from '../exchange.ts'
import { bendRows, revised } from '../faults/candle-faults.ts'
import { type ApiKey, futuresSignature, type Right, sameSignature } from '../keys.ts'
import type { WireRequest, WireResponse } from '../wire.ts'
import { FuturesError } from './errors.ts'
import { iso } from './order-text.ts'
import { cancelAllOrders, cancelAllOrdersAfter, cancelOrder, editOrder, sendOrder, setLeverage } from './orders.ts'
import {
  accountLog,
  accounts,
  type ChartCandle,
  charts,
  fills,
  fundingRates,
  historyOrders,
  historyTriggers,
  leveragePreferences,
  openOrders,
  openPositions,
  ordersStatus,
} from './reading.ts'
import type { FuturesCall, FuturesWorld } from './world.ts'

interface PrivateCall {
  readonly right: Right
  readonly run: (call: FuturesCall) => unknown
}

const query = (run: PrivateCall['run']): PrivateCall => ({ right: 'query', run })
const trade = (run: PrivateCall['run']): PrivateCall => ({ right: 'trade', run })

const PRIVATE_CALLS: Readonly<Record<string, PrivateCall>> = {
  'GET accounts': query(accounts),
  'GET openpositions': query(openPositions),
  'GET openorders': query(openOrders),
  'GET fills': query(fills),
  'POST orders/status': query(ordersStatus),
  'GET orders/status': query(ordersStatus),
  'GET leveragepreferences': query(leveragePreferences),
  'PUT leveragepreferences': trade(setLeverage),
  'POST sendorder': trade(sendOrder),
  'POST editorder': trade(editOrder),
  'POST cancelorder': trade(cancelOrder),
  'POST cancelallorders': trade(cancelAllOrders),
  'POST cancelallordersafter': trade(cancelAllOrdersAfter),
  'GET history/orders': query(historyOrders),
  'GET history/triggers': query(historyTriggers),
  'GET history/account-log': query(accountLog),
}

export class FuturesProtocol {
  readonly exchange: Exchange
  readonly world: FuturesWorld

  constructor(exchange: Exchange, world: FuturesWorld) {
    this.exchange = exchange
    this.world = world
  }

  /** Null for a path that isn't Kraken Futures' API. */
  handle(request: WireRequest): WireResponse | null {
    const rest = /^(?:\/derivatives)?\/api\/(.+)$/.exec(request.path)?.[1]
    if (rest === undefined) return null
    try {
      const serverTime = iso(this.exchange.nowMs())
      if (rest.startsWith('charts/')) return { status: 200, body: this.charts(rest, request) }
      return { status: 200, body: { result: 'success', ...(this.call(rest, request) as object), serverTime } }
    } catch (error) {
      // Amounts beyond exact arithmetic are arguments that can't be.
      const known = error instanceof TandemError ? new FuturesError('invalidArgument', 400) : error
      if (!(known instanceof FuturesError)) throw error
      const serverTime = iso(this.exchange.nowMs())
      return { status: known.status, body: { result: 'error', error: known.message, serverTime } }
    }
  }

  private charts(rest: string, request: WireRequest): unknown {
    const path = rest.split('/').slice(2)
    const form = new URLSearchParams(request.query)
    const { candles, ...more } = charts(this.world.markets, path, form, this.exchange.nowMs())
    const revise = (one: ChartCandle): ChartCandle => {
      const { high, close } = revised(Number(one.high), Number(one.close))
      return { ...one, high: String(high), close: String(close) }
    }
    return { candles: bendRows(this.exchange.faults, candles, revise), ...more }
  }

  private call(rest: string, request: WireRequest): unknown {
    const { markets } = this.world
    const nowMs = this.exchange.nowMs()
    const form = new URLSearchParams([request.query, request.body].filter((one) => one !== '').join('&'))
    // `v3/openorders` is openorders; `history/v2/orders` is history/orders.
    const method = rest.replace(/^v\d\//, '').replace(/^history\/v\d\//, 'history/')
    if (method === 'instruments') return { instruments: markets.instruments(nowMs) }
    if (method === 'tickers') return { tickers: markets.all.map((one) => markets.ticker(one, nowMs)) }
    if (method.startsWith('tickers/')) return { ticker: markets.ticker(markets.find(method.slice(8)), nowMs) }
    if (method === 'orderbook') return orderBook(this.world, form, nowMs)
    if (method === 'historicalfundingrates') return fundingRates(markets, form, nowMs)
    const call = PRIVATE_CALLS[`${request.method} ${method}`]
    if (call === undefined) throw new FuturesError('notFound', 404)
    const key = this.authenticate(request)
    this.world.limits.take(key.setup.key, method)
    if (!key.has(call.right)) throw new FuturesError('authenticationError', 403)
    const desk = this.exchange.futures!.desks.get(key.setup.account)
    if (desk === undefined) throw new FuturesError('invalidAccount')
    const { stale } = this.exchange
    const run = (name: string, asked: URLSearchParams): unknown =>
      PRIVATE_CALLS[name]!.run({ world: this.world, desk, key, form: asked, nowMs })
    const none = new URLSearchParams()
    if (call.right === 'trade') stale.before(desk.account, Object.keys(PRIVATE_CALLS), (name) => run(name, none))
    return stale.take(desk.account, `${request.method} ${method}`) ?? run(`${request.method} ${method}`, form)
  }

  /** Throws `authenticationError`, and `nonceBelowThreshold` or `nonceDuplicate` where a nonce is sent at all. */
  private authenticate(request: WireRequest): ApiKey {
    const key = this.exchange.keys.find(request.headers['apikey'])
    if (key === null) throw new FuturesError('authenticationError', 401)
    const path = request.path.replace(/^\/derivatives/, '')
    const nonce = request.headers['nonce'] ?? ''
    const data = `${request.query}${request.body}`
    const signed = futuresSignature(key.setup.secret, path, nonce, data)
    if (!sameSignature(signed, request.headers['authent'] ?? '')) throw new FuturesError('authenticationError', 401)
    if (nonce !== '') {
      const isDuplicate = /^\d{1,20}$/.test(nonce) && BigInt(nonce) === key.lastNonce
      if (!/^\d{1,20}$/.test(nonce) || !key.take(BigInt(nonce))) {
        throw new FuturesError(isDuplicate ? 'nonceDuplicate' : 'nonceBelowThreshold')
      }
    }
    return key
  }
}

function orderBook({ markets }: FuturesWorld, form: URLSearchParams, nowMs: number): unknown {
  const market = markets.find(form.get('symbol') ?? undefined)
  const { bid, ask } = markets.ticker(market, nowMs)
  return { orderBook: { bids: [[bid, 1]], asks: [[ask, 1]] } }
}
