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

/** Every combination of the space's values, the last axis fastest. Throws `BAD_SPACE`. */
export function trialsOf(config: ResolvedConfig, { space }: ValidateSection): readonly Trial[] {
  const axes = Object.entries(space).map(([key, axis]) => ({ key, path: pathOf(key), values: valuesOf(axis) }))
  const count = axes.reduce((product, { values }) => product * values.length, 1)
  if (count > MOST_TRIALS) {
    throw badSpace('validate.space', `${count} configurations, at most ${MOST_TRIALS} can be validated`)
  }
  return Array.from({ length: count }, (_, index) => {
    const place = axes.map(() => 0)
    for (let axis = axes.length - 1, rest = index; axis >= 0; axis--) {
      const { length } = axes[axis]!.values
      place[axis] = rest % length
      rest = Math.floor(rest / length)
    }
    const values = Object.fromEntries(axes.map((axis, k) => [axis.key, axis.values[place[k]!]]))
    const changed = axes.reduce<unknown>(
      (root, { key, path }, k) => applyOverride(root, { path, value: axes[k]!.values[place[k]!], text: key }),
      config,
    )
    return { values, place, config: resolveConfig(changed, `validate.space ${canonicalJson(values)}`) }
  })
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
    const { costs, rules, data } = config
    const key = canonicalJson([costs, rules.venueMinimums, data.venue])
    let terms = this.terms.get(key)
    if (terms === undefined) {
      terms = loadTerms(config)
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
