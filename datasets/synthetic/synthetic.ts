/** Synthetic markets: the same seed gives the same bytes on every machine and Node version. */

import { allocateCandles, type CandleSeries, type Candles } from '../../engine/core/candles.ts'
import { hashCandles } from '../columns.ts'
import { type ImportReport, reportOf } from '../report.ts'
import { writeSeries } from '../write.ts'
import { coinCandles } from './coin.ts'
import { type MarketEvent, withEvents } from './events.ts'
import { makePace, YEAR_MS } from './models.ts'
import { resolveOptions, type SyntheticModel, type SyntheticOptions, type SyntheticParameters } from './options.ts'
import { forkedUniform, normalFrom, type Uniform } from './random.ts'
import { highestPrice, makeTick, type Tick, toTick } from './tick.ts'

/** Steps within a bar, from which its high and low come. */
const STEPS = 8
/** No step may lose or gain more than this: keeps the price positive whatever the volatility. */
const LARGEST_STEP = 0.5

/** A synthetic market in memory. Throws `BAD_OPTION`. */
export function syntheticCandles(options: SyntheticOptions): CandleSeries {
  const { candles } = makeMarket(options)
  const { venue, symbol, timeframeMs } = options
  return { venue, symbol, timeframeMs, candles, dataHash: hashCandles(candles) }
}

/** Puts a synthetic market into the store, replacing a series of that name; its manifest has model, parameters and events. */
export async function importSynthetic(options: SyntheticOptions & { readonly store: string }): Promise<ImportReport> {
  const { candles, parameters, events } = makeMarket(options)
  const described = { ...parameters, ...(events.length === 0 ? {} : { events }) }
  const source = { kind: 'synthetic', model: options.model, parameters: described } as const
  return reportOf(await writeSeries(options.store, options, candles, source))
}

interface Market {
  readonly candles: Candles
  readonly parameters: SyntheticParameters
  readonly events: readonly MarketEvent[]
}

function makeMarket(options: SyntheticOptions): Market {
  const parameters = resolveOptions(options)
  const candles =
    options.model === 'coin' ? coinCandles(parameters, options.timeframeMs) : walkCandles(options, parameters)
  return { parameters, ...withEvents(options.model, candles, parameters) }
}

/**
 * An Euler walk, price ×= 1 + μ·dt + σ·√dt·z (a geometric Brownian motion in the limit), in `STEPS` steps a bar, each
 * bar opening where the last one closed. Only + − × ÷ √ are used, and prices are rounded to the tick.
 */
function walkCandles(options: SyntheticOptions, parameters: SyntheticParameters): Candles {
  const { model, timeframeMs } = options
  const { bars, seed, startMs, startPrice } = parameters
  const candles = allocateCandles(bars)
  const tick = makeTick(parameters.tick)
  const pace = makePace(model, parameters, timeframeMs / YEAR_MS)
  const normal = normalsOf(options, parameters)
  const jump = jumpSource(model, parameters, timeframeMs / YEAR_MS)
  const volume = volumeSource(forkedUniform(seed, 'volume'), parameters.meanVolume)
  const dt = timeframeMs / STEPS / YEAR_MS
  const rootDt = Math.sqrt(dt)
  const usualStep = parameters.annualVolatility * rootDt
  const usualBar = usualStep * Math.sqrt(STEPS)
  let price = startPrice
  let before = 0
  for (let row = 0; row < bars; row++) {
    const { drift, volatility } = pace(usualBar === 0 ? 0 : before / usualBar)
    const { step: jumpStep, size: jumpSize } = jump()
    const opened = price
    candles.time[row] = startMs + row * timeframeMs
    const open = toTick(price, tick)
    let high = open
    let low = open
    for (let step = 0; step < STEPS; step++) {
      const jumped = step === jumpStep ? jumpSize : 0
      price = walk(price, drift * dt + volatility * rootDt * normal() + jumped, tick)
      const shown = toTick(price, tick)
      if (shown > high) high = shown
      if (shown < low) low = shown
    }
    before = price / opened - 1
    candles.open[row] = open
    candles.high[row] = high
    candles.low[row] = low
    candles.close[row] = toTick(price, tick)
    candles.volume[row] = volume(usualStep === 0 ? 1 : (high - low) / open / usualStep)
  }
  return candles
}

/**
 * Standard normal steps of the price. Symbols of one seed that are correlated share the steps of the market: with the
 * weights √ρ and √(1−ρ) any two of them have the correlation ρ.
 */
function normalsOf({ model, symbol }: SyntheticOptions, { seed, correlation }: SyntheticParameters): () => number {
  if (model !== 'correlated') return normalFrom(forkedUniform(seed, 'price'))
  const market = normalFrom(forkedUniform(seed, 'market'))
  const own = normalFrom(forkedUniform(seed, `price ${symbol}`))
  const [shared, alone] = [Math.sqrt(correlation!), Math.sqrt(1 - correlation!)]
  return () => shared * market() + alone * own()
}

/** A bar's jump: at which step, and how large; no step for none. */
interface Jump {
  readonly step: number
  readonly size: number
}

const NO_JUMP: Jump = { step: -1, size: 0 }

/** Jumps come at random, independently of the walk (R. C. Merton, J. Financial Economics 3, 1976); at most one a bar. */
function jumpSource(model: SyntheticModel, parameters: SyntheticParameters, barYears: number): () => Jump {
  if (model !== 'jumps') return () => NO_JUMP
  const { seed, jumpsPerYear, jumpVolatility } = parameters
  const uniform = forkedUniform(seed, 'jumps')
  const normal = normalFrom(uniform)
  const chance = jumpsPerYear! * barYears
  return () =>
    uniform() < chance ? { step: Math.floor(uniform() * STEPS), size: jumpVolatility! * normal() } : NO_JUMP
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
