/** Metrics of what the account earned. */

import type { Metric } from '../core/result.ts'
import { cagr } from './cagr.ts'
import { monthlyReturns } from './calendar-returns.ts'
import { annualised, type MetricsContext, onCurve, onPeriods } from './context.ts'
import { type Figure, known, unknown } from './figure.ts'
import { factsOn, metric } from './metric.ts'
import { netDeposits } from './unit-value.ts'

/** Equity, profit, return, growth. */
export function returnMetrics(context: MetricsContext): Metric[] {
  const { input, days, unitAtEnd } = context
  const n = context.bars.rows
  const paidIn = netDeposits(input)
  const finalEquity: Figure = n === 0 ? unknown('no bars') : known(input.equity[n - 1]!)
  const netProfit = finalEquity.value === null ? finalEquity : known(finalEquity.value - input.initialEquity - paidIn)
  const facts = factsOn('run', n)
  return [
    metric(
      'days',
      'Length',
      n === 0 ? unknown('no bars') : known(days),
      facts('days', 'wall-clock time from the first open to the last close, in days'),
    ),
    metric(
      'initialEquity',
      'Initial equity',
      known(input.initialEquity),
      facts('quote', 'equity before the first bar and before any deposit'),
    ),
    metric(
      'finalEquity',
      'Final equity',
      finalEquity,
      facts('quote', 'equity at the last close, open positions marked'),
    ),
    metric(
      'netDeposits',
      'Net deposits',
      known(paidIn),
      factsOn('run', input.cashFlows.length)('quote', 'deposits less withdrawals during the run'),
    ),
    metric('netProfit', 'Net profit', netProfit, facts('quote', 'final equity − initial equity − net deposits')),
    metric(
      'totalReturn',
      'Total return',
      onCurve(context, () => known(unitAtEnd - 1)),
      facts('fraction', 'time-weighted return over the run: deposits and withdrawals do not count as profit'),
    ),
    metric(
      'cagr',
      'CAGR',
      growth(context),
      facts('fraction', '(1 + total return)^(365/days) − 1, days wall-clock and fractional', 365),
    ),
    ...extremes(context),
  ]
}

/** The CAGR, as the Calmar ratio wants it too. */
export function growth(context: MetricsContext): Figure {
  const { unitAtEnd, days } = context
  return annualised(
    context,
    onCurve(context, () => cagr(unitAtEnd, days)),
  )
}

function extremes(context: MetricsContext): Metric[] {
  const { periods } = context
  const months = monthlyReturns(periods)
  const ofDays = factsOn(periods.basis, periods.value.length)
  const ofMonths = factsOn('UTC months', months.length)
  const pick = (values: Iterable<number>, choose: (a: number, b: number) => number) =>
    onPeriods(context, () => {
      let chosen: number | null = null
      for (const value of values) chosen = chosen === null ? value : choose(chosen, value)
      return chosen === null ? unknown('no returns') : known(chosen)
    })
  const month = months.map((row) => row.value)
  return [
    metric('bestDay', 'Best day', pick(periods.value, Math.max), ofDays('fraction', 'largest simple return')),
    metric('worstDay', 'Worst day', pick(periods.value, Math.min), ofDays('fraction', 'smallest simple return')),
    metric(
      'bestMonth',
      'Best month',
      pick(month, Math.max),
      ofMonths('fraction', 'largest return of a calendar month, partial ones included'),
    ),
    metric(
      'worstMonth',
      'Worst month',
      pick(month, Math.min),
      ofMonths('fraction', 'smallest return of a calendar month, partial ones included'),
    ),
  ]
}
