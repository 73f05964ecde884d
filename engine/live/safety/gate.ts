/**
 * The limits gate: every order that leaves passes it, after the strategy and its rules, and nothing passes around it
 * (`guardedExchange`). Amounts are exact; limits are inclusive: what equals a limit passes. An order that lowers
 * exposure is never held back by size, exposure, leverage or loss (RULES D1); a cancel isn't asked about at all.
 */

import { Side } from '../../core/order.ts'
import {
  compared,
  EXACT_ZERO,
  type Exact,
  exact,
  exactOf,
  exactText,
  larger,
  minus,
  plus,
  signOf,
  times,
} from '../exact.ts'
import type { OutgoingOrder } from '../exchange.ts'
import type { Conditions } from './conditions.ts'
import { type Exposure, exposureOf, isReducing } from './exposure.ts'
import type { Limits } from './limits.ts'
import type { OrderCount } from './order-count.ts'
import type { GateView } from './view.ts'

export type GateCode =
  | 'STATE_HALTED'
  | 'STATE_REDUCING'
  | 'SYMBOL_OFF'
  | 'SYMBOL_BLOCKED'
  | 'LIMIT_SYMBOLS'
  | 'LIMIT_ORDER_NOTIONAL'
  | 'LIMIT_POSITION'
  | 'LIMIT_GROSS_EXPOSURE'
  | 'LIMIT_LEVERAGE'
  | 'LIMIT_OPEN_ORDERS'
  | 'LIMIT_ORDERS_PER_MINUTE'
  | 'LIMIT_ORDERS_PER_DAY'
  | 'LIMIT_PRICE_COLLAR'
  | 'LIMIT_DAILY_LOSS'
  | 'LIMIT_LIQUIDATION_DISTANCE'
  | 'NO_MARK'
  | 'NO_EQUITY'
  | 'NO_LIQUIDATION_PRICE'

/** A refusal with its numbers; amounts in quote unless the code says otherwise. */
export interface GateRefusal {
  readonly pass: false
  readonly code: GateCode
  /** One line: what, and against which limit. */
  readonly text: string
}

export type GateVerdict = { readonly pass: true; readonly reduces: boolean } | GateRefusal

/** What live code asks before an order leaves. */
export interface OrderGate {
  /** May it leave now? Changes nothing. An amended order is judged in place of the one with its client id. */
  judge(order: OutgoingOrder, atMs: number): GateVerdict
  /** It leaves now: it counts against orders per minute and day. */
  sent(order: OutgoingOrder, atMs: number): void
}

export interface GateOptions {
  readonly limits: Limits
  readonly view: GateView
  readonly conditions: Conditions
  /** Orders that raise exposure, and those that lower it: each has its own count, so that entries can't use up exits. */
  readonly raising: OrderCount
  readonly reducing: OrderCount
}

export class LimitsGate implements OrderGate {
  private readonly options: GateOptions

  constructor(options: GateOptions) {
    this.options = options
  }

  judge(order: OutgoingOrder, atMs: number): GateVerdict {
    const { conditions, view, limits, reducing } = this.options
    const own = conditions.symbol(order.symbol)
    if (own?.level === 'blocked') return refuse('SYMBOL_BLOCKED', `${order.symbol} takes no orders: ${own.why}`)
    if (isReducing(order, view)) {
      const count = reducing.lastMinute(atMs)
      if (count < limits.maxOrdersPerMinute) return this.collared(order) ?? { pass: true, reduces: true }
      return refuse(
        'LIMIT_ORDERS_PER_MINUTE',
        over('reducing orders in a minute', count + 1, limits.maxOrdersPerMinute),
      )
    }
    return (
      this.stateRefusal(order) ??
      this.countRefusal(order, atMs) ??
      this.sizeRefusal(order) ?? { pass: true, reduces: false }
    )
  }

  sent(order: OutgoingOrder, atMs: number): void {
    const { reducing, raising, view } = this.options
    ;(isReducing(order, view) ? reducing : raising).note(atMs)
  }

  private stateRefusal({ symbol }: OutgoingOrder): GateRefusal | null {
    const { conditions, limits } = this.options
    const { state } = conditions
    const own = conditions.symbol(symbol)
    if (state !== 'active') {
      const why = conditions.all.find(({ level }) => level === state)?.why ?? ''
      return refuse(state === 'halted' ? 'STATE_HALTED' : 'STATE_REDUCING', `the session is ${state}: ${why}`)
    }
    if (own !== null) return refuse('SYMBOL_OFF', `${symbol} is off: ${own.why}`)
    if (limits.symbols.includes(symbol)) return null
    return refuse('LIMIT_SYMBOLS', `${symbol} isn't among limits.symbols (${limits.symbols.join(', ')})`)
  }

  private countRefusal(order: OutgoingOrder, atMs: number): GateRefusal | null {
    const { raising, limits, view } = this.options
    const minute = raising.lastMinute(atMs) + 1
    if (minute > limits.maxOrdersPerMinute) {
      return refuse('LIMIT_ORDERS_PER_MINUTE', over('orders in a minute', minute, limits.maxOrdersPerMinute))
    }
    const day = raising.today(atMs) + 1
    if (day > limits.maxOrdersPerDay) {
      return refuse('LIMIT_ORDERS_PER_DAY', over('orders in a UTC day', day, limits.maxOrdersPerDay))
    }
    const open = view.working().filter(({ clientId }) => clientId !== order.clientId).length + 1
    return open > limits.maxOpenOrders
      ? refuse('LIMIT_OPEN_ORDERS', over('open orders', open, limits.maxOpenOrders))
      : null
  }

  private sizeRefusal(order: OutgoingOrder): GateRefusal | null {
    const { limits, view } = this.options
    const mark = view.mark(order.symbol)
    if (mark === null || signOf(exact(mark)) <= 0) return refuse('NO_MARK', `${order.symbol} has no price to judge by`)
    const loss = this.lossRefusal()
    if (loss !== null) return loss
    const collared = this.collared(order)
    if (collared !== null) return collared
    const notional = notionalOf(order, exact(mark))
    const most = (code: GateCode, what: string, value: Exact, limit: number): GateRefusal | null =>
      compared(value, exactOf(limit)) > 0 ? refuse(code, over(what, exactText(value), limit)) : null
    const exposure = exposureOf(order, view)
    if (exposure === null) return refuse('NO_MARK', 'a held symbol has no price to judge by')
    return (
      most('LIMIT_ORDER_NOTIONAL', 'worth of the order', notional, limits.maxOrderNotional) ??
      most('LIMIT_POSITION', `position in ${order.symbol}`, exposure.symbol, limits.maxPosition) ??
      most('LIMIT_GROSS_EXPOSURE', 'gross exposure', exposure.gross, limits.maxGrossExposure) ??
      this.leverageRefusal(order, exposure) ??
      this.distanceRefusal(order, exact(mark), exposure)
    )
  }

  /** Only for what may be borrowed: a spot position without margin can't be liquidated. */
  private leverageRefusal({ leverage }: OutgoingOrder, { gross }: Exposure): GateRefusal | null {
    const { limits, view } = this.options
    if (leverage > limits.maxLeverage)
      return refuse('LIMIT_LEVERAGE', over('leverage asked for', leverage, limits.maxLeverage))
    const equity = view.equity()
    if (equity === null || signOf(exact(equity)) <= 0)
      return refuse('NO_EQUITY', 'there is no equity to judge leverage by')
    const bound = times(exact(equity), exactOf(limits.maxLeverage))
    if (compared(gross, bound) <= 0) return null
    const what = `gross exposure ${exactText(gross)} over equity ${equity}`
    return refuse('LIMIT_LEVERAGE', `${what} is a leverage above ${limits.maxLeverage} (limits.maxLeverage)`)
  }

  /**
   * The venue's own liquidation price where it has named one, else the most that leverage leaves: at leverage L a
   * position is gone after a move of 1/L at the latest. Unknown is never far away.
   */
  private distanceRefusal(order: OutgoingOrder, mark: Exact, { gross }: Exposure): GateRefusal | null {
    const { limits, view } = this.options
    const least = exactOf(limits.minLiquidationDistance)
    const tooNear = (what: string): GateRefusal =>
      refuse(
        'LIMIT_LIQUIDATION_DISTANCE',
        `${what}, nearer than ${limits.minLiquidationDistance} (limits.minLiquidationDistance)`,
      )
    if (!view.canBorrow(order.symbol)) return null
    // 1/L < least, and equity/gross < least, without a division.
    if (compared(times(exactOf(order.leverage), least), exactOf(1)) > 0) {
      return tooNear(`at leverage ${order.leverage} liquidation is 1/${order.leverage} away at most`)
    }
    const equity = exact(view.equity()!)
    if (compared(times(gross, least), equity) > 0) {
      return tooNear(`with equity ${exactText(equity)} and exposure ${exactText(gross)} liquidation would be`)
    }
    const position = exact(view.position(order.symbol))
    if (signOf(position) === 0) return null
    const price = view.liquidationPrice(order.symbol)
    if (price === 'none') return null
    if (price === null) return refuse('NO_LIQUIDATION_PRICE', `the liquidation price of ${order.symbol} isn't known`)
    const distance = signOf(position) > 0 ? minus(mark, exact(price)) : minus(exact(price), mark)
    return compared(distance, times(mark, least)) < 0
      ? tooNear(`liquidation at ${price}, mark ${exactText(mark)}`)
      : null
  }

  private lossRefusal(): GateRefusal | null {
    const { limits, view } = this.options
    const [equity, first] = [view.equity(), view.dayEquity()]
    if (equity === null || first === null) return refuse('NO_EQUITY', "the day's loss isn't known")
    if (!beyondDailyLoss(equity, first, limits)) return null
    return refuse(
      'LIMIT_DAILY_LOSS',
      `equity ${equity} after ${first} at the day's start (limits.maxDailyLoss ${limits.maxDailyLoss})`,
    )
  }

  /** Only the dangerous side: buying far above the mark, selling far below. A market order has no price to hold it to. */
  private collared({ side, limitPrice, symbol }: OutgoingOrder): GateRefusal | null {
    const { limits, view } = this.options
    const mark = view.mark(symbol)
    if (limitPrice === null || mark === null) return null
    const room = times(exact(mark), exactOf(limits.priceCollar))
    const price = exact(limitPrice)
    const beyond = side === Side.buy ? minus(price, plus(exact(mark), room)) : minus(minus(exact(mark), room), price)
    if (signOf(beyond) <= 0) return null
    return refuse(
      'LIMIT_PRICE_COLLAR',
      `price ${limitPrice} against a mark of ${mark} (limits.priceCollar ${limits.priceCollar})`,
    )
  }
}

/** Whether a UTC day has lost more than its limit. */
export function beyondDailyLoss(equity: string, first: string, { maxDailyLoss }: Limits): boolean {
  return compared(minus(exact(first), exact(equity)), times(exact(first), exactOf(maxDailyLoss))) > 0
}

/** Price × quantity at the worse of mark and its own price for its size; a market buy sized in quote is that amount. */
function notionalOf({ quantity, quoteAmount, limitPrice, stopPrice }: OutgoingOrder, mark: Exact): Exact {
  if (quantity === null) return quoteAmount === null ? EXACT_ZERO : exact(quoteAmount)
  const own = [limitPrice, stopPrice].filter((price) => price !== null).map(exact)
  return times(exact(quantity), own.reduce(larger, mark))
}

function over(what: string, value: number | string, limit: number): string {
  return `${what}: ${value}, at most ${limit}`
}

function refuse(code: GateCode, text: string): GateRefusal {
  return { pass: false, code, text }
}
