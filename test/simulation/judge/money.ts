/** Money an order at a time: what our books have moved for it, against what moved at the exchange (I4). */

import { FactKind } from '../../../engine/core/fact.ts'
import { units } from '../venue/amount.ts'
import type { WatchedRecord } from './journal-watch.ts'

/** Decimals in which the exchange counts. */
const EXCHANGE_DECIMALS = 8

interface OrderMoney {
  /** In our books' units, and in the exchange's; positive came in. */
  ours: bigint
  theirs: bigint
  /** Trades whose fee is only estimated so far. */
  readonly estimated: Set<string>
}

interface Adopted {
  readonly what: string
  readonly instrument: number
  readonly difference: string
}

interface ResumeBody {
  readonly choice?: string
  readonly found?: readonly Adopted[]
}

interface MoneyBody {
  readonly charge?: unknown
  readonly orderId?: number
  readonly fact?: {
    readonly kind: number
    readonly value: number
    readonly fee: number
    readonly quantity: number
  } | null
  readonly trade?: {
    readonly tradeId: string
    readonly venueId: string
    readonly side: number
    readonly fee: string | null
  }
}

export class MoneyWatch {
  /** By the engine's number; by the venue's id where it closed a position by force. */
  private readonly orders = new Map<number | string, OrderMoney>()
  /** What a unit of our books is in the exchange's. */
  private readonly scale: bigint
  /** Differences that are to be taken in next. */
  private adopted: Adopted[] = []
  private readonly cashOf: (tradeId: string) => bigint | null

  /** `cashOf`: what a trade has moved at the exchange; null where it doesn't count as finely as that. */
  constructor(quoteDec: number, cashOf: (tradeId: string) => bigint | null) {
    this.scale = 10n ** BigInt(EXCHANGE_DECIMALS - quoteDec)
    this.cashOf = cashOf
  }

  /** An operator has adopted differences: the facts that follow must take in just these. */
  resumed({ body }: WatchedRecord): void {
    const { choice, found = [] } = body as ResumeBody
    this.adopted = choice === 'adopt' ? [...found] : []
  }

  /** What is wrong with the order that a FACT is about; null where nothing is. */
  fact({ body }: WatchedRecord): string | null {
    const { orderId, fact, trade, charge } = body as MoneyBody
    if (orderId === 0 && charge === undefined && trade === undefined && fact !== null && fact !== undefined)
      return this.taken(fact)
    if (orderId === undefined || trade === undefined || fact === undefined || fact === null) return null
    const theirs = this.cashOf(trade.tradeId)
    if (theirs === null) return null
    const name = orderId === 0 ? trade.venueId : orderId
    const order = this.orders.get(name) ?? { ours: 0n, theirs: 0n, estimated: new Set<string>() }
    this.orders.set(name, order)
    if (fact.kind === FactKind.adjusted) {
      order.ours += BigInt(fact.value)
      order.estimated.delete(trade.tradeId)
    } else {
      order.ours -= BigInt(trade.side) * BigInt(fact.value) + BigInt(fact.fee)
      order.theirs += theirs
      if (trade.fee === null) order.estimated.add(trade.tradeId)
    }
    if (order.estimated.size > 0) return null
    const off = order.ours * this.scale - order.theirs
    // Rounded once, to the nearest unit.
    if (2n * (off < 0n ? -off : off) <= this.scale) return null
    return `order ${name} has moved ${order.ours} units in our books, and ${order.theirs} at the exchange`
  }

  private taken(fact: { readonly value: number; readonly quantity: number }): string | null {
    const next = this.adopted.shift()
    if (next === undefined) return null
    const ours = next.instrument < 0 ? BigInt(fact.value) * this.scale : BigInt(fact.quantity)
    const off = ours - units(next.difference)
    if (2n * (off < 0n ? -off : off) <= this.scale) return null
    return `${next.difference} ${next.what} was adopted, and ${ours} units are in our books`
  }
}

/** What a trade has moved of the account's money, in units of 1e-8. */
export function cashOf(trade: {
  readonly side: 1 | -1
  readonly value: bigint
  readonly fee: bigint
  readonly feeAsset: string
}): bigint {
  const { side, value, fee, feeAsset } = trade
  return -BigInt(side) * value - (feeAsset === 'USD' ? fee : units('0'))
}
