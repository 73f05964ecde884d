/**
 * The engine's view of its account: the exact ledger, the orders it has sent and what became of them, the trades. It
 * changes by facts alone.
 */

import { type Dec, decToNumber, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Fact, FactKind, RejectCode, tradedQuantity } from '../core/fact.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { Ledger } from '../core/ledger.ts'
import { type ApprovedOrder, OrderState, OrderType, Purpose, type Side } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { type ChunkPool, DoubleTable, emptyArray, removeItem } from '../core/table.ts'
import { ExpressSlot } from '../core/venue.ts'
import { partOf, restOf } from './fact-parts.ts'
import { TradeBook } from './trades.ts'
import type { VenueBooks } from './venue-books.ts'
import { WorkingOrder } from './working-order.ts'

/** Columns of the table of position changes: signed quantity (base, as a double) of an instrument from `row` on. */
export const StepColumn = { row: 0, instrument: 1, quantity: 2 } as const

export class Portfolio {
  readonly ledger: Ledger
  readonly trades: TradeBook
  readonly working = emptyArray<WorkingOrder>()
  /** Those that have ended, to be used again by `sent`. */
  private readonly ended = emptyArray<WorkingOrder>()
  /** Signed position in base units as doubles, by instrument: what strategies see. */
  readonly quantity: Float64Array
  /** Every change of position, in order; columns as StepColumn says. */
  readonly steps: DoubleTable
  readonly instruments: readonly Instrument[]
  /** What is held where; null where there is one venue. */
  readonly books: VenueBooks | null
  fills = 0
  /** Instruments with a position. */
  openPositions = 0
  /** Whether any instrument has dust: see the ledger. */
  dusty = false
  /** Σ |value| of all fills, in quote. */
  turnover = 0
  /** Positions that the venue closed, whole or in part, and fees for borrowing, in quote. */
  liquidations = 0
  borrowingPaid = 0

  /** `pool` has the memory of its tables; default: fresh. */
  constructor(
    instruments: readonly Instrument[],
    initialCash: Dec,
    books: VenueBooks | null = null,
    pool: ChunkPool | null = null,
  ) {
    this.instruments = instruments
    this.books = books
    this.trades = new TradeBook(pool)
    this.steps = new DoubleTable(3, pool)
    this.ledger = new Ledger(instruments, initialCash)
    this.quantity = new Float64Array(instruments.length)
  }

  sent(order: ApprovedOrder, options: SignalOptions | null, reserved: Dec, profile: string | null): void {
    const working = this.ended.pop() ?? new WorkingOrder()
    working.order = order
    working.options = options
    working.state = OrderState.submitInFlight
    working.filled = ZERO
    working.reserved = reserved
    working.profile = profile
    working.amended = null
    this.working.push(working)
  }

  /** Money that working orders tie up. */
  private reserved(): number {
    let reserved = 0
    for (const one of this.working) reserved += one.reserved
    return reserved
  }

  /** Cash less what working orders tie up: what entries on spot can spend. */
  freeCash(): Dec {
    return this.working.length === 0 ? this.ledger.cash : toDec(this.ledger.cash - this.reserved())
  }

  /** As `freeCash`, at the instrument's venue. */
  freeCashAt(instrument: number): Dec {
    const { books } = this
    if (books === null) return this.freeCash()
    const venue = books.venueOf[instrument]
    let free: number = books.of(instrument).cash
    for (const one of this.working) if (books.venueOf[one.order.instrument] === venue) free -= one.reserved
    return toDec(free)
  }

  /** Cash and positions at the instrument's venue, valued at `price`. */
  balanceAt(instrument: number, price: (instrument: number) => Dec): Dec {
    return (this.books === null ? this.ledger : this.books.of(instrument)).equity(price)
  }

  /**
   * What entries on a leveraged account can open: equity × leverage less the gross value of positions and what working
   * orders tie up. `price` values positions.
   */
  buyingPower(leverage: number, price: (instrument: number) => Dec): Dec {
    let gross = 0
    for (const one of this.instruments) {
      const held = this.ledger.quantity[one.id]!
      if (held !== 0) gross += notional(one, price(one.id), Math.abs(held) as Dec, Rounding.halfEven)
    }
    const power = mulDiv(this.ledger.equity(price), Math.round(leverage * 1e6), 1e6, Rounding.floor)
    return toDec(power - gross - this.reserved())
  }

  find(orderId: number): WorkingOrder | null {
    const { working } = this
    for (let i = 0; i < working.length; i++) if (working[i]!.order.id === orderId) return working[i]!
    return null
  }

  /** Entry order of the instrument that is on its way or resting; 0 for none. */
  pendingEntry(instrument: number): number {
    const { working } = this
    for (let i = 0; i < working.length; i++) {
      const { order } = working[i]!
      if (order.instrument === instrument && order.purpose === Purpose.entry) return order.id
    }
    return 0
  }

  /** An entry order of the instrument that no cancel is under way for. */
  restingEntry(instrument: number): WorkingOrder | null {
    for (const one of this.working) {
      const { order } = one
      if (
        order.instrument === instrument &&
        order.purpose === Purpose.entry &&
        one.state !== OrderState.cancelInFlight
      ) {
        return one
      }
    }
    return null
  }

  /** Entry orders under way for instruments that hold nothing yet. */
  get pendingEntries(): number {
    let pending = 0
    const { working, quantity } = this
    for (let i = 0; i < working.length; i++) {
      const { order } = working[i]!
      if (order.purpose === Purpose.entry && quantity[order.instrument] === 0) pending += 1
    }
    return pending
  }

  /** Whether no position is open in any instrument. */
  get flat(): boolean {
    return this.openPositions === 0
  }

  /** A market order that will close the instrument's position; 0 for none. */
  pendingExit(instrument: number): number {
    const { working } = this
    for (let i = 0; i < working.length; i++) {
      const { order } = working[i]!
      if (order.instrument === instrument && order.reduceOnly && order.type === OrderType.market) return order.id
    }
    return 0
  }

  /** The order has ended. Its record stays as it is until the next order is sent. */
  remove(working: WorkingOrder): void {
    removeItem(this.working, working)
    this.ended.push(working)
  }

  /** Books a fill: ledger, trades, position. Returns the quantity that opened or enlarged a position. */
  book(fact: Fact, side: Side, purpose: Purpose, tag: string | null, profile: string | null, row: number): Dec {
    const id = fact.instrument
    const { ledger } = this
    const before = ledger.quantity[id]!
    const closed = ledger.fill(id, side, fact.quantity, fact.value, fact.fee)
    if (this.books !== null) this.books.fill(id, side, fact.quantity, fact.value, fact.fee)
    const after = ledger.quantity[id]!
    if (before === 0) this.openPositions += 1
    if (after === 0) this.openPositions -= 1
    const opened = toDec(fact.quantity - closed)
    if (closed === 0) {
      this.trades.enter(fact, side, row, tag, profile)
      if (this.dusty && side > 0) this.takeBack(id)
    } else if (opened === 0) this.trades.exit(fact, row, purpose, after === 0)
    else this.turned(fact, side, purpose, tag, profile, row, closed)
    this.moved(id, row)
    this.turnover += decToNumber(fact.value, ledger.quoteDec)
    return opened
  }

  /** What is left of a position after a fill can't be sold: it is dust, and the trade is over. Returns how much. */
  setAside(fact: Fact, row: number, purpose: Purpose): Dec {
    const { instrument: id } = fact
    const { ledger } = this
    const left = ledger.quantity[id]!
    this.trades.setAside(id, left, ledger.cost[id]!, { row, atMs: fact.atMs, purpose })
    ledger.setAside(id)
    this.books?.of(id).setAside(id)
    this.dusty = true
    this.openPositions -= 1
    this.quantity[id] = 0
    this.steps.set(this.steps.rows - 1, StepColumn.quantity, 0)
    return left
  }

  /** What an earlier position left is sold with this one. */
  private takeBack(id: number): void {
    const { ledger } = this
    if (ledger.dust[id] === 0) return
    this.trades.carry(id, ledger.dust[id]!, ledger.dustCost[id]!)
    ledger.takeBack(id)
    this.books?.of(id).takeBack(id)
  }

  /** Base held with dust, as a double: what equity is made of. */
  heldWithDust(id: number): number {
    if (!this.dusty || this.ledger.dust[id] === 0) return this.quantity[id]!
    return decToNumber(toDec(this.ledger.quantity[id]! + this.ledger.dust[id]!), this.instruments[id]!.qtyDec)
  }

  /** An express fill opened a position out of nothing: what a strategy sees of that. */
  openWhole(slip: Float64Array): void {
    const id = slip[ExpressSlot.instrument]!
    this.ledger.openWhole(slip)
    this.openPositions += 1
    this.fills += 1
    this.quantity[id] = decToNumber(this.ledger.quantity[id]!, this.instruments[id]!.qtyDec)
  }

  /** An express fill closed a whole position. */
  closeWhole(slip: Float64Array): void {
    this.ledger.closeWhole(slip)
    this.openPositions -= 1
    this.fills += 1
    this.quantity[slip[ExpressSlot.instrument]!] = 0
  }

  /** The step that an express order was, whose slip begins at `at`: after `openWhole` or `closeWhole`, in their order. */
  step(slips: Float64Array, at: number): void {
    const id = slips[at + ExpressSlot.instrument]! | 0
    this.turnover += decToNumber(slips[at + ExpressSlot.value] as Dec, this.ledger.quoteDec)
    const enters = slips[at + ExpressSlot.purpose] === Purpose.entry
    const quantity = slips[at + ExpressSlot.quantity] as Dec
    const held = enters ? slips[at + ExpressSlot.side]! * decToNumber(quantity, this.instruments[id]!.qtyDec) : 0
    this.stepTo(id, slips[at + ExpressSlot.row]!, held)
  }

  /** The position is another one from `row` on. */
  private moved(id: number, row: number): void {
    const held = decToNumber(this.ledger.quantity[id]!, this.instruments[id]!.qtyDec)
    this.quantity[id] = held
    this.fills += 1
    this.stepTo(id, row, held)
  }

  private stepTo(id: number, row: number, held: number): void {
    const { steps } = this
    const step = steps.add()
    const cells = steps.chunk(step)
    const cell = steps.offset(step)
    cells[cell + StepColumn.row] = row
    cells[cell + StepColumn.instrument] = id
    cells[cell + StepColumn.quantity] = held
  }

  /**
   * Books a change that no order made: signed quantity at `price`, and `value`, the signed change of cash. What of the
   * cash the position at its price doesn't explain is a deposit or a withdrawal.
   */
  adjust(fact: Fact, row: number): void {
    const side: Side = fact.quantity < 0 ? -1 : 1
    const instrument = this.instruments[fact.instrument]!
    const quantity = Math.abs(fact.quantity) as Dec
    const worth = notional(instrument, fact.price, quantity, Rounding.halfEven)
    if (quantity > 0) this.book({ ...fact, quantity, value: worth, fee: ZERO }, side, Purpose.exit, null, null, row)
    const paidIn = toDec(fact.value + side * (quantity > 0 ? worth : 0))
    this.ledger.deposit(paidIn)
    this.books?.of(fact.instrument).deposit(paidIn)
  }

  /** Books what a position paid (positive) or received for being held. */
  fund(fact: Fact): void {
    this.ledger.fund(fact.fee)
    this.trades.fund(fact.instrument, fact.fee, fact.atMs)
    if (fact.kind === FactKind.borrowed) this.borrowingPaid += decToNumber(fact.fee, this.ledger.quoteDec)
  }

  /** Books a fill of an order under way. Returns the quantity that opened or enlarged a position. */
  fill(fact: Fact, working: WorkingOrder, row: number): Dec {
    const { side, purpose, tag } = working.order
    const opened = this.book(fact, side, purpose, tag, working.profile, row)
    if (fact.complete) {
      working.state = OrderState.filled
      this.remove(working)
    } else this.filledInPart(fact, working)
    return opened
  }

  /** A fill that crosses zero: its first part closes, the rest opens the other way; money is split by quantity. */
  private turned(
    fact: Fact,
    side: Side,
    purpose: Purpose,
    tag: string | null,
    profile: string | null,
    row: number,
    closed: Dec,
  ): void {
    const first = partOf(fact, closed)
    this.trades.exit(first, row, purpose, true)
    this.trades.enter(restOf(fact, first), side, row, tag, profile)
  }

  /** Less is tied up: by the share of the quantity, or of a quote-sized order by what the fill has spent. */
  private filledInPart(fact: Fact, working: WorkingOrder): void {
    const { order } = working
    const traded = tradedQuantity(fact, order.side)
    working.filled = toDec(working.filled + traded)
    if (order.quoteAmount > 0) working.reserved = toDec(Math.max(0, working.reserved - fact.value - fact.fee))
    const rest = order.quantity - working.filled
    if (rest > 0) working.reserved = mulDiv(working.reserved, rest, rest + traded, Rounding.floor)
    // A cancel that is under way still is.
    if (working.state === OrderState.submitInFlight) working.state = OrderState.open
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
    if (fact.kind === FactKind.amended || fact.kind === FactKind.amendRejected) {
      if (fact.kind === FactKind.amended && working.amended !== null) {
        working.order = working.amended
        working.reserved = working.amendedReserve
      }
      working.amended = null
      if (working.state === OrderState.amendInFlight) working.state = OrderState.open
      return
    }
    if (fact.kind === FactKind.rejected && fact.code === RejectCode.duplicateId) {
      // An order sent again is refused because the first one is there: that one lives on.
      if (working.state === OrderState.submitInFlight) working.state = OrderState.open
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

  /** Zero error, or a BugError: the account's ledger, and each venue's. */
  verify(): void {
    this.ledger.verify()
    this.books?.verify(this.ledger)
  }

  /** Average entry price of the open position; NaN when flat. */
  entryPrice(id: number): number {
    const held = this.quantity[id]!
    if (held === 0) return Number.NaN
    const instrument = this.instruments[id]!
    return decToNumber(this.ledger.cost[id]!, instrument.quoteDec) / held
  }
}
