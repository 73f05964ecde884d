/** Everything that is computed on the trials and on the chosen one, before it is judged. */

import type { Evidence, Known } from '../../promote/evidence.ts'
import type { Overfitting } from '../../stats/overfitting.ts'
import type { ValidateSection } from '../config/index.ts'
import type { Market } from '../market.ts'
import { lookAheadOf } from './look-ahead-evidence.ts'
import { type CrossValidated, crossValidate, type WalkForward, walkForward } from './out-of-sample.ts'
import { type Circumstance, circumstances, type NoEdge, type Subject, withoutEdge } from './robustness.ts'
import type { Setting, ValidationInput } from './setting.ts'
import { type Haircuts, haircutsOf, monteCarloOf, overfittingOf, type TradeMonteCarlo } from './statistics.ts'

const DAY_MS = 86_400_000

export interface Findings {
  readonly forwards: readonly WalkForward[]
  readonly crossed: CrossValidated | null
  readonly overfitting: Overfitting | Known<never>
  /** Or why there are none. */
  readonly haircuts: Haircuts | string
  readonly monteCarlo: TradeMonteCarlo | null
  /** Orders and draws of the trades. */
  readonly samples: number
  readonly stress: readonly Circumstance[]
  /** Or why there is none. */
  readonly noEdge: NoEdge | string
  readonly lookAhead: Evidence['lookAhead']
}

/** Computes them. */
export async function findingsOf(input: ValidationInput, setting: Setting): Promise<Findings> {
  const { config, section, market, terms, policy, log = () => {} } = input
  const { whole, chosen, own, total, subject, trial, create, params, seen } = setting
  const { gates } = policy
  log('walk-forward and cross-validation')
  const forwards = await forwardsOf(setting, section)
  const crossed = await crossedOf(setting, section, market)
  log('statistics')
  const samples = gates.drawdown === 'off' ? 2000 : gates.drawdown.samples
  const returns = own.trades.map(({ equityReturn }) => equityReturn)
  const overfitting = overfittingOf(whole, gates.overfitting === 'off' ? 16 : gates.overfitting.blocks)
  const haircuts = haircutsOf(whole, chosen, total)
  const monteCarlo = monteCarloOf(returns, samples, config.seed)
  log('other circumstances')
  const stress = await circumstances(subject)
  const noEdge = noEdgeOf(subject, gates.noEdge === 'off' ? 20 : gates.noEdge.markets)
  log('look-ahead')
  const cuts = gates.lookAhead === 'off' ? 12 : gates.lookAhead.cuts
  const fresh = () => input.fresh(params)
  const lookAhead = lookAheadOf({ config: trial.config, market, terms, create, fresh, untilMs: seen.toMs, cuts })
  return { forwards, crossed, overfitting, haircuts, monteCarlo, samples, stress, noEdge, lookAhead }
}

async function forwardsOf(
  { trials, runner, days }: Setting,
  { walkForward: plan, objective }: ValidateSection,
): Promise<WalkForward[]> {
  const inSampleDays = plan.inSampleDays === 'auto' ? Math.floor(days.count * 0.4) : Math.round(plan.inSampleDays)
  const outOfSampleDays =
    plan.outOfSampleDays === 'auto' ? Math.ceil(days.count * 0.1) : Math.round(plan.outOfSampleDays)
  const made: WalkForward[] = []
  for (const anchored of [false, true]) {
    const shape = { anchored, inSampleDays, outOfSampleDays, purgeDays: Math.ceil(plan.purgeDays), objective }
    const one = await walkForward(trials, runner, days, shape)
    if (one !== null) made.push(one)
  }
  return made
}

async function crossedOf(
  { trials, runner, days, whole }: Setting,
  { cpcv, objective, warmupBars }: ValidateSection,
  { grid }: Market,
): Promise<CrossValidated | null> {
  if (trials.length < 2) return null
  const longest = whole
    .flatMap(({ trades }) => trades)
    .reduce((most, { entryMs, exitMs }) => Math.max(most, exitMs - entryMs), 0)
  const half = Math.floor(days.count / cpcv.groups / 2)
  const needed = Math.ceil((longest + warmupBars * grid.timeframeMs) / DAY_MS)
  const purgeDays = cpcv.purgeDays === 'auto' ? Math.min(half, needed) : Math.ceil(cpcv.purgeDays)
  const { groups, testGroups } = cpcv
  const embargoDays = Math.ceil(cpcv.embargo * days.count)
  return crossValidate(trials, runner, days, whole, { groups, testGroups, purgeDays, embargoDays, objective })
}

function noEdgeOf(subject: Subject, markets: number): NoEdge | string {
  if (subject.config.data.also.length > 0) return 'the strategy needs other series, which no random walk has'
  return withoutEdge(subject, markets)
}
