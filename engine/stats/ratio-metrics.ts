/** Metrics of how evenly the account earned. */

import type { Metric } from '../core/result.ts'
import { calmarRatio } from './cagr.ts'
import { annualised, type MetricsContext, onCurve, onPeriods } from './context.ts'
import { type Figure, unknown } from './figure.ts'
import { factsOn, metric } from './metric.ts'
import { omegaRatio } from './omega.ts'
import { probabilisticSharpe, sharpeEvidence } from './probabilistic-sharpe.ts'
import { growth } from './return-metrics.ts'
import { riskFreePerPeriod, sharpeRatio, volatility } from './sharpe.ts'
import { sortinoRatio } from './sortino.ts'

/** Sharpe, Sortino and their kin, on period returns. */
export function ratioMetrics(context: MetricsContext, maxDrawdown: number): Metric[] {
  const { periods, riskFreeAnnual } = context
  const { basis, periodsPerYear } = periods
  const n = periods.value.length
  const facts = factsOn(basis, n)
  const perYear = (figure: (returns: Float64Array) => Figure) => annualised(context, onPeriods(context, figure))
  const rf = `rf ${riskFreeAnnual} a year`
  return [
    metric(
      'volatility',
      'Volatility',
      perYear((r) => volatility(r, periodsPerYear)),
      facts('fraction', 'std(ddof 1)·√A of simple returns, flat days included', periodsPerYear),
    ),
    metric(
      'sharpe',
      'Sharpe ratio',
      perYear((r) => sharpeRatio(r, periodsPerYear, riskFreeAnnual)),
      facts('ratio', `(mean − rf)/std(ddof 1)·√A of simple returns, flat days included, ${rf}`, periodsPerYear),
    ),
    metric(
      'sortino',
      'Sortino ratio',
      perYear((r) => sortinoRatio(r, periodsPerYear, riskFreeAnnual)),
      facts('ratio', `(mean − rf)/√(Σ min(r − rf, 0)²/n)·√A, the root over all n returns, ${rf}`, periodsPerYear),
    ),
    metric(
      'calmar',
      'Calmar ratio',
      onCurve(context, () => calmarRatio(growth(context), maxDrawdown)),
      {
        unit: 'ratio',
        basis: 'run',
        definition: 'CAGR over the size of the maximum drawdown, both over the whole run',
        n: context.bars.rows,
        annualisation: 365,
      },
    ),
    metric(
      'omega',
      'Omega ratio',
      onPeriods(context, (r) => omegaRatio(r, riskFreePerPeriod(riskFreeAnnual, periodsPerYear))),
      { unit: 'ratio', basis, n, definition: `Σ gains over Σ losses around the threshold, ${rf}` },
    ),
    metric('psr', 'Probabilistic Sharpe ratio', onPeriods(context, psr), {
      unit: 'probability',
      basis,
      n,
      definition: 'Φ(SR·√(n−1)/√(1 − γ3·SR + (γ4−1)/4·SR²)): SR per period against 0, population skew, raw kurtosis',
    }),
  ]
}

function psr(returns: Float64Array): Figure {
  const evidence = sharpeEvidence(returns)
  return typeof evidence === 'string' ? unknown(evidence) : probabilisticSharpe(evidence)
}
