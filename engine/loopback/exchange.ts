/**
 * The loopback exchange: one clock, a floor for each protocol, the accounts' keys, and everything that happens in the
 * order in which it does. It knows nothing of HTTP.
 */

import { TandemError } from '../core/errors.ts'
import { type BookEvent, type BookOrder, isLiveOrder } from './book.ts'
import { type ExchangeClock, VirtualClock } from './clock.ts'
import { Faults } from './faults/faults.ts'
import { StaleReads } from './faults/stale.ts'
import { Floor, type FloorSetup } from './floor.ts'
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
    const ids = { order: () => this.ids.kraken('O'), trade: () => this.ids.kraken('T'), ids: this.ids }
    const kinds = setup.margin === null ? (['spot'] as const) : (['spot', 'margin'] as const)
    return this.openFloor('spot', setup, kinds, ids)
  }

  private openFutures(setup: FloorSetup): Floor {
    const ids = { order: () => this.ids.uuid(), trade: () => this.ids.uuid(), ids: this.ids }
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
