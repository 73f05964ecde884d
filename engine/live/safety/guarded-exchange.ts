/**
 * The exchange as the rest of live code gets it: behind the gate. Whoever holds this one can't send an order that the
 * limits refused, or that they weren't asked about.
 */

import { ExchangeError, type ExchangePort, type OutgoingOrder } from '../exchange.ts'
import type { LimitsGate } from './gate.ts'

/**
 * `exchange` with `submit` and `amend` behind `gate`. A refused order rejects with an `ExchangeError` of kind `local`
 * and the gate's code: nothing was sent. Everything else, cancels first of all, goes through as it is.
 */
export function guardedExchange(exchange: ExchangePort, gate: Pick<LimitsGate, 'leave'>): ExchangePort {
  const pass = (order: OutgoingOrder): void => {
    const refusal = gate.leave(order)
    if (refusal !== null) throw new ExchangeError(refusal.text, { kind: 'local', code: refusal.code })
  }
  return {
    venue: exchange.venue,
    abilities: exchange.abilities,
    markets: (symbols) => exchange.markets(symbols),
    listed: (symbols) => exchange.listed(symbols),
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
    ...(exchange.charges === undefined ? {} : { charges: (sinceMs: number) => exchange.charges!(sinceMs) }),
    margin: () => exchange.margin(),
    setLeverage: (symbol, leverage) => exchange.setLeverage(symbol, leverage),
    cancelAllAfter: (timeoutMs) => exchange.cancelAllAfter(timeoutMs),
    candles: (symbol, timeframeMs, sinceMs) => exchange.candles(symbol, timeframeMs, sinceMs),
    status: () => exchange.status(),
    close: () => exchange.close(),
  }
}
