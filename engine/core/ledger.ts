/**
 * The exact ledger of one account: cash, positions with their cost, fees, funding. All amounts are Dec, so that
 * `verify` demands equality, not nearness: what went in and out of cash must equal what positions cost and earned.
 */

import { type Dec, type DecArray, decArray, decToNumber, mulDiv, Rounding, toDec, ZERO } from './dec.ts'
import { assert } from './errors.ts'
import { type Instrument, notionalEven } from './instrument.ts'
import { Purpose } from './order.ts'
import { ExpressSlot } from './venue.ts'

export class Ledger {
  readonly quoteDec: number
  /** Free and held cash together. */
  cash: Dec
  deposits: Dec
  feesPaid: Dec = ZERO
  /** Funding paid (positive) or received. */
  fundingPaid: Dec = ZERO
  realised: Dec = ZERO
  /** Signed quantity of each instrument, and its signed cost (what was paid for a long, received for a short). */
  readonly quantity: DecArray
  readonly cost: DecArray
  /** What positions left that no order can sell, less than a lot step, and its cost: held, and no part of a position. */
  readonly dust: DecArray
  readonly dustCost: DecArray
  /** Size of each position told from what fills opened and closed, apart from `quantity`: `verify` compares them. */
  private readonly openSize: DecArray
  private readonly instruments: readonly Instrument[]

  constructor(instruments: readonly Instrument[], initialCash: Dec) {
    const quoteDec = instruments[0]?.quoteDec ?? 0
    assert(
      instruments.every((one) => one.quoteDec === quoteDec),
      'one account has one money scale',
    )
    this.instruments = instruments
    this.quoteDec = quoteDec
    this.cash = initialCash
    this.deposits = initialCash
    this.quantity = decArray(instruments.length)
    this.cost = decArray(instruments.length)
    this.dust = decArray(instruments.length)
    this.dustCost = decArray(instruments.length)
    this.openSize = decArray(instruments.length)
  }

  /**
   * Books a fill: `quantity` > 0, `value` = price × quantity in quote, `fee` in quote. Returns the quantity that closed
   * an existing position; the rest opened or enlarged one.
   */
  fill(instrument: number, side: 1 | -1, quantity: Dec, value: Dec, fee: Dec): Dec {
    this.cash = toDec(this.cash - side * value - fee)
    this.feesPaid = toDec(this.feesPaid + fee)
    const held = this.quantity[instrument]!
    const opposite = held * side < 0
    const closed = (opposite ? Math.min(Math.abs(held), quantity) : 0) as Dec
    if (closed > 0) {
      const size = Math.abs(held)
      const valueOut = closed === quantity ? value : shareOf(value, closed, quantity)
      const costOut = closed === size ? this.cost[instrument]! : shareOf(this.cost[instrument]!, closed, size)
      // A sale out of a long earns value − cost; a purchase for a short, whose cost is negative, earns −value − cost.
      this.realised = toDec(this.realised - side * valueOut - costOut)
      this.cost[instrument] = toDec(this.cost[instrument]! - costOut + side * (value - valueOut))
    } else {
      this.cost[instrument] = toDec(this.cost[instrument]! + side * value)
    }
    this.quantity[instrument] = toDec(held + side * quantity)
    this.openSize[instrument] = toDec(this.openSize[instrument]! - closed + (quantity - closed))
    return closed
  }

  /** What a strategy sees of an express order that opens a position out of nothing; `sumUp` does the rest of `fill`. */
  openWhole(slip: Float64Array): void {
    const instrument = slip[ExpressSlot.instrument]! | 0
    const side = slip[ExpressSlot.side]!
    const value = slip[ExpressSlot.value]!
    this.cash = toDec(this.cash - side * value - slip[ExpressSlot.fee]!)
    this.cost[instrument] = toDec(side * value)
    this.quantity[instrument] = toDec(side * slip[ExpressSlot.quantity]!)
    slip[ExpressSlot.earned] = 0
  }

  /** The same of one that closes a whole position; notes on its slip what that earned. */
  closeWhole(slip: Float64Array): void {
    const instrument = slip[ExpressSlot.instrument]! | 0
    const side = slip[ExpressSlot.side]!
    const value = slip[ExpressSlot.value]!
    this.cash = toDec(this.cash - side * value - slip[ExpressSlot.fee]!)
    slip[ExpressSlot.earned] = -side * value - this.cost[instrument]!
    this.cost[instrument] = ZERO
    this.quantity[instrument] = toDec(this.quantity[instrument]! + side * slip[ExpressSlot.quantity]!)
  }

  /** Adds up an express order whose slip begins at `at`: fee, profit realised, and the position's size. */
  sumUp(slips: Float64Array, at: number): void {
    const instrument = slips[at + ExpressSlot.instrument]! | 0
    const quantity = slips[at + ExpressSlot.quantity]!
    const enlarged = slips[at + ExpressSlot.purpose] === Purpose.entry ? quantity : -quantity
    this.openSize[instrument] = toDec(this.openSize[instrument]! + enlarged)
    this.feesPaid = toDec(this.feesPaid + slips[at + ExpressSlot.fee]!)
    this.realised = toDec(this.realised + slips[at + ExpressSlot.earned]!)
  }

  /** What is left of a long can't be sold: it is dust from now on, at its cost, and the position is flat. */
  setAside(instrument: number): void {
    const left = this.quantity[instrument]!
    assert(left > 0, 'only what is left of a long is set aside')
    this.dust[instrument] = toDec(this.dust[instrument]! + left)
    this.dustCost[instrument] = toDec(this.dustCost[instrument]! + this.cost[instrument]!)
    this.quantity[instrument] = ZERO
    this.cost[instrument] = ZERO
    this.openSize[instrument] = ZERO
  }

  /** The instrument's dust is part of a position again, which can sell it: at the cost that it had. */
  takeBack(instrument: number): void {
    const dust = this.dust[instrument]!
    this.quantity[instrument] = toDec(this.quantity[instrument]! + dust)
    this.cost[instrument] = toDec(this.cost[instrument]! + this.dustCost[instrument]!)
    this.openSize[instrument] = toDec(this.openSize[instrument]! + dust)
    this.dust[instrument] = ZERO
    this.dustCost[instrument] = ZERO
  }

  /** Pays (positive) or receives funding. */
  fund(amount: Dec): void {
    this.cash = toDec(this.cash - amount)
    this.fundingPaid = toDec(this.fundingPaid + amount)
  }

  /** Deposit (positive) or withdrawal. */
  deposit(amount: Dec): void {
    this.cash = toDec(this.cash + amount)
    this.deposits = toDec(this.deposits + amount)
  }

  /** Equity with each position valued at `price(instrument)`, in quote units. Dust, which nobody can sell, has none. */
  equity(price: (instrument: number) => Dec): Dec {
    let equity: number = this.cash
    for (const instrument of this.instruments) {
      const held = this.quantity[instrument.id]!
      // Each partial sum is checked: beyond 2^53 a later one could come back inexact.
      if (held !== 0) equity = toDec(equity + notionalEven(instrument, price(instrument.id), held))
    }
    return toDec(equity)
  }

  cashNumber(): number {
    return decToNumber(this.cash, this.quoteDec)
  }

  /**
   * Zero error, or a BugError. Money: deposits − fees − funding + realised profit − cost of open positions and dust = cash.
   * Positions: as large as what was opened less what was closed; a long has cost, a short has earned, a flat one neither.
   */
  verify(): void {
    let openCost = 0n
    for (const instrument of this.instruments) {
      const held = this.quantity[instrument.id]!
      const cost = this.cost[instrument.id]!
      const size = this.openSize[instrument.id]!
      openCost += BigInt(cost) + BigInt(this.dustCost[instrument.id]!)
      assert(this.dust[instrument.id]! >= 0 && this.dustCost[instrument.id]! >= 0, `${instrument.symbol} owes dust`)
      assert(Math.abs(held) === size, `${instrument.symbol} holds ${held} units, but its fills left ${size}`)
      assert(held !== 0 || cost === 0, `flat ${instrument.symbol} still has a cost of ${cost}`)
      assert(cost === 0 || cost > 0 === held > 0, `${instrument.symbol} holds ${held} units at a cost of ${cost}`)
    }
    const expected =
      BigInt(this.deposits) - BigInt(this.feesPaid) - BigInt(this.fundingPaid) + BigInt(this.realised) - openCost
    assert(expected === BigInt(this.cash), `the ledger is off by ${BigInt(this.cash) - expected} units`)
  }
}

/** The part of an amount that goes with `part` of `whole`. */
function shareOf(amount: Dec, part: number, whole: number): Dec {
  return mulDiv(amount, part, whole, Rounding.halfEven)
}
