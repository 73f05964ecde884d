/** What parity compares: the round trips of a live session and of its simulation, with the orders behind them. */

import type { Fact } from '../../core/fact.ts'
import { FactKind } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { OrderFields } from '../../core/order.ts'
import type { TradeRecord } from '../../kernel/trades.ts'

/** An order, as far as parity asks about it. */
export type ParityOrder = Pick<
  OrderFields,
  'id' | 'instrument' | 'side' | 'type' | 'purpose' | 'quantity' | 'quoteAmount' | 'decidedMs'
>

/** A fill in the order of hearing; quantities and money in units of its instrument. */
export type ParityFill = Pick<
  Fact,
  'orderId' | 'instrument' | 'atMs' | 'quantity' | 'price' | 'value' | 'fee' | 'maker'
>

/** One of the two. Trades closed in the order of their exits, then those still open. */
export interface ParitySide {
  readonly trades: readonly TradeRecord[]
  readonly orders: ReadonlyMap<number, ParityOrder>
  readonly fills: readonly ParityFill[]
  /** Whole units of quote at the end, positions at the last close. */
  readonly finalEquity: number
}

/** Both, on the same rows. */
export interface ParityInput {
  readonly instruments: readonly Instrument[]
  /** Lot steps by instrument, base units. */
  readonly steps: readonly number[]
  readonly timeframeMs: number
  /** Opens of the rows, ms UTC. */
  readonly time: ArrayLike<number>
  readonly rows: number
  /** By instrument and row: open, and close or the last one before. */
  readonly open: readonly ArrayLike<number>[]
  readonly mark: readonly ArrayLike<number>[]
  readonly simulated: ParitySide
  readonly live: ParitySide
}

/** A round trip with the decisions behind it. */
export interface ParityTrade {
  readonly record: TradeRecord
  readonly symbol: string
  /** Decision times of the orders that opened and closed it; null where nobody decided (a liquidation, an adopted position). */
  readonly entryDecidedMs: number | null
  readonly exitDecidedMs: number | null
  /** Base units that the entry asked for; 0 where it was sized in quote. */
  readonly wanted: number
  /** The lot step then, base units. */
  readonly step: number
  readonly isOpen: boolean
}

/** The trades of a side with their decisions: the fills at a trade's ends name their orders. */
export function parityTrades(side: ParitySide, { instruments, steps }: ParityInput): ParityTrade[] {
  return side.trades.map((record) => {
    const own = side.fills.filter(({ instrument }) => instrument === record.instrument)
    const isOpen = record.exitRow < 0
    const first = own.find(
      ({ atMs, orderId }) => atMs === record.entryMs && side.orders.get(orderId)?.side === record.side,
    )
    const last = isOpen
      ? undefined
      : own.findLast(({ atMs, orderId }) => atMs === record.exitMs && side.orders.get(orderId)?.side === -record.side)
    const entry = first === undefined ? undefined : side.orders.get(first.orderId)
    const exit = last === undefined ? undefined : side.orders.get(last.orderId)
    return {
      record,
      symbol: instruments[record.instrument]!.symbol,
      entryDecidedMs: entry?.decidedMs ?? null,
      exitDecidedMs: exit?.decidedMs ?? null,
      wanted: entry?.quantity ?? 0,
      step: steps[record.instrument]!,
      isOpen,
    }
  })
}

/** Listens to orders and fills of a run. */
export class SideCollector {
  readonly orders = new Map<number, ParityOrder>()
  readonly fills: ParityFill[] = []

  readonly order = (order: ParityOrder): void => {
    this.orders.set(order.id, order)
  }

  readonly fact = (fact: Fact): void => {
    if (fact.kind === FactKind.filled || fact.kind === FactKind.liquidated) this.fills.push({ ...fact })
  }
}

/** The row in which `ms` lies; where it lies between two rows, the later one. May be the row after the last. */
export function rowAt({ time, rows, timeframeMs }: ParityInput, ms: number): number {
  let [low, high] = [0, rows]
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle]! + timeframeMs <= ms) low = middle + 1
    else high = middle
  }
  return low
}
