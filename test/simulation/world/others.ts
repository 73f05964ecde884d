/** What happens by the hour, whoever calls: closed doors, other people in the account, deaths, a full disk. */

import { OrderType, Side } from '../../../engine/core/order.ts'
import type { Faults } from '../faults.ts'
import { FAULT_KINDS, type FaultKind } from '../faults.ts'
import { floorTo, ONE, text } from '../venue/amount.ts'
import type { Candles } from '../venue/candles.ts'
import type { Exchange } from '../venue/exchange.ts'
import type { Door } from '../venue/line.ts'
import { MarginAccount } from '../venue/margin-account.ts'
import { Refusal } from '../venue/records.ts'
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
  readonly machine: { dieSoon(): void; stall(ms: number): void; skew(ms: number): void }
}

export class Others {
  private readonly parts: OthersParts
  private readonly acts: Partial<Record<FaultKind, () => void>>

  constructor(parts: OthersParts) {
    this.parts = parts
    const { door, disk, time, candles, machine, draws } = parts
    const until = (seconds: number): number => time.nowMs + 1000 * draws.whole(1, seconds)
    this.acts = {
      banned: () => void (door.bannedUntilMs = until(240)),
      dnsLoss: () => void (door.unreachableUntilMs = until(120)),
      maintenance: () => void (door.maintenanceUntilMs = until(300)),
      feedFrozen: () => void (candles.frozenUntilMs = until(240)),
      diskFull: () => void (disk.fullUntilMs = until(120)),
      crash: () => machine.dieSoon(),
      stall: () => machine.stall(1000 * draws.whole(1, 90)),
      clockJump: () => this.jump(draws.pick([-1, 1]) * draws.pick([2000, 60_000, 3_600_000])),
      cancelledByVenue: () => this.cancelOne(),
      liquidation: () => this.runAway(),
      deleveraged: () => this.deleverage(),
      funding: () => this.fund(),
      manualTrade: () => this.trade(null),
      secondBot: () => this.trade('OTHERBOT0001'),
      withdrawal: () => this.withdraw(),
      filterChanged: () => this.changeFilter(),
      delisted: () => this.halt(),
    }
  }

  start(): void {
    for (const kind of FAULT_KINDS) if (this.acts[kind] !== undefined) this.plan(kind)
  }

  /** Ends every state that lasts: the second half of a run has no faults. */
  stop(): void {
    const { door, disk, candles, exchange } = this.parts
    Object.assign(door, { bannedUntilMs: 0, unreachableUntilMs: 0, maintenanceUntilMs: 0 })
    disk.fullUntilMs = 0
    candles.frozenUntilMs = 0
    for (const terms of exchange.markets.values()) terms.status = 'online'
  }

  private plan(kind: FaultKind): void {
    const { faults, time } = this.parts
    const waitMs = faults.nextMs(kind)
    if (waitMs === null) return
    time.at(time.nowMs + waitMs, () => {
      if (!faults.isOn) return
      if (kind !== 'diskFull') faults.count(kind)
      this.acts[kind]?.()
      this.plan(kind)
    })
  }

  /** The clock is set wrong, and right again some minutes later. */
  private jump(ms: number): void {
    const { machine, time, draws } = this.parts
    machine.skew(ms)
    time.at(time.nowMs + 1000 * draws.whole(10, 400), () => machine.skew(-ms))
  }

  private cancelOne(): void {
    const { exchange, draws, time } = this.parts
    const open = exchange.openOrders()
    if (open.length > 0) exchange.endByItself(draws.pick(open), 'cancelled', time.nowMs)
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
  private runAway(): void {
    const { exchange, time } = this.parts
    const [first] = this.positions()
    if (first === undefined) return
    const [symbol, { quantity }] = first
    for (let i = 0; i < 40 && this.positions().some(([one]) => one === symbol); i++) {
      const price = exchange.price.get(symbol)!
      const { tick } = exchange.terms(symbol)
      exchange.tick(symbol, floorTo((price * (quantity > 0n ? 97n : 103n)) / 100n, tick), time.nowMs)
    }
  }

  private deleverage(): void {
    const { exchange, time } = this.parts
    const [first] = this.positions()
    if (first === undefined) return
    const [symbol, { quantity }] = first
    const { step } = exchange.terms(symbol)
    exchange.closeByForce(symbol, (quantity / 2n / step) * step, time.nowMs)
  }

  private fund(): void {
    const { exchange, time, draws } = this.parts
    for (const [, { cost }] of this.positions())
      exchange.account.add('USD', (cost * BigInt(draws.whole(-10, 10))) / 10_000n)
    exchange.account.note(time.nowMs)
  }

  private positions() {
    const { account } = this.parts.exchange
    return account instanceof MarginAccount ? [...account.positions] : []
  }

  private withdraw(): void {
    const { exchange, time } = this.parts
    const free = exchange.account.free('USD')
    exchange.account.add('USD', -free / 10n)
    exchange.account.note(time.nowMs)
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
