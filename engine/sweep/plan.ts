/** From a run file to a sweep that can begin: its space checked, its size known, its identity fixed. */

import { TandemError } from '../core/errors.ts'
import { canonicalJson, sha256Hex } from '../run/canonical.ts'
import type { ResolvedConfig, RunFile, SweepSection } from '../run/config/index.ts'
import { SCHEMA } from '../run/header.ts'
import type { LoadedStrategy } from '../run/strategy-loader.ts'
import { parameterNames } from '../run/strategy-params.ts'
import { suggestion } from '../run/suggest.ts'
import { trialMetrics } from '../run/trial/trial-metrics.ts'
import { adaptiveSearch } from './adaptive/adaptive.ts'
import type { MarketShare } from './batch.ts'
import { holds } from './expression.ts'
import { Frames, type FramesOptions } from './frames.ts'
import { Judge } from './objective.ts'
import { fixedSearch, isAdaptive, type Search } from './search.ts'
import { type Axis, isData, isParam, type Point, plainValue } from './space/axis.ts'
import { type Count, conditionsOf, countTrials, makeSpace, type Space } from './space/points.ts'

/** Raised when trials, their numbers or the journal change so that an old folder can't be continued. */
const FORMAT = 1

/** Bars that a batch should have about: some tenths of a second of work. */
const BATCH_BARS = 4_000_000
const MOST_ROWS = 512
/** Batches a sweep should have at least, so that all threads have work until the end. */
const LEAST_BATCHES = 64

/** Combinations of the data's axes whose content the identity covers. */
const MARKETS_NAMED = 64

/** Points that are looked at for a first one that the conditions let pass. */
const LOOKED_FOR_FIRST = 1_000_000

/** Numbers of returns that are kept without being asked for. */
const RETURNS_KEPT = 50_000_000

export interface SweepPlan {
  readonly name: string
  readonly input: RunFile['input']
  readonly sweep: SweepSection
  readonly axes: readonly Axis[]
  readonly space: Space
  /** The first point that satisfies the conditions. */
  readonly first: Point
  readonly count: Count
  readonly judge: Judge
  readonly frames: Frames
  /** Of the first trial. */
  readonly config: ResolvedConfig
  /** Of the first trial; its columns are the frames' alone, which let go of them when no more trials are to run. */
  readonly market: Omit<MarketShare, 'slab'>
  /** Memory for shared columns of a market. */
  readonly columnBytes: number
  readonly strategy: LoadedStrategy
  /** Most trials of a batch. */
  readonly batchRows: number
  /** Whether every trial's returns are kept. */
  readonly returns: boolean
  /** SHA-256 of everything the results depend on. */
  readonly identity: string
  /** A fresh search: it remembers what it is told. */
  readonly search: () => Search
}

export interface PlanOptions extends Pick<FramesOptions, 'baseFolder' | 'market'> {
  readonly columnBytes?: number
}

/** Memory for shared indicator columns where nothing else is said. */
export const COLUMN_BYTES = 64 * 2 ** 20

/** Prepares a run file's sweep. Throws `NO_SWEEP`, `EMPTY_SPACE`, and what its first trial would throw. */
export async function planSweep(file: RunFile, options: PlanOptions): Promise<SweepPlan> {
  const { sweep, input } = file
  if (sweep === null) {
    throw new TandemError('the run file has no sweep: section', {
      code: 'NO_SWEEP',
      where: 'sweep',
      hint: 'name the values to try under sweep.space',
    })
  }
  const space = makeSpace(sweep)
  const adaptive = isAdaptive(sweep.method)
  const axes = sweep.method === 'halving' ? [...space.axes, WINDOW] : space.axes
  const judge = new Judge(sweep, axes)
  const conditions = conditionsOf(sweep, space.axes)
  const { baseFolder, market: load } = options
  const frames = new Frames({ input, axes, baseFolder, market: load, columnBytes: options.columnBytes ?? COLUMN_BYTES })
  const first = firstPoint(space)
  const { config, market: share, strategy } = await frames.first(first)
  const { slab, ...market } = share
  await checkAxes(space, first, frames, strategy)
  const count = countTrials(space, conditions.length)
  const rows = Math.round(BATCH_BARS / market.grid.rows)
  const spread = Math.ceil(space.size / LEAST_BATCHES)
  const batchRows = Math.max(1, Math.min(rows, spread, MOST_ROWS))
  const passes = (point: Point): boolean => passesAll(conditions, point)
  const search = adaptive
    ? adaptiveSearch(sweep, space, axes, passes, judge, market.grid)
    : () => fixedSearch(space, count.trials)
  const dataHashes = await hashesOf(space, first, frames)
  const identity = sha256Hex(
    canonicalJson({
      format: FORMAT,
      schema: SCHEMA,
      input: { ...input, origin: undefined },
      sweep,
      strategy: strategy.hash,
      data: dataHashes,
      batchRows,
      metrics: trialMetrics().map(({ id }) => id),
    }),
  )
  const returns = keepsReturns(sweep, search().trials, market)
  return {
    name: config.name,
    input,
    sweep,
    axes,
    space,
    first,
    count,
    judge,
    frames,
    config,
    market,
    columnBytes: slab.cells.byteLength,
    strategy,
    batchRows,
    returns,
    identity,
    search,
  }
}

/** The end of the window, which successive halving moves. */
const WINDOW: Axis = { key: 'data.to', path: ['data', 'to'], values: null, stretch: null }

function passesAll(conditions: ReturnType<typeof conditionsOf>, point: Point): boolean {
  return conditions.length === 0 || conditions.every((one) => holds(one, point.map(plainValue)))
}

function firstPoint(space: Space): Point {
  for (let number = 0; number < Math.min(space.size, LOOKED_FOR_FIRST); number++) {
    const point = space.at(number)
    if (point !== null) return point
  }
  throw new TandemError('no combination of values satisfies the conditions', {
    code: 'EMPTY_SPACE',
    where: 'sweep.where',
    hint: 'loosen sweep.where or widen sweep.space',
  })
}

/** Values of an axis that are tried in a configuration before anything runs. */
const TRIED = 32

/** Every axis must be a key that the run file or the strategy knows, with values that fit it. */
async function checkAxes(space: Space, first: Point, frames: Frames, { module }: LoadedStrategy): Promise<void> {
  const known = parameterNames(module)
  for (const [i, axis] of space.axes.entries()) {
    if (isParam(axis)) {
      const name = String(axis.path[2])
      if (known === null || known.includes(name)) continue
      throw new TandemError(`unknown key: strategy ${module.name} has no parameter ${name}`, {
        code: 'BAD_SPACE',
        where: `sweep.space.${axis.key}`,
        hint: suggestion(name, [...known, ...TOP_KEYS]),
      })
    }
    const values = axis.values ?? (axis.stretch === null ? [] : [axis.stretch.min, axis.stretch.max])
    for (const value of values.slice(0, TRIED)) {
      try {
        frames.config(first.with(i, value))
      } catch (error) {
        if (!(error instanceof TandemError)) throw error
        throw new TandemError(error.message, {
          code: 'BAD_SPACE',
          where: `sweep.space.${axis.key}`,
          ...(error.hint === null ? {} : { hint: error.hint }),
          cause: error,
        })
      }
    }
  }
}

const TOP_KEYS = ['account.equity', 'sizing.fraction', 'data.symbols', 'data.timeframe', 'seed']

/** Content hashes of the markets of the sweep: of every combination of the data's axes, up to a limit. */
async function hashesOf(space: Space, first: Point, frames: Frames): Promise<string[]> {
  let points: Point[] = [first]
  for (const [i, axis] of space.axes.entries()) {
    if (!isData(axis) || axis.values === null) continue
    points = points.flatMap((point) => axis.values!.map((value) => point.with(i, value))).slice(0, MARKETS_NAMED)
  }
  const hashes: string[] = []
  for (const point of points) {
    const { market } = await frames.ready(point)
    hashes.push(market?.dataHash ?? 'none')
  }
  return hashes
}

function keepsReturns({ keep, method }: SweepSection, trials: number, { grid }: SweepPlan['market']): boolean {
  if (keep.returns !== 'auto') return keep.returns === 'all'
  if (method === 'halving') return false
  const days = Math.ceil((grid.time[grid.rows - 1]! + grid.timeframeMs - grid.time[0]!) / 86_400_000)
  return trials * days <= RETURNS_KEPT
}
