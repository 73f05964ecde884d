import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    spacing: z
      .number()
      .positive()
      .default(0.01)
      .describe('from rung to rung, as a fraction of the price in the middle'),
    rungs: z.int().min(1).default(8).describe('rungs below and above the middle'),
  })
  .refine((p) => p.spacing * (p.rungs + 1) < 1, { path: ['rungs'], message: 'must end above a price of zero' })

type Params = z.infer<typeof params>

class Grid implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private close: Float64Array[] = []
  /** By symbol: the price in the middle of its grid, and where its buy order rests; NaN before there is one. */
  private middle!: Float64Array
  private resting!: Float64Array

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
    this.middle = new Float64Array(x.symbols.length).fill(Number.NaN)
    this.resting = new Float64Array(x.symbols.length).fill(Number.NaN)
  }

  onBar(row: number): void {
    for (let symbol = 0; symbol < this.close.length; symbol++) {
      const price = this.close[symbol]![row]!
      // While it holds, target and stop rest at the venue.
      if (price > 0 && this.x.position(symbol) === 0) this.place(symbol, price)
    }
  }

  private place(symbol: number, price: number): void {
    const reach = this.p.spacing * this.p.rungs
    const outside = Math.abs(price / this.middle[symbol]! - 1) > reach
    if (Number.isNaN(this.middle[symbol]!) || outside) this.middle[symbol] = price
    const middle = this.middle[symbol]!
    const step = this.p.spacing * middle
    // The highest rung below the price.
    const rung = Math.ceil((price - middle) / step) - 1
    const buyAt = middle + rung * step
    if (this.x.entryPending(symbol)) {
      // The price has moved away: the order is taken back, and placed anew once that is known.
      if (Math.abs(buyAt - this.resting[symbol]!) > step / 2) this.x.exit(symbol)
      return
    }
    this.resting[symbol] = buyAt
    this.x.enter(symbol, {
      limitPrice: buyAt,
      targetPrice: buyAt + step,
      stopPrice: middle - (this.p.rungs + 1) * step,
      // The lower the rung, the further the price may come back.
      quality: this.quality.rank(-rung),
    })
  }

  snapshot(): Uint8Array {
    return packNumbers([...this.middle, ...this.resting, ...this.quality.snapshot()])
  }

  restore(state: Uint8Array): void {
    const symbols = this.close.length
    const numbers = unpackNumbers(state)
    this.middle.set(numbers.slice(0, symbols))
    this.resting.set(numbers.slice(symbols, 2 * symbols))
    this.quality.restore(numbers.slice(2 * symbols))
  }
}

export default defineStrategy({
  name: 'grid',
  description:
    'Lays a grid of prices around the market, keeps a limit order to buy at the next rung below, sells each purchase ' +
    'one rung higher, and gives up below the lowest rung (folklore of market makers; a harvest of fluctuations). It ' +
    'trades every symbol of the run, one rung at a time, since an account holds one position a symbol; under a ' +
    'profile turn off rules.staleEntries, or its orders are cancelled after two minutes. It fails in ' +
    'falling markets: it collects pennies until the stop costs all of them, and rungs closer than the fees lose on ' +
    'every round trip.',
  params,
  create: (p) => new Grid(p),
})
