/** A market like a real one, and the stationary bootstrap of one: made from a series of the store. */

import type { CandleSeries, Candles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { gridOrigin } from '../grid.ts'
import { loadPrepared } from '../prepare.ts'
import { type ImportReport, reportOf } from '../report.ts'
import { type SeriesKey, seriesTarget } from '../series.ts'
import { writeSeries } from '../write.ts'
import { stationaryRows, usualBlock } from './bootstrap.ts'
import { type Fit, fitMarket, slotAt } from './fit.ts'
import { autocorrelation, compareMarkets, deviation, kurtosis, type Statistic } from './likeness.ts'
import { bad } from './parameters.ts'
import { forkedUniform } from './random.ts'
import { assemble, type NextBar, type Shapes, type Start, shapesOf, tickOf } from './shapes.ts'

export const LIKE_MODELS = ['bootstrap', 'like'] as const
/** `bootstrap`: blocks of the real bars. `like`: the real bars one by one, at a rhythm and clustering fitted to them. */
export type LikeModel = (typeof LIKE_MODELS)[number]

export interface LikeOptions extends SeriesKey {
  readonly store: string
  readonly model: LikeModel
  readonly seed: number
  /** The real series; it is resampled where the store has only finer bars. */
  readonly source: { readonly venue: string; readonly symbol: string }
  /** Default: as many as the real one has. */
  readonly bars?: number
  readonly startMs?: number
  readonly startPrice?: number
  readonly tick?: number
  /** `bootstrap`: mean length of a block in bars. */
  readonly block?: number
}

export interface LikeReport extends ImportReport {
  readonly statistics: readonly Statistic[]
}

/** A real series too short to learn from. */
const LEAST_BARS = 300

/** Makes and stores the market; the manifest has source, parameters and the statistics side by side. */
export async function importLike(options: LikeOptions): Promise<LikeReport> {
  const { store, venue, symbol, timeframeMs } = options
  const real = await loadPrepared(store, { ...options.source, timeframeMs }, 'leave')
  const { candles, parameters, statistics } = likeCandles(options, real)
  const described = { ...parameters, statistics }
  const source = { kind: 'synthetic', model: options.model, parameters: described } as const
  const written = await writeSeries(store, { venue, symbol, timeframeMs }, candles, source)
  return { ...reportOf(written), statistics }
}

export interface Made {
  readonly candles: Candles
  readonly parameters: Readonly<Record<string, unknown>>
  readonly statistics: readonly Statistic[]
}

/** The market in memory. Throws `TOO_SHORT` and `BAD_OPTION`. */
export function likeCandles(options: Omit<LikeOptions, 'store' | 'source'>, real: CandleSeries): Made {
  const { seed, model, timeframeMs } = options
  const shapes = shapesOf(real.candles, timeframeMs)
  if (shapes.time.length < LEAST_BARS) throw tooShort(real, shapes.time.length)
  const start = startOf(options, real, shapes)
  const from = { series: seriesTarget({ ...real, timeframeMs }), dataHash: real.dataHash }
  const made = model === 'bootstrap' ? bootstrapped(shapes, start, options) : filtered(shapes, start, seed, timeframeMs)
  const statistics = compareMarkets(shapes, shapesOf(made.candles, timeframeMs), timeframeMs)
  return { candles: made.candles, parameters: { seed, from, ...start, ...made.parameters }, statistics }
}

function startOf(options: Omit<LikeOptions, 'store' | 'source'>, real: CandleSeries, shapes: Shapes): Start {
  const { timeframeMs } = options
  const start: Start = {
    bars: options.bars ?? real.candles.time.length,
    startMs: options.startMs ?? real.candles.time[0]!,
    startPrice: options.startPrice ?? real.candles.close[0]!,
    tick: options.tick ?? tickOf(real.candles),
  }
  if (!Number.isInteger(start.bars) || start.bars < 1 || start.bars > 5e7) bad('bars', start.bars, 'give 1 to 50000000')
  if ((start.startMs - gridOrigin(start.startMs, timeframeMs)) % timeframeMs !== 0) {
    bad('startMs', start.startMs, 'start when a bar of the timeframe opens')
  }
  if (!(start.startPrice >= start.tick)) bad('startPrice', start.startPrice, 'give at least one tick')
  const { block } = options
  if (block !== undefined && !(block >= 1 && block <= shapes.time.length)) {
    bad('block', block, `give 1 to ${shapes.time.length} bars`)
  }
  return start
}

type Part = Pick<Made, 'candles' | 'parameters'>

function bootstrapped(shapes: Shapes, start: Start, options: Omit<LikeOptions, 'store' | 'source'>): Part {
  const { seed, timeframeMs } = options
  const block = options.block ?? usualBlock(shapes.time.length)
  const next = stationaryRows(shapes.time.length, block, forkedUniform(seed, 'bootstrap'))
  const pick = (): NextBar => {
    const shape = next()
    return { shape, scale: 1, volume: shapes.volume[shape]! }
  }
  return { candles: assemble(shapes, start, timeframeMs, pick), parameters: { block } }
}

/** Fractions of the highest fitted variance that are tried as the cap of the made one. */
const CAPS = [1, 0.5, 0.25, 0.12, 0.06, 0.03]

/** The market of the real volatility, at the cap of its variance with which tails and clustering are nearest. */
function filtered(shapes: Shapes, start: Start, seed: number, timeframeMs: number): Part {
  const fit = fitMarket(shapes, timeframeMs)
  const real = signature(shapes.close)
  const close = (part: Part): Float64Array => shapesOf(part.candles, timeframeMs).close
  let best: { readonly part: Part; readonly off: number } | null = null
  for (const cap of CAPS) {
    const capped = { ...fit, most: Math.max(1, fit.most * cap) }
    // The drawn variance isn't quite 1 on average: a first try tells by how much all bars must be stretched.
    const tried = deviation(close(filteredOnce(shapes, start, seed, timeframeMs, capped, 1)))
    const stretch = tried > 0 ? deviation(shapes.close) / tried : 1
    const part = filteredOnce(shapes, start, seed, timeframeMs, capped, stretch)
    const off = distance(real, signature(close(part)))
    if (best === null || off < best.off) best = { part, off }
  }
  return best!.part
}

/** Kurtosis, and autocorrelation of |return| at lags 1 and 24. */
function signature(close: Float64Array): readonly (number | null)[] {
  const sizes = close.map(Math.abs)
  return [kurtosis(close), autocorrelation(sizes, 1), autocorrelation(sizes, 24)]
}

/** How far tails (the root of their factor) and clustering (its factors) are apart; 1 for alike. */
function distance(real: readonly (number | null)[], made: readonly (number | null)[]): number {
  const [tails, ...clustering] = real.map((a, index) => {
    const b = made[index]!
    return a === null || b === null || !(a > 0 && b > 0) ? 10 : Math.max(a / b, b / a)
  })
  return clustering.reduce((product, factor) => product * factor, Math.sqrt(tails!))
}

/**
 * Filtered historical simulation (G. Barone-Adesi, K. Giannopoulos, L. Vosper, J. Futures Markets 19, 1999): a real bar
 * is drawn at random and brought from the volatility that it had (hour of the day × GARCH) to the one that is now. So
 * tails and shapes are those of the real bars, clustering and rhythm those that were fitted.
 */
function filteredOnce(
  shapes: Shapes,
  start: Start,
  seed: number,
  timeframeMs: number,
  fit: Fit,
  stretch: number,
): Part {
  const { alpha, beta, rhythm, volumeRhythm, volatility } = fit
  const uniform = forkedUniform(seed, 'like')
  const slots = rhythm.length
  let variance = 1
  const pick = (timeMs: number): NextBar => {
    const shape = Math.floor(uniform() * shapes.time.length)
    const [now, then] = [slotAt(timeMs, slots), slotAt(shapes.time[shape]!, slots)]
    const scale = (Math.sqrt(variance) * rhythm[now]!) / (fit.deviation[shape]! * rhythm[then]!)
    const drawn = (scale * shapes.close[shape]!) / (volatility * rhythm[now]!)
    variance = Math.min(fit.most, 1 - alpha - beta + alpha * drawn * drawn + beta * variance)
    const volume = (shapes.volume[shape]! * volumeRhythm[now]!) / volumeRhythm[then]!
    return { shape, scale: scale * stretch, volume: Number(volume.toPrecision(8)) }
  }
  return { candles: assemble(shapes, start, timeframeMs, pick), parameters: { ...parametersOf(fit), stretch } }
}

function parametersOf({ volatility, rhythm, volumeRhythm, alpha, beta, most }: Fit): Readonly<Record<string, unknown>> {
  return { volatility, rhythm, volumeRhythm, alpha, beta, most }
}

function tooShort(real: CandleSeries, bars: number): TandemError {
  const name = `${real.venue} ${real.symbol} ${formatTimeframe(real.timeframeMs)}`
  return new TandemError(`${name} has ${bars} bars that follow on another, too few to learn from`, {
    code: 'TOO_SHORT',
    hint: `take a series of at least ${LEAST_BARS}`,
  })
}
