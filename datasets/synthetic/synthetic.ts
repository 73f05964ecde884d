/** Synthetic markets: the same seed gives the same bytes on every machine and Node version. */

import { allocateCandles, type CandleSeries, type Candles } from '../../engine/core/candles.ts'
import { hashCandles } from '../columns.ts'
import { type ImportReport, reportOf } from '../report.ts'
import { writeSeries } from '../write.ts'
import { makePace } from './models.ts'
import { resolveOptions, type SyntheticModel, type SyntheticOptions, type SyntheticParameters } from './options.ts'
import { forkedUniform, normalFrom, type Uniform } from './random.ts'
import { highestPrice, makeTick, type Tick, toTick } from './tick.ts'

const YEAR_MS = 365 * 86_400_000
/** Steps within a bar, from which its high and low come. */
const STEPS = 8
/** No step may lose or gain more than this: keeps the price positive whatever the volatility. */
const LARGEST_STEP = 0.5

/** A synthetic market in memory. Throws `BAD_OPTION`. */
export function syntheticCandles(options: SyntheticOptions): CandleSeries {
  const candles = generate(options.model, resolveOptions(options), options.timeframeMs)
  const { venue, symbol, timeframeMs } = options
  return { venue, symbol, timeframeMs, candles, dataHash: hashCandles(candles) }
}

/** Puts a synthetic market into the store, replacing a series of that name; its manifest has model and parameters. */
export async function importSynthetic(options: SyntheticOptions & { readonly store: string }): Promise<ImportReport> {
  const parameters = resolveOptions(options)
  const { candles } = syntheticCandles(options)
  const source = { kind: 'synthetic', model: options.model, parameters: { ...parameters } } as const
  return reportOf(await writeSeries(options.store, options, candles, source))
}

/**
 * An Euler walk, price ×= 1 + μ·dt + σ·√dt·z (a geometric Brownian motion in the limit), in `STEPS` steps a bar, each
 * bar opening where the last one closed. Only + − × ÷ √ are used, and prices are rounded to the tick.
 */
function generate(model: SyntheticModel, parameters: SyntheticParameters, timeframeMs: number): Candles {
  const { bars, seed, startMs, startPrice } = parameters
  const candles = allocateCandles(bars)
  const tick = makeTick(parameters.tick)
  const pace = makePace(model, parameters)
  const normal = normalFrom(forkedUniform(seed, 'price'))
  const volume = volumeSource(forkedUniform(seed, 'volume'), parameters.meanVolume)
  const dt = timeframeMs / STEPS / YEAR_MS
  const rootDt = Math.sqrt(dt)
  const usualStep = parameters.annualVolatility * rootDt
  let price = startPrice
  for (let row = 0; row < bars; row++) {
    const { drift, volatility } = pace()
    candles.time[row] = startMs + row * timeframeMs
    const open = toTick(price, tick)
    let high = open
    let low = open
    for (let step = 0; step < STEPS; step++) {
      price = walk(price, drift * dt + volatility * rootDt * normal(), tick)
      const shown = toTick(price, tick)
      if (shown > high) high = shown
      if (shown < low) low = shown
    }
    candles.open[row] = open
    candles.high[row] = high
    candles.low[row] = low
    candles.close[row] = toTick(price, tick)
    candles.volume[row] = volume(usualStep === 0 ? 1 : (high - low) / open / usualStep)
  }
  return candles
}

function walk(price: number, change: number, tick: Tick): number {
  const limited = Math.min(LARGEST_STEP, Math.max(-LARGEST_STEP, change))
  const smallest = tick.numerator / tick.scale
  return Math.min(highestPrice(tick), Math.max(smallest, price * (1 + limited)))
}

/** Range over a step's usual size beyond which volume grows no more; a market that only drifts has no usual size. */
const LARGEST_RANGE = 100

/** Volume that grows with the bar's range over a step's usual size, to 4 decimals. */
function volumeSource(uniform: Uniform, mean: number): (relativeRange: number) => number {
  return (relativeRange) => {
    const drawn = mean * (0.5 + uniform()) * (0.4 + 0.17 * Math.min(LARGEST_RANGE, relativeRange))
    return Math.round(drawn * 1e4) / 1e4
  }
}
