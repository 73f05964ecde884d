/** What a validation looks at: the days, the trials over them, which is chosen, and how many were ever tried. */

import { TandemError } from '../../core/errors.ts'
import type { Strategy, StrategyModule } from '../../core/strategy.ts'
import type { Policy } from '../../promote/policy.ts'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { configHash, type ResolvedConfig, type ValidateSection } from '../config/index.ts'
import type { Market } from '../market.ts'
import type { Terms } from '../terms.ts'
import { bestOf, scoreOf } from './choose.ts'
import type { Days } from './out-of-sample.ts'
import type { Subject } from './robustness.ts'
import { InProcessRunner, type Trial, type TrialResult, type TrialRunner, trialsOf } from './trials.ts'
import type { TimeWindow } from './window-run.ts'

const DAY_MS = 86_400_000

export interface ValidationInput {
  readonly config: ResolvedConfig
  readonly section: ValidateSection
  readonly market: Market
  readonly terms: Terms
  readonly module: StrategyModule
  /** The strategy from a module that has seen nothing yet. */
  readonly fresh: (params: unknown) => Strategy
  readonly strategyHash: string
  readonly policy: Policy
  /** `best` of the space by the objective; `own`: the configuration as it is. */
  readonly choice: 'best' | 'own'
  /** What files that the run file names are relative to. */
  readonly baseFolder?: string
  /** What was tried, as values by key; default: every combination of the section's space. */
  readonly points?: readonly Trial['values'][]
  readonly runner?: TrialRunner
  /** Notes what was tried and returns how many there were on this data; default: only these. */
  readonly count?: (configs: readonly string[]) => number
  /** Trials of other commands have looked at all of this data: nothing in it is unseen. */
  readonly sweptBefore?: boolean
  /** Opens the sealed stretch: notes it and returns how often it was opened. Absent: it stays sealed. */
  readonly open?: (window: TimeWindow, config: string) => number
  readonly log?: (line: string) => void
}

export interface Setting {
  readonly seen: TimeWindow
  /** The sealed rest; null where none is kept. */
  readonly sealed: TimeWindow | null
  readonly trials: readonly Trial[]
  readonly runner: TrialRunner
  /** Every trial over `seen`, in one continuous run each. */
  readonly whole: readonly TrialResult[]
  readonly days: Days
  readonly chosen: number
  /** The chosen trial, its result, and a maker of its strategy. */
  readonly trial: Trial
  readonly own: TrialResult
  readonly params: unknown
  readonly create: () => Strategy
  /** On record for this data, and all that count. */
  readonly ledger: number
  readonly total: number
  /** The chosen configuration as other circumstances take it. */
  readonly subject: Subject
}

/** Runs the trials and chooses. */
export async function settingOf(input: ValidationInput): Promise<Setting> {
  const { config, section, market, terms, module, choice, log = () => {} } = input
  if (market.grid.timeframeMs > DAY_MS) {
    throw new TandemError('validation looks at days: bars longer than one hide them', {
      code: 'BAD_TIMEFRAME',
      where: 'data.timeframe',
      hint: 'use 1d or less',
    })
  }
  if (config.accounts !== undefined) {
    throw new TandemError('one account is validated at a time', {
      code: 'ONE_ACCOUNT',
      where: 'accounts',
      hint: 'name it under account:',
    })
  }
  if (config.account.flows !== undefined) {
    throw new TandemError('deposits and withdrawals would be told from returns in no window', {
      code: 'FLOWS_NOT_VALIDATED',
      where: 'account.flows',
      hint: 'leave it out',
    })
  }
  const { seen, sealed } = partsOf(market, section)
  const space = trialsOf(config, section, input.points)
  const trials = choice === 'own' ? withOwn(space, config) : space
  const runner =
    input.runner ??
    new InProcessRunner({ module, market, warmupBars: section.warmupBars, baseFolder: input.baseFolder ?? '.' })
  log(`${trials.length} trials over ${Math.round((seen.toMs - seen.fromMs) / DAY_MS)} days`)
  const whole = await runner.runTrials(trials, seen)
  const scores = whole.map((one) => scoreOf(one.dayReturns, section.objective))
  const chosen = choice === 'own' ? ownIndex(trials, config) : bestOf(scores)
  const trial = trials[chosen]!
  const params = module.params.parse(trial.config.strategy.params)
  const create = (): Strategy => module.create(params)
  const ledger = input.count?.(trials.map((one) => trialHash(one, input))) ?? trials.length
  return {
    seen,
    sealed,
    trials,
    runner,
    whole,
    days: { firstMs: whole[0]!.dayMs[0]!, count: whole[0]!.dayReturns.length },
    chosen,
    trial,
    own: whole[chosen]!,
    params,
    create,
    ledger,
    total: Math.max(trials.length, ledger) + section.triedElsewhere,
    subject: { config: trial.config, market, terms, create, window: seen, warmupBars: 0, seed: config.seed },
  }
}

/** One name for a configuration and the code that it runs. */
export function trialHash({ config }: Trial, { strategyHash }: ValidationInput): string {
  return sha256Hex(canonicalJson([configHash(config), strategyHash]))
}

/** The days that are looked at, and the sealed rest. Cut at midnight. */
function partsOf({ grid }: Market, { holdout }: ValidateSection): { seen: TimeWindow; sealed: TimeWindow | null } {
  const fromMs = grid.time[0]!
  const toMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  if (holdout === 'off') return { seen: { fromMs, toMs }, sealed: null }
  const cutMs = Math.floor((toMs - (toMs - fromMs) * holdout) / DAY_MS) * DAY_MS
  if (cutMs <= fromMs + DAY_MS) return { seen: { fromMs, toMs }, sealed: null }
  return { seen: { fromMs, toMs: cutMs }, sealed: { fromMs: cutMs, toMs } }
}

/** The space, and the run file's own configuration where it isn't in it. */
function withOwn(trials: readonly Trial[], config: ResolvedConfig): readonly Trial[] {
  const known = ownIndex(trials, config) >= 0
  return known ? trials : [...trials, { values: {}, place: trials[0]!.place.map(() => Number.NaN), config }]
}

function ownIndex(trials: readonly Trial[], config: ResolvedConfig): number {
  const hash = configHash(config)
  return trials.findIndex((trial) => configHash(trial.config) === hash)
}
