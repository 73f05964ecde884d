/**
 * The exchange as the rest of live code gets it: behind the gate. Whoever holds this one can't send an order that the
 * limits refuse, whatever it forgot to ask before.
 */

import { ExchangeError, type ExchangePort, type OutgoingOrder } from '../exchange.ts'
import type { OrderGate } from './gate.ts'

/**
 * `exchange` with `submit` and `amend` behind `gate`. A refused order rejects with an `ExchangeError` of kind `local`
 * and the gate's code: nothing was sent. Everything else, cancels first of all, goes through as it is.
 */
export function guardedExchange(exchange: ExchangePort, gate: OrderGate, nowMs: () => number): ExchangePort {
  const pass = (order: OutgoingOrder): void => {
    const atMs = nowMs()
    const verdict = gate.judge(order, atMs)
    if (!verdict.pass) throw new ExchangeError(verdict.text, { kind: 'local', code: verdict.code })
    gate.sent(order, atMs)
  }
  return {
    venue: exchange.venue,
    abilities: exchange.abilities,
    markets: (symbols) => exchange.markets(symbols),
    serverTimeMs: () => exchange.serverTimeMs(),
    keyRights: () => exchange.keyRights(),
    fees: (symbol) => exchange.fees(symbol),
    async submit(order) {
      pass(order)
      return exchange.submit(order)
    },
    cancel: (key) => exchange.cancel(key),
    async amend(key, order) {
      pass(order)
      return exchange.amend(key, order)
    },
    lookup: (key, sinceMs) => exchange.lookup(key, sinceMs),
    openOrders: () => exchange.openOrders(),
    trades: (sinceMs) => exchange.trades(sinceMs),
    balances: () => exchange.balances(),
    positions: () => exchange.positions(),
    margin: () => exchange.margin(),
    setLeverage: (symbol, leverage) => exchange.setLeverage(symbol, leverage),
    cancelAllAfter: (timeoutMs) => exchange.cancelAllAfter(timeoutMs),
    candles: (symbol, timeframeMs, sinceMs) => exchange.candles(symbol, timeframeMs, sinceMs),
    status: () => exchange.status(),
    close: () => exchange.close(),
  }
}
