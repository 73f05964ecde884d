/**
 * A liquidation by the venue: how much, at what price, for what fee.
 *
 *   how much  all of the position; of a perpetual above the venue's bound its share first, and all of it where the last
 *             part was closed less than the cooldown ago
 *   price     the price given (liquidation price, or the open beyond it) less a taker's costs. A perpetual never closes
 *             beyond its bankruptcy price: the venue bears the rest. Below the backstop share of what was demanded, the
 *             venue takes over position and margin. On leveraged spot a debt remains.
 *   fee       the taker's and the venue's liquidation fee; of a perpetual at most what is left
 *
 * Whether Binance charges the taker's fee beside its clearance fee isn't documented; both are charged.
 */

import { type Dec, mulDivFloor, Rounding, toDec, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, RejectCode } from '../core/fact.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { atRate, RATE_ONE } from '../market/rates.ts'
import { type FeeModel, feeOn, fillValue, type SpreadModel, takerPrice } from './costs.ts'
import type { MarginState, PriceOf } from './margin-state.ts'

/** When it happens, and when it is known. */
export interface LiquidationMoment {
  readonly row: number
  readonly atMs: number
  readonly knownMs: number
  readonly intrabar: boolean
}

export interface LiquidationCosts {
  readonly fees: FeeModel
  readonly spread: SpreadModel
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
}

/** What was closed; amounts in the instrument's units. */
export interface Liquidated {
  readonly row: number
  readonly instrument: number
  /** Of the position. */
  readonly side: 1 | -1
  readonly intrabar: boolean
  readonly quantity: Dec
  /** Mark price at which it happened. */
  readonly mark: Dec
  readonly price: Dec
  readonly fee: Dec
  readonly partial: boolean
}

interface Terms {
  readonly price: Dec
  readonly feeRate: Dec
  /** The venue took all margin with the position. */
  readonly takenOver: boolean
}

export class Liquidation {
  readonly events: Liquidated[] = []
  /** Positions closed whole where the venue may have closed a part, nobody knows which. */
  wholeForUnknown = 0
  private readonly instruments: readonly Instrument[]
  private readonly state: MarginState
  private readonly costs: LiquidationCosts
  private readonly facts: FactQueue
  private readonly lastPartMs: Float64Array

  constructor(instruments: readonly Instrument[], state: MarginState, costs: LiquidationCosts, facts: FactQueue) {
    this.instruments = instruments
    this.state = state
    this.costs = costs
    this.facts = facts
    this.lastPartMs = new Float64Array(instruments.length).fill(Number.NEGATIVE_INFINITY)
  }

  /** Closes what the venue closes of a position at `base`, all marks being `price`, and tells of it. */
  close(id: number, base: Dec, price: PriceOf, moment: LiquidationMoment): void {
    const { row, atMs, knownMs, intrabar } = moment
    const { account } = this.state
    const instrument = this.instruments[id]!
    const held = account.base[id]!
    const side: Side = held > 0 ? -1 : 1
    const size = Math.abs(held) as Dec
    const quantity = this.quantity(id, size, base, atMs)
    const whole = quantity === size
    const terms = this.terms(id, side, base, price, whole)
    const rules = this.state.rules(id)
    if (whole && rules?.product === 'perp' && rules.partialUnknown) this.wholeForUnknown += 1
    const value = fillValue(instrument, terms.price, quantity)
    const rate = this.costs.fees.rate(id, atMs, false)
    const fee = terms.takenOver ? ZERO : this.fee(id, price, value, toDec(rate + terms.feeRate), rate, whole)
    this.costs.fees.filled(id, atMs, value)
    account.fill(id, side, quantity, value, fee)
    const position = side > 0 ? -1 : 1
    const mark = price(id)
    this.events.push({
      row,
      instrument: id,
      side: position,
      intrabar,
      quantity,
      mark,
      price: terms.price,
      fee,
      partial: !whole,
    })
    const moved = Math.abs(base - terms.price) as Dec
    const fact = this.facts.blank()
    fact.kind = FactKind.liquidated
    fact.orderId = 0
    fact.instrument = id
    fact.atMs = atMs
    fact.knownMs = knownMs
    fact.quantity = quantity
    fact.price = terms.price
    fact.value = value
    fact.fee = fee
    fact.spreadCost = notional(instrument, moved, quantity, Rounding.halfEven)
    fact.slippageCost = ZERO
    fact.complete = whole
    fact.maker = false
    fact.intrabar = intrabar
    fact.code = RejectCode.none
    this.facts.push(fact)
  }

  private quantity(id: number, size: Dec, base: Dec, atMs: number): Dec {
    const rules = this.state.rules(id)
    if (rules?.product !== 'perp' || rules.partial === null) return size
    const { above, share, cooldownMs } = rules.partial
    const cooling = atMs - this.lastPartMs[id]! < cooldownMs
    if (cooling || notional(this.instruments[id]!, base, size, Rounding.floor) <= above) return size
    const step = Math.max(1, this.costs.rulebook(id, atMs).step)
    const part = mulDivFloor(size, share, RATE_ONE)
    const onStep = toDec(part - (part % step))
    if (onStep === 0) return size
    this.lastPartMs[id] = atMs
    return onStep
  }

  private terms(id: number, side: Side, base: Dec, price: PriceOf, whole: boolean): Terms {
    const { state, costs } = this
    const rules = state.rules(id)
    const taken = costs.spread.costly ? takerPrice(costs.spread, base, side).price : base
    if (rules?.product !== 'perp') return { price: taken, feeRate: ZERO, takenOver: false }
    const bankrupt = state.bankruptcy(id, price, state.joint)
    const feeRate = whole ? rules.liquidationFee : (rules.partial?.fee ?? rules.liquidationFee)
    if (bankrupt === null) return { price: taken, feeRate, takenOver: false }
    if (whole && rules.backstop !== null && this.backstopped(id, price, rules.backstop)) {
      return { price: bankrupt, feeRate: ZERO, takenOver: true }
    }
    // What the position is sold for is never below, what it is bought back for never above it.
    const bounded = (side < 0 ? Math.max(taken, bankrupt) : Math.min(taken, bankrupt)) as Dec
    return { price: bounded, feeRate, takenOver: false }
  }

  private backstopped(id: number, price: PriceOf, backstop: Dec): boolean {
    const { state } = this
    const equity = state.isolated
      ? state.constant(id, price, state.joint) + state.value(id, price(id))
      : state.equity(price)
    const demanded = state.isolated ? state.demand(id, price(id)) : state.demands(price)
    return equity < atRate(demanded, backstop)
  }

  private fee(id: number, price: PriceOf, value: Dec, rate: Dec, takerRate: Dec, whole: boolean): Dec {
    const { state } = this
    if (state.rules(id)?.product !== 'perp') return feeOn(value, takerRate)
    const asked = feeOn(value, rate)
    if (!whole) return asked
    const left = state.constant(id, price, state.joint) + (state.account.base[id]! > 0 ? value : -value)
    return Math.max(0, Math.min(asked, left)) as Dec
  }
}
