/**
 * The limits gate: every order that leaves passes it, after the strategy and its rules, and nothing passes around it
 * (`guardedExchange`). Limits are inclusive: what equals a limit passes. An order that lowers exposure is never held
 * back by size, exposure, leverage or loss (RULES D1), nor by a state; a cancel isn't asked about at all.
 */

import { Side } from '../../core/order.ts'
import type { OutgoingOrder } from '../exchange.ts'
import type { GateAccount, GateOrder, GateVerdict, OrderGate, SafetyState, SendOutcome } from '../ports.ts'
import type { Breakers } from './breakers.ts'
import type { Condition, Conditions } from './conditions.ts'
import type { DayLoss } from './day-loss.ts'
import type { Limits } from './limits.ts'
import { OrderCount } from './order-count.ts'

/** Sums of doubles may be off in the last digits: a billionth over a limit still equals it. */
const EVEN = 1 + 1e-9

const PASSES_KEPT = 256

/** Share of equity that is margin in use from which on there is a warning (RULES D5). */
const UTILISATION = 0.8

export interface GateAges {
  /** Orders and trades must have been looked at within this time. */
  readonly booksMs: number
}

export const GATE_AGES: GateAges = { booksMs: 60_000 }

export interface GateOptions {
  readonly limits: Limits
  readonly conditions: Conditions
  readonly breakers: Breakers
  readonly dayLoss: DayLoss
  /** Wall clock, ms UTC, for what a call doesn't bring. */
  readonly nowMs: () => number
  readonly ages?: GateAges
  readonly onMarked?: (atMs: number, equity: number) => void
}

type Refusal = Extract<GateVerdict, { allowed: false }>

export class LimitsGate implements OrderGate {
  private readonly options: GateOptions
  /** Each has its own count, so that entries can't use up exits. */
  private readonly raising = new OrderCount()
  private readonly reducing = new OrderCount()
  /** Share of equity times leverage that positions may be worth: what the stage of a promoted session allows. */
  private capital = 1
  /** Margin in use was last seen above the warning. */
  private utilised = false
  /** Orders that were let through and haven't left yet, by client id. */
  private readonly passed = new Map<string, { readonly content: string; readonly reduces: boolean }>()

  constructor(options: GateOptions) {
    this.options = options
  }

  get state(): SafetyState {
    return this.options.conditions.state
  }

  check(order: GateOrder, account: GateAccount): GateVerdict {
    const { clientId } = order.order
    const reduces = lowersExposure(order)
    const refusal = reduces ? this.reducingRefusal(order, account) : this.raisingRefusal(order, account)
    this.passed.delete(clientId)
    if (refusal !== null) return refusal
    // What passed and never left must not pile up.
    if (this.passed.size >= PASSES_KEPT) this.passed.delete(this.passed.keys().next().value!)
    this.passed.set(clientId, { content: contentOf(order.order), reduces })
    ;(reduces ? this.reducing : this.raising).note(account.nowMs)
    return { allowed: true }
  }

  /**
   * The order leaves now. Null where `check` let exactly this one through and it may still go, else why not. Each pass
   * is good for one order, once.
   */
  leave(order: OutgoingOrder): Refusal | null {
    const pass = this.passed.get(order.clientId)
    this.passed.delete(order.clientId)
    if (pass === undefined || pass.content !== contentOf(order)) {
      return refuse('NOT_PASSED', `order ${order.clientId} hasn't passed the limits as it is`)
    }
    return pass.reduces ? null : this.stateRefusal(order.symbol)
  }

  outcome(symbol: string, outcome: SendOutcome, code: string | null): void {
    const { breakers, nowMs } = this.options
    if (outcome === 'rejected') breakers.rejected(symbol, code ?? 'REJECTED', nowMs())
    else if (outcome === 'taken') breakers.accepted(symbol)
    else if (outcome === 'unknown') breakers.unknown(symbol, nowMs())
    else breakers.resolved(symbol)
  }

  halt(code: string, text: string): void {
    this.options.conditions.raise(lastingHalt(code, text, this.options.nowMs()))
  }

  marked(atMs: number, equity: number): void {
    const { dayLoss, limits, conditions } = this.options
    const loss = dayLoss.marked(atMs, equity)
    this.options.onMarked?.(atMs, equity)
    if (!(loss > limits.maxDailyLoss * EVEN)) return
    const why = `the UTC day has lost ${percent(loss)}, at most ${percent(limits.maxDailyLoss)} (limits.maxDailyLoss)`
    conditions.raise({ key: 'LIMIT_DAILY_LOSS', level: 'HALTED', why, sinceMs: atMs, latched: true })
  }

  leveraged(symbol: string, distance: number | null, utilisation: number | null): void {
    const { conditions, limits, nowMs } = this.options
    const key = `LIQUIDATION ${symbol}`
    const least = limits.minLiquidationDistance
    if (distance !== null && distance * EVEN >= least) conditions.clear(key, 'it is far enough away')
    else {
      const away = distance === null ? "isn't known" : `is ${percent(distance)} away, at least ${percent(least)}`
      const why = `liquidation of ${symbol} ${away} (limits.minLiquidationDistance)`
      conditions.raise({ key, level: 'REDUCING', why, sinceMs: nowMs(), latched: false })
    }
    const high = utilisation !== null && utilisation * EVEN >= UTILISATION
    if (high && !this.utilised) {
      conditions.warn('MARGIN_UTILISATION', `${percent(utilisation)} of equity is margin in use`, nowMs())
    }
    this.utilised = high
  }

  /** From now on positions together may be worth this share of equity times `maxLeverage`, at most; 0 for none. */
  capCapital(fraction: number): void {
    this.capital = fraction
  }

  /** An order that left before a restart counts, too: `limits` are per minute and day, not per process. */
  recall(order: GateOrder, atMs: number): void {
    ;(lowersExposure(order) ? this.reducing : this.raising).note(atMs)
  }

  private reducingRefusal(order: GateOrder, { nowMs }: GateAccount): Refusal | null {
    const { limits } = this.options
    const count = this.reducing.lastMinute(nowMs) + 1
    return (
      atMost('LIMIT_ORDERS_PER_MINUTE', 'reducing orders in a minute', count, limits.maxOrdersPerMinute) ??
      this.collarRefusal(order)
    )
  }

  private raisingRefusal(order: GateOrder, account: GateAccount): Refusal | null {
    return (
      this.stateRefusal(order.order.symbol) ??
      this.ageRefusal(account) ??
      this.countRefusal(account) ??
      this.sizeRefusal(order, account) ??
      this.collarRefusal(order) ??
      this.leverageRefusal(order, account) ??
      this.distanceRefusal(order, account)
    )
  }

  private stateRefusal(symbol: string): Refusal | null {
    const { conditions, limits } = this.options
    const refusal = refusalOf(conditions, symbol)
    if (refusal !== null || limits.symbols.includes(symbol)) return refusal
    return refuse('LIMIT_SYMBOLS', `${symbol} isn't among ${limits.symbols.join(', ')} (limits.symbols)`)
  }

  /** A decision on a row that another one has followed, or on books that nobody has confirmed lately, is too old. */
  private ageRefusal({ rowAgeMs, timeframeMs, bookAgeMs }: GateAccount): Refusal | null {
    const { booksMs } = this.options.ages ?? GATE_AGES
    return (
      atMost('STALE_ROW', 'age of the row that was decided on, in ms', rowAgeMs, timeframeMs) ??
      atMost('STALE_BOOKS', 'age of what the venue said of orders and trades, in ms', bookAgeMs, booksMs)
    )
  }

  private countRefusal({ nowMs, openOrders }: GateAccount): Refusal | null {
    const { limits } = this.options
    const [minute, day] = [this.raising.lastMinute(nowMs) + 1, this.raising.today(nowMs) + 1]
    return (
      atMost('LIMIT_ORDERS_PER_MINUTE', 'orders in a minute', minute, limits.maxOrdersPerMinute) ??
      atMost('LIMIT_ORDERS_PER_DAY', 'orders in a UTC day', day, limits.maxOrdersPerDay) ??
      atMost('LIMIT_OPEN_ORDERS', 'open orders', openOrders + 1, limits.maxOpenOrders)
    )
  }

  private sizeRefusal({ order, exposed, notional, price }: GateOrder, { gross }: GateAccount): Refusal | null {
    const { limits } = this.options
    // Comparisons with NaN are false: what isn't a number is refused here, and may not slip through further down.
    if (!(price > 0 && notional > 0)) return refuse('NO_PRICE', `${order.symbol} has no price to judge the order by`)
    if (!(Number.isFinite(exposed) && Number.isFinite(gross)))
      return refuse('NO_EXPOSURE', 'the exposure so far is not known')
    const position = Math.abs(exposed) * price + notional
    return (
      atMost('LIMIT_ORDER_NOTIONAL', 'worth of the order', notional, limits.maxOrderNotional) ??
      atMost('LIMIT_POSITION', `position in ${order.symbol}`, position, limits.maxPosition) ??
      atMost('LIMIT_GROSS_EXPOSURE', 'gross exposure', gross + notional, limits.maxGrossExposure)
    )
  }

  private leverageRefusal({ order, notional }: GateOrder, { equity, gross }: GateAccount): Refusal | null {
    const { limits, dayLoss } = this.options
    if (!(equity > 0)) return refuse('NO_EQUITY', `equity is ${equity}`)
    if (!dayLoss.known) return refuse('NO_EQUITY', "the day's loss can't be told before a first mark")
    return (
      atMost('LIMIT_LEVERAGE', 'leverage asked for', order.leverage, limits.maxLeverage) ??
      atMost('LIMIT_LEVERAGE', 'gross exposure over equity', (gross + notional) / equity, limits.maxLeverage) ??
      this.capitalRefusal(gross + notional, equity)
    )
  }

  private capitalRefusal(exposure: number, equity: number): Refusal | null {
    if (this.capital >= 1) return null
    const most = this.capital * equity * this.options.limits.maxLeverage
    return atMost(
      'STAGE_CAPITAL',
      `exposure at a stage that may use ${percent(this.capital)} of the account`,
      exposure,
      most,
    )
  }

  /**
   * Only for what may be liquidated: by the liquidation prices that are known, and at any rate by the most that leverage
   * leaves: at leverage L a position is gone after a move of 1/L at the latest. Unknown is never far away, but for a
   * position that isn't there yet: that bound is known of it.
   */
  private distanceRefusal(order: GateOrder, { equity, gross }: GateAccount): Refusal | null {
    const { symbol, leverage } = order.order
    if (order.liquidationDistance === undefined) return null
    const { minLiquidationDistance: least } = this.options.limits
    const bound = Math.min(1 / leverage, equity / (gross + order.notional))
    const own = order.liquidationDistance ?? (order.position === 0 ? bound : null)
    if (own === null) return refuse('NO_LIQUIDATION_PRICE', `the liquidation price of ${symbol} isn't known`)
    const distance = Math.min(own, bound)
    if (distance * EVEN >= least) return null
    const text = `liquidation of ${symbol} would be ${percent(distance)} away, at least ${percent(least)}`
    return refuse('LIMIT_LIQUIDATION_DISTANCE', `${text} (limits.minLiquidationDistance)`)
  }

  /** Only the dangerous side: buying far above the last mark, selling far below. A market order has no price. */
  private collarRefusal({ order, price }: GateOrder): Refusal | null {
    if (order.limitPrice === null || !(price > 0)) return null
    const beyond = (order.side === Side.buy ? 1 : -1) * (Number(order.limitPrice) / price - 1)
    const { priceCollar } = this.options.limits
    if (beyond <= priceCollar * EVEN) return null
    const text = `a price of ${order.limitPrice} is ${percent(beyond)} beyond the mark of ${price}`
    return refuse('LIMIT_PRICE_COLLAR', `${text}, at most ${percent(priceCollar)} (limits.priceCollar)`)
  }
}

/** Why conditions let nothing that raises exposure leave; null where they do. */
export function refusalOf(conditions: Conditions, symbol: string): Refusal | null {
  const { state } = conditions
  if (state !== 'ACTIVE') {
    const why = conditions.all.find(({ level }) => level === state)!.why
    return refuse(`STATE_${state}`, `only orders that lower exposure may leave: ${why}`)
  }
  const own = conditions.symbol(symbol)
  return own === null ? null : refuse('SYMBOL_OFF', `${symbol} takes no new exposure: ${own.why}`)
}

/** A halt that holds until an operator resumes, over restarts too. */
export function lastingHalt(code: string, why: string, sinceMs: number): Condition {
  return { key: code, level: 'HALTED', why, sinceMs, latched: true }
}

/** The caller's word is checked: such an order goes against a position, and isn't larger than it. */
export function lowersExposure({ order, reducing, position }: GateOrder): boolean {
  if (!reducing) return false
  if (order.reduceOnly) return true
  return position * order.side < 0 && order.quantity !== null && Number(order.quantity) <= Math.abs(position) * EVEN
}

/** What must not change between passing and leaving; a deadline and a reference price are of the moment. */
function contentOf({ deadlineMs: _, referencePrice: __, ...order }: OutgoingOrder): string {
  return JSON.stringify(order)
}

function atMost(code: string, what: string, value: number, limit: number): Refusal | null {
  if (value <= limit * EVEN) return null
  return refuse(code, `${what}: ${Number(value.toPrecision(10))}, at most ${limit}`)
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toPrecision(4))} %`
}

function refuse(code: string, text: string): Refusal {
  return { allowed: false, code, text }
}
