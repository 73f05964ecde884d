/** Trials: the configurations of a space, and the port through which many of them are run over a window. */

import { TandemError } from '../../core/errors.ts'
import type { StrategyModule } from '../../core/strategy.ts'
import { type SharpeEvidence, sharpeEvidence } from '../../stats/probabilistic-sharpe.ts'
import { canonicalJson } from '../canonical.ts'
import { type ResolvedConfig, resolveConfig, type ValidateSection } from '../config/index.ts'
import { applyOverride } from '../config/overrides.ts'
import type { Market } from '../market.ts'
import { parseParams } from '../strategy-params.ts'
import { loadTerms, type Terms } from '../terms.ts'
import { runWindow, type TimeWindow, type WindowRun } from './window-run.ts'

export interface Trial {
  /** Value by key of the space. */
  readonly values: Readonly<Record<string, unknown>>
  /** Place of each value on its axis, in the order of the space. */
  readonly place: readonly number[]
  readonly config: ResolvedConfig
}

export interface TrialResult extends WindowRun {
  /** Per observation, of UTC-day returns; a text says why there is none. */
  readonly evidence: SharpeEvidence | string
}

/**
 * Runs trials over a window, each from flat, with closing charged: results in the order of the trials. The one here runs
 * them one after the other in this process; a sweep's runner may take its place.
 */
export interface TrialRunner {
  runTrials(trials: readonly Trial[], window: TimeWindow): Promise<readonly TrialResult[]>
}

const MOST_TRIALS = 100_000

/** Every combination of the space's values, the last axis fastest; or the given points. Throws `BAD_SPACE`. */
export function trialsOf(
  config: ResolvedConfig,
  section: ValidateSection,
  points: readonly Trial['values'][] = combinationsOf(section),
): readonly Trial[] {
  const keys = [...new Set(points.flatMap((point) => Object.keys(point)))]
  const paths = new Map(keys.map((key) => [key, pathOf(key)]))
  const axes = keys.map((key) => stepsOf(points.map((point) => point[key])))
  return points.map((values) => {
    const changed = Object.entries(values).reduce<unknown>(
      (root, [key, value]) => applyOverride(root, { path: paths.get(key)!, value, text: key }),
      config,
    )
    return {
      values,
      place: keys.map((key, k) => axes[k]!.indexOf(canonicalJson(values[key] ?? null))),
      config: resolveConfig(changed, `validate.space ${canonicalJson(values)}`),
    }
  })
}

function combinationsOf({ space }: ValidateSection): Trial['values'][] {
  const axes = Object.entries(space).map(([key, axis]) => ({ key, values: valuesOf(axis) }))
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > MOST_TRIALS) {
    throw badSpace('validate.space', `${count} configurations, at most ${MOST_TRIALS} can be validated`)
  }
  return axes.reduce<Trial['values'][]>(
    (points, { key, values }) => points.flatMap((point) => values.map((value) => ({ ...point, [key]: value }))),
    [{}],
  )
}

/** The different values of an axis in order, numbers by size, others as they come: neighbours are a step apart. */
function stepsOf(values: readonly unknown[]): readonly string[] {
  const different = [...new Map(values.map((value) => [canonicalJson(value ?? null), value])).entries()]
  const numbers = different.every(([, value]) => typeof value === 'number')
  if (numbers) different.sort(([, a], [, b]) => (a as number) - (b as number))
  return different.map(([text]) => text)
}

/** A bare name is a parameter of the strategy. What changes the data can't be compared day by day. */
function pathOf(key: string): readonly (string | number)[] {
  const path = key.includes('.') ? key.split('.') : ['strategy', 'params', key]
  if (['data', 'venues', 'validate', 'name', 'origin'].includes(path[0]!)) {
    throw badSpace(`validate.space.${key}`, 'trials on other data than the run are not comparable day by day')
  }
  return path.map((step) => (/^\d+$/.test(step) ? Number(step) : step))
}

function valuesOf(axis: ValidateSection['space'][string]): readonly unknown[] {
  if (Array.isArray(axis)) return axis
  const { from, to, step } = axis
  // Counted rather than added up, so that 0.1 + 0.1 + … ends where it should.
  return Array.from({ length: Math.floor((to - from) / step + 1e-9) + 1 }, (_, i) =>
    Number((from + i * step).toFixed(12)),
  )
}

function badSpace(where: string, message: string): TandemError {
  return new TandemError(message, { code: 'BAD_SPACE', where, hint: 'change validate.space' })
}

/** The trials whose place differs from `of` by one step on one axis. */
export function neighboursOf(trials: readonly Trial[], of: Trial): readonly number[] {
  return trials.flatMap((trial, index) => {
    const apart = trial.place.reduce((sum, at, axis) => sum + Math.abs(at - of.place[axis]!), 0)
    return apart === 1 ? [index] : []
  })
}

export interface InProcessOptions {
  readonly module: StrategyModule
  readonly market: Market
  readonly warmupBars: number
  /** What files that terms name are relative to. */
  readonly baseFolder?: string
}

/** Runs trials here, one after the other. */
export class InProcessRunner implements TrialRunner {
  private readonly options: InProcessOptions
  private readonly terms = new Map<string, Promise<Terms>>()

  constructor(options: InProcessOptions) {
    this.options = options
  }

  async runTrials(trials: readonly Trial[], window: TimeWindow): Promise<readonly TrialResult[]> {
    const { module, market, warmupBars } = this.options
    const results: TrialResult[] = []
    for (const { config } of trials) {
      const terms = await this.termsOf(config)
      const params = parseParams(module, config.strategy.params)
      const run = runWindow({ config, market, terms, create: () => module.create(params), window, warmupBars })
      results.push(withEvidence(run))
    }
    return results
  }

  private termsOf(config: ResolvedConfig): Promise<Terms> {
    const { costs, rules, venues, execution } = config
    const key = canonicalJson([costs, rules.venueMinimums, venues, execution.latencyMs])
    let terms = this.terms.get(key)
    if (terms === undefined) {
      terms = loadTerms(config, this.options.baseFolder)
      this.terms.set(key, terms)
    }
    return terms
  }
}

/** A window's run with what its days say of its Sharpe ratio. A ruin has no returns after it, and no evidence. */
export function withEvidence(run: WindowRun): TrialResult {
  const evidence = run.ruined ? 'equity fell to zero or below' : sharpeEvidence(run.dayReturns)
  return { ...run, evidence }
}
