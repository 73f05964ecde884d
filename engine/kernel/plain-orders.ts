/**
 * Market orders of one spot symbol that come to a price and a fee that never changes, carried out in one go: what Express
 * does by asking rules, venue and books is done here by the same arithmetic with everything at hand, since it is this
 * that most of a sweep's orders go through. Cash and position change at once; the rest follows from the tape.
 */

import { type Dec, decFromNumber, mulDivCeil, mulDivFloor, pow10, toDec, ZERO } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { valueScale } from '../core/instrument.ts'
import type { Ledger } from '../core/ledger.ts'
import { Purpose } from '../core/order.ts'
import { ExpressSlot, type ExpressVenue, isExpress } from '../core/venue.ts'
import { fillValueOf, quantityBought } from '../market/market-fill.ts'
import { atRate, RATE_ONE } from '../market/rates.ts'
import { onlySizing } from '../rules/plain-entry.ts'
import type { PlainProfile } from '../rules/plain-profile.ts'
import { rateOf } from '../rules/rate.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import { Deed, type Tape } from './tape.ts'

/** The only instrument of such a run. */
const ONLY = 0

export class PlainOrders {
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstMs: number
  private readonly timeframeMs: number
  private readonly open: Float64Array
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly ledger: Ledger
  private readonly desk: Desk
  private readonly tape: Tape
  readonly taker: Dec
  /** Taker fee, half-spread and slippage, as sizing reserves them. */
  private readonly costRate: Dec
  private readonly fraction: Dec
  private readonly fixed: Dec
  private readonly byQuote: boolean
  private readonly priceScale: number
  private readonly valueScale: number
  private readonly perBase: number
  private readonly perMoney: number

  private constructor(options: DeskOptions, taker: Dec, portfolio: Portfolio, desk: Desk, tape: Tape) {
    const { grid, instruments, rules } = options
    const { sizing } = rules
    const only = instruments[ONLY]!
    this.grid = grid
    this.gapless = grid.gapless
    this.firstMs = grid.time[0]!
    this.timeframeMs = grid.timeframeMs
    this.open = grid.symbols[ONLY]!.open
    this.close = grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.ledger = portfolio.ledger
    this.desk = desk
    this.tape = tape
    this.taker = taker
    this.costRate = toDec(taker + rateOf(rules.halfSpreadRate + rules.slippageRate))
    this.fraction = rateOf(sizing.mode === 'percent' ? sizing.fraction : 0)
    this.fixed = decFromNumber(sizing.mode === 'fixed' ? sizing.quote : 0, only.quoteDec)
    this.byQuote = rules.orderBy === 'quote'
    this.priceScale = pow10(only.pxDec)
    this.valueScale = valueScale(only)
    this.perBase = pow10(only.qtyDec)
    this.perMoney = pow10(only.quoteDec)
  }

  /** Null where orders of the run may come to more, or to anything else. */
  static of(options: DeskOptions, portfolio: Portfolio, desk: Desk, tape: Tape): PlainOrders | null {
    const { venue, instruments, rules, strategy, fixedTaker, routes } = options
    if (instruments.length !== 1 || rules.exits !== 'resting' || !onlySizing(rules)) return null
    if (strategy.onFill !== undefined || routes !== undefined || !isPlainVenue(venue, fixedTaker)) return null
    tape.follower = venue
    return new PlainOrders(options, fixedTaker!, portfolio, desk, tape)
  }

  /**
   * Buys out of nothing at the open of the row after `row`, which has a bar, what sizing or the profile says. False, with
   * nothing done, where the rules have to say why not: PlainEntry's sizes and ExpressCounter's fill.
   */
  buy(row: number, profile: PlainProfile | null, tag: string | null): boolean {
    const { ledger, costRate, fraction, taker, portfolio, tape } = this
    const cash = ledger.cash
    const close = this.close[row]!
    if (!(cash > 0 && close > 0)) return false
    let wanted = this.fixed
    if (fraction > 0) {
      const most = mulDivFloor(cash, RATE_ONE, RATE_ONE + costRate)
      const share = fraction === RATE_ONE ? cash : mulDivFloor(cash, fraction, RATE_ONE)
      wanted = Math.min(share, most) as Dec
    } else if (profile !== null && wanted === 0) wanted = profile.wanted(cash, costRate)
    const cost = mulDivCeil(wanted, RATE_ONE + costRate, RATE_ONE)
    if (cost > cash) return false
    const closePrice = toDec(Math.round(close * this.priceScale))
    if (closePrice <= 0) return false
    const sized = mulDivFloor(wanted, this.valueScale, closePrice)
    if (sized <= 0) return false
    const price = toDec(Math.round(this.open[row + 1]! * this.priceScale))
    const quantity = this.byQuote ? quantityBought(cost, price, taker, this.valueScale) : sized
    if (quantity <= 0) return false
    const value = fillValueOf(price, quantity, this.valueScale)
    const fee = atRate(value, taker)
    if (value + fee > cash) return false
    const at = tape.begin()
    const { cells } = tape
    const openMs = this.openMs(row)
    cells[at + ExpressSlot.decidedMs] = openMs + this.timeframeMs
    cells[at + ExpressSlot.atMs] = this.gapless ? openMs + this.timeframeMs : this.openMs(row + 1)
    cells[at + ExpressSlot.asked] = this.byQuote ? 0 : sized
    cells[at + ExpressSlot.quoteAmount] = this.byQuote ? cost : 0
    cells[at + ExpressSlot.quantity] = quantity
    cells[at + ExpressSlot.price] = price
    cells[at + ExpressSlot.value] = value
    cells[at + ExpressSlot.fee] = fee
    cells[at + ExpressSlot.side] = 1
    cells[at + ExpressSlot.purpose] = Purpose.entry
    cells[at + ExpressSlot.row] = row + 1
    cells[at + ExpressSlot.deed] = Deed.order
    cells[at + ExpressSlot.untold] = 1
    cells[at + ExpressSlot.held] = 0
    cells[at + ExpressSlot.heldCash] = cash / this.perMoney
    cells[at + ExpressSlot.earned] = 0
    cells[at + ExpressSlot.orderId] = this.desk.takeId()
    tape.tags[tape.count] = tag
    tape.profiles[tape.count] = profile === null ? null : profile.name
    tape.count += 1
    ledger.cash = toDec(cash - value - fee)
    ledger.quantity[ONLY] = quantity
    ledger.cost[ONLY] = value
    portfolio.quantity[ONLY] = quantity / this.perBase
    portfolio.openPositions = 1
    portfolio.fills += 1
    return true
  }

  /** Sells the whole position at the open of the row after `row`, which has a bar. */
  sell(row: number): void {
    const { ledger, portfolio, tape } = this
    const cash = ledger.cash
    const quantity = ledger.quantity[ONLY]!
    const price = toDec(Math.round(this.open[row + 1]! * this.priceScale))
    const value = fillValueOf(price, quantity, this.valueScale)
    const fee = atRate(value, this.taker)
    const at = tape.begin()
    const { cells } = tape
    const openMs = this.openMs(row)
    cells[at + ExpressSlot.decidedMs] = openMs + this.timeframeMs
    cells[at + ExpressSlot.atMs] = this.gapless ? openMs + this.timeframeMs : this.openMs(row + 1)
    cells[at + ExpressSlot.asked] = quantity
    cells[at + ExpressSlot.quoteAmount] = 0
    cells[at + ExpressSlot.quantity] = quantity
    cells[at + ExpressSlot.price] = price
    cells[at + ExpressSlot.value] = value
    cells[at + ExpressSlot.fee] = fee
    cells[at + ExpressSlot.side] = -1
    cells[at + ExpressSlot.purpose] = Purpose.exit
    cells[at + ExpressSlot.row] = row + 1
    cells[at + ExpressSlot.deed] = Deed.order
    cells[at + ExpressSlot.untold] = 1
    cells[at + ExpressSlot.held] = portfolio.quantity[ONLY]!
    cells[at + ExpressSlot.heldCash] = cash / this.perMoney
    cells[at + ExpressSlot.earned] = value - ledger.cost[ONLY]!
    cells[at + ExpressSlot.orderId] = this.desk.takeId()
    tape.count += 1
    ledger.cash = toDec(cash + value - fee)
    ledger.quantity[ONLY] = ZERO
    ledger.cost[ONLY] = ZERO
    portfolio.quantity[ONLY] = 0
    portfolio.openPositions = 0
    portfolio.fills += 1
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private openMs(row: number): number {
    return this.gapless ? this.firstMs + row * this.timeframeMs : this.grid.time[row]!
  }
}

function isPlainVenue(venue: DeskOptions['venue'], taker: Dec | undefined): venue is ExpressVenue {
  return isExpress(venue) && venue.plainTaker !== null && venue.plainTaker === taker
}
