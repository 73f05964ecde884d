/**
 * A second simulated venue, from the written conditions alone and with no thought of speed: one spot symbol, plain
 * arrays, bigint, the pessimistic model, limits filled by a price beyond theirs, no latency, no costs but fees. It
 * shares no code with engine/sim.
 */

import { type OrderFields, OrderType, Side, TimeInForce } from '../../engine/core/order.ts'

/** A bar in price units: open, high, low, close. */
export type NaiveBar = readonly [open: number, high: number, low: number, close: number]

export interface NaiveWorld {
  readonly cash: bigint
  readonly base: bigint
  /** value = price × quantity / valueUnit. */
  readonly valueUnit: bigint
  /** Rates in units of 1e-12. */
  readonly makerRate: bigint
  readonly takerRate: bigint
  readonly tick: number
  readonly step: number
  readonly minQty: number
  readonly minCost: bigint
}

export type NaiveMessage =
  | { readonly order: OrderFields }
  | { readonly cancelId: number }
  | { readonly amended: OrderFields }

interface Resting {
  order: OrderFields
  level: number
  heldCash: bigint
  /** Its trigger was met: it is a limit order now; inside the bar that is played, or earlier. */
  triggered: 'no' | 'inside' | 'yes'
}

const TRIGGERS: readonly number[] = [
  OrderType.stop,
  OrderType.stopLimit,
  OrderType.takeProfit,
  OrderType.takeProfitLimit,
  OrderType.trailingStop,
]
const STOPS: readonly number[] = [OrderType.stop, OrderType.stopLimit, OrderType.trailingStop]
const ENDS_AS_LIMIT: readonly number[] = [OrderType.stopLimit, OrderType.takeProfitLimit]

const UP = (product: bigint, unit: bigint): bigint => (product + unit - 1n) / unit
const HALF_UP = (product: bigint, unit: bigint): bigint => (2n * product + unit) / (2n * unit)
function HALF_EVEN(product: bigint, unit: bigint): bigint {
  const [whole, twice] = [product / unit, (product % unit) * 2n]
  return twice > unit || (twice === unit && whole % 2n === 1n) ? whole + 1n : whole
}

export class NaiveBook {
  cash: bigint
  base: bigint
  readonly told: string[] = []
  private readonly world: NaiveWorld
  private resting: Resting[] = []
  private readonly ids: number[] = []
  private readonly doneGroups: number[] = []

  constructor(world: NaiveWorld) {
    this.world = world
    this.cash = world.cash
    this.base = world.base
  }

  /** `openMs` and `closeMs` bound the bar. */
  play(messages: readonly NaiveMessage[], bar: NaiveBar, openMs: number, closeMs: number): void {
    const [open, high, low] = bar
    for (const message of messages) {
      if ('order' in message) this.arrive(message.order, open)
      else if ('amended' in message) this.amend(message.amended, open)
      else this.cancel(message.cancelId)
    }
    this.expire((row) => row.order.expiresMs <= openMs)
    for (const resting of [...this.resting]) {
      if (this.resting.includes(resting) && meets(resting, open)) this.meet(resting, open, isLimit(resting), false)
    }
    for (const resting of this.resting) trail(resting, open)
    for (let next = this.next(bar, closeMs); next !== null; next = this.next(bar, closeMs)) {
      this.meet(next, worstPrice(next, bar), isLimit(next), true)
    }
    this.expire((row) => row.order.expiresMs < closeMs)
    for (const resting of this.resting) {
      if (resting.triggered === 'inside') resting.triggered = 'yes'
      trail(resting, resting.order.side === Side.sell ? high : low)
    }
  }

  private expire(which: (resting: Resting) => boolean): void {
    const gone = this.resting.filter(which).sort((a, b) => a.order.expiresMs - b.order.expiresMs)
    this.resting = this.resting.filter((one) => !gone.includes(one))
    for (const { order } of gone) this.told.push(`${order.id} expired`)
  }

  /** Pessimism: stops before the others; then the nearer to the open; then the older. What ends in the bar has ended. */
  private next(bar: NaiveBar, closeMs: number): Resting | null {
    const [open, high, low, close] = bar
    const reached = this.resting.filter((one) => {
      if (one.order.expiresMs < closeMs) return false
      if (one.triggered === 'inside') return meets(one, close)
      if (one.order.type === OrderType.trailingStop)
        return meets({ ...one, level: furthest(one, bar) }, meeting(one, bar))
      return meets(one, high) || meets(one, low)
    })
    const stops = reached.filter((one) => STOPS.includes(one.order.type) && one.triggered === 'no')
    const first = stops.length > 0 ? stops : reached
    const nearest = Math.min(...first.map((one) => Math.abs(worstPrice(one, bar) - open)))
    return first.find((one) => Math.abs(worstPrice(one, bar) - open) === nearest) ?? null
  }

  private arrive(order: OrderFields, open: number): void {
    const seen = this.ids.includes(order.id)
    this.ids.push(order.id)
    if (!seen && order.ocoGroup !== 0 && this.doneGroups.includes(order.ocoGroup)) {
      this.told.push(`${order.id} cancelled`)
      return
    }
    const market = order.type === OrderType.market
    const resting = this.restingOf(order, open)
    const price = market ? open : order.limitPrice || order.stopPrice || resting.level
    const refusal = seen ? 'DUPLICATE_ID' : this.refusal(order, price, market)
    if (refusal !== null) {
      this.told.push(`${order.id} rejected ${refusal}`)
      return
    }
    if (market) {
      this.book(order, open, false)
      return
    }
    if (order.terms?.postOnly === true && touches(resting, open)) {
      this.told.push(`${order.id} rejected POST_ONLY`)
      return
    }
    this.told.push(`${order.id} accepted`)
    resting.heldCash = order.side === Side.buy ? this.cost(order, price, UP) : 0n
    this.resting.push(resting)
    this.arrived(resting, open)
  }

  private restingOf(order: OrderFields, open: number): Resting {
    const resting: Resting = { order, level: order.stopPrice || order.limitPrice, heldCash: 0n, triggered: 'no' }
    if (order.type === OrderType.limit) resting.level = order.limitPrice
    if (order.type === OrderType.trailingStop) {
      resting.level = order.stopPrice === 0 ? behind(order, open) : better(order, order.stopPrice, behind(order, open))
    }
    return resting
  }

  /** It looks at the market for the first time. */
  private arrived(resting: Resting, open: number): void {
    if (isLimit(resting)) this.take(resting, open)
    else if (touches(resting, open)) this.meet(resting, open, false, false)
  }

  private amend(order: OrderFields, open: number): void {
    const resting = this.resting.find((one) => one.order.id === order.id)
    const price = order.limitPrice || order.stopPrice
    const changed = { ...this.restingOf(order, open), triggered: resting?.triggered ?? 'no' }
    if (changed.triggered !== 'no') changed.level = order.limitPrice
    const refusal = resting === undefined ? 'UNKNOWN_ORDER' : this.amendRefusal(resting, changed, price, open)
    if (resting === undefined || refusal !== null) {
      this.told.push(`${order.id} amendRejected ${refusal}`)
      return
    }
    resting.order = order
    resting.level = changed.level
    resting.heldCash = order.side === Side.buy ? this.cost(order, price, UP) : 0n
    this.told.push(`${order.id} amended`)
    this.arrived(resting, open)
  }

  private amendRefusal(resting: Resting, changed: Resting, price: number, open: number): string | null {
    const rest = this.resting
    this.resting = rest.filter((one) => one !== resting)
    const refusal = this.refusal(changed.order, price, false)
    this.resting = rest
    const ofForm = ['OFF_STEP', 'OFF_TICK', 'BELOW_MINIMUM'].includes(refusal ?? '')
    return !ofForm && changed.order.terms?.postOnly === true && touches(changed, open) ? 'POST_ONLY' : refusal
  }

  private refusal(order: OrderFields, price: number, market: boolean): string | null {
    const { world } = this
    if (order.quantity % world.step !== 0) return 'OFF_STEP'
    if (order.limitPrice % world.tick !== 0 || order.stopPrice % world.tick !== 0) return 'OFF_TICK'
    const worth = UP(BigInt(price) * BigInt(order.quantity), world.valueUnit)
    if (order.quantity < world.minQty || worth < world.minCost) return 'BELOW_MINIMUM'
    if (order.side === Side.buy) {
      return this.cost(order, price, market ? HALF_EVEN : UP) > this.freeCash() ? 'INSUFFICIENT_FUNDS' : null
    }
    return BigInt(order.quantity) > this.freeBase(market ? -1 : order.ocoGroup) ? 'INSUFFICIENT_BASE' : null
  }

  /** Value and taker fee of a buy. */
  private cost(order: OrderFields, price: number, round: typeof UP): bigint {
    const value = round(BigInt(price) * BigInt(order.quantity), this.world.valueUnit)
    return value + HALF_UP(value * this.world.takerRate, 10n ** 12n)
  }

  private freeCash(): bigint {
    return this.cash - this.resting.reduce((sum, one) => sum + one.heldCash, 0n)
  }

  /** Base that nothing holds; a group holds its largest member, and nothing against one of its own. */
  private freeBase(ownGroup: number): bigint {
    const groups = new Map<string, bigint>()
    for (const { order } of this.resting) {
      if (order.side !== Side.sell || (order.ocoGroup !== 0 && order.ocoGroup === ownGroup)) continue
      const key = order.ocoGroup === 0 ? `order ${order.id}` : `group ${order.ocoGroup}`
      const quantity = BigInt(order.quantity)
      if (quantity > (groups.get(key) ?? 0n)) groups.set(key, quantity)
    }
    return [...groups.values()].reduce((free, held) => free - held, this.base)
  }

  private cancel(id: number): void {
    const found = this.resting.find(({ order }) => order.id === id)
    this.told.push(found === undefined ? `${id} cancelRejected UNKNOWN_ORDER` : `${id} cancelled`)
    this.resting = this.resting.filter((one) => one !== found)
  }

  /** The market is where the order waits. */
  private meet(resting: Resting, price: number, maker: boolean, inside: boolean): void {
    const { order } = resting
    if (resting.triggered !== 'no' || !ENDS_AS_LIMIT.includes(order.type)) {
      this.fillResting(resting, price, maker)
      return
    }
    resting.triggered = inside ? 'inside' : 'yes'
    resting.level = order.limitPrice
    this.take(resting, price)
  }

  /** A limit order that may take at `price`; one that can't wait ends. */
  private take(resting: Resting, price: number): void {
    const { order } = resting
    const allowed = order.side === Side.buy ? price <= order.limitPrice : price >= order.limitPrice
    if (allowed) this.fillResting(resting, price, false)
    const waits = ![TimeInForce.ioc, TimeInForce.fok].some((tif) => tif === order.terms?.timeInForce)
    if (waits || !this.resting.includes(resting)) return
    this.resting = this.resting.filter((one) => one !== resting)
    this.told.push(`${order.id} cancelled NOT_FILLED_AT_ONCE`)
  }

  private fillResting(resting: Resting, price: number, maker: boolean): void {
    const { order } = resting
    const value = HALF_EVEN(BigInt(price) * BigInt(order.quantity), this.world.valueUnit)
    const cost = value + HALF_UP(value * (maker ? this.world.makerRate : this.world.takerRate), 10n ** 12n)
    this.resting = this.resting.filter((one) => one !== resting)
    if (order.side === Side.buy && cost > this.freeCash()) {
      this.told.push(`${order.id} cancelled INSUFFICIENT_FUNDS`)
      return
    }
    this.book(order, price, maker)
    if (order.ocoGroup === 0) return
    this.doneGroups.push(order.ocoGroup)
    for (const { order: other } of this.resting.filter((one) => one.order.ocoGroup === order.ocoGroup)) {
      this.told.push(`${other.id} cancelled`)
    }
    this.resting = this.resting.filter((one) => one.order.ocoGroup !== order.ocoGroup)
  }

  private book(order: OrderFields, price: number, maker: boolean): void {
    const value = HALF_EVEN(BigInt(price) * BigInt(order.quantity), this.world.valueUnit)
    const fee = HALF_UP(value * (maker ? this.world.makerRate : this.world.takerRate), 10n ** 12n)
    this.cash -= BigInt(order.side) * value + fee
    this.base += BigInt(order.side) * BigInt(order.quantity)
    const how = maker ? 'maker' : 'taker'
    this.told.push(`${order.id} filled ${order.quantity} @ ${price} value ${value} fee ${fee} ${how}`)
  }
}

/** Whether it is a limit order now. */
function isLimit({ order, triggered }: Resting): boolean {
  return order.type === OrderType.limit || triggered !== 'no'
}

/** Whether rising prices meet it. */
function above(resting: Resting): boolean {
  const { order } = resting
  const stop = STOPS.includes(order.type) && !isLimit(resting)
  return stop ? order.side === Side.buy : order.side === Side.sell
}

/** Triggers at their level, limits beyond it. */
function meets(resting: Resting, price: number): boolean {
  if (TRIGGERS.includes(resting.order.type) && !isLimit(resting)) return touches(resting, price)
  return above(resting) ? price > resting.level : price < resting.level
}

function touches(resting: Resting, price: number): boolean {
  return above(resting) ? price >= resting.level : price <= resting.level
}

/** A trailing stop's trigger behind a price. */
function behind({ side, terms }: OrderFields, price: number): number {
  const rate = Number(UP(BigInt(price) * BigInt(terms!.trailRate), 10n ** 12n))
  return price + side * (terms!.trailAmount || rate)
}

function better({ side }: OrderFields, a: number, b: number): number {
  return side === Side.sell ? Math.max(a, b) : Math.min(a, b)
}

function trail(resting: Resting, price: number): void {
  const { order } = resting
  if (order.type === OrderType.trailingStop) resting.level = better(order, resting.level, behind(order, price))
}

/** The trigger after all of the bar's favourable move, and the price of the bar that could meet it. */
function furthest({ order, level }: Resting, [, high, low]: NaiveBar): number {
  return better(order, level, behind(order, order.side === Side.sell ? high : low))
}

function meeting({ order }: Resting, [, high, low]: NaiveBar): number {
  return order.side === Side.sell ? low : high
}

/** Where the bar meets it, at the worst. */
function worstPrice(resting: Resting, bar: NaiveBar): number {
  if (resting.order.type !== OrderType.trailingStop) return resting.level
  return meets(resting, meeting(resting, bar)) ? resting.level : meeting(resting, bar)
}
