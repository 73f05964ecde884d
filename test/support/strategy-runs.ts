/** For each strategy that comes with tandem: a market of the size it wants, and an account on which it can act. */

import type { ExogenousSeries } from '../../engine/core/candles.ts'
import type { Market } from '../../engine/run/market.ts'
import { ParkMiller } from './park-miller.ts'
import { randomCandles, randomSeries } from './random-market.ts'
import { type ConfigChanges, marketOf } from './runs.ts'

const START_MS = 1_600_000_000_000
const EIGHT_HOURS_MS = 8 * 3_600_000

/** How many symbols a strategy is tried on; one where nothing is said. */
const SYMBOLS: Readonly<Record<string, number>> = {
  'bollinger-reversion': 2,
  'funding-carry': 2,
  'micro-momentum': 4,
  'momentum-rotation': 4,
  'pairs-zscore': 2,
  'vol-target-trend': 2,
}

/** What a strategy needs of its account beyond the plain one. */
export function accountFor(name: string): ConfigChanges {
  const shorting = name === 'pairs-zscore' || name === 'funding-carry'
  const account = { quote: 'USD', equity: 10_000, profile: 'none', shorting }
  return SYMBOLS[name] === undefined ? { account } : { account, sizing: { mode: 'percent', fraction: 0.3 } }
}

/** A random market with as many symbols as the strategy wants, with gaps where there are several, and with funding. */
export function marketFor(name: string, seed: number, bars: number): Market {
  const symbols = SYMBOLS[name] ?? 1
  if (symbols === 1) return marketOf(randomCandles({ seed, bars }))
  return marketOf(randomSeries(seed, symbols, bars), [randomFunding(seed, Math.ceil(bars / 8))])
}

/** Funding rates every eight hours that stay on one side of zero for a while. */
function randomFunding(seed: number, count: number): ExogenousSeries {
  const random = new ParkMiller(seed * 65537)
  const knownMs = new Float64Array(count)
  const value = new Float64Array(count)
  let level = 0
  for (let i = 0; i < count; i++) {
    level = Math.max(-30, Math.min(30, level + random.draw(6)))
    knownMs[i] = START_MS + i * EIGHT_HOURS_MS
    value[i] = level / 1e5
  }
  return { name: 'funding', knownMs, value, dataHash: `test funding ${seed} ${count}` }
}
