/**
 * Walk-forward and combinatorial purged cross-validation: choose in one part of the data, trade in another. The search
 * is repeated inside every fold; each out-of-sample stretch starts flat after real warm-up bars and ends flat.
 */

import { purgedSplits, type RowRange } from '../../stats/cross-validation.ts'
import { powerLess1 } from '../../stats/power.ts'
import { sharpeRatio } from '../../stats/sharpe.ts'
import { summariseWalkForward, type WalkForwardSummary, walkForwardFolds } from '../../stats/walk-forward.ts'
import { bestOf, type Objective, scoreOf } from './choose.ts'
import type { Trial, TrialResult, TrialRunner } from './trials.ts'
import type { TimeWindow } from './window-run.ts'

const DAY_MS = 86_400_000
const YEAR_DAYS = 365

/** UTC days from the first to before the last. */
export interface Days {
  readonly firstMs: number
  readonly count: number
}

export interface FoldResult {
  readonly inSample: TimeWindow
  readonly outOfSample: TimeWindow
  /** Index of the chosen trial. */
  readonly chosen: number
  readonly values: Trial['values']
  readonly inSampleReturn: number
  readonly outOfSampleReturn: number
  /** A year's Sharpe ratios; null where undefined. */
  readonly inSampleSharpe: number | null
  readonly outOfSampleSharpe: number | null
  readonly trades: number
}

export interface WalkForward {
  readonly anchored: boolean
  readonly folds: readonly FoldResult[]
  /** Out-of-sample days of all folds, in order. */
  readonly dayMs: Float64Array
  readonly dayReturns: Float64Array
  readonly trades: number
  readonly summary: WalkForwardSummary
}

export interface WalkForwardPlan {
  readonly anchored: boolean
  readonly inSampleDays: number
  readonly outOfSampleDays: number
  readonly purgeDays: number
  readonly objective: Objective
}

/** Null where the data is too short for two folds. */
export async function walkForward(
  trials: readonly Trial[],
  runner: TrialRunner,
  days: Days,
  plan: WalkForwardPlan,
): Promise<WalkForward | null> {
  const ranges = walkForwardFolds({
    rows: days.count,
    inSampleRows: plan.inSampleDays,
    outOfSampleRows: plan.outOfSampleDays,
    anchored: plan.anchored,
    purgeRows: plan.purgeDays,
  })
  if (ranges.length < 2) return null
  const folds: FoldResult[] = []
  const outside: TrialResult[] = []
  for (const range of ranges) {
    const [inSample, outOfSample] = [windowOf(days, range.inSample), windowOf(days, range.outOfSample)]
    const inside = await runner.runTrials(trials, inSample)
    const chosen = bestOf(inside.map(({ dayReturns }) => scoreOf(dayReturns, plan.objective)))
    const [result] = await runner.runTrials([trials[chosen]!], outOfSample)
    folds.push({
      inSample,
      outOfSample,
      chosen,
      values: trials[chosen]!.values,
      inSampleReturn: inside[chosen]!.totalReturn,
      outOfSampleReturn: result!.totalReturn,
      inSampleSharpe: yearly(inside[chosen]!.dayReturns),
      outOfSampleSharpe: yearly(result!.dayReturns),
      trades: result!.trades.length,
    })
    outside.push(result!)
  }
  return {
    anchored: plan.anchored,
    folds,
    dayMs: joined(outside.map(({ dayMs }) => dayMs)),
    dayReturns: joined(outside.map(({ dayReturns }) => dayReturns)),
    trades: outside.reduce((sum, { trades: closed }) => sum + closed.length, 0),
    summary: summariseWalkForward(
      folds.map((fold) => ({
        inSampleAnnual: annual(fold.inSampleReturn, fold.inSample),
        outOfSampleAnnual: annual(fold.outOfSampleReturn, fold.outOfSample),
        outOfSample: fold.outOfSampleReturn,
      })),
    ),
  }
}

export interface CrossValidationPlan {
  readonly groups: number
  readonly testGroups: number
  readonly purgeDays: number
  readonly embargoDays: number
  readonly objective: Objective
}

export interface CrossValidated {
  readonly groups: number
  readonly testGroups: number
  readonly purgeDays: number
  readonly embargoDays: number
  readonly splits: number
  /** One full-length out-of-sample series a path. */
  readonly paths: readonly {
    readonly dayReturns: Float64Array
    readonly sharpe: number | null
    readonly totalReturn: number
  }[]
  readonly dayMs: Float64Array
  /** How often each trial was chosen. */
  readonly chosen: readonly number[]
}

/**
 * `whole`: every trial over all days in one continuous run, from which training days are cut. What was chosen is run
 * anew over each test group, from flat to flat. Null where the data is too short for the groups.
 */
export async function crossValidate(
  trials: readonly Trial[],
  runner: TrialRunner,
  days: Days,
  whole: readonly TrialResult[],
  plan: CrossValidationPlan,
): Promise<CrossValidated | null> {
  const { groups, testGroups, purgeDays, embargoDays, objective } = plan
  if (days.count < 10 * groups) return null
  const shape = { rows: days.count, groups, testGroups, purgeRows: purgeDays, embargoRows: embargoDays }
  const found = purgedSplits(shape)
  const chosen = found.splits.map(({ train }) =>
    bestOf(
      whole.map(({ dayReturns }) => scoreOf(joined(train.map((r) => dayReturns.subarray(r.from, r.to))), objective)),
    ),
  )
  // Few trials are chosen again and again: each is run over a group once.
  const runs = new Map<string, TrialResult>()
  for (const [split, { groups: held }] of found.splits.entries()) {
    for (const group of held) {
      const key = `${chosen[split]}/${group}`
      if (runs.has(key)) continue
      const [run] = await runner.runTrials([trials[chosen[split]!]!], windowOf(days, found.groups[group]!))
      runs.set(key, run!)
    }
  }
  const counts = trials.map((_, index) => chosen.filter((one) => one === index).length)
  const parts = found.paths.map((path) => path.map((split, group) => runs.get(`${chosen[split]}/${group}`)!))
  return {
    groups,
    testGroups,
    purgeDays,
    embargoDays,
    splits: found.splits.length,
    paths: parts.map((path) => {
      const dayReturns = joined(path.map((run) => run.dayReturns))
      return { dayReturns, sharpe: yearly(dayReturns), totalReturn: scoreOf(dayReturns, 'totalReturn') }
    }),
    dayMs: parts[0] === undefined ? new Float64Array(0) : joined(parts[0].map((run) => run.dayMs)),
    chosen: counts,
  }
}

/** The time of a range of days. */
export function windowOf(days: Days, { from, to }: RowRange): TimeWindow {
  return { fromMs: days.firstMs + from * DAY_MS, toMs: days.firstMs + to * DAY_MS }
}

/** Sharpe ratio a year of UTC-day returns. */
export function yearly(returns: Float64Array): number | null {
  return sharpeRatio(returns, YEAR_DAYS).value
}

function annual(totalReturn: number, { fromMs, toMs }: TimeWindow): number {
  return totalReturn <= -1 ? -1 : powerLess1(1 + totalReturn, YEAR_DAYS / ((toMs - fromMs) / DAY_MS))
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}
