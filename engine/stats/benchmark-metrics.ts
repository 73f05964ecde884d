/** Metrics of buy and hold over the same bars, and of the run against it. */

import type { Metric } from '../core/result.ts'
import { holdingOf } from './benchmark.ts'
import { cagr } from './cagr.ts'
import { annualised, type MetricsContext, onCurve } from './context.ts'
import { type Figure, known } from './figure.ts'
import { factsOn, metric } from './metric.ts'
import { sharpeRatio } from './sharpe.ts'

/** Empty where the run has no benchmark. Throws RangeError where its prices are not on the run's rows. */
export function benchmarkMetrics(context: MetricsContext): Metric[] {
  const { input, unitAtEnd: own, days, riskFreeAnnual } = context
  const n = context.bars.rows
  const { benchmark, time, timeframeMs } = input
  if (benchmark === undefined) return []
  if (benchmark.close.length !== n) {
    throw new RangeError(`the benchmark has ${benchmark.close.length} rows and equity ${n}`)
  }
  const { unitAtEnd, maxDrawdown, periods } = benchmark.holding ?? holdingOf(benchmark, time, timeframeMs)
  const name = `buying ${benchmark.label} at the first open and holding it, without costs`
  const curve = (figure: () => Figure) => onCurve(context, figure)
  const perYear = (figure: () => Figure) => annualised(context, curve(figure))
  const facts = factsOn('bars', n)
  return [
    metric(
      'benchmarkReturn',
      'Buy and hold return',
      curve(() => known(unitAtEnd - 1)),
      facts('fraction', `total return of ${name}`),
    ),
    metric(
      'excessReturn',
      'Return over buy and hold',
      curve(() => known(own - unitAtEnd)),
      facts('fraction', `total return less that of ${name}`),
    ),
    metric(
      'benchmarkMaxDrawdown',
      'Buy and hold maximum drawdown',
      curve(() => known(maxDrawdown)),
      facts('fraction', `maximum drawdown of ${name}; ≤ 0`),
    ),
    metric(
      'benchmarkCagr',
      'Buy and hold CAGR',
      perYear(() => cagr(unitAtEnd, days)),
      facts('fraction', `CAGR of ${name}`, 365),
    ),
    metric(
      'benchmarkSharpe',
      'Buy and hold Sharpe ratio',
      perYear(() => sharpeRatio(periods.value, periods.periodsPerYear, riskFreeAnnual)),
      factsOn(periods.basis, periods.value.length)('ratio', `Sharpe ratio of ${name}`, periods.periodsPerYear),
    ),
  ]
}
