/**
 * The loopback exchange: one clock, a floor for each protocol, the accounts' keys, and everything that happens in the
 * order in which it does. It knows nothing of HTTP.
 */

import { createHash } from 'node:crypto'
import { TandemError } from '../core/errors.ts'
import { type BookEvent, type BookOrder, isLiveOrder } from './book.ts'
import { type ExchangeClock, VirtualClock } from './clock.ts'
import type { Command } from './commands.ts'
import type { Desk } from './desk.ts'
import { Faults } from './faults/faults.ts'
import { StaleReads } from './faults/stale.ts'
import { type DeskIds, Floor, type FloorSetup } from './floor.ts'
import { Ids } from './ids.ts'
import { KeyRing, type KeySetup } from './keys.ts'

export type FloorName = 'spot' | 'futures'

export interface ExchangeSetup {
  readonly spot: FloorSetup | null
  readonly futures: FloorSetup | null
  readonly keys: readonly KeySetup[]
  readonly clock: ExchangeClock
  /** When the exchange opens: what lies before is history. */
  readonly startMs: number
  /** Of ids. */
  readonly seed: number
  /** Default: none. */
  readonly faults?: Faults
}

export interface SavedExchange {
  readonly version: 1
  readonly setup: string
  /** When it opened first; absent in older ones. */
  readonly startMs?: number
  readonly nowMs: number
  readonly desks: readonly {
    readonly floor: FloorName
    readonly account: string
    readonly commands: readonly Command[]
  }[]
  readonly nonces: Readonly<Record<string, string>>
  readonly deadMen: readonly { readonly floor: FloorName; readonly account: string; readonly atMs: number }[]
}

export interface FloorEvent {
  readonly floor: FloorName
  readonly account: string
  readonly event: BookEvent
}

export class Exchange {
  readonly setup: ExchangeSetup
  readonly keys: KeyRing
  readonly ids: Ids
  readonly spot: Floor | null
  readonly futures: Floor | null
  readonly faults: Faults
  readonly stale: StaleReads
  private readonly played: ((nowMs: number) => void)[] = []
  private playedMs: number
  private readonly listeners: ((event: FloorEvent) => void)[] = []
  private readonly deadMen = new Map<string, { readonly floor: FloorName; readonly account: string; atMs: number }>()
  private advancing = false

  constructor(setup: ExchangeSetup) {
    this.setup = setup
    this.keys = new KeyRing(setup.keys)
    this.ids = new Ids(String(setup.seed))
    this.playedMs = setup.startMs
    this.faults = setup.faults ?? new Faults({}, 0)
    this.stale = new StaleReads(this.faults)
    this.spot = setup.spot === null ? null : this.openSpot(setup.spot)
    this.futures = setup.futures === null ? null : this.openFutures(setup.futures)
  }

  private openSpot(setup: FloorSetup): Floor {
    const ids = (account: string): DeskIds => {
      const own = new Ids(`${this.setup.seed}/spot/${account}`)
      return { order: () => own.kraken('O'), trade: () => own.kraken('T'), ids: own }
    }
    const kinds = setup.margin === null ? (['spot'] as const) : (['spot', 'margin'] as const)
    return this.openFloor('spot', setup, kinds, ids)
  }

  private openFutures(setup: FloorSetup): Floor {
    const ids = (account: string): DeskIds => {
      const own = new Ids(`${this.setup.seed}/futures/${account}`)
      return { order: () => own.uuid(), trade: () => own.uuid(), ids: own }
    }
    return this.openFloor('futures', setup, ['perpetual'], ids)
  }

  private openFloor(
    name: FloorName,
    setup: FloorSetup,
    kinds: ConstructorParameters<typeof Floor>[1],
    ids: ConstructorParameters<typeof Floor>[3],
  ): Floor {
    const floor: Floor = new Floor(setup, kinds, this.setup.startMs, ids, (account, event) => {
      for (const listener of this.listeners) listener({ floor: name, account, event })
    })
    return floor
  }

  /** Called whenever time has passed and everything that it brought has been told. */
  onPlayed(listener: (nowMs: number) => void): void {
    this.played.push(listener)
  }

  onEvent(listener: (event: FloorEvent) => void): void {
    this.listeners.push(listener)
  }

  /** The floors that there are. */
  get floors(): readonly { readonly name: FloorName; readonly floor: Floor }[] {
    const all = [
      { name: 'spot' as const, floor: this.spot },
      { name: 'futures' as const, floor: this.futures },
    ]
    return all.flatMap(({ name, floor }) => (floor === null ? [] : [{ name, floor }]))
  }

  /** The time, with everything played that it brings. */
  nowMs(): number {
    const nowMs = this.setup.clock.nowMs()
    this.playTo(nowMs)
    return nowMs
  }

  /** Moves a virtual clock on. Throws `NOT_VIRTUAL`. */
  advanceTo(ms: number): void {
    const { clock } = this.setup
    if (!(clock instanceof VirtualClock)) {
      throw new TandemError('the clock runs by itself', { code: 'NOT_VIRTUAL', hint: 'start with --clock virtual' })
    }
    clock.moveTo(ms)
    this.playTo(clock.nowMs())
  }

  private playTo(nowMs: number): void {
    if (this.advancing) return
    this.advancing = true
    try {
      for (let next = this.nextDeadMan(nowMs); next !== null; next = this.nextDeadMan(nowMs)) {
        for (const { floor } of this.floors) floor.advance(next.atMs)
        this.fireDeadMan(next)
      }
      for (const { floor } of this.floors) floor.advance(nowMs)
    } finally {
      this.advancing = false
    }
    if (nowMs === this.playedMs) return
    this.playedMs = nowMs
    for (const listener of this.played) listener(nowMs)
  }

  /** Arms the dead man's switch of an account for `atMs`; null disarms it. */
  setDeadMan(floor: FloorName, account: string, atMs: number | null): void {
    const name = `${floor} ${account}`
    if (atMs === null) this.deadMen.delete(name)
    else this.deadMen.set(name, { floor, account, atMs })
  }

  private nextDeadMan(nowMs: number): { floor: FloorName; account: string; atMs: number } | null {
    let next = null
    for (const one of this.deadMen.values()) {
      if (one.atMs <= nowMs && (next === null || one.atMs < next.atMs)) next = one
    }
    return next
  }

  private fireDeadMan({ floor, account, atMs }: { floor: FloorName; account: string; atMs: number }): void {
    this.deadMen.delete(`${floor} ${account}`)
    const desk = this[floor]?.desks.get(account)
    if (desk === undefined) return
    for (const order of [...desk.live]) desk.cancel(order, atMs, 'Canceled by timer')
  }

  /** Everything that a later exchange of the same setup needs to be this one. */
  save(): SavedExchange {
    const nowMs = this.nowMs()
    return {
      version: 1,
      setup: this.fingerprint(),
      startMs: this.setup.startMs,
      nowMs,
      desks: this.desks().map(({ floor, desk }) => ({ floor, account: desk.account, commands: desk.commands })),
      nonces: Object.fromEntries(this.keys.all.map((one) => [one.setup.key, String(one.lastNonce)])),
      deadMen: [...this.deadMen.values()],
    }
  }

  /** Becomes what was saved; a clock that is past that time has its candles played at the next call. Throws `OTHER_EXCHANGE`. */
  restore(saved: SavedExchange): void {
    if (saved.setup !== this.fingerprint()) {
      throw new TandemError('what was saved is of an exchange with other candles, accounts or seed', {
        code: 'OTHER_EXCHANGE',
        hint: 'start it with the options of then, or without what was saved',
      })
    }
    for (const { floor, account, commands } of saved.desks) {
      this[floor]!.desks.get(account)!.replay(commands, saved.nowMs)
    }
    for (const key of this.keys.all) key.lastNonce = BigInt(saved.nonces[key.setup.key] ?? '-1')
    for (const one of saved.deadMen) this.setDeadMan(one.floor, one.account, one.atMs)
    if (this.setup.clock instanceof VirtualClock) this.setup.clock.moveTo(saved.nowMs)
    this.playedMs = saved.nowMs
  }

  private desks(): { readonly floor: FloorName; readonly desk: Desk }[] {
    return this.floors.flatMap(({ name, floor }) => [...floor.desks.values()].map((desk) => ({ floor: name, desk })))
  }

  /** Of all that an account's way depends on beside its commands. */
  private fingerprint(): string {
    const { startMs, seed } = this.setup
    const floors = this.floors.map(({ name, floor }) => {
      const { series, accounts, model, participation, spreadBps, slippageBps } = floor.setup
      const candles = series.map(({ symbol, timeframeMs, dataHash }) => [symbol, timeframeMs, dataHash])
      return [name, candles, accounts, model, participation, spreadBps, slippageBps]
    })
    return createHash('sha256')
      .update(JSON.stringify([startMs, seed, floors]))
      .digest('hex')
  }

  /** Whether any candle is still to come. */
  get hasEnded(): boolean {
    const nowMs = this.setup.clock.nowMs()
    return this.floors.every(({ floor }) => floor.endMs <= nowMs)
  }

  /** When the next bar of any floor opens or closes after `ms`; null when the candles have ended. */
  nextBarMs(ms: number): number | null {
    let next: number | null = null
    for (const { floor } of this.floors) {
      const { tape } = floor
      const row = tape.rowFrom(ms + 1 - tape.grid.timeframeMs)
      if (row >= tape.grid.rows) continue
      const openMs = tape.grid.time[row]!
      const atMs = openMs > ms ? openMs : openMs + tape.grid.timeframeMs
      next = next === null ? atMs : Math.min(next, atMs)
    }
    return next
  }

  /** Every order that is still to end. */
  liveOrders(): readonly BookOrder[] {
    return this.floors.flatMap(({ floor }) =>
      [...floor.desks.values()].flatMap((desk) => [...desk.live].filter(isLiveOrder)),
    )
  }
}
