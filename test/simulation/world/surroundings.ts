/** What is around a process under test, whichever exchange it is: the simulated one, or the practice exchange on HTTP. */

import type { ExchangePort } from '../../../engine/live/exchange.ts'
import type { OpenLine } from '../../../engine/live/feed/stream.ts'
import type { Setting } from '../session/setting.ts'
import type { Boundary } from '../venue/port.ts'
import type { Disk } from './disk.ts'
import type { Draws } from './draws.ts'
import type { Life } from './life.ts'
import type { VirtualTime } from './virtual-time.ts'

/** The exchange's own books: what the judge believes. Amounts in units of 1e-8. */
export interface Witness {
  readonly orders: readonly {
    readonly clientId: string | null
    readonly symbol: string
    readonly side: 1 | -1
    readonly quantity: bigint
    readonly filled: bigint
    readonly status: string
    readonly placedMs?: number
    /** Units; absent where the exchange doesn't tell them. */
    readonly limitPrice?: bigint
    readonly stopPrice?: bigint
  }[]
  readonly trades: readonly {
    readonly tradeId: string
    readonly clientId: string | null
    readonly quantity: bigint
    readonly price: bigint
    /** By the exchange's own will; this and what follows is absent where it doesn't tell. */
    readonly liquidation?: boolean
    readonly symbol?: string
    readonly atMs?: number
  }[]
  readonly price: ReadonlyMap<string, bigint>
  /** What positions paid for being held, in units; absent where nothing is told of that. */
  readonly charges?: readonly { readonly chargeId: string; readonly amount: bigint }[]
  /** What a trade has moved of money, in units; null where the exchange doesn't count to the unit. */
  readonly cashOf: (tradeId: string) => bigint | null
  /** What the account owns of a symbol's base, and of money. */
  holding(symbol: string): bigint
  readonly money: bigint
  /** Units by which books may differ, where the exchange counts finer than units. */
  readonly tolerance: bigint
}

export interface Surroundings {
  readonly time: VirtualTime
  readonly draws: Draws
  readonly disk: Disk
  readonly faults: { fires(kind: 'powerLoss' | 'clockSkew'): boolean }
  readonly symbols: readonly string[]
  readonly witness: Witness
  readonly setting: Setting
  /** Whether the venue refuses what comes after its deadline. */
  readonly deadline: boolean
  /** Whether an operator looks after the session: then nothing stays halted. */
  readonly operated: boolean
  /** Until when there are candles, ms UTC. */
  readonly candlesUntilMs: number
  /** Whether something happened that only a person can judge. */
  readonly mayHalt: boolean
  /** The Exchange port of one life. */
  port(
    life: Life,
    boundary: Boundary,
    number: number,
  ): {
    readonly port: ExchangePort
    readonly line: { readonly underWay: number }
    /** Where candles are streamed; null where they are asked for. */
    readonly socket: OpenLine | null
  }
}
