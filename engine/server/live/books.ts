/** Cash and positions of a session as its journal tells them: for looking at; the exact books are the session's own. */

import { FactKind } from '../../core/fact.ts'
import { type Body, bodyOf, numberIn, textIn } from './record.ts'

export interface ShownPosition {
  readonly symbol: string
  /** Signed base quantity. */
  readonly quantity: number
  /** Last close, and the value at it; null before the first. */
  readonly price: number | null
  readonly value: number | null
}

interface Units {
  readonly quantity: number
  readonly quote: number
}

/** An operator's adjustment: signed quantity, and the change of cash. */
const ADJUSTED = 14
/** Orders whose side is remembered at most. */
const ORDERS_MAX = 5000

export class Books {
  readonly symbols: readonly string[]
  cash: number
  fees = 0
  fills = 0
  private readonly units: readonly Units[]
  private readonly held: number[]
  private readonly closes: (number | null)[]
  /** 1 buys, −1 sells, by the engine's order id. */
  private readonly sides = new Map<number, number>()

  /** From the `identity` of a session's first record. */
  constructor(identity: Body) {
    const symbols = Array.isArray(identity['symbols']) ? identity['symbols'] : []
    this.symbols = symbols.filter((one): one is string => typeof one === 'string')
    this.cash = numberIn(identity, 'equity') ?? 0
    const units = bodyOf(identity['units'])
    this.units = this.symbols.map((symbol) => {
      const [, quantity, quote] = Array.isArray(units[symbol]) ? (units[symbol] as number[]) : []
      return { quantity: 10 ** -(quantity ?? 8), quote: 10 ** -(quote ?? 8) }
    })
    this.held = this.symbols.map(() => 0)
    this.closes = this.symbols.map(() => null)
  }

  /** A closed row: candles by symbol, `[open, high, low, close, volume]` or null. */
  row(candles: unknown): void {
    if (!Array.isArray(candles)) return
    for (const [i, candle] of candles.entries()) {
      const close = Array.isArray(candle) ? (candle as unknown[])[3] : null
      if (typeof close === 'number' && close > 0 && i < this.closes.length) this.closes[i] = close
    }
  }

  wanted(id: number, order: Body): void {
    const side = order['side']
    this.sides.set(id, side === -1 || side === 'sell' ? -1 : 1)
    for (const old of this.sides.keys()) {
      if (this.sides.size <= ORDERS_MAX) return
      this.sides.delete(old)
    }
  }

  /** Books a fact; says what it was worth in words, or null where it moves nothing. */
  fact(fact: Body, trade: Body, orderId: number): string | null {
    const kind = numberIn(fact, 'kind')
    const instrument = numberIn(fact, 'instrument') ?? 0
    const units = this.units[instrument]
    if (units === undefined || kind === null) return null
    const quantity = (numberIn(fact, 'quantity') ?? 0) * units.quantity
    const value = (numberIn(fact, 'value') ?? 0) * units.quote
    const fee = (numberIn(fact, 'fee') ?? 0) * units.quote
    const symbol = this.symbols[instrument]!
    if (kind === FactKind.filled || kind === FactKind.liquidated) {
      const side = sideOf(trade) ?? this.sides.get(orderId) ?? (this.held[instrument]! > 0 ? -1 : 1)
      this.held[instrument]! += side * quantity
      this.cash -= side * value + fee
      this.fees += fee
      this.fills++
      const what = kind === FactKind.liquidated ? 'liquidated' : side > 0 ? 'bought' : 'sold'
      return `${what} ${plain(quantity)} ${symbol} for ${plain(value)}, fee ${plain(fee)}`
    }
    if (kind === FactKind.funding || kind === FactKind.borrowed) {
      this.cash -= fee
      return `${kind === FactKind.funding ? 'funding' : 'borrowing'} ${plain(fee)} on ${symbol}`
    }
    if (kind === ADJUSTED) {
      this.held[instrument]! += quantity
      this.cash += value
      return `adopted ${plain(quantity)} ${symbol}, ${plain(value)} in cash`
    }
    return null
  }

  get positions(): ShownPosition[] {
    return this.symbols
      .map((symbol, i) => {
        const [quantity, price] = [settled(this.held[i]!, this.units[i]!.quantity), this.closes[i]!]
        return { symbol, quantity, price, value: price === null ? null : quantity * price }
      })
      .filter(({ quantity }) => quantity !== 0)
  }

  get equity(): number {
    return this.cash + this.positions.reduce((sum, { value }) => sum + (value ?? 0), 0)
  }
}

function sideOf(trade: Body): number | null {
  const side = trade['side'] ?? textIn(trade, 'side')
  if (side === 1 || side === 'buy') return 1
  return side === -1 || side === 'sell' ? -1 : null
}

/** Sums of doubles leave a rest far below one step. */
function settled(quantity: number, step: number): number {
  return Math.abs(quantity) < step / 2 ? 0 : Math.round(quantity / step) * step
}

function plain(value: number): string {
  return String(Number(value.toPrecision(10)))
}
