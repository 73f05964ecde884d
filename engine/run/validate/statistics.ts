/** The statistics of a validation on what the trials returned: from series to evidence. */

import { seededUniform } from '../../core/random.ts'
import { type Evidence, found, type Known, missing, notApplicable } from '../../promote/evidence.ts'
import { lagOneAutocorrelation, loFactor } from '../../stats/autocorrelation.ts'
import { bootstrapInterval, returnBlockLength, stationaryResamples } from '../../stats/bootstrap.ts'
import { snoopingTest } from '../../stats/data-snooping.ts'
import { deflatedSharpe } from '../../stats/deflated-sharpe.ts'
import { haircutSharpe, sharpePValue } from '../../stats/haircut-sharpe.ts'
import { mean, standardDeviation } from '../../stats/moments.ts'
import { benjaminiHochbergYekutieli, bonferroni, holm } from '../../stats/multiple-testing.ts'
import { backtestOverfitting, type Overfitting } from '../../stats/overfitting.ts'
import { quantileType7, sorted } from '../../stats/quantile.ts'
import { minimumTrackRecord } from '../../stats/track-record.ts'
import { drawWithReplacement, permutation, simulateTrades, type TradeSimulation } from '../../stats/trade-simulation.ts'
import type { TrialResult } from './trials.ts'

const YEAR_DAYS = 365

/** PBO, or why there is none. */
export function overfittingOf(whole: readonly TrialResult[], blocks: number): Overfitting | Known<never> {
  if (whole.length < 2) return notApplicable('one configuration was tried: nothing was chosen')
  const rows = whole[0]!.dayReturns.length
  if (rows < 4 * blocks) return missing(`${rows} days are too few for ${blocks} blocks`)
  return backtestOverfitting(
    whole.map(({ dayReturns }) => dayReturns),
    { blocks },
  )
}

/** Reality check's better successor against cash and against holding, over all trials. */
export function superiorAbilityOf(
  whole: readonly TrialResult[],
  holding: Float64Array,
  resamples: number,
  seed: number,
): Evidence['superiorAbility'] {
  const days = holding.length
  if (days < 30) return missing(`${days} days are too few`)
  const returns = whole.map(({ dayReturns }) => dayReturns)
  const blockLength = Math.min(Math.max(1, ...returns.map(returnBlockLength)), days / 4)
  const drawn = stationaryResamples(resamples, days, blockLength, seededUniform(seed, 'superior ability'))
  const p = (excess: readonly Float64Array[]): number =>
    snoopingTest(excess, drawn, { blockLength, studentised: true }).consistent
  const overHolding = returns.map((series) => series.map((r, day) => r - holding[day]!))
  return found({ cash: p(returns), hold: p(overHolding), resamples, blockLength, seed })
}

export interface Haircuts {
  /** Sharpe ratio a year, corrected for autocorrelation, and its p-value alone. */
  readonly sharpe: number
  readonly p: number
  readonly rows: readonly {
    readonly method: string
    readonly p: number
    readonly sharpe: number
    readonly haircut: number | null
  }[]
}

/** The chosen one's p-value among those of all trials; what was tried elsewhere counts as worthless. */
export function haircutsOf(whole: readonly TrialResult[], chosen: number, trials: number): Haircuts | string {
  const own = whole[chosen]!
  if (typeof own.evidence === 'string') return own.evidence
  const years = own.dayReturns.length / YEAR_DAYS
  const adjusted = (result: TrialResult): number => {
    if (typeof result.evidence === 'string') return 0
    const rho = lagOneAutocorrelation(result.dayReturns).value ?? 0
    // Only what makes a ratio look better than it is, is taken off.
    return result.evidence.sharpe * Math.sqrt(YEAR_DAYS) * Math.min(1, loFactor(rho, YEAR_DAYS).value ?? 1)
  }
  const sharpe = adjusted(own)
  const p = [...whole.map((one) => sharpePValue({ annualSharpe: adjusted(one), years }))]
  while (p.length < trials) p.push(1)
  const methods = [
    ['Bonferroni', bonferroni],
    ['Holm', holm],
    ['BHY', benjaminiHochbergYekutieli],
  ] as const
  const rows = methods.map(([method, adjust]) => {
    const value = adjust(p)[chosen]!
    const left = haircutSharpe({ annualSharpe: sharpe, years }, value)
    return { method, p: value, sharpe: left.sharpe, haircut: left.haircut.value }
  })
  return { sharpe, p: p[chosen]!, rows }
}

export interface TradeMonteCarlo {
  readonly trades: number
  readonly seed: number
  readonly reordered: TradeSimulation
  readonly redrawn: TradeSimulation
}

/** Null below two trades: there is no other order of them. */
export function monteCarloOf(returns: readonly number[], samples: number, seed: number): TradeMonteCarlo | null {
  if (returns.length < 2) return null
  const make = (label: string, draw: typeof permutation): TradeSimulation => {
    const uniform = seededUniform(seed, label)
    return simulateTrades(
      returns,
      Array.from({ length: samples }, () => draw(returns.length, uniform)),
    )
  }
  return {
    trades: returns.length,
    seed,
    reordered: make('reorder', permutation),
    redrawn: make('redraw', drawWithReplacement),
  }
}

export interface SharpeInterval {
  readonly sharpe: number
  readonly low: number
  readonly high: number
  readonly blockLength: number
}

/** 95 % interval of the Sharpe ratio a year by the stationary bootstrap; null where it is undefined. */
export function sharpeInterval(returns: Float64Array, seed: number): SharpeInterval | null {
  if (returns.length < 30 || !(standardDeviation(returns) > 0)) return null
  const blockLength = returnBlockLength(returns)
  const drawn = stationaryResamples(1000, returns.length, blockLength, seededUniform(seed, 'interval'))
  const yearly = (x: Float64Array): number => {
    const deviation = standardDeviation(x)
    return deviation > 0 ? (mean(x) / deviation) * Math.sqrt(YEAR_DAYS) : 0
  }
  const { estimate, low, high } = bootstrapInterval(returns, drawn, yearly)
  return { sharpe: estimate, low, high, blockLength }
}

/** The deflated Sharpe ratio for other numbers of trials: how many the result would bear. */
export function deflationCurve(
  evidence: Evidence,
): readonly { readonly trials: number; readonly probability: number | null }[] {
  const { sharpe, sharpeVariance } = evidence
  if (sharpe.value === null || sharpeVariance.value === null) return []
  const own = sharpe.value
  const variance = sharpeVariance.value
  const counts = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000, 3000, 10_000]
  const all = [...new Set([...counts, evidence.trials])].sort((a, b) => a - b)
  return all.map((trials) => ({ trials, probability: deflatedSharpe(own, { trials, variance }).probability.value }))
}

/** Days of record that the chosen Sharpe ratio needs to be above 0 with 95 %; null where it is not above 0. */
export function trackRecordDays(evidence: Evidence): number | null {
  const { value } = evidence.sharpe
  return value === null ? null : minimumTrackRecord({ ...value, benchmark: 0 }).value
}

/** Middle of a list; null of none. */
export function median(values: readonly number[]): number | null {
  return values.length === 0 ? null : quantileType7(sorted(values), 0.5)
}
