/** What a synthetic market is made from. */

import { gridOrigin } from '../grid.ts'
import { checkSeriesKey, type SeriesKey } from '../series.ts'
import { bad, type ModelParameters, modelParameters } from './parameters.ts'
import { highestPrice, makeTick } from './tick.ts'

/**
 * `gbm`: geometric random walk. `regime`: a walk that switches between calm, trending and volatile spells. `jumps`: a
 * walk with sudden jumps (Merton). `garch`: volatility that clusters, GARCH(1,1). `edge`: a walk in which a bar is drawn
 * towards the direction of the bar before. `coin`: every bar up or down by the same fraction, at even odds.
 * `correlated`: symbols of one seed share a market factor. `crash`: a walk with a flash crash. `outage`: a walk with
 * bars missing.
 */
export const SYNTHETIC_MODELS = [
  ...(['gbm', 'regime', 'jumps', 'garch', 'edge', 'coin', 'correlated', 'crash', 'outage'] as const),
] as const
export type SyntheticModel = (typeof SYNTHETIC_MODELS)[number]

export interface SyntheticOptions extends SeriesKey, Partial<ModelParameters> {
  readonly model: SyntheticModel
  readonly seed: number | string
  readonly bars: number
  /** Open of the first bar in ms UTC, on the timeframe's grid. Default 2020-01-01. */
  readonly startMs?: number
  /** Open of the first bar. Default 10 000. */
  readonly startPrice?: number
  /** Expected return a year of 365 days, as a fraction. Default 0.1. */
  readonly annualDrift?: number
  /** Standard deviation of returns a year, as a fraction. Default 0.6. */
  readonly annualVolatility?: number
  /** Price step. Default 0.01. */
  readonly tick?: number
  /** Mean volume of a bar in base; 0 makes all volumes 0. Default 100. */
  readonly meanVolume?: number
}

/** All parameters with their defaults, checked: what the manifest records. Those of other models are absent. */
export interface SyntheticParameters extends Partial<ModelParameters> {
  readonly seed: number | string
  readonly bars: number
  readonly startMs: number
  readonly startPrice: number
  readonly annualDrift: number
  readonly annualVolatility: number
  readonly tick: number
  readonly meanVolume: number
}

/** 2020-01-01, a Wednesday; weekly bars then open on Wednesdays. */
const DEFAULT_START_MS = 1_577_836_800_000
const MOST_BARS = 50_000_000

/** Throws `BAD_OPTION` (naming the option) or what `checkSeriesKey` throws. */
export function resolveOptions(options: SyntheticOptions): SyntheticParameters {
  checkSeriesKey(options)
  if (!SYNTHETIC_MODELS.includes(options.model)) bad('model', options.model, `choose ${SYNTHETIC_MODELS.join(', ')}`)
  const { model } = options
  const parameters: SyntheticParameters = {
    seed: options.seed,
    bars: options.bars,
    startMs: options.startMs ?? DEFAULT_START_MS,
    startPrice: options.startPrice ?? 10_000,
    annualDrift: options.annualDrift ?? 0.1,
    annualVolatility: options.annualVolatility ?? 0.6,
    tick: options.tick ?? 0.01,
    meanVolume: options.meanVolume ?? 100,
    ...modelParameters(model, options),
  }
  check(parameters, options.timeframeMs)
  return parameters
}

function check(p: SyntheticParameters, timeframeMs: number): void {
  const within = (value: number, low: number, high: number): boolean => value >= low && value <= high
  if (typeof p.seed === 'number' && !Number.isFinite(p.seed)) bad('seed', p.seed, 'give a finite number or a text')
  if (!Number.isInteger(p.bars) || !within(p.bars, 1, MOST_BARS)) bad('bars', p.bars, `give 1 to ${MOST_BARS}`)
  const onGrid = (p.startMs - gridOrigin(p.startMs, timeframeMs)) % timeframeMs === 0
  if (!Number.isSafeInteger(p.startMs) || !onGrid) bad('startMs', p.startMs, 'start when a bar of the timeframe opens')
  const highest = highestPrice(makeTick(p.tick))
  if (!within(p.startPrice, p.tick, highest)) bad('startPrice', p.startPrice, `give from one tick to ${highest}`)
  if (!within(p.annualDrift, -10, 10)) bad('annualDrift', p.annualDrift, 'give a fraction a year from -10 to 10')
  if (!within(p.annualVolatility, 0, 10)) bad('annualVolatility', p.annualVolatility, 'give a fraction from 0 to 10')
  if (!within(p.meanVolume, 0, 1e12)) bad('meanVolume', p.meanVolume, 'give 0 to 1e12')
}
