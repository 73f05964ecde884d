/** The ring of signals that a strategy fills during one bar. Slots are reused: nothing is allocated per bar. */

import { TandemError } from '../core/errors.ts'
import type { Side } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { emptyArray } from '../core/table.ts'

export const SignalKind = { enter: 1, exit: 2, target: 3, amend: 4 } as const
export type SignalKind = (typeof SignalKind)[keyof typeof SignalKind]

export interface Signal {
  kind: SignalKind
  symbol: number
  side: Side
  options: SignalOptions | null
  tag: string | null
  /** Weights of a target signal, by symbol. */
  weights: Float64Array | null
}

export class SignalRing {
  count = 0
  private readonly slots = emptyArray<Signal>()

  private next(): Signal {
    const at = this.count++
    let slot = this.slots[at]
    if (slot === undefined) {
      slot = { kind: SignalKind.enter, symbol: 0, side: 1, options: null, tag: null, weights: null }
      this.slots.push(slot)
    }
    return slot
  }

  enter(symbol: number, side: Side, options: SignalOptions | null): void {
    const slot = this.next()
    slot.kind = SignalKind.enter
    slot.symbol = symbol
    slot.side = side
    slot.options = options
    slot.tag = null
    slot.weights = null
  }

  exit(symbol: number, tag: string | null): void {
    const slot = this.next()
    slot.kind = SignalKind.exit
    slot.symbol = symbol
    slot.side = -1
    slot.options = null
    slot.tag = tag
    slot.weights = null
  }

  amend(symbol: number, options: SignalOptions): void {
    const slot = this.next()
    slot.kind = SignalKind.amend
    slot.symbol = symbol
    slot.side = 1
    slot.options = options
    slot.tag = null
    slot.weights = null
  }

  target(weights: Float64Array): void {
    const slot = this.next()
    slot.kind = SignalKind.target
    slot.symbol = 0
    slot.side = 1
    slot.options = null
    slot.tag = null
    slot.weights = Float64Array.from(weights)
  }

  at(index: number): Signal {
    return this.slots[index]!
  }

  /**
   * The strategy's `quietUntil` was asked at `row` and said `next`, which is no row from there on or comes after one
   * with a signal. Here, since scan loops are compiled apart from all imports.
   */
  refuseShortcut(row: number, next: number): never {
    const wrong = this.count > 0 ? `but its onBar gives a signal in row ${next - 1}` : 'which is no such row'
    throw new TandemError(`the strategy's quietUntil said at row ${row} that it is quiet until ${next}, ${wrong}`, {
      code: 'QUIET_ROW',
      hint: 'onBar decides: correct quietUntil, or leave it out',
    })
  }

  clear(): void {
    this.count = 0
  }
}
