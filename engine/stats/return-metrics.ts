/** Metrics of what the account earned. */

import type { Metric } from '../core/result.ts'
import { cagr } from './cagr.ts'
import { monthlyReturns } from './calendar-returns.ts'
import { annualised, type MetricsContext, onCurve, onPeriods } from './context.ts'
import { type Figure, known, unknown } from './figure.ts'
import { metric } from './metric.ts'
import { netDeposits } from './unit-value.ts'

/** Equity, profit, return, growth. */
export function returnMetrics(context: MetricsContext): Metric[] {
  const { input, days, unitAtEnd } = context
  const n = context.bars.rows
  const paidIn = netDeposits(input)
  const finalEquity: Figure = n === 0 ? unknown('no bars') : known(input.equity[n - 1]!)
  const netProfit = finalEquity.value === null ? finalEquity : known(finalEquity.value - input.initialEquity - paidIn)
  const run = { basis: 'run', n }
  return [
    metric('days', 'Length', n === 0 ? unknown('no bars') : known(days), {
      ...run,
      unit: 'days',
      definition: 'wall-clock time from the first open to the last close, in days',
    }),
    metric('initialEquity', 'Initial equity', known(input.initialEquity), {
      ...run,
      unit: 'quote',
      definition: 'equity before the first bar and before any deposit',
    }),
    metric('finalEquity', 'Final equity', finalEquity, {
      ...run,
      unit: 'quote',
      definition: 'equity at the last close, open positions marked',
    }),
    metric('netDeposits', 'Net deposits', known(paidIn), {
      ...run,
      unit: 'quote',
      definition: 'deposits less withdrawals during the run',
      n: input.cashFlows.length,
    }),
    metric('netProfit', 'Net profit', netProfit, {
      ...run,
      unit: 'quote',
      definition: 'final equity − initial equity − net deposits',
    }),
    metric(
      'totalReturn',
      'Total return',
      onCurve(context, () => known(unitAtEnd - 1)),
      {
        ...run,
        unit: 'fraction',
        definition: 'time-weighted return over the run: deposits and withdrawals do not count as profit',
      },
    ),
    metric('cagr', 'CAGR', growth(context), {
      ...run,
      unit: 'fraction',
      definition: '(1 + total return)^(365/days) − 1, days wall-clock and fractional',
      annualisation: 365,
    }),
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
  const ofDays = { unit: 'fraction', basis: periods.basis, n: periods.value.length }
  const ofMonths = { unit: 'fraction', basis: 'UTC months', n: months.length }
  const pick = (values: Iterable<number>, choose: (a: number, b: number) => number) =>
    onPeriods(context, () => {
      let chosen: number | null = null
      for (const value of values) chosen = chosen === null ? value : choose(chosen, value)
      return chosen === null ? unknown('no returns') : known(chosen)
    })
  const month = months.map((row) => row.value)
  return [
    metric('bestDay', 'Best day', pick(periods.value, Math.max), { ...ofDays, definition: 'largest simple return' }),
    metric('worstDay', 'Worst day', pick(periods.value, Math.min), { ...ofDays, definition: 'smallest simple return' }),
    metric('bestMonth', 'Best month', pick(month, Math.max), {
      ...ofMonths,
      definition: 'largest return of a calendar month, partial ones included',
    }),
    metric('worstMonth', 'Worst month', pick(month, Math.min), {
      ...ofMonths,
      definition: 'smallest return of a calendar month, partial ones included',
    }),
  ]
}
