import { z } from 'zod'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({})

class BuyAndHold implements Strategy {
  private x!: Context
  private close: Float64Array[] = []

  setup(x: Context): void {
    this.x = x
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
  }

  onBar(row: number): void {
    for (let symbol = 0; symbol < this.close.length; symbol++) {
      // Once held or ordered there is nothing left to do; a refused order is tried again on the next bar.
      if (this.x.position(symbol) === 0 && !this.x.entryPending(symbol) && this.close[symbol]![row]! > 0) {
        this.x.enter(symbol)
      }
    }
  }
}

export default defineStrategy({
  name: 'buy-and-hold',
  description:
    'Buys every symbol at the first chance and never sells: the benchmark that a strategy has to beat after costs. It ' +
    'fails in bear markets and says nothing about timing.',
  params,
  create: () => new BuyAndHold(),
})
