/** What is at stake at the exchange, valued as the gate can value it: at closes. Amounts in units of quote. */

import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { least, ONE, units } from '../venue/amount.ts'
import type { Witness } from '../world/surroundings.ts'

export class ExposureWatch {
  private readonly exchange: Pick<Witness, 'orders' | 'price' | 'holding'>
  /** Newest closes of a symbol. */
  private readonly closes: (symbol: string) => readonly number[]

  constructor(exchange: ExposureWatch['exchange'], closes: ExposureWatch['closes']) {
    this.exchange = exchange
    this.closes = closes
  }

  /** What is held, and could still be added by open orders that `enlarges` says yes to. */
  exposure(enlarges: (clientId: string) => boolean): bigint {
    const { exchange } = this
    let sum = 0n
    for (const { clientId, symbol, quantity, filled, status } of exchange.orders) {
      if (status !== 'open' || clientId === null || !enlarges(clientId)) continue
      sum += ((quantity - filled) * this.knownPrice(symbol)) / ONE
    }
    for (const symbol of exchange.price.keys()) {
      const held = exchange.holding(symbol)
      sum += ((held < 0n ? -held : held) * this.knownPrice(symbol)) / ONE
    }
    return sum
  }

  /** What an order comes to: at its own price, or at the market's. */
  notional({ symbol, limitPrice, stopPrice, quoteAmount, quantity }: OutgoingOrder): bigint {
    if (quoteAmount !== null) return units(quoteAmount)
    const own = limitPrice ?? stopPrice
    return (units(quantity!) * (own === null ? this.knownPrice(symbol) : units(own))) / ONE
  }

  /** The gate knows closes, and the market may have run away since. */
  private knownPrice(symbol: string): bigint {
    const now = this.exchange.price.get(symbol)!
    return this.closes(symbol)
      .map((close) => units(close.toFixed(8)))
      .reduce(least, now)
  }
}
