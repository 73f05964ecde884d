/**
 * A validation in memory: all trials over the data outside the sealed stretch, the search repeated out of sample, the
 * statistics, the stress, the gates. The same input gives the same document.
 */

import { BugError } from '../../core/errors.ts'
import { seededUniform } from '../../core/random.ts'
import type { Strategy, StrategyModule } from '../../core/strategy.ts'
import { expectedBehaviour } from '../../promote/bands.ts'
import { type Evidence, found, missing, notApplicable } from '../../promote/evidence.ts'
import { evaluateGates, failedGates } from '../../promote/gates.ts'
import type { Policy } from '../../promote/policy.ts'
import { benchmarkUnitValues } from '../../stats/benchmark.ts'
import { effectiveTrials, sharpeVariance } from '../../stats/deflated-sharpe.ts'
import { periodReturns } from '../../stats/period-returns.ts'
import { sharpeEvidence } from '../../stats/probabilistic-sharpe.ts'
import { canonicalJson, sha256Hex } from '../canonical.ts'
import { configHash, type ResolvedConfig, type ValidateSection } from '../config/index.ts'
import type { Market } from '../market.ts'
import { strategyName } from '../result.ts'
import type { Terms } from '../terms.ts'
import { bestOf, scoreOf } from './choose.ts'
import { VALIDATION_FORMAT, type ValidationDocument } from './document.ts'
import { lookAheadOf } from './look-ahead-evidence.ts'
import { crossValidationDocument, overfittingDocument, walkForwardDocument } from './make-document.ts'
import {
  type CrossValidated,
  crossValidate,
  type Days,
  type WalkForward,
  walkForward,
  yearly,
} from './out-of-sample.ts'
import { circumstances, dearer, type NoEdge, type Subject, withoutEdge } from './robustness.ts'
import {
  deflationCurve,
  haircutsOf,
  median,
  monteCarloOf,
  overfittingOf,
  sharpeInterval,
  superiorAbilityOf,
  trackRecordDays,
} from './statistics.ts'
import {
  InProcessRunner,
  neighboursOf,
  type Trial,
  type TrialResult,
  type TrialRunner,
  trialsOf,
  withEvidence,
} from './trials.ts'
import { firstRowFrom, runWindow, type TimeWindow } from './window-run.ts'

const DAY_MS = 86_400_000
const YEAR_DAYS = 365

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
  readonly runner?: TrialRunner
  /** Notes what was tried and returns how many there were on this data; default: only these. */
  readonly count?: (configs: readonly string[]) => number
  /** Opens the sealed stretch: notes it and returns how often it was opened. Absent: it stays sealed. */
  readonly open?: (window: TimeWindow, config: string) => number
  readonly log?: (line: string) => void
}

export interface Validated {
  readonly document: ValidationDocument
  /** The chosen configuration over the data outside the sealed stretch. */
  readonly config: ResolvedConfig
}

/** Validates. Throws where the data is too short to say anything. */
export async function validate(input: ValidationInput): Promise<Validated> {
  const { config, section, market, terms, module, policy, log = () => {} } = input
  const seed = config.seed
  const { seen, sealed } = partsOf(market, section)
  const space = trialsOf(config, section)
  const trials = input.choice === 'own' ? withOwn(space, config) : space
  const runner = input.runner ?? new InProcessRunner({ module, market, warmupBars: section.warmupBars })
  log(`${trials.length} trials over ${Math.round((seen.toMs - seen.fromMs) / DAY_MS)} days`)
  const whole = await runner.runTrials(trials, seen)
  const days: Days = { firstMs: whole[0]!.dayMs[0]!, count: whole[0]!.dayReturns.length }
  const chosen =
    input.choice === 'own'
      ? ownIndex(trials, config)
      : bestOf(whole.map((one) => scoreOf(one.dayReturns, section.objective)))
  const trial = trials[chosen]!
  const own = whole[chosen]!
  const hashes = trials.map((one) => sha256Hex(canonicalJson([configHash(one.config), input.strategyHash])))
  const ledger = input.count?.(hashes) ?? trials.length
  const total = Math.max(trials.length, ledger) + section.triedElsewhere

  log('walk-forward and cross-validation')
  const forwards = await forwardsOf(trials, runner, days, section)
  const crossed = await crossedOf(trials, runner, days, whole, section, market)

  log('statistics')
  const { gates } = policy
  const params = module.params.parse(trial.config.strategy.params)
  const make = (): Strategy => module.create(params)
  const subject: Subject = { config: trial.config, market, terms, create: make, window: seen, warmupBars: 0, seed }
  const overfitting = overfittingOf(whole, gates.overfitting === 'off' ? 16 : gates.overfitting.blocks)
  const haircuts = haircutsOf(whole, chosen, total)
  const samples = gates.drawdown === 'off' ? 2000 : gates.drawdown.samples
  const monteCarlo = monteCarloOf(
    own.trades.map(({ equityReturn }) => equityReturn),
    samples,
    seed,
  )

  log('other circumstances')
  const stress = await circumstances(subject)
  const noEdge = noEdgeOf(subject, gates.noEdge === 'off' ? 20 : gates.noEdge.markets)

  log('look-ahead')
  const lookAhead = lookAheadOf({
    config: trial.config,
    market,
    terms,
    create: make,
    fresh: () => input.fresh(params),
    untilMs: seen.toMs,
    cuts: gates.lookAhead === 'off' ? 12 : gates.lookAhead.cuts,
  })

  const variances = whole.flatMap(({ evidence }) => (typeof evidence === 'string' ? [] : [evidence.sharpe]))
  const variance = sharpeVariance(variances)
  const [rolling] = forwards.filter((one) => one.anchored === section.walkForward.anchored)
  const costFactor = gates.costs === 'off' ? 1.5 : gates.costs.factor
  const evidence: Evidence = {
    years: days.count / YEAR_DAYS,
    trials: total,
    effectiveTrials: effectiveTrials(whole.map(({ dayReturns }) => dayReturns)).value,
    sharpe: evidenceOf(own),
    sharpeVariance: variance.value === null ? missing(variance.reason) : found(variance.value),
    closedTrades: own.trades.length,
    lookAhead,
    overfitting:
      'probability' in overfitting
        ? found({
            probability: overfitting.probability,
            lossProbability: overfitting.lossProbability,
            blocks: overfitting.blocks,
            halves: overfitting.logits.length,
          })
        : overfitting,
    walkForward: walkForwardEvidence(rolling),
    superiorAbility: superiorAbilityOf(
      whole,
      holdingReturns(market, seen),
      gates.superiorAbility === 'off' ? 1000 : gates.superiorAbility.resamples,
      seed,
    ),
    holm:
      typeof haircuts === 'string'
        ? missing(haircuts)
        : found({ adjusted: haircuts.rows.find(({ method }) => method === 'Holm')!.p, raw: haircuts.p, tests: total }),
    neighbourhood: neighbourhoodOf(trials, whole, chosen),
    costs: found({
      factor: costFactor,
      totalReturn: runWindow({ ...subject, terms: dearer(terms, costFactor) }).totalReturn,
    }),
    noEdge:
      typeof noEdge === 'string'
        ? notApplicable(noEdge)
        : found({ share: noEdge.share, markets: noEdge.markets, seed }),
    drawdown:
      monteCarlo === null
        ? missing('fewer than two trades')
        : found({ worst: monteCarlo.reordered.maxDrawdown[0], samples, seed }),
    holdout: holdoutOf(input, trial, sealed, make),
    parity: notApplicable('no paper session yet'),
  }
  const results = evaluateGates(evidence, policy)
  const failed = failedGates(results)
  return {
    config: untilSealed(trial.config, market, sealed, section),
    document: {
      format: VALIDATION_FORMAT,
      runId: '',
      name: config.name,
      strategy: strategyName(config),
      symbols: config.data.symbols,
      hashes: { config: configHash(trial.config), strategy: input.strategyHash, data: market.dataHash },
      fromMs: seen.fromMs,
      toMs: seen.toMs,
      holdout: sealed === null ? null : { ...sealed, opened: input.open !== undefined },
      policy: policy.name,
      seed,
      passed: failed.length === 0,
      failed,
      gates: results,
      chosen: trial.values,
      trialCount: { space: trials.length, elsewhere: section.triedElsewhere, ledger, total },
      trials: trials.map(({ values }, index) => ({
        values,
        sharpe: whole[index]!.ruined ? null : yearly(whole[index]!.dayReturns),
        totalReturn: whole[index]!.totalReturn,
        trades: whole[index]!.trades.length,
        chosen: index === chosen,
      })),
      overfitting: 'probability' in overfitting ? overfittingDocument(overfitting) : null,
      walkForwards: forwards.map(walkForwardDocument),
      crossValidation: crossed === null ? null : crossValidationDocument(crossed),
      deflation: deflationCurve(evidence),
      trackRecordDays: trackRecordDays(evidence),
      interval: sharpeInterval(own.dayReturns, seed),
      haircuts: typeof haircuts === 'string' ? null : haircuts,
      monteCarlo,
      circumstances: stress,
      noEdge: typeof noEdge === 'string' ? null : noEdge,
      expected: expectedOf(own, terms, policy, seed),
      evidence,
    },
  }
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

async function forwardsOf(
  trials: readonly Trial[],
  runner: TrialRunner,
  days: Days,
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
  trials: readonly Trial[],
  runner: TrialRunner,
  days: Days,
  whole: readonly TrialResult[],
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

function evidenceOf({ evidence }: TrialResult): Evidence['sharpe'] {
  if (typeof evidence === 'string') return missing(evidence)
  const { benchmark: _, ...rest } = evidence
  return found(rest)
}

function walkForwardEvidence(forward: WalkForward | undefined): Evidence['walkForward'] {
  if (forward === undefined) return missing('the data is too short for two folds')
  const evidence = sharpeEvidence(forward.dayReturns)
  if (typeof evidence === 'string') return missing(evidence)
  const { benchmark: _, ...rest } = evidence
  const { stitched, efficiency } = forward.summary
  return found({ evidence: rest, folds: forward.folds.length, stitchedReturn: stitched, efficiency: efficiency.value })
}

function neighbourhoodOf(
  trials: readonly Trial[],
  whole: readonly TrialResult[],
  chosen: number,
): Evidence['neighbourhood'] {
  const near = neighboursOf(trials, trials[chosen]!)
  if (near.length === 0) return notApplicable('the chosen configuration has no neighbours in the space')
  const score = (index: number): number => {
    const { evidence } = whole[index]!
    return typeof evidence === 'string' ? 0 : evidence.sharpe
  }
  return found({ median: median(near.map(score)) ?? 0, chosen: score(chosen), neighbours: near.length })
}

function noEdgeOf(subject: Subject, markets: number): NoEdge | string {
  if (subject.config.data.also.length > 0) return 'the strategy needs other series, which no random walk has'
  return withoutEdge(subject, markets)
}

function holdoutOf(
  input: ValidationInput,
  trial: Trial,
  sealed: TimeWindow | null,
  create: () => Strategy,
): Evidence['holdout'] {
  if (sealed === null) return notApplicable('no stretch was kept sealed')
  if (input.open === undefined) return notApplicable('sealed: open it once, when all else passes')
  const openings = input.open(sealed, sha256Hex(canonicalJson([configHash(trial.config), input.strategyHash])))
  const { market, terms, section } = input
  const run = withEvidence(
    runWindow({ config: trial.config, market, terms, create, window: sealed, warmupBars: section.warmupBars }),
  )
  return found({ totalReturn: run.totalReturn, days: run.dayReturns.length, openings })
}

/** UTC-day returns of holding the first symbol over a window. */
function holdingReturns({ grid }: Market, { fromMs, toMs }: TimeWindow): Float64Array {
  const from = firstRowFrom(grid.time, fromMs)
  const to = firstRowFrom(grid.time, toMs)
  const { open, close } = grid.symbols[0]!
  const entryPrice = open.subarray(from, to).find((price) => price > 0)
  if (entryPrice === undefined) throw new BugError('a symbol without bars')
  const unit = benchmarkUnitValues({ label: '', entryPrice, close: close.subarray(from, to) })
  return periodReturns(grid.time.subarray(from, to), grid.timeframeMs, unit).value
}

/** The configuration with its data ending where the sealed stretch begins. */
function untilSealed(
  config: ResolvedConfig,
  { grid }: Market,
  sealed: TimeWindow | null,
  section: ValidateSection,
): ResolvedConfig {
  if (sealed === null || sealed.fromMs > grid.time[grid.rows - 1]!) return { ...config, validate: section }
  const to = new Date(sealed.fromMs).toISOString()
  return { ...config, data: { ...config.data, to }, validate: { ...section, holdout: 'off' } }
}

function expectedOf(own: TrialResult, terms: Terms, policy: Policy, seed: number) {
  const dayTrades = new Float64Array(own.dayReturns.length)
  for (const { exitMs } of own.trades) {
    const day = Math.min(dayTrades.length - 1, Math.floor((exitMs - own.dayMs[0]!) / DAY_MS))
    dayTrades[day] = dayTrades[day]! + 1
  }
  const slippageBps = (terms.spread / 2 + terms.slippage) * 1e4
  return expectedBehaviour(
    { dayReturns: own.dayReturns, dayTrades, slippageBps, ...policy.bands },
    seededUniform(seed, 'bands'),
  )
}
