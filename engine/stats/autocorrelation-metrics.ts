/** Does one period foretell the next? Then √A misstates the annual Sharpe ratio; Lo's factor says by how much. */

import type { Metric } from '../core/result.ts'
import { lagOneAutocorrelation, lagOneOf, loFactor, THREE_RETURNS } from './autocorrelation.ts'
import { annualised, type MetricsContext, onPeriods } from './context.ts'
import { type Figure, known, unknown } from './figure.ts'
import { factsOn, metric } from './metric.ts'
import { barsPerYear } from './period-returns.ts'
import { sharpeOf, sharpeRatio, TWO_RETURNS } from './sharpe.ts'

/** The Sharpe ratio again, adjusted, and on bars. */
export function autocorrelationMetrics(context: MetricsContext): Metric[] {
  const { periods, input, riskFreeAnnual } = context
  const { returns: n, wipedOut, averageReturn: average, squares, neighbours } = context.bars
  const perYear = barsPerYear(input.timeframeMs)
  const sharpe = annualised(
    context,
    onPeriods(context, (r) => sharpeRatio(r, periods.periodsPerYear, riskFreeAnnual)),
  )
  const ofBars = (figure: () => Figure) =>
    onPeriods(context, () => (wipedOut ? unknown('equity fell to zero or below at a bar') : figure()))
  const sharpeBars = annualised(
    context,
    ofBars(() =>
      n < 2 ? unknown(TWO_RETURNS) : sharpeOf(average, Math.sqrt(squares / (n - 1)), perYear, riskFreeAnnual),
    ),
  )
  const correlation = onPeriods(context, lagOneAutocorrelation)
  const correlationBars = ofBars(() => (n < 3 ? unknown(THREE_RETURNS) : lagOneOf(n, squares, neighbours)))
  const day = factsOn(periods.basis, periods.value.length)
  const bar = factsOn('bars', n)
  const lo = 'times Lo (2002): (1 + 2ρ/(1−ρ)·(1 − (1−ρ^A)/(A(1−ρ))))^−½, ρ the lag-1 autocorrelation'
  return [
    metric(
      'autocorrelation',
      'Autocorrelation',
      correlation,
      day('correlation', 'of each return with the one before it'),
    ),
    metric(
      'sharpeLo',
      'Sharpe ratio, autocorrelation adjusted',
      adjusted(sharpe, correlation, periods.periodsPerYear),
      day('ratio', `Sharpe ratio ${lo}`, periods.periodsPerYear),
    ),
    metric(
      'sharpeBars',
      'Sharpe ratio on bars',
      sharpeBars,
      bar(
        'ratio',
        '(mean − rf)/std(ddof 1)·√A of bar returns; for comparison, the one on days is the figure to use',
        perYear,
      ),
    ),
    metric(
      'sharpeBarsLo',
      'Sharpe ratio on bars, adjusted',
      adjusted(sharpeBars, correlationBars, perYear),
      bar('ratio', `Sharpe ratio on bars ${lo}`, perYear),
    ),
  ]
}

function adjusted(sharpe: Figure, correlation: Figure, periodsPerYear: number): Figure {
  if (sharpe.value === null) return sharpe
  if (correlation.value === null) return correlation
  const factor = loFactor(correlation.value, periodsPerYear)
  return factor.value === null ? factor : known(sharpe.value * factor.value)
}
