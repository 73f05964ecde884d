/**
 * The express lane of one spot symbol whose orders come to a price and a fee that never changes. What Express does by
 * asking rules, venue and books is done here in one go, by the same arithmetic and with everything at hand: a whole order
 * takes a few hundred instructions. Cash and position, which a strategy sees, change at once; the rest waits on a tape
 * of its own (see plain-tape.ts). What isn't certain goes the other ways.
 */

import { type Dec, decFromNumber, mulDivCeil, mulDivFloor, pow10, toDec } from '../core/dec.ts'
import { valueScale } from '../core/instrument.ts'
import type { Ledger } from '../core/ledger.ts'
import { feeOf, fillValueOf, quantityBought, RATE_ONE } from '../core/market-fill.ts'
import { type ExpressVenue, isExpress } from '../core/venue.ts'
import { isPlain, onlySizing } from '../rules/plain-entry.ts'
import { rateOf } from '../rules/rate.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Marker } from './marker.ts'
import { PlainSlot, PlainTape, STRIDE } from './plain-tape.ts'
import type { Portfolio } from './portfolio.ts'
import { type Signal, SignalKind } from './signals.ts'
import type { Tape } from './tape.ts'

/** The only instrument of a run that has this lane. */
const ONLY = 0

export class PlainLane {
  private readonly rows: number
  private readonly open: Float64Array
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly ledger: Ledger
  private readonly desk: Desk
  private readonly venue: ExpressVenue
  private readonly tape: PlainTape
  private readonly cells: Float64Array
  /** What the other lanes have carried out. */
  private readonly others: Tape
  private readonly taker: Dec
  /** Taker fee, half-spread and slippage, as sizing reserves them. */
  private readonly costRate: number
  private readonly fraction: Dec
  private readonly fixed: Dec
  private readonly byQuote: boolean
  private readonly priceScale: number
  private readonly valueScale: number
  private readonly perBase: number
  private readonly perMoney: number

  private constructor(
    options: DeskOptions,
    venue: ExpressVenue,
    taker: Dec,
    portfolio: Portfolio,
    desk: Desk,
    tape: PlainTape,
    others: Tape,
  ) {
    this.others = others
    const { grid, instruments, rules } = options
    const { sizing } = rules
    const only = instruments[ONLY]!
    this.rows = grid.rows
    this.open = grid.symbols[ONLY]!.open
    this.close = grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.ledger = portfolio.ledger
    this.desk = desk
    this.venue = venue
    this.tape = tape
    this.cells = tape.cells
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

  /** The run's lane; null where it can't have one. */
  static of(options: DeskOptions, portfolio: Portfolio, desk: Desk, marker: Marker, others: Tape): PlainLane | null {
    const { venue, instruments, rules, strategy, fixedTaker } = options
    const may = instruments.length === 1 && rules.exits === 'resting' && rules.profile === null && onlySizing(rules)
    if (!may || strategy.onFill !== undefined || options.routes !== undefined || desk.closeRules.active) return null
    if (!isExpress(venue) || venue.plainTaker === null || venue.plainTaker !== fixedTaker) return null
    const tape = new PlainTape(options, venue, portfolio, marker)
    others.plain = tape
    return new PlainLane(options, venue, fixedTaker, portfolio, desk, tape, others)
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go another way. */
  take({ kind, side, options }: Signal, row: number): boolean {
    const next = row + 1
    const { portfolio } = this
    if (next >= this.rows || portfolio.working.length > 0 || portfolio.dusty || !this.venue.isClear) return false
    const open = this.open[next]!
    // Also false for NaN, where there is no bar.
    if (!(open > 0)) return false
    const held = this.ledger.quantity[ONLY]!
    if (!this.others.isEmpty) this.others.settle()
    if (kind === SignalKind.enter) {
      if (held !== 0 || side < 0 || !isPlain(options)) return false
      return this.enter(row, open, options === null ? null : (options.tag ?? null))
    }
    if (kind !== SignalKind.exit || held <= 0) return false
    this.exit(row, open, held)
    return true
  }

  /** PlainEntry's sizes, and ExpressCounter's fill. */
  private enter(row: number, open: number, tag: string | null): boolean {
    const { ledger, costRate, fraction, taker, portfolio, tape, cells } = this
    const cash = ledger.cash
    const close = this.close[row]!
    if (!(cash > 0 && close > 0)) return false
    let wanted = this.fixed
    if (fraction > 0) {
      const most = mulDivFloor(cash, RATE_ONE, RATE_ONE + costRate)
      const share = fraction === RATE_ONE ? cash : mulDivFloor(cash, fraction, RATE_ONE)
      wanted = share < most ? share : most
    }
    const cost = mulDivCeil(wanted, RATE_ONE + costRate, RATE_ONE)
    if (cost > cash) return false
    const closePrice = toDec(Math.round(close * this.priceScale))
    if (closePrice <= 0) return false
    const sized = mulDivFloor(wanted, this.valueScale, closePrice)
    if (sized <= 0) return false
    const price = toDec(Math.round(open * this.priceScale))
    const quantity = this.byQuote ? quantityBought(cost, price, taker, this.valueScale) : sized
    if (quantity <= 0) return false
    const value = fillValueOf(price, quantity, this.valueScale)
    const fee = feeOf(value, taker)
    if (value + fee > cash) return false
    const at = tape.count * STRIDE
    cells[at + PlainSlot.row] = row + 1
    cells[at + PlainSlot.side] = 1
    cells[at + PlainSlot.asked] = this.byQuote ? 0 : sized
    cells[at + PlainSlot.quoteAmount] = this.byQuote ? cost : 0
    cells[at + PlainSlot.quantity] = quantity
    cells[at + PlainSlot.price] = price
    cells[at + PlainSlot.value] = value
    cells[at + PlainSlot.fee] = fee
    cells[at + PlainSlot.held] = 0
    cells[at + PlainSlot.heldCash] = cash / this.perMoney
    cells[at + PlainSlot.orderId] = this.desk.takeId()
    tape.tags[tape.count] = tag
    ledger.cash = toDec(cash - value - fee)
    ledger.quantity[ONLY] = quantity
    ledger.cost[ONLY] = value
    portfolio.quantity[ONLY] = quantity / this.perBase
    portfolio.openPositions = 1
    portfolio.fills += 1
    tape.push()
    return true
  }

  private exit(row: number, open: number, quantity: Dec): void {
    const { ledger, portfolio, tape, cells } = this
    const cash = ledger.cash
    const price = toDec(Math.round(open * this.priceScale))
    const value = fillValueOf(price, quantity, this.valueScale)
    const fee = feeOf(value, this.taker)
    const at = tape.count * STRIDE
    cells[at + PlainSlot.row] = row + 1
    cells[at + PlainSlot.side] = -1
    cells[at + PlainSlot.asked] = quantity
    cells[at + PlainSlot.quoteAmount] = 0
    cells[at + PlainSlot.quantity] = quantity
    cells[at + PlainSlot.price] = price
    cells[at + PlainSlot.value] = value
    cells[at + PlainSlot.fee] = fee
    cells[at + PlainSlot.held] = portfolio.quantity[ONLY]!
    cells[at + PlainSlot.heldCash] = cash / this.perMoney
    cells[at + PlainSlot.orderId] = this.desk.takeId()
    tape.earned(value - ledger.cost[ONLY]!)
    ledger.cash = toDec(cash + value - fee)
    ledger.quantity[ONLY] = toDec(0)
    ledger.cost[ONLY] = toDec(0)
    portfolio.quantity[ONLY] = 0
    portfolio.openPositions = 0
    portfolio.fills += 1
    tape.push()
  }

  /** Writes down what has been carried out. */
  settle(): void {
    this.tape.settle()
  }
}
