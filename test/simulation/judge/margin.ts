/**
 * I7: a position is closed by force exactly where equity has fallen below the maintenance margin. Equity and margin are
 * counted here anew, from trades, fundings and prices alone.
 */

import { ONE } from '../venue/amount.ts'
import type { ExchangeTrade } from '../venue/records.ts'

/** The moment at which the exchange decided to close what the account can't carry. */
export interface Closure {
  /** Trades before it. */
  readonly trades: number
  /** Money paid in and out by then, funding and withdrawals included. */
  readonly money: bigint
  readonly prices: ReadonlyMap<string, bigint>
}

export interface MarginWitness {
  readonly trades: readonly ExchangeTrade[]
  readonly closures: readonly Closure[]
  readonly price: ReadonlyMap<string, bigint>
  /** Paid in at the start, and all that came or went by itself since. */
  readonly money: bigint
  /** Share of the positions' value, in units. */
  readonly maintenance: bigint
}

export class MarginWatch {
  private readonly witness: MarginWitness
  private seen = 0
  private closures = 0
  private cash = 0n
  private readonly held = new Map<string, bigint>()

  constructor(witness: MarginWitness) {
    this.witness = witness
  }

  /** What is wrong; null where nothing is. */
  check(): string | null {
    const { trades, closures, price, money } = this.witness
    for (; this.closures < closures.length; this.closures++) {
      const closure = closures[this.closures]!
      this.follow(closure.trades)
      const { equity, least } = this.account(closure.money, closure.prices)
      if (equity >= least) return `it was liquidated with ${equity} units of equity, where ${least} are enough`
    }
    this.follow(trades.length)
    const { equity, least } = this.account(money, price)
    return least > 0n && equity < least ? `nothing was liquidated with ${equity} units of equity, below ${least}` : null
  }

  private follow(until: number): void {
    for (; this.seen < until; this.seen++) {
      const { symbol, side, quantity, value, fee } = this.witness.trades[this.seen]!
      this.cash -= BigInt(side) * value + fee
      this.held.set(symbol, (this.held.get(symbol) ?? 0n) + BigInt(side) * quantity)
    }
  }

  private account(money: bigint, prices: ReadonlyMap<string, bigint>) {
    let equity = money + this.cash
    let gross = 0n
    for (const [symbol, quantity] of this.held) {
      const worth = quantity * prices.get(symbol)!
      // Rounded down, as the exchange values a position.
      equity += worth / ONE
      gross += (worth < 0n ? -worth : worth) / ONE
    }
    const product = gross * this.witness.maintenance
    return { equity, least: product / ONE + (product % ONE > 0n ? 1n : 0n) }
  }
}
