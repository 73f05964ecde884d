/**
 * The venue's books of a leveraged account: beside cash and base the signed cost of each position, and in isolated mode
 * the margin set apart for it. A position's profit is in equity, never in cash that could be spent.
 */

import { type Dec, type DecArray, decArray, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { initialMargin } from '../market/margin-tiers.ts'
import { SimAccount } from './account.ts'

/** A position that was opened or enlarged, since the last look. */
export interface Opening {
  readonly instrument: number
  readonly side: 1 | -1
  readonly value: Dec
}

export class MarginAccount extends SimAccount {
  /** Signed: what was paid for a long, received for a short. */
  readonly cost: DecArray
  /** Margin set apart, in isolated mode; else what was the initial margin at entry. */
  readonly isolated: DecArray
  /** Rises with every position opened: the oldest has the lowest. */
  readonly openedAs: Float64Array
  /** Told of by fills, taken by the margin book. */
  readonly openings: Opening[] = []
  /** Whether openings are of interest: loans cost something. */
  borrows = false
  /** A position has changed since the book last looked. */
  changed = false
  /** The venue's mark price. */
  markOf: (instrument: number) => Dec = () => ZERO
  private opened = 0
  private readonly instruments: readonly Instrument[]
  leverage: number
  private readonly leveraged: Uint8Array

  constructor(instruments: readonly Instrument[], cash: Dec, base: readonly Dec[] | undefined, leverage: number) {
    super(instruments, cash, base)
    this.instruments = instruments
    this.leverage = leverage
    this.leveraged = Uint8Array.from(instruments, ({ kind }) => (kind === 'spot' ? 0 : 1))
    this.cost = decArray(instruments.length)
    this.isolated = decArray(instruments.length)
    this.openedAs = new Float64Array(instruments.length)
  }

  isLeveraged(instrument: number): boolean {
    return this.leveraged[instrument] === 1
  }

  /** Cash that no position has been paid with: deposits and realised profit less fees and funding. */
  get wallet(): Dec {
    let wallet: number = this.cash
    for (const { id } of this.instruments) if (this.isLeveraged(id)) wallet += this.cost[id]!
    return toDec(wallet)
  }

  /** What spot can be bought with: the wallet less margin in use and losses that aren't realised yet. */
  override get freeCash(): Dec {
    let unrealised = 0
    let used = 0
    for (const instrument of this.instruments) {
      const { id } = instrument
      const held = this.base[id]!
      if (held === 0 || !this.isLeveraged(id)) continue
      const value = notional(instrument, this.markOf(id), held, Rounding.halfEven)
      unrealised += value - this.cost[id]!
      used += initialMargin(Math.abs(value) as Dec, this.leverage)
    }
    return toDec(this.wallet - this.heldCash - used + Math.min(0, unrealised))
  }

  override fill(instrument: number, side: 1 | -1, quantity: Dec, value: Dec, fee: Dec): void {
    const held = this.base[instrument]!
    super.fill(instrument, side, quantity, value, fee)
    if (!this.isLeveraged(instrument)) return
    const size = Math.abs(held)
    const closed = held * side < 0 ? Math.min(size, quantity) : 0
    const valueOut = closed === 0 ? ZERO : part(value, closed, quantity)
    if (closed > 0) {
      this.cost[instrument] = toDec(this.cost[instrument]! - part(this.cost[instrument]!, closed, size))
      this.isolated[instrument] = toDec(this.isolated[instrument]! - part(this.isolated[instrument]!, closed, size))
    }
    if (quantity > closed) {
      const opened = toDec(value - valueOut)
      this.cost[instrument] = toDec(this.cost[instrument]! + side * opened)
      this.isolated[instrument] = toDec(this.isolated[instrument]! + initialMargin(opened, this.leverage))
      if (closed === size) this.openedAs[instrument] = ++this.opened
      if (this.borrows) this.openings.push({ instrument, side, value: opened })
    }
    this.changed = true
  }

  /** Pays (positive) or receives funding or a fee of a position; in isolated mode out of its own margin. */
  pay(instrument: number, amount: Dec): void {
    this.cash = toDec(this.cash - amount)
    this.isolated[instrument] = toDec(this.isolated[instrument]! - amount)
    this.changed = true
  }
}

function part(amount: Dec, portion: number, whole: number): Dec {
  return portion === whole ? amount : mulDiv(amount, portion, whole, Rounding.halfEven)
}
