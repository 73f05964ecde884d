/**
 * The chosen configuration under other circumstances: dearer, slower, later begun, with holes in the data, under the
 * worst reading of ambiguous bars, at other venues, and on markets where there is nothing to earn.
 */

import { gridOrigin } from '../../../datasets/grid.ts'
import { syntheticCandles } from '../../../datasets/synthetic/synthetic.ts'
import { type CandleSeries, type Candles, FIELDS, type Field } from '../../core/candles.ts'
import { TandemError } from '../../core/errors.ts'
import { seededUniform } from '../../core/random.ts'
import type { Strategy } from '../../core/strategy.ts'
import { standardDeviation } from '../../stats/moments.ts'
import { probabilisticSharpe } from '../../stats/probabilistic-sharpe.ts'
import type { ResolvedConfig } from '../config/index.ts'
import { dearer } from '../dearer.ts'
import { isLeveraged } from '../margin.ts'
import { type Market, makeMarket } from '../market.ts'
import { loadTerms, type Terms } from '../terms.ts'
import { yearly } from './out-of-sample.ts'
import { withEvidence } from './trials.ts'
import { runWindow, type TimeWindow } from './window-run.ts'

export interface Circumstance {
  readonly name: string
  readonly detail: string
  /** Null where it could not be run; `detail` says why. */
  readonly totalReturn: number | null
  readonly sharpe: number | null
  readonly trades: number | null
}

export interface Subject {
  readonly config: ResolvedConfig
  readonly market: Market
  readonly terms: Terms
  readonly create: () => Strategy
  readonly window: TimeWindow
  readonly warmupBars: number
  readonly seed: number
}

/** Latency that stands for "none was set" when it is multiplied. */
const USUAL_LATENCY_MS = 200
const JITTER_DAYS = [1, 3, 7, 14, 30]
const MISSING_SHARE = 0.01
/** Spot venues with a dated fee schedule. */
const OTHER_VENUES = ['kraken', 'coinbase', 'binance', 'alpaca']
const DAY_MS = 86_400_000

/** Five times the delay; recorded delays, which are a file's, become five times the usual one. */
function slower(latencyMs: ResolvedConfig['execution']['latencyMs']): ResolvedConfig['execution']['latencyMs'] {
  if (typeof latencyMs === 'number') return 5 * (latencyMs || USUAL_LATENCY_MS)
  return 'sample' in latencyMs ? { sample: latencyMs.sample.map((ms) => 5 * ms) } : 5 * USUAL_LATENCY_MS
}

/** Every circumstance, the run as it is first. */
export async function circumstances(subject: Subject): Promise<readonly Circumstance[]> {
  const { config, terms, window } = subject
  const latencyMs = slower(config.execution.latencyMs)
  const slow: ResolvedConfig = { ...config, execution: { ...config.execution, latencyMs } }
  const start = (days: number): Subject => ({
    ...subject,
    window: { fromMs: window.fromMs + days * DAY_MS, toMs: window.toMs },
  })
  return [
    measured('as it is', '', subject),
    measured('costs × 1.5', 'fees, spread and slippage', { ...subject, terms: dearer(terms, 1.5) }),
    measured('costs × 2', 'fees, spread and slippage', { ...subject, terms: dearer(terms, 2) }),
    measured('latency × 5', typeof latencyMs === 'number' ? `${latencyMs} ms each way` : 'each of the sample', {
      ...subject,
      config: slow,
    }),
    ...JITTER_DAYS.map((days) => measured('start later', `by ${days} days`, start(days))),
    worstModel(subject),
    // A market of several venues can't be made up from one's series.
    ...(config.venues.length > 1 ? [] : [missingBars(subject), ...(await atOtherVenues(subject))]),
  ]
}

function missingBars(subject: Subject): Circumstance {
  const config = coarse(subject.config)
  const market = withHoles(subject.market, subject.seed)
  return measured('missing bars', `${MISSING_SHARE * 100} % of them, at random`, { ...subject, config, market })
}

/** Without the finer timeframe, which markets that were made up or changed don't have. */
function coarse(config: ResolvedConfig): ResolvedConfig {
  return { ...config, execution: { ...config.execution, detail: 'none' } }
}

function measured(name: string, detail: string, subject: Subject, model?: 'pessimistic' | 'optimistic' | 'path') {
  try {
    const run = runWindow({ ...subject, ...(model === undefined ? {} : { model }) })
    return {
      name,
      detail,
      totalReturn: run.totalReturn,
      sharpe: run.ruined ? null : yearly(run.dayReturns),
      trades: run.trades.length,
    }
  } catch (error) {
    if (!(error instanceof TandemError)) throw error
    return {
      name,
      detail: `${detail === '' ? '' : `${detail}: `}${error.line}`,
      totalReturn: null,
      sharpe: null,
      trades: null,
    }
  }
}

function worstModel(subject: Subject): Circumstance {
  const models = ['pessimistic', 'optimistic', 'path'] as const
  const runs = models.map((model) => measured('worst ambiguity model', model, subject, model))
  return runs.reduce((worst, one) => ((one.totalReturn ?? 0) < (worst.totalReturn ?? 0) ? one : worst))
}

async function atOtherVenues(subject: Subject): Promise<Circumstance[]> {
  const { config, market } = subject
  // Another venue's fees say little of a position that its margin rules would have ended elsewhere.
  if (config.costs.fees !== 'schedule' || isLeveraged(config)) return []
  const found: Circumstance[] = []
  for (const venue of OTHER_VENUES) {
    if (venue === config.data.venue) continue
    const moved: ResolvedConfig = { ...coarse(config), data: { ...config.data, venue }, venues: [venue] }
    const series = market.grid.symbols.map(({ series: one }) => ({ ...one, venue }))
    const { funding, marks } = market
    const elsewhere = { ...makeMarket(series, market.columns.exogenous), funding, marks }
    const terms = await loadTerms(moved)
    found.push(measured('fees and minimums of', venue, { ...subject, config: moved, market: elsewhere, terms }))
  }
  return found
}

/** The market with some bars left out of each series, never its first. */
export function withHoles(market: Market, seed: number): Market {
  const series = market.grid.symbols.map(({ series: one }, k): CandleSeries => {
    const uniform = seededUniform(seed, `holes ${k}`)
    const kept = Uint8Array.from(one.candles.time, (_, bar) => (bar === 0 || uniform() >= MISSING_SHARE ? 1 : 0))
    return { ...one, candles: filtered(one.candles, (bar) => kept[bar] === 1) }
  })
  return { ...makeMarket(series, market.columns.exogenous), funding: market.funding }
}

function filtered(candles: Candles, keep: (bar: number) => boolean): Candles {
  const part = (column: Float64Array): Float64Array => column.filter((_, bar) => keep(bar))
  const columns = Object.fromEntries(FIELDS.map((field) => [field, part(candles[field])])) as Record<
    Field,
    Float64Array
  >
  return { time: part(candles.time), ...columns }
}

/** Longest synthetic market: enough for its Sharpe ratio, and for the time it takes. */
const MOST_BARS = 10_000
/** From here on a random walk's result counts as clearly earned. */
const CLEARLY = 0.95

export interface NoEdge {
  readonly share: number
  readonly markets: number
  readonly seed: number
  /** Total returns, in the order of the seeds. */
  readonly returns: readonly number[]
}

/** The share of driftless random walks, as volatile as the real market, on which the strategy clearly earns. */
export function withoutEdge(subject: Subject, markets: number): NoEdge {
  const { config, market, seed } = subject
  const returns: number[] = []
  let earned = 0
  for (let k = 0; k < markets; k++) {
    const series = market.grid.symbols.map((one, symbol) => walkLike(one.series, `${seed}/${k}/${symbol}`))
    // A perpetual pays what was paid in those days, on another price.
    const walks = { ...makeMarket(series), funding: market.funding }
    const { time, rows, timeframeMs } = walks.grid
    const window = { fromMs: time[0]!, toMs: time[rows - 1]! + timeframeMs }
    const run = withEvidence(runWindow({ ...subject, config: coarse(config), market: walks, window, warmupBars: 0 }))
    returns.push(run.totalReturn)
    if (typeof run.evidence === 'string') continue
    if ((probabilisticSharpe(run.evidence).value ?? 0) >= CLEARLY) earned += 1
  }
  return { share: earned / markets, markets, seed, returns }
}

/** A driftless random walk with the name, the start and the volatility of a series. */
function walkLike({ venue, symbol, timeframeMs, candles }: CandleSeries, seed: string): CandleSeries {
  const { close, time } = candles
  const bars = Math.min(MOST_BARS, time.length)
  const changes = Float64Array.from({ length: close.length - 1 }, (_, i) => close[i + 1]! / close[i]! - 1)
  const perYear = (365 * DAY_MS) / timeframeMs
  const annualVolatility = Math.min(5, standardDeviation(changes) * Math.sqrt(perYear))
  const startPrice = close[close.length - 1]!
  return syntheticCandles({
    venue,
    symbol,
    timeframeMs,
    model: 'gbm',
    seed,
    bars,
    startMs: onGrid(time[0]!, timeframeMs),
    startPrice,
    annualDrift: 0,
    annualVolatility,
    tick: tickFor(startPrice),
  })
}

/** The first time at or after `ms` at which a bar of the timeframe may open. */
function onGrid(ms: number, timeframeMs: number): number {
  const origin = gridOrigin(ms, timeframeMs)
  return origin + Math.ceil((ms - origin) / timeframeMs) * timeframeMs
}

/** A tick that is fine beside the price, and a decimal. */
function tickFor(price: number): number {
  return Number(`1e${Math.max(-8, Math.floor(Math.log10(price)) - 5)}`)
}
