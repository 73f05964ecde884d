/** Eight ways to cheat a backtest, each as somebody might really write it. */

import type { Context, Strategy } from '../../engine/core/strategy.ts'

/** Trades the first symbol, or the one that `choose` names, by a rule on rows from 50 on. */
function cheat(setup: (x: Context) => (row: number) => boolean, symbol: (x: Context) => number = () => 0) {
  return (): Strategy => {
    let x: Context
    let wants: (row: number) => boolean
    let traded = 0
    return {
      setup(context) {
        x = context
        wants = setup(context)
        traded = symbol(context)
      },
      onBar(row) {
        if (row < 50) return
        if (!wants(row)) {
          if (x.position(traded) !== 0) x.exit(traded)
        } else if (x.position(traded) === 0) x.enter(traded)
      },
    }
  }
}

const HOURS_A_DAY = 24

/** What an earlier run left behind: closes by symbol. */
const cache = new Map<string, Float64Array>()

export const CHEATS: Readonly<Record<string, () => Strategy>> = {
  "the next bar's close": cheat((x) => {
    const close = x.column(0, 'close')
    return (row) => close[row + 1]! / close[row]! > 1.001
  }),
  "the day's high": cheat((x) => {
    const [high, close] = [x.column(0, 'high'), x.column(0, 'close')]
    return (row) => {
      const day = row - (row % HOURS_A_DAY)
      let top = 0
      for (let i = day; i < day + HOURS_A_DAY && i < high.length; i++) top = Math.max(top, high[i]!)
      return close[row]! < 0.99 * top
    }
  }),
  'a full-sample mean': cheat((x) => {
    const close = x.column(0, 'close')
    const mean = close.reduce((sum, price) => sum + price, 0) / close.length
    return (row) => close[row]! < mean
  }),
  'a shared cache': () => {
    let x: Context
    let close: Float64Array
    let seen: Float64Array | undefined
    const kept: number[] = []
    return {
      setup(context) {
        x = context
        close = x.column(0, 'close')
        seen = cache.get(x.symbols[0]!)
      },
      onBar(row) {
        // Looks at nothing but the present bar, and remembers it for the next run.
        kept.push(close[row]!)
        if (seen === undefined && row > 380) cache.set(x.symbols[0]!, Float64Array.from(kept))
        const up = seen !== undefined && row + 1 < seen.length ? seen[row + 1]! > close[row]! : row % 7 === 0
        if (x.position(0) === 0 && up) x.enter(0)
        else if (x.position(0) !== 0 && !up) x.exit(0)
      },
    }
  },
  'a resampled bar that has not closed': cheat((x) => {
    const close = x.column(0, 'close')
    // A bar of four hours is made of rows 4k … 4k + 3; its close is used from its first hour on.
    return (row) => close[Math.min(close.length - 1, row - (row % 4) + 3)]! > close[row]!
  }),
  'a comparison only': cheat((x) => {
    const [low, close] = [x.column(0, 'low'), x.column(0, 'close')]
    return (row) => !(low[row + 1]! < 0.995 * close[row]!)
  }),
  'a label in the symbol list': cheat(
    (x) => {
      const close = x.column(0, 'close')
      return (row) => close[row]! > close[row - 5]!
    },
    (x) =>
      Math.max(
        0,
        x.symbols.findIndex((name) => name.startsWith('WON')),
      ),
  ),
  'sorting by future return': cheat(
    (x) => {
      const close = x.column(0, 'close')
      return (row) => close[row]! > close[row - 5]!
    },
    (x) => {
      const gain = x.symbols.map((_, k) => x.column(k, 'close').at(-1)! / x.column(k, 'close')[0]!)
      return gain.indexOf(Math.max(...gain))
    },
  ),
}
