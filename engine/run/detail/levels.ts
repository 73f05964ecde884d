/**
 * Where orders rested, and for how long, out of the run's own records: an order rests from its acceptance to its fill,
 * cancellation or expiry, at the price that it was sent or amended to. A trailing stop steps after each close; where it
 * was met inside a bar, the step of that bar is the venue's business and isn't told.
 */

import { type Dec, decToNumber } from '../../core/dec.ts'
import { FactKind } from '../../core/fact.ts'
import { firstRowClosingAt, type Grid } from '../../core/grid.ts'
import type { Instrument } from '../../core/instrument.ts'
import { OrderType, Purpose, Side } from '../../core/order.ts'
import { type DecodedRecord, decodeRecords } from '../../core/record.ts'
import type { RestingLevel } from '../../core/run-detail.ts'
import { OrderRecordKind, termsOf } from '../../kernel/order-records.ts'
import { DecisionKind } from '../../kernel/recorder.ts'

const RATE_DECIMALS = 12

/** An order as its records tell it so far. */
interface Order {
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly kind: RestingLevel['kind']
  price: Dec
  /** Prices that it was asked to move to and hasn't yet, oldest first. */
  readonly asked: Dec[]
  trail: { readonly amount: number; readonly rate: number } | null
  sinceMs: number | null
}

/** Bytes of the run's two record streams. `symbolOf` gives an instrument's symbol by index, -1 to leave it out. */
export interface LevelSource {
  readonly decisions: Uint8Array
  readonly outcomes: Uint8Array
  readonly instruments: readonly Instrument[]
  readonly grid: Grid
  readonly symbolOf: (instrument: number) => number
  readonly endMs: number
}

/** All levels, by the time at which they ended. */
export function restingLevels(source: LevelSource): readonly RestingLevel[] {
  const orders = ordersOf(decodeRecords(source.decisions))
  const levels: RestingLevel[] = []
  for (const fact of decodeRecords(source.outcomes)) {
    const order = orders.get(fact.orderId)
    if (order === undefined) continue
    if (fact.kind === FactKind.accepted) order.sinceMs = fact.timeMs
    else if (fact.kind === FactKind.amended) {
      close(source, order, fact.timeMs, levels)
      order.price = order.asked.shift() ?? order.price
      order.sinceMs = fact.timeMs
    } else if (ends(fact)) {
      close(source, order, fact.timeMs, levels)
      orders.delete(fact.orderId)
    }
  }
  for (const order of orders.values()) close(source, order, source.endMs, levels)
  return levels
}

/** A fill that leaves nothing (its flag is 256), a cancellation, an expiry or a refusal. */
function ends({ kind, code }: DecodedRecord): boolean {
  if (kind === FactKind.filled) return (code & 256) !== 0
  return kind === FactKind.cancelled || kind === FactKind.expired || kind === FactKind.rejected
}

/** Orders that can rest. Market orders can't. */
function ordersOf(records: readonly DecodedRecord[]): Map<number, Order> {
  const orders = new Map<number, Order>()
  for (const record of records) {
    if (record.kind === DecisionKind.order) {
      const order = orderOf(record)
      if (order !== null) orders.set(record.orderId, order)
    } else if (record.kind === OrderRecordKind.terms) {
      const order = orders.get(record.orderId)
      if (order?.type !== OrderType.trailingStop) continue
      const { trailAmount, trailRate } = termsOf(record)
      order.trail = { amount: trailAmount, rate: decToNumber(trailRate, RATE_DECIMALS) }
    } else if (record.kind === OrderRecordKind.amend) {
      const order = orders.get(record.orderId)
      order?.asked.push(priceOf(order.type, record.numbers[1]!, record.numbers[2]!))
    }
  }
  return orders
}

function orderOf({ code, numbers, instrument, side }: DecodedRecord): Order | null {
  const type = ((code >> 4) & 15) as OrderType
  const kind = kindOf((code & 15) as Purpose)
  if (type === OrderType.market || kind === null) return null
  const price = priceOf(type, numbers[2]!, numbers[3]!)
  return { instrument, side: side as Side, type, kind, price, asked: [], trail: null, sinceMs: null }
}

function kindOf(purpose: Purpose): RestingLevel['kind'] | null {
  if (purpose === Purpose.entry || purpose === Purpose.stop || purpose === Purpose.target) {
    return purpose === Purpose.entry ? 'entry' : purpose === Purpose.stop ? 'stop' : 'target'
  }
  return null
}

/** A limit order rests at its limit, everything else at its trigger. */
function priceOf(type: OrderType, limit: number, trigger: number): Dec {
  return (type === OrderType.limit ? limit : trigger) as Dec
}

function close(source: LevelSource, order: Order, toMs: number, into: RestingLevel[]): void {
  const { sinceMs, instrument, side, kind } = order
  const symbol = source.symbolOf(instrument)
  order.sinceMs = null
  if (sinceMs === null || toMs <= sinceMs || symbol < 0) return
  const price = decToNumber(order.price, source.instruments[instrument]!.pxDec)
  const level = { symbol, kind, side: side === Side.sell ? ('sell' as const) : ('buy' as const) }
  if (order.trail === null) into.push({ ...level, price, fromMs: sinceMs, toMs })
  else into.push(...trailed(source, order, price, sinceMs, toMs).map((step) => ({ ...level, ...step })))
}

/** The steps of a trailing stop: it follows the extreme of each bar after the one in which it came, of that the close. */
function trailed(
  { grid, instruments }: LevelSource,
  { instrument, side, trail }: Order,
  first: number,
  fromMs: number,
  toMs: number,
): { price: number; fromMs: number; toMs: number }[] {
  const { high, low, close: closes } = grid.symbols[instrument]!
  const amount = trail!.amount / 10 ** instruments[instrument]!.pxDec
  const better = (a: number, b: number): boolean => (side === Side.sell ? a > b : a < b)
  const steps: { price: number; fromMs: number; toMs: number }[] = []
  let [price, sinceMs] = [first, fromMs]
  for (let row = firstRowClosingAt(grid, fromMs + 1, 0); row < grid.rows; row++) {
    const closeMs = grid.time[row]! + grid.timeframeMs
    if (closeMs >= toMs) break
    const inside = grid.time[row]! < fromMs
    const best = inside ? closes[row]! : side === Side.sell ? high[row]! : low[row]!
    const distance = amount > 0 ? amount : best * trail!.rate
    const next = side === Side.sell ? best - distance : best + distance
    if (!better(next, price)) continue
    if (closeMs > sinceMs) steps.push({ price, fromMs: sinceMs, toMs: closeMs })
    price = next
    sinceMs = closeMs
  }
  if (toMs > sinceMs) steps.push({ price, fromMs: sinceMs, toMs })
  return steps
}
