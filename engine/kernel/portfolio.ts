/**
 * The engine's view of its account: the exact ledger, the orders it has sent and what became of them, the trades. It
 * changes by facts alone.
 */

import { type Dec, decToNumber, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Fact, FactKind } from '../core/fact.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { Ledger, type PositionChange } from '../core/ledger.ts'
import { type ApprovedOrder, OrderState, Purpose } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { TradeBook } from './trades.ts'

/** An order on its way or at the venue. */
export interface WorkingOrder {
  readonly order: ApprovedOrder
  /** The signal behind an entry, for its bracket. */
  readonly options: SignalOptions | null
  state: OrderState
  filled: Dec
  /** Money that its unfilled part ties up, in quote. */
  reserved: Dec
}

/** A change of position: `row`, instrument and signed quantity from then on. */
export interface PositionStep {
  readonly row: number
  readonly instrument: number
  readonly quantity: number
}

const NONE: WorkingOrder[] = []

export class Portfolio {
  readonly ledger: Ledger
  readonly trades = new TradeBook()
  readonly working: WorkingOrder[] = []
  /** Signed position in base units as doubles, by instrument: what strategies see. */
  readonly quantity: Float64Array
  readonly steps: PositionStep[] = []
  readonly instruments: readonly Instrument[]
  fills = 0
  /** Σ |value| of all fills, in quote. */
  turnover = 0

  constructor(instruments: readonly Instrument[], initialCash: Dec) {
    this.instruments = instruments
    this.ledger = new Ledger(instruments, initialCash)
    this.quantity = new Float64Array(instruments.length)
  }

  sent(order: ApprovedOrder, options: SignalOptions | null, reserved: Dec): void {
    this.working.push({ order, options, state: OrderState.submitInFlight, filled: ZERO, reserved })
  }

  /**
   * What entries can spend: cash less what working orders tie up; on a leveraged account equity × leverage less the
   * gross value of positions, and less the same. `price` values positions.
   */
  available(leverage: number, price: (instrument: number) => Dec): Dec {
    let reserved = 0
    for (const one of this.working) reserved += one.reserved
    if (this.instruments[0]!.kind === 'spot') return toDec(this.ledger.cash - reserved)
    let gross = 0
    for (const one of this.instruments) {
      const held = this.ledger.quantity[one.id]!
      if (held !== 0) gross += notional(one, price(one.id), Math.abs(held) as Dec, Rounding.halfEven)
    }
    const power = mulDiv(this.ledger.equity(price), Math.round(leverage * 1e6), 1e6, Rounding.floor)
    return toDec(power - gross - reserved)
  }

  find(orderId: number): WorkingOrder | null {
    for (const one of this.working) if (one.order.id === orderId) return one
    return null
  }

  /** Entry order of the instrument that is on its way or resting; 0 for none. */
  pendingEntry(instrument: number): number {
    for (const { order } of this.working) {
      if (order.instrument === instrument && order.purpose === Purpose.entry) return order.id
    }
    return 0
  }

  /** A market order that will close the instrument's position; 0 for none. */
  pendingExit(instrument: number): number {
    for (const { order } of this.working) {
      if (order.instrument === instrument && order.reduceOnly && order.limitPrice === 0 && order.stopPrice === 0) {
        return order.id
      }
    }
    return 0
  }

  /** Orders resting behind the instrument's position that no cancel is under way for. */
  restingExits(instrument: number): WorkingOrder[] {
    if (this.working.length === 0) return NONE
    return this.working.filter(
      (one) =>
        one.order.instrument === instrument &&
        one.order.reduceOnly &&
        (one.order.limitPrice > 0 || one.order.stopPrice > 0) &&
        one.state !== OrderState.cancelInFlight,
    )
  }

  remove(working: WorkingOrder): void {
    const at = this.working.indexOf(working)
    if (at >= 0) this.working.splice(at, 1)
  }

  /** Books a fill. Returns what it did to the position. */
  fill(fact: Fact, working: WorkingOrder | null, row: number): PositionChange {
    const { instrument: id } = fact
    const instrument = this.instruments[id]!
    const side = working?.order.side ?? 1
    const { value } = fact
    const change = this.ledger.fill(id, side, fact.quantity, value, fact.fee)
    const flat = this.ledger.quantity[id] === 0
    const profile = null
    const tag = working?.order.tag ?? null
    const purpose = working?.order.purpose ?? Purpose.exit
    const { quantity, fee, spreadCost, slippageCost } = fact
    if (change.closed === 0) {
      this.trades.enter(id, side, row, fact.atMs, tag, profile, quantity, value, fee, spreadCost, slippageCost)
    } else if (change.opened === 0) {
      this.trades.exit(id, row, fact.atMs, purpose, flat, quantity, value, fee, spreadCost, slippageCost)
    } else {
      // The fill crosses zero: its first part closes, the rest opens the other way; money is split by quantity.
      const part = change.closed
      const cut = (amount: Dec): Dec => mulDiv(amount, part, quantity, Rounding.halfEven)
      const [v, f, sp, sl] = [cut(value), cut(fee), cut(spreadCost), cut(slippageCost)]
      const left = (whole: Dec, taken: Dec): Dec => toDec(whole - taken)
      this.trades.exit(id, row, fact.atMs, purpose, true, part, v, f, sp, sl)
      this.trades.enter(
        id,
        side,
        row,
        fact.atMs,
        tag,
        profile,
        change.opened,
        left(value, v),
        left(fee, f),
        left(spreadCost, sp),
        left(slippageCost, sl),
      )
    }
    this.quantity[id] = decToNumber(this.ledger.quantity[id]!, instrument.qtyDec)
    this.steps.push({ row, instrument: id, quantity: this.quantity[id]! })
    this.fills += 1
    this.turnover += decToNumber(value, instrument.quoteDec)
    if (working !== null) {
      working.filled = toDec(working.filled + fact.quantity)
      if (working.state === OrderState.submitInFlight) working.state = OrderState.open
      const rest = working.order.quantity - working.filled
      if (rest > 0) working.reserved = mulDiv(working.reserved, rest, rest + fact.quantity, Rounding.floor)
      if (fact.complete) {
        working.state = OrderState.filled
        this.remove(working)
      }
    }
    return change
  }

  /** A fact about an order other than a fill: the order's next state. */
  orderChanged(fact: Fact, working: WorkingOrder): void {
    if (fact.kind === FactKind.accepted) {
      if (working.state === OrderState.submitInFlight) working.state = OrderState.open
      return
    }
    if (fact.kind === FactKind.cancelRejected) {
      // The order was filled or gone before the cancel came: the fact that says so is on the stream as well.
      if (working.state === OrderState.cancelInFlight) working.state = OrderState.open
      return
    }
    working.state =
      fact.kind === FactKind.rejected
        ? OrderState.rejected
        : fact.kind === FactKind.expired
          ? OrderState.expired
          : OrderState.cancelled
    this.remove(working)
  }

  /** Average entry price of the open position; NaN when flat. */
  entryPrice(id: number): number {
    const held = this.quantity[id]!
    if (held === 0) return Number.NaN
    const instrument = this.instruments[id]!
    return decToNumber(this.ledger.cost[id]!, instrument.quoteDec) / held
  }
}
