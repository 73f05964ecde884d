/** Metrics of what the account earned, and of how evenly. */

import type { Metric } from '../core/result.ts'
import { lagOneAutocorrelation, loFactor } from './autocorrelation.ts'
import { cagr, calmarRatio } from './cagr.ts'
import { monthlyReturns } from './calendar-returns.ts'
import { annualised, type MetricsContext, onCurve, onPeriods } from './context.ts'
import { type Figure, known, unknown } from './figure.ts'
import { metric } from './metric.ts'
import { omegaRatio } from './omega.ts'
import { barReturns } from './period-returns.ts'
import { probabilisticSharpe, sharpeEvidence } from './probabilistic-sharpe.ts'
import { riskFreePerPeriod, sharpeRatio, volatility } from './sharpe.ts'
import { sortinoRatio } from './sortino.ts'
import { netDeposits } from './unit-value.ts'

/** Equity, profit, return, growth. */
export function returnMetrics(context: MetricsContext): Metric[] {
  const { input, days, unit } = context
  const n = unit.length
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
      onCurve(context, () => known(unit[n - 1]! - 1)),
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

/** Sharpe, Sortino and their kin on period returns, and the Sharpe ratio of bars beside them. */
export function ratioMetrics(context: MetricsContext, maxDrawdown: number): Metric[] {
  const { periods, riskFreeAnnual } = context
  const { basis, periodsPerYear } = periods
  const yearly = { unit: 'ratio', basis, n: periods.value.length, annualisation: periodsPerYear }
  const perYear = (figure: (returns: Float64Array) => Figure) => annualised(context, onPeriods(context, figure))
  const rf = `rf ${riskFreeAnnual} a year`
  return [
    metric(
      'volatility',
      'Volatility',
      perYear((r) => volatility(r, periodsPerYear)),
      { ...yearly, unit: 'fraction', definition: 'std(ddof 1)·√A of simple returns, flat days included' },
    ),
    metric(
      'sharpe',
      'Sharpe ratio',
      perYear((r) => sharpeRatio(r, periodsPerYear, riskFreeAnnual)),
      { ...yearly, definition: `(mean − rf)/std(ddof 1)·√A of simple returns, flat days included, ${rf}` },
    ),
    metric(
      'sortino',
      'Sortino ratio',
      perYear((r) => sortinoRatio(r, periodsPerYear, riskFreeAnnual)),
      { ...yearly, definition: `(mean − rf)/√(Σ min(r − rf, 0)²/n)·√A, the root over all n returns, ${rf}` },
    ),
    metric(
      'calmar',
      'Calmar ratio',
      onCurve(context, () => calmarRatio(growth(context), maxDrawdown)),
      {
        unit: 'ratio',
        basis: 'run',
        definition: 'CAGR over the size of the maximum drawdown, both over the whole run',
        n: context.unit.length,
        annualisation: 365,
      },
    ),
    metric(
      'omega',
      'Omega ratio',
      onPeriods(context, (r) => omegaRatio(r, riskFreePerPeriod(riskFreeAnnual, periodsPerYear))),
      { unit: 'ratio', basis, n: yearly.n, definition: `Σ gains over Σ losses around the threshold, ${rf}` },
    ),
    metric('psr', 'Probabilistic Sharpe ratio', onPeriods(context, psr), {
      unit: 'probability',
      basis,
      n: yearly.n,
      definition: 'Φ(SR·√(n−1)/√(1 − γ3·SR + (γ4−1)/4·SR²)): SR per period against 0, population skew, raw kurtosis',
    }),
    ...autocorrelationMetrics(context),
  ]
}

function growth(context: MetricsContext): Figure {
  const { unit, days } = context
  return annualised(
    context,
    onCurve(context, () => cagr(unit[unit.length - 1]!, days)),
  )
}

function psr(returns: Float64Array): Figure {
  const evidence = sharpeEvidence(returns)
  return typeof evidence === 'string' ? unknown(evidence) : probabilisticSharpe(evidence)
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

/** Does one period foretell the next? Then √A misstates the annual ratio; Lo's factor says by how much. */
function autocorrelationMetrics(context: MetricsContext): Metric[] {
  const { periods, input, riskFreeAnnual } = context
  const bars = barReturns(input.time, input.timeframeMs, context.unit)
  const sharpe = annualised(
    context,
    onPeriods(context, (r) => sharpeRatio(r, periods.periodsPerYear, riskFreeAnnual)),
  )
  const ofBars = (figure: () => Figure) =>
    onPeriods(context, () => (bars.wipedOut ? unknown('equity fell to zero or below at a bar') : figure()))
  const sharpeBars = annualised(
    context,
    ofBars(() => sharpeRatio(bars.value, bars.periodsPerYear, riskFreeAnnual)),
  )
  const correlation = onPeriods(context, lagOneAutocorrelation)
  const correlationBars = ofBars(() => lagOneAutocorrelation(bars.value))
  const day = { basis: periods.basis, n: periods.value.length }
  const bar = { basis: 'bars', n: bars.value.length }
  const lo = 'times Lo (2002): (1 + 2ρ/(1−ρ)·(1 − (1−ρ^A)/(A(1−ρ))))^−½, ρ the lag-1 autocorrelation'
  return [
    metric('autocorrelation', 'Autocorrelation', correlation, {
      ...day,
      unit: 'correlation',
      definition: 'of each return with the one before it',
    }),
    metric(
      'sharpeLo',
      'Sharpe ratio, autocorrelation adjusted',
      adjusted(sharpe, correlation, periods.periodsPerYear),
      {
        ...day,
        unit: 'ratio',
        definition: `Sharpe ratio ${lo}`,
        annualisation: periods.periodsPerYear,
      },
    ),
    metric('sharpeBars', 'Sharpe ratio on bars', sharpeBars, {
      ...bar,
      unit: 'ratio',
      definition: '(mean − rf)/std(ddof 1)·√A of bar returns: for comparison, microstructure noise inflates it',
      annualisation: bars.periodsPerYear,
    }),
    metric(
      'sharpeBarsLo',
      'Sharpe ratio on bars, adjusted',
      adjusted(sharpeBars, correlationBars, bars.periodsPerYear),
      {
        ...bar,
        unit: 'ratio',
        definition: `Sharpe ratio on bars ${lo}`,
        annualisation: bars.periodsPerYear,
      },
    ),
  ]
}

function adjusted(sharpe: Figure, correlation: Figure, periodsPerYear: number): Figure {
  if (sharpe.value === null) return sharpe
  if (correlation.value === null) return correlation
  const factor = loFactor(correlation.value, periodsPerYear)
  return factor.value === null ? factor : known(sharpe.value * factor.value)
}
