/** Orders, accounts and a gate to try them on. */

import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import type { GateAccount, GateOrder } from '../../../engine/live/ports.ts'
import { BREAKERS, Breakers } from '../../../engine/live/safety/breakers.ts'
import { Conditions, type SafetyEvent } from '../../../engine/live/safety/conditions.ts'
import { DayLoss } from '../../../engine/live/safety/day-loss.ts'
import { LimitsGate } from '../../../engine/live/safety/gate.ts'
import type { Limits } from '../../../engine/live/safety/limits.ts'

export const NOON_MS = Date.UTC(2026, 0, 5, 12)

export const LIMITS: Limits = {
  symbols: ['BTC/USD', 'ETH/USD'],
  maxOrderNotional: 500,
  maxPosition: 800,
  maxGrossExposure: 1000,
  maxLeverage: 1,
  maxOpenOrders: 5,
  maxOrdersPerMinute: 3,
  maxOrdersPerDay: 10,
  priceCollar: 0.02,
  maxDailyLoss: 0.05,
  minLiquidationDistance: 0.2,
}

export function outgoing(change: Partial<OutgoingOrder> = {}): OutgoingOrder {
  return {
    clientId: 'td-1',
    symbol: 'BTC/USD',
    side: Side.buy,
    type: OrderType.market,
    quantity: '4',
    quoteAmount: null,
    limitPrice: null,
    stopPrice: null,
    timeInForce: TimeInForce.gtc,
    expiresMs: null,
    postOnly: false,
    reduceOnly: false,
    trailAmount: null,
    trailRate: null,
    leverage: 1,
    deadlineMs: null,
    referencePrice: null,
    ...change,
  }
}

/** 4 BTC at 100 by default, from a flat account. */
export function order(change: Partial<GateOrder> = {}, inner: Partial<OutgoingOrder> = {}): GateOrder {
  const out = outgoing(inner)
  return {
    order: out,
    reducing: false,
    position: 0,
    exposed: 0,
    notional: Number(out.quantity) * 100,
    price: 100,
    ...change,
  }
}

export function account(change: Partial<GateAccount> = {}): GateAccount {
  return {
    nowMs: NOON_MS,
    equity: 1000,
    gross: 0,
    pending: 0,
    openOrders: 0,
    rowAgeMs: 0,
    timeframeMs: 3_600_000,
    bookAgeMs: 0,
    ...change,
  }
}

export function makeGate(limits: Partial<Limits> = {}) {
  const events: SafetyEvent[] = []
  const conditions = new Conditions((event) => events.push(event))
  const breakers = new Breakers(conditions, BREAKERS)
  const clock = { nowMs: NOON_MS }
  const gate = new LimitsGate({
    limits: { ...LIMITS, ...limits },
    conditions,
    breakers,
    dayLoss: new DayLoss(),
    nowMs: () => clock.nowMs,
  })
  gate.marked(NOON_MS, 1000)
  return { gate, conditions, breakers, events, clock }
}
