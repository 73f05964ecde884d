/**
 * A second simulated venue, from the written conditions alone and with no thought of speed: one spot symbol, plain
 * arrays, bigint, the pessimistic model, limits filled by a price beyond theirs, no latency, no costs but fees. It
 * shares no code with engine/sim.
 */

import { type OrderFields, OrderType, Side } from '../../engine/core/order.ts'

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

export type NaiveMessage = { readonly order: OrderFields } | { readonly cancelId: number }

interface Resting {
  readonly order: OrderFields
  readonly level: number
  readonly heldCash: bigint
}

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

  play(messages: readonly NaiveMessage[], bar: NaiveBar): void {
    const [open, high, low] = bar
    for (const message of messages) {
      if ('order' in message) this.arrive(message.order, open)
      else this.cancel(message.cancelId)
    }
    for (const resting of [...this.resting]) {
      if (!this.resting.includes(resting)) continue
      if (meets(resting, open)) this.fillResting(resting, open, resting.order.type === OrderType.limit)
    }
    for (let next = this.next(open, high, low); next !== null; next = this.next(open, high, low)) {
      this.fillResting(next, next.level, next.order.type === OrderType.limit)
    }
  }

  /** Pessimism: stops before limits; then the nearer to the open; then the older. */
  private next(open: number, high: number, low: number): Resting | null {
    const reached = this.resting.filter((one) => meets(one, high) || meets(one, low))
    const stops = reached.filter(({ order }) => order.type === OrderType.stop)
    const first = stops.length > 0 ? stops : reached
    const nearest = Math.min(...first.map(({ level }) => Math.abs(level - open)))
    return first.find(({ level }) => Math.abs(level - open) === nearest) ?? null
  }

  private arrive(order: OrderFields, open: number): void {
    const seen = this.ids.includes(order.id)
    this.ids.push(order.id)
    if (!seen && order.ocoGroup !== 0 && this.doneGroups.includes(order.ocoGroup)) {
      this.told.push(`${order.id} cancelled`)
      return
    }
    const market = order.type === OrderType.market
    const price = market ? open : order.type === OrderType.limit ? order.limitPrice : order.stopPrice
    const refusal = seen ? 'DUPLICATE_ID' : this.refusal(order, price, market)
    if (refusal !== null) {
      this.told.push(`${order.id} rejected ${refusal}`)
      return
    }
    if (market) {
      this.book(order, open, false)
      return
    }
    this.told.push(`${order.id} accepted`)
    const heldCash = order.side === Side.buy ? this.cost(order, price, UP) : 0n
    const resting = { order, level: price, heldCash }
    this.resting.push(resting)
    if (meets(resting, open) || open === price) this.fillResting(resting, open, false)
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

/** Stops at their level, limits beyond it. */
function meets({ order, level }: Resting, price: number): boolean {
  if (order.type === OrderType.stop) return order.side === Side.buy ? price >= level : price <= level
  return order.side === Side.buy ? price < level : price > level
}
