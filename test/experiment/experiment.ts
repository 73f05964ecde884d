/**
 * Do the gates tell luck from an edge? Seeded sweeps on pure noise, and on markets with a planted edge of a size and
 * length fixed beforehand, each through the whole validation.
 */

import { allocateCandles, type CandleSeries } from '../../engine/core/candles.ts'
import { seededUniform } from '../../engine/core/random.ts'
import { parsePolicy } from '../../engine/promote/policy.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { makeMarket } from '../../engine/run/market.ts'
import { loadTerms } from '../../engine/run/terms.ts'
import { validate } from '../../engine/run/validate/validate.ts'
import { strategies } from '../../strategies/registry.ts'

const BAR_MS = 4 * 3_600_000
const DAY_MS = 86_400_000
/** Four years, of which the last 15 % stay sealed. */
const BARS = (4 * 365 * DAY_MS) / BAR_MS
const BARS_A_YEAR = (365 * DAY_MS) / BAR_MS
const ANNUAL_VOLATILITY = 0.4
/** Drift a bar, in standard deviations of a bar, in the direction that the planted averages show: about 3 a year. */
const EDGE = 0.09
const FAST = [4, 8, 16]
const SLOW = [24, 48, 96, 192]
/** Where the edge lies: in the middle of the grid. */
export const PLANTED = { fast: 8, slow: 48 }

/** A market whose next bar drifts, up or down, where the planted averages point; with `edge` 0, a random walk. */
export function experimentMarket(seed: number, edge: number): CandleSeries {
  const candles = allocateCandles(BARS)
  const uniform = seededUniform(seed, 'experiment')
  const deviation = ANNUAL_VOLATILITY / Math.sqrt(BARS_A_YEAR)
  const { time, open, high, low, close, volume } = candles
  let price = 1000
  let [fast, slow] = [0, 0]
  for (let row = 0; row < BARS; row++) {
    const known = row >= PLANTED.slow
    const drift = known ? edge * Math.sign(fast / PLANTED.fast - slow / PLANTED.slow) : 0
    let z = -6
    for (let i = 0; i < 12; i++) z += uniform()
    time[row] = Date.UTC(2019, 0, 1) + row * BAR_MS
    open[row] = price
    price *= 1 + deviation * (drift + z)
    close[row] = price
    high[row] = Math.max(open[row]!, price) * (1 + 0.3 * deviation * uniform())
    low[row] = Math.min(open[row]!, price) * (1 - 0.3 * deviation * uniform())
    volume[row] = 100
    fast += price - (row >= PLANTED.fast ? close[row - PLANTED.fast]! : 0)
    slow += price - (row >= PLANTED.slow ? close[row - PLANTED.slow]! : 0)
  }
  const dataHash = `experiment ${seed} ${edge}`
  return { venue: 'test', symbol: 'BTC/USD', timeframeMs: BAR_MS, candles, dataHash }
}

const CONFIG = resolveConfig({
  name: 'experiment',
  strategy: { name: 'sma-cross' },
  data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '4h' },
  account: { quote: 'USD', equity: 10_000, profile: 'none' },
  sizing: { mode: 'percent', fraction: 0.95 },
  costs: { fees: { maker: 0.0002, taker: 0.0002 } },
  rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off', feeGate: false },
  validate: { space: { fast: FAST, slow: SLOW }, warmupBars: 200 },
})

export interface Outcome {
  readonly seed: number
  readonly passed: boolean
  readonly failed: readonly string[]
  readonly chosen: { readonly fast: number; readonly slow: number }
  /** Within a step of the grid of the planted place. */
  readonly near: boolean
}

/** One sweep and its validation; `markets` random walks for the gate that wants them. */
export async function runOne(kind: 'noise' | 'planted', seed: number, markets = 20): Promise<Outcome> {
  const market = makeMarket([experimentMarket(seed, kind === 'noise' ? 0 : EDGE)])
  const module = await strategies['sma-cross']!()
  const { document } = await validate({
    config: CONFIG,
    section: CONFIG.validate!,
    market,
    terms: await loadTerms(CONFIG),
    module,
    fresh: (params) => module.create(params as never),
    strategyHash: 'experiment',
    policy: parsePolicy({ gates: { noEdge: { markets } } }, 'experiment'),
    choice: 'best',
  })
  const chosen = document.chosen as Outcome['chosen']
  const apart =
    Math.abs(FAST.indexOf(chosen.fast) - FAST.indexOf(PLANTED.fast)) +
    Math.abs(SLOW.indexOf(chosen.slow) - SLOW.indexOf(PLANTED.slow))
  return { seed, passed: document.passed, failed: document.failed, chosen, near: apart <= 1 }
}

export interface Tally {
  readonly runs: number
  readonly passed: number
  readonly near: number
  /** Upper end of the one-sided 95 % interval of the share that passes (Clopper & Pearson). */
  readonly upper: number
  readonly failures: Readonly<Record<string, number>>
}

/** Sums up outcomes. */
export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const failures: Record<string, number> = {}
  for (const { failed } of outcomes) for (const name of failed) failures[name] = (failures[name] ?? 0) + 1
  const passed = outcomes.filter((one) => one.passed).length
  return {
    runs: outcomes.length,
    passed,
    near: outcomes.filter((one) => one.near).length,
    upper: clopperPearsonUpper(passed, outcomes.length, 0.95),
    failures,
  }
}

/** The share at which so few successes or fewer have a chance of 1 − `confidence`. */
export function clopperPearsonUpper(successes: number, n: number, confidence: number): number {
  if (successes >= n) return 1
  let [low, high] = [successes / n, 1]
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2
    if (binomialBelow(successes, n, middle) > 1 - confidence) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** P(X ≤ k) of a binomial. */
function binomialBelow(k: number, n: number, p: number): number {
  let term = (1 - p) ** n
  let total = term
  for (let i = 1; i <= k; i++) {
    term *= ((n - i + 1) / i) * (p / (1 - p))
    total += term
  }
  return total
}
