/**
 * What the account holds at each of several venues: a ledger a venue, beside the ledger of the whole account. Money at
 * one venue can't pay at another; the sum of all is the account, to the unit.
 */

import { type Dec, toDec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import type { Instrument } from '../core/instrument.ts'
import { Ledger } from '../core/ledger.ts'

export class VenueBooks {
  /** In the order of configuration. */
  readonly names: readonly string[]
  readonly ledgers: readonly Ledger[]
  /** Place in both by instrument. */
  readonly venueOf: readonly number[]

  /** `cash` at the start, by venue. */
  constructor(instruments: readonly Instrument[], names: readonly string[], cash: readonly Dec[]) {
    this.names = names
    this.venueOf = instruments.map(({ venue }) => names.indexOf(venue))
    assert(!this.venueOf.includes(-1), 'an instrument of a venue that the account has no books for')
    this.ledgers = cash.map((amount) => new Ledger(instruments, amount))
  }

  /** The books of the instrument's venue. */
  of(instrument: number): Ledger {
    return this.ledgers[this.venueOf[instrument]!]!
  }

  fill(instrument: number, side: 1 | -1, quantity: Dec, value: Dec, fee: Dec): void {
    this.of(instrument).fill(instrument, side, quantity, value, fee)
  }

  /** Each venue's books balance, and together they are the account's; or a BugError. */
  verify(whole: Ledger): void {
    let cash = 0n
    let fees = 0n
    let realised = 0n
    for (const ledger of this.ledgers) {
      ledger.verify()
      cash += BigInt(ledger.cash)
      fees += BigInt(ledger.feesPaid)
      realised += BigInt(ledger.realised)
    }
    assert(cash === BigInt(whole.cash), `the venues hold ${cash} units of cash, the account ${whole.cash}`)
    assert(fees === BigInt(whole.feesPaid), `the venues took ${fees} units of fees, the account paid ${whole.feesPaid}`)
    assert(realised === BigInt(whole.realised), `the venues realised ${realised} units, the account ${whole.realised}`)
    for (let id = 0; id < this.venueOf.length; id++) {
      const held = this.ledgers.reduce((sum, one) => sum + one.quantity[id]!, 0)
      assert(held === whole.quantity[id], `the venues hold ${held} units of instrument ${id}`)
      const dust = this.ledgers.reduce((sum, one) => sum + one.dust[id]!, 0)
      assert(dust === whole.dust[id], `the venues hold ${dust} units of instrument ${id} as dust`)
    }
  }
}

/** Splits an amount by shares that add up to 1; what rounding leaves goes to the first. */
export function splitCash(amount: Dec, shares: readonly number[]): Dec[] {
  const parts = shares.map((share) => Math.floor(amount * share))
  const rest = amount - parts.reduce((sum, one) => sum + one, 0)
  return parts.map((part, i) => toDec(i === 0 ? part + rest : part))
}
