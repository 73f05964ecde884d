/** What happens by the hour, whoever calls: closed doors, other people in the account, deaths, a full disk. */

import { OrderType, Side } from '../../../engine/core/order.ts'
import type { Faults } from '../faults.ts'
import { FAULT_KINDS, type FaultKind, HALTING } from '../faults.ts'
import { floorTo, ONE, text } from '../venue/amount.ts'
import type { Candles } from '../venue/candles.ts'
import type { Exchange } from '../venue/exchange.ts'
import type { Door } from '../venue/line.ts'
import { MarginAccount } from '../venue/margin-account.ts'
import { Refusal } from '../venue/records.ts'
import type { StreamState } from '../venue/socket.ts'
import { plainOrder } from '../venue/views.ts'
import type { Disk } from './disk.ts'
import type { Draws } from './draws.ts'
import type { VirtualTime } from './virtual-time.ts'

export interface OthersParts {
  readonly time: VirtualTime
  readonly faults: Faults
  readonly draws: Draws
  readonly exchange: Exchange
  readonly candles: Candles
  readonly door: Door
  readonly disk: Disk
  /** Kills the process a few calls from now; stalls it; moves its clock. */
  readonly machine: {
    dieSoon(): void
    stall(ms: number): void
    skew(ms: number): void
    /** An operator's word; false where there is nobody to hear it. */
    command(kind: 'halt' | 'close', symbol: string | null): boolean
  }
  readonly stream: StreamState
  /** When others had a hand in the account. */
  readonly strangers: number[]
  /** The venue's lists fall behind for a while. */
  readonly fallBehind: () => boolean
}

/** Kinds of calls that may fail while the others work; looking orders up is what matters most. */
const PARTS = ['lookup', 'lookup', 'lookup', 'openOrders', 'trades', 'balances', 'submit', 'cancel', 'candles'] as const
/** What likes to go wrong together: when an order's fate is unknown already, one of these may follow at once. */
const COMPANY: readonly FaultKind[] = [
  ...(['crash', 'stall', 'clockJump', 'partOutage', 'dnsLoss', 'maintenance', 'banned'] as const),
  ...(['cancelledByVenue', 'diskFull', 'feedFrozen', 'ordersLag', 'ordersLag'] as const),
]
const COMPANY_CHANCE = 0.3
const COMPANY_MS = 12_000

export class Others {
  private readonly parts: OthersParts
  /** False where there was nothing to be done: then it doesn't count. */
  private readonly acts: Partial<Record<FaultKind, () => boolean | undefined>>

  constructor(parts: OthersParts) {
    this.parts = parts
    const { door, disk, time, candles, machine, draws } = parts
    const until = (seconds: number): number => time.nowMs + 1000 * draws.whole(1, seconds)
    this.acts = {
      banned: () => done(() => (door.bannedUntilMs = until(240))),
      dnsLoss: () => done(() => (door.unreachableUntilMs = until(120))),
      maintenance: () => done(() => (door.maintenanceUntilMs = until(300))),
      partOutage: () => done(() => door.outages.set(draws.pick(PARTS), until(180))),
      feedFrozen: () => done(() => (candles.frozenUntilMs = until(240))),
      diskFull: () => done(() => (disk.fullUntilMs = until(120))),
      crash: () => done(() => machine.dieSoon()),
      stall: () => done(() => machine.stall(1000 * draws.whole(1, 90))),
      clockJump: () => done(() => this.jump(draws.pick([-1, 1]) * draws.pick([2000, 60_000, 3_600_000, 100_000_000]))),
      cancelledByVenue: () => this.cancelOne(),
      ordersLag: () => parts.fallBehind(),
      streamBroken: () => done(() => (parts.stream.broken += 1)),
      streamSilent: () => done(() => (parts.stream.silentUntilMs = until(60))),
      halted: () => machine.command('halt', null),
      closed: () => machine.command('close', draws.pick([...parts.exchange.markets.keys()])),
      liquidation: () => this.runAway(),
      deleveraged: () => this.deleverage(),
      funding: () => this.fund(),
      manualTrade: () => done(() => this.trade(null)),
      secondBot: () => done(() => this.trade('OTHERBOT0001')),
      withdrawal: () => done(() => this.withdraw()),
      filterChanged: () => done(() => this.changeFilter()),
      delisted: () => done(() => this.halt()),
    }
  }

  start(): void {
    for (const kind of FAULT_KINDS) if (this.acts[kind] !== undefined) this.plan(kind)
  }

  /** An order's fate isn't what its sender hears: trouble seldom comes alone. */
  disturbed(): void {
    const { faults, time, draws } = this.parts
    const drawn = COMPANY.filter((kind) => faults.has(kind))
    if (drawn.length === 0 || !draws.chance(COMPANY_CHANCE)) return
    const kind = draws.pick(drawn)
    time.at(time.nowMs + draws.whole(0, COMPANY_MS), () => this.act(kind))
  }

  /** Ends every state that lasts: the second half of a run has no faults. */
  stop(): void {
    const { door, disk, candles, exchange } = this.parts
    Object.assign(door, { bannedUntilMs: 0, unreachableUntilMs: 0, maintenanceUntilMs: 0 })
    door.outages.clear()
    this.parts.stream.silentUntilMs = 0
    disk.fullUntilMs = 0
    candles.frozenUntilMs = 0
    for (const terms of exchange.markets.values()) terms.status = 'online'
  }

  private plan(kind: FaultKind): void {
    const { faults, time } = this.parts
    const waitMs = faults.nextMs(kind)
    if (waitMs === null) return
    time.at(time.nowMs + waitMs, () => {
      this.act(kind)
      if (faults.isOn) this.plan(kind)
    })
  }

  private act(kind: FaultKind): void {
    const { faults, strangers, time } = this.parts
    if (!faults.isOn) return
    const isDone = this.acts[kind]?.() !== false
    if (isDone && kind !== 'diskFull') faults.count(kind)
    if (isDone && HALTING.includes(kind)) strangers.push(time.nowMs)
    // A crash just after an operator's word is what shows whether it was kept.
    if (isDone && kind === 'halted') this.disturbed()
  }

  /** The clock is set wrong, and right again some minutes later. */
  private jump(ms: number): void {
    const { machine, time, draws } = this.parts
    machine.skew(ms)
    time.at(time.nowMs + 1000 * draws.whole(10, 400), () => machine.skew(-ms))
  }

  private cancelOne(): boolean {
    const { exchange, draws, time } = this.parts
    const open = exchange.openOrders()
    if (open.length > 0) exchange.endByItself(draws.pick(open), 'cancelled', time.nowMs)
    return open.length > 0
  }

  private trade(clientId: string | null): void {
    const { exchange, draws, time } = this.parts
    const symbol = draws.pick([...exchange.markets.keys()])
    const terms = exchange.terms(symbol)
    const price = exchange.price.get(symbol)!
    const quantity = floorTo((terms.minCost * 3n * ONE) / price, terms.step)
    const isLimit = clientId !== null
    const order = plainOrder({
      symbol,
      side: draws.pick([Side.buy, Side.sell]),
      type: isLimit ? OrderType.limit : OrderType.market,
      quantity: text(quantity),
      limitPrice: isLimit ? text(floorTo((price * 9n) / 10n, terms.tick)) : null,
    })
    try {
      exchange.place(order, time.nowMs, clientId)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }

  /** The price goes against the first position until the venue closes it. */
  private runAway(): boolean {
    const { exchange, time } = this.parts
    const [first] = this.positions()
    if (first === undefined) return false
    const [symbol, { quantity }] = first
    for (let i = 0; i < 40 && this.positions().some(([one]) => one === symbol); i++) {
      const price = exchange.price.get(symbol)!
      const { tick } = exchange.terms(symbol)
      exchange.tick(symbol, floorTo((price * (quantity > 0n ? 97n : 103n)) / 100n, tick), time.nowMs)
    }
    return true
  }

  private deleverage(): boolean {
    const { exchange, time } = this.parts
    const [first] = this.positions()
    if (first === undefined) return false
    const [symbol, { quantity }] = first
    const { step } = exchange.terms(symbol)
    exchange.closeByForce(symbol, (quantity / 2n / step) * step, time.nowMs)
    return true
  }

  private fund(): boolean {
    const { exchange, time, draws } = this.parts
    const positions = this.positions()
    for (const [symbol, { cost }] of positions) {
      exchange.charge(symbol, (cost * BigInt(draws.whole(-10, 10))) / 10_000n, time.nowMs)
    }
    return positions.length > 0
  }

  private positions() {
    const { account } = this.parts.exchange
    return account instanceof MarginAccount ? [...account.positions] : []
  }

  private withdraw(): void {
    const { exchange, time } = this.parts
    const free = exchange.account.free('USD')
    exchange.move(-free / 10n, time.nowMs)
  }

  private changeFilter(): void {
    const terms = this.parts.draws.pick([...this.parts.exchange.markets.values()])
    terms.minCost = (terms.minCost * 3n) / 2n
    terms.minQuantity *= 2n
  }

  private halt(): void {
    const { draws, exchange, time } = this.parts
    const terms = draws.pick([...exchange.markets.values()])
    terms.status = 'cancel_only'
    time.at(time.nowMs + 60_000 * draws.whole(1, 10), () => void (terms.status = 'online'))
  }
}

function done(act: () => unknown): undefined {
  act()
  return undefined
}
