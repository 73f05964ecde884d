/**
 * From points to what a thread can run: configurations, the markets and terms they need, strategies. The configuration
 * is resolved once for all trials that differ in parameters alone; markets are loaded when they are wanted, and the
 * one that wasn't wanted for longest goes when there are too many.
 */

import { TandemError } from '../core/errors.ts'
import { builtinStrategies } from '../run/builtin.ts'
import { canonicalJson } from '../run/canonical.ts'
import { applyOverride, type ResolvedConfig, resolveConfig } from '../run/config/index.ts'
import { isLeveraged } from '../run/margin.ts'
import { isPerpetual, loadMarket, type Market } from '../run/market.ts'
import { type LoadedStrategy, loadStrategy } from '../run/strategy-loader.ts'
import { loadTerms, type Terms } from '../run/terms.ts'
import { allocateSlab } from '../run/trial/column-slab.ts'
import { refuseFlowsOutside } from '../run/venues.ts'
import type { Batch, FrameSpec, MarketShare, Origin, PreparedTrial } from './batch.ts'
import { type Axis, isParam, type Point } from './space/axis.ts'
import { describeError } from './threads/trial-runner.ts'

export interface FramesOptions {
  /** What was written in the run file, without `sweep:`. */
  readonly input: Readonly<Record<string, unknown>>
  readonly axes: readonly Axis[]
  readonly baseFolder: string
  /** Loads the candles of a configuration. */
  readonly market: (config: ResolvedConfig) => Promise<Market>
  /** Loads the strategy of a configuration. Default: by its name, or bundled from its file. */
  readonly strategy?: (config: ResolvedConfig) => Promise<LoadedStrategy>
  /** Memory for shared indicator columns of all markets, bytes. */
  readonly columnBytes: number
}

/** The market of a configuration, from the store. */
export function fromStore(store: string): FramesOptions['market'] {
  return async (config) => {
    const market = await loadMarket(config, store)
    refuseFlowsOutside(config, market.grid)
    return market
  }
}

/** Markets kept at once. */
const MOST_MARKETS = 4
/** Frames kept at once. */
const MOST_FRAMES = 512
/** Columns a slab has at least, whatever the budget: what a trial wants lies in it or is the thread's own. */
const LEAST_SLOTS = 4
const MOST_SLOTS = 512

/** What trials are made of, ready to be sent. */
export interface Ready {
  readonly trial: PreparedTrial
  /** Null for a trial that can't be run. */
  readonly frame: FrameSpec | null
  readonly market: MarketShare | null
  readonly strategyHash: string
}

function unready(error: string): Ready {
  return { trial: { error }, frame: null, market: null, strategyHash: '' }
}

/** Everything that a configuration's market depends on. */
export function marketKey({ data, venues, execution, rules, margin }: ResolvedConfig): string {
  const perpetual = data.symbols.some(isPerpetual) ? [margin.funding === 'off', margin.mark] : []
  return canonicalJson([data, venues, execution.detail, rules.venueMinimums, ...perpetual])
}

/** Counts trials by their data and strategy; those that couldn't be run have neither. */
export function originsOf(trials: readonly Ready[]): Origin[] {
  const counts = new Map<string, { dataHash: string; strategyHash: string; trials: number }>()
  for (const { market, strategyHash } of trials) {
    if (market === null) continue
    const key = `${market.dataHash}/${strategyHash}`
    const origin = counts.get(key) ?? { dataHash: market.dataHash, strategyHash, trials: 0 }
    origin.trials += 1
    counts.set(key, origin)
  }
  return [...counts.values()]
}

interface Frame {
  readonly spec: FrameSpec
  readonly market: MarketShare
  readonly strategyHash: string
}

export class Frames {
  private readonly options: FramesOptions
  private readonly frames = new Map<string, Frame | { readonly error: string }>()
  private readonly markets = new Map<string, MarketShare>()
  private readonly terms = new Map<string, Terms>()
  private readonly strategies = new Map<string, LoadedStrategy>()
  private readonly paramAxes: readonly (readonly [number, string])[]
  private readonly otherAxes: readonly number[]
  private ids = 0

  constructor(options: FramesOptions) {
    this.options = options
    const places = options.axes.map((_, i) => i)
    this.paramAxes = places.filter((i) => isParam(options.axes[i]!)).map((i) => [i, String(options.axes[i]!.path[2])])
    this.otherAxes = places.filter((i) => !isParam(options.axes[i]!))
  }

  /** The configuration of a point. Throws what a run file with these values would. */
  config(point: Point): ResolvedConfig {
    const { axes, input } = this.options
    const changed = axes.reduce<unknown>((root, { path, key }, i) => {
      const value = point[i]
      return value === undefined ? root : applyOverride(root, { path, value, text: `${key}=${canonicalJson(value)}` })
    }, input)
    return resolveConfig(changed, 'sweep.space')
  }

  /** Makes a point ready. An error becomes the trial's; only the machine's own are thrown. */
  async ready(point: Point): Promise<Ready> {
    const key = canonicalJson(this.otherAxes.map((i) => point[i] ?? null))
    let frame = this.frames.get(key)
    if (frame === undefined) {
      frame = await this.make(point)
      if (this.frames.size >= MOST_FRAMES) this.frames.clear()
      this.frames.set(key, frame)
    }
    if ('error' in frame) {
      return unready(frame.error)
    }
    const params = { ...frame.spec.config.strategy.params }
    for (const [i, name] of this.paramAxes) if (point[i] !== undefined) params[name] = point[i]
    const { spec, market, strategyHash } = frame
    return { trial: { frame: spec.id, params }, frame: spec, market, strategyHash }
  }

  /** Makes a batch's points ready. */
  async readyAll({ points, errors }: Batch): Promise<Ready[]> {
    const readies: Ready[] = []
    for (const [i, point] of points.entries()) {
      const error = errors?.[i] ?? null
      readies.push(error === null ? await this.ready(point) : unready(error))
    }
    return readies
  }

  /** The frame of a point as it is, with its error thrown. */
  async first(point: Point): Promise<{ config: ResolvedConfig; market: MarketShare; strategy: LoadedStrategy }> {
    const config = this.config(point)
    const strategy = await this.strategy(config)
    return { config, market: await this.market(config), strategy }
  }

  private async make(point: Point): Promise<Frame | { readonly error: string }> {
    try {
      const config = this.config(point)
      const loaded = await this.strategy(config)
      const strategy =
        'name' in config.strategy
          ? { name: config.strategy.name }
          : { bundlePath: loaded.bundlePath!, file: config.strategy.file }
      const [market, terms] = [await this.market(config), await this.termsOf(config)]
      const spec = { id: this.ids++, config, terms, market: market.id, strategy }
      return { spec, market, strategyHash: loaded.hash }
    } catch (error) {
      if (!(error instanceof TandemError)) throw error
      return { error: describeError(error) }
    }
  }

  private async strategy(config: ResolvedConfig): Promise<LoadedStrategy> {
    const { params: _, ...reference } = config.strategy
    const key = canonicalJson(reference)
    let loaded = this.strategies.get(key)
    if (loaded === undefined) {
      const { baseFolder, strategy } = this.options
      const builtin = async () => loadStrategy(config.strategy, { registry: await builtinStrategies(), baseFolder })
      loaded = await (strategy ?? builtin)(config)
      this.strategies.set(key, loaded)
    }
    return loaded
  }

  private async market(config: ResolvedConfig): Promise<MarketShare> {
    const key = marketKey(config)
    let share = this.markets.get(key)
    if (share === undefined) {
      const { columns, ...market } = await this.options.market(config)
      const { rows } = market.grid
      const slots = Math.floor(this.options.columnBytes / (rows * 8))
      const slab = allocateSlab(rows, Math.max(LEAST_SLOTS, Math.min(MOST_SLOTS, slots)))
      share = { id: this.ids++, ...market, read: columns.grid, exogenous: columns.exogenous, slab }
      if (this.markets.size >= MOST_MARKETS) this.dropOldest()
    } else this.markets.delete(key)
    // Last in the map is last used.
    this.markets.set(key, share)
    return share
  }

  /** Lets go of all that trials run on: none are to come. */
  release(): void {
    this.frames.clear()
    this.markets.clear()
  }

  private dropOldest(): void {
    const [key, oldest] = this.markets.entries().next().value!
    this.markets.delete(key)
    for (const [name, frame] of this.frames) {
      if (!('error' in frame) && frame.market === oldest) this.frames.delete(name)
    }
  }

  private async termsOf(config: ResolvedConfig): Promise<Terms> {
    const { costs, rules, data, venues, execution, margin } = config
    const key = canonicalJson([costs, rules.venueMinimums, data.venue, venues, execution, margin, isLeveraged(config)])
    let terms = this.terms.get(key)
    if (terms === undefined) {
      terms = await loadTerms(config, this.options.baseFolder)
      this.terms.set(key, terms)
    }
    return terms
  }
}
