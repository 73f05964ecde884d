/**
 * Kraken's spot REST protocol over a floor: `/0/public/…` and `/0/private/…`. Signature, nonce, rights and rate counters
 * come before the call itself; what Kraken would refuse is answered in its words, with HTTP 200.
 */

import type { Exchange } from '../exchange.ts'
import { bendRows, revised } from '../faults/candle-faults.ts'
import type { ApiKey, Right } from '../keys.ts'
import { sameSignature, spotSignature } from '../keys.ts'
import type { WireRequest, WireResponse } from '../wire.ts'
import { balances, consolidated, openPositions, tradeBalance } from './account.ts'
import { KrakenError } from './errors.ts'
import { type Form, isOn, parseForm } from './form.ts'
import { PUBLIC_CALLS } from './public.ts'
import {
  apiKeyInfo,
  closedOrders,
  ledgers,
  openOrders,
  queryOrders,
  queryTrades,
  tradesHistory,
  tradeVolume,
} from './reading.ts'
import {
  addOrder,
  addOrderBatch,
  amendOrder,
  cancelAll,
  cancelAllOrdersAfter,
  cancelOrder,
  cancelOrderBatch,
  editOrder,
} from './trading.ts'
import type { SpotCall, SpotWorld } from './world.ts'

interface PrivateCall {
  /** Null where any key will do. */
  readonly right: Right | null
  readonly run: (call: SpotCall) => unknown
}

const query = (run: PrivateCall['run']): PrivateCall => ({ right: 'query', run })
const trade = (run: PrivateCall['run']): PrivateCall => ({ right: 'trade', run })

export const PRIVATE_CALLS: Readonly<Record<string, PrivateCall>> = {
  Balance: query(({ desk, world }) =>
    Object.fromEntries(Object.entries(balances(desk, world.markets)).map(([id, one]) => [id, one.balance])),
  ),
  BalanceEx: query(({ desk, world }) => balances(desk, world.markets)),
  TradeBalance: query(({ desk, world, nowMs }) => tradeBalance(desk, world.markets, nowMs)),
  OpenOrders: query(openOrders),
  ClosedOrders: query(closedOrders),
  QueryOrders: query(queryOrders),
  TradesHistory: query(tradesHistory),
  QueryTrades: query(queryTrades),
  OpenPositions: query(({ desk, world, form, nowMs }) => {
    const byTrade = openPositions(desk, world.markets, nowMs, isOn(form, 'docalcs'))
    // Consolidated they come as a list: one a market and side, which is what there is here.
    return form.fields.get('consolidation') === 'market' ? consolidated(byTrade) : byTrade
  }),
  Ledgers: query(ledgers),
  TradeVolume: query(tradeVolume),
  AddOrder: trade(addOrder),
  AddOrderBatch: trade(addOrderBatch),
  AmendOrder: trade(amendOrder),
  EditOrder: trade(editOrder),
  CancelOrder: trade(cancelOrder),
  CancelOrderBatch: trade(cancelOrderBatch),
  CancelAll: trade(cancelAll),
  CancelAllOrdersAfter: trade(cancelAllOrdersAfter),
  GetApiKeyInfo: { right: null, run: apiKeyInfo },
  GetWebSocketsToken: query(({ key, world }) => ({ token: world.socketToken(key), expires: 900 })),
}

const EMPTY: Form = { fields: new Map(), lists: new Map() }

/** Of an old list of open orders, those that are asked for. */
function matching(old: unknown, form: Form): unknown {
  const clientId = form.fields.get('cl_ord_id')
  const { open } = old as { readonly open?: Readonly<Record<string, { readonly cl_ord_id?: string }>> }
  if (open === undefined || clientId === undefined) return old
  return { open: Object.fromEntries(Object.entries(open).filter(([, one]) => one.cl_ord_id === clientId)) }
}

/** An OHLC row with another close. */
function revise(row: readonly unknown[]): unknown[] {
  const { high, close } = revised(Number(row[2]), Number(row[4]))
  return [row[0], row[1], String(high), row[3], String(close), ...row.slice(5)]
}

export class SpotProtocol {
  readonly exchange: Exchange
  readonly world: SpotWorld

  constructor(exchange: Exchange, world: SpotWorld) {
    this.exchange = exchange
    this.world = world
  }

  /** Null for a path that isn't Kraken's spot API. */
  handle(request: WireRequest): WireResponse | null {
    const match = /^\/0\/(public|private)\/(\w+)$/.exec(request.path)
    if (match === null) return null
    const [, area, method] = match as unknown as [string, string, string]
    try {
      const result = area === 'public' ? this.callPublic(method, request) : this.callPrivate(method, request)
      return { status: 200, body: { error: [], result } }
    } catch (error) {
      if (!(error instanceof KrakenError)) throw error
      return { status: 200, body: { error: [error.message] } }
    }
  }

  private callPublic(method: string, request: WireRequest): unknown {
    const call = PUBLIC_CALLS[method]
    if (call === undefined) throw new KrakenError('EGeneral:Unknown method')
    const { markets, status } = this.world
    const text = request.method === 'GET' ? request.query : request.body
    const form = parseForm(text, request.method === 'GET' ? '' : (request.headers['content-type'] ?? ''))
    const { faults } = this.exchange
    return call({ markets, status, bend: (rows) => bendRows(faults, rows, revise) }, form, this.exchange.nowMs())
  }

  private callPrivate(method: string, request: WireRequest): unknown {
    if (request.method !== 'POST') throw new KrakenError('EGeneral:Invalid arguments')
    const call = PRIVATE_CALLS[method]
    if (call === undefined) throw new KrakenError('EGeneral:Unknown method')
    const form = parseForm(request.body, request.headers['content-type'] ?? '')
    const key = this.authenticate(request, form)
    this.world.limits.call(key.setup.key, method)
    if (call.right !== null && !key.has(call.right)) throw new KrakenError('EGeneral:Permission denied')
    const desk = this.exchange.spot!.desks.get(key.setup.account)
    if (desk === undefined) throw new KrakenError('EGeneral:Permission denied')
    const nowMs = this.exchange.nowMs()
    const { stale } = this.exchange
    const run = (name: string, asked: Form): unknown =>
      PRIVATE_CALLS[name]!.run({ world: this.world, desk, key, form: asked, nowMs })
    if (call.right === 'trade') stale.before(desk.account, Object.keys(PRIVATE_CALLS), (name) => run(name, EMPTY))
    const old = stale.take(desk.account, method)
    return old === undefined ? run(method, form) : matching(old, form)
  }

  /** Throws Kraken's words for a key, a signature or a nonce that isn't right. */
  private authenticate(request: WireRequest, form: Form): ApiKey {
    const key = this.exchange.keys.find(request.headers['api-key'])
    if (key === null) throw new KrakenError('EAPI:Invalid key')
    const nonce = form.fields.get('nonce') ?? ''
    const signed = spotSignature(key.setup.secret, request.path, nonce, request.body)
    if (!sameSignature(signed, request.headers['api-sign'] ?? '')) throw new KrakenError('EAPI:Invalid signature')
    if (!/^\d{1,20}$/.test(nonce) || !key.take(BigInt(nonce))) throw new KrakenError('EAPI:Invalid nonce')
    return key
  }
}
