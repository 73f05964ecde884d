/** Faults at an account's desk: of its orders as they come, and what happens to it unasked. */

import { type Dec, mulDiv, parseDec, Rounding, roundToStep, toDec, ZERO } from '../../core/dec.ts'
import { RejectCode } from '../../core/fact.ts'
import { notional } from '../../core/instrument.ts'
import { OrderType, Side } from '../../core/order.ts'
import { MarginAccount } from '../../sim/margin-account.ts'
import type { BookOrder, OrderSpec } from '../book.ts'
import type { Desk } from '../desk.ts'
import { forceLiquidation } from '../fills.ts'
import type { Floor } from '../floor.ts'
import type { DeskHooks } from '../hooks.ts'
import { plainSpec } from '../specs.ts'
import type { Faults } from './faults.ts'

/** Reaches into what a desk does with orders. */
export function faultyHooks(faults: Faults, desk: Desk): DeskHooks {
  return {
    placing: (spec) => {
      if (faults.fires('spurious-funds')) return RejectCode.insufficientFunds
      const isSpot = desk.instruments[spec.instrument]!.kind === 'spot'
      return isSpot && !spec.feeInBase && faults.fires('fee-in-base') ? withBaseFee(spec) : spec
    },
    firstPart: (order) => firstPart(faults, desk, order),
    cancelling: (order) => {
      if (faults.fires('cancel-lost')) return 'lost'
      const canFill = order.spec.type === OrderType.limit && order.status === 'open' && order.parts.size === 1
      return canFill && faults.fires('fill-during-cancel') ? 'filled' : 'done'
    },
    ignoresIds: () => faults.fires('id-reuse'),
    refusesLeverage: () => faults.fires('leverage-refusal'),
  }
}

/** The order says so: its flags have `fcib`. */
function withBaseFee(spec: OrderSpec): OrderSpec {
  const oflags = (spec.meta['oflags'] ?? '').replace('fciq', 'fcib')
  return { ...spec, feeInBase: true, meta: { ...spec.meta, oflags } }
}

/** Between a third and two thirds, where both parts are still orders by the rulebook; 0 where they wouldn't be. */
function firstPart(faults: Faults, desk: Desk, { spec, placedMs }: BookOrder): Dec {
  const { type, terms, reduceOnly, quantity, instrument: id } = spec
  if (type === OrderType.trailingStop || reduceOnly || quantity === 0) return ZERO
  if (terms !== null && (terms.postOnly || terms.timeInForce !== 1)) return ZERO
  const instrument = desk.instruments[id]!
  const { step, minQty, minCost } = desk.options.sim.rulebook(id, placedMs)
  const thirds = toDec(Math.floor(quantity * (1 / 3 + faults.share('partial-fill') / 3)))
  const first = roundToStep(thirds, step, Rounding.floor)
  const rest = toDec(quantity - first)
  const price = spec.limitPrice || spec.stopPrice
  const least = Math.min(first, rest) as Dec
  const cost = price > 0 ? notional(instrument, price, least, Rounding.floor) : (Number.POSITIVE_INFINITY as Dec)
  if (least < Math.max(1, minQty) || cost < minCost || !faults.fires('partial-fill')) return ZERO
  return first
}

/** What happens to an account by itself, at most one thing of a kind. */
export function disturb(faults: Faults, floor: Floor, desk: Desk, nowMs: number): void {
  const open = [...desk.live].filter(({ status }) => status === 'open')
  if (open.length > 0 && faults.fires('self-cancel')) {
    desk.withdraw(faults.pick('self-cancel', open), nowMs, 'Canceled by exchange')
  }
  const { account } = desk.venue
  const held = desk.instruments.filter(({ id, kind }) => kind !== 'spot' && account.base[id] !== 0)
  if (held.length > 0 && account instanceof MarginAccount) {
    if (faults.fires('funding')) chargeFunding(floor, desk, faults.pick('funding', held).id, nowMs)
    if (faults.fires('liquidation')) {
      const { id } = faults.pick('liquidation', held)
      forceLiquidation(desk, id, desk.priceNow(id, floor.tape, nowMs), nowMs)
    }
  }
  if (faults.draws('manual-trade')) tradeByHand(faults, floor, desk, nowMs)
}

/** A twentieth of a percent of the position. */
function chargeFunding(floor: Floor, desk: Desk, id: number, nowMs: number): void {
  const { account } = desk.venue
  const instrument = desk.instruments[id]!
  const price = desk.priceNow(id, floor.tape, nowMs)
  const paid = mulDiv(notional(instrument, price, account.base[id]!, Rounding.halfEven), 5, 10_000, Rounding.halfEven)
  if (account instanceof MarginAccount) account.pay(id, paid)
  desk.enterEntry('funding', id, paid, 0.0005, nowMs)
}

function tradeByHand(faults: Faults, floor: Floor, desk: Desk, nowMs: number): void {
  const [instrument] = desk.instruments
  const record = floor.rulebook(instrument!.symbol, nowMs)
  const { qtyDec } = instrument!
  const price = desk.priceNow(0, floor.tape, nowMs)
  if (price === 0) return
  // Enough for any venue's least cost: about ten of quote.
  const ten = mulDiv(10 as Dec, 10 ** (instrument!.pxDec + qtyDec), price, Rounding.ceil)
  const least = Math.max(parseDec(record.minQty, qtyDec), ten) as Dec
  const quantity = roundToStep(least, desk.options.sim.rulebook(0, nowMs).step, Rounding.ceil)
  const side = faults.share('manual-trade') < 0.5 ? Side.buy : Side.sell
  const placed = desk.place(plainSpec(0, side, quantity), nowMs, { manual: true })
  if (typeof placed !== 'number') faults.note('manual-trade')
}
