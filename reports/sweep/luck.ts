/** What the best of so many trials would show by luck, and what is left of it: the figures, from full data. */

import { deflatedSharpe, expectedMaximumFactor, sharpeVariance } from '../../engine/stats/deflated-sharpe.ts'
import type { SweepReportInput } from '../sweep-input.ts'

/** Periods a year of the returns behind Sharpe ratios here: UTC days. */
export const PERIODS = 365
const YEAR = Math.sqrt(PERIODS)

export interface Luck {
  /** Trials that count: every one on record for the data. */
  readonly trials: number
  /** Standard deviation across trials of annual Sharpe ratios; null below two trials. */
  readonly deviation: number | null
  /** Annual Sharpe ratio that the best of so many worthless trials shows on average; null without a deviation. */
  readonly expectedMaximum: number | null
  readonly bestSharpe: number | null
  readonly deflated: number | null
  readonly deflatedReason: string
  /** Independent trials behind correlated ones; null where the returns weren't kept. */
  readonly effective: number | null
  readonly deflatedEffective: number | null
  readonly curve: readonly { readonly trials: number; readonly probability: number | null }[]
}

/** A metric of one trial. */
export function metricOf(input: SweepReportInput, trial: number | undefined, name: string): number | null {
  const { table } = input
  const row = trial === undefined ? -1 : table.trial.indexOf(trial)
  const column = [...table.metrics, ...table.objectives].find((one) => one.name === name)
  const value = column?.values[row]
  return typeof value === 'number' ? value : null
}

const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000, 1_000_000]

export function luckOf(input: SweepReportInput): Luck {
  const { sharpes, ledger, count, best } = input
  const trials = Math.max(ledger.data, ledger.strategy, count.trials)
  const perDay = sharpes.map((one) => one / YEAR)
  const variance = sharpeVariance(perDay).value
  const deviation = variance === null ? null : Math.sqrt(variance) * YEAR
  const bestSharpe = metricOf(input, best[0], 'sharpe')
  const effective =
    input.correlation === null
      ? null
      : Math.max(0, input.correlation.mean) + (1 - Math.max(0, input.correlation.mean)) * trials
  const [skew, kurtosis] = [metricOf(input, best[0], 'skew'), metricOf(input, best[0], 'kurtosis')]
  const days = input.bestDays ?? roundedDays(metricOf(input, best[0], 'days'))
  const isKnown =
    bestSharpe !== null && skew !== null && kurtosis !== null && days !== null && (variance !== null || trials < 2)
  const probability = (n: number): number | null =>
    isKnown
      ? deflatedSharpe({ sharpe: bestSharpe / YEAR, n: days, skew, kurtosis }, { trials: n, variance: variance ?? 0 })
          .probability.value
      : null
  const points = [...new Set([...STEPS.filter((n) => n <= 10 * trials), trials])].sort((a, b) => a - b)
  return {
    trials,
    deviation,
    expectedMaximum: deviation === null ? null : deviation * expectedMaximumFactor(trials),
    bestSharpe,
    deflated: probability(trials),
    deflatedReason: isKnown
      ? 'its variance estimate is not positive'
      : 'the best trial has no Sharpe ratio, or no other trial has',
    effective,
    deflatedEffective: effective === null ? null : probability(effective),
    curve: isKnown ? points.map((n) => ({ trials: n, probability: probability(n) })) : [],
  }
}

function roundedDays(days: number | null): number | null {
  return days === null ? null : Math.max(0, Math.round(days))
}
