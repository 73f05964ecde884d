/** Metrics of what could be lost: drawdowns at bar closes, tails and shape of period returns, exposure. */

import type { Metric } from '../core/result.ts'
import { DAY_MS } from './calendar.ts'
import { annualised, type MetricsContext, onCurve, onPeriods } from './context.ts'
import { type DrawdownSummary, ulcerIndexOf } from './drawdown.ts'
import { exposureFiguresOf } from './exposure.ts'
import { type Figure, known, ratio, unknown } from './figure.ts'
import { factsOn, metric } from './metric.ts'
import { populationDeviation, rawKurtosis, STD_NOISE_FLOOR, skewness } from './moments.ts'
import { sorted } from './quantile.ts'
import { NO_VARIATION } from './sharpe.ts'
import { conditionalValueAtRisk, tailRatio, valueAtRisk } from './tail.ts'

export function drawdownMetrics(context: MetricsContext, summary: DrawdownSummary): Metric[] {
  const n = context.bars.rows
  const at = (unit: string, definition: string, count = n) => ({ unit, basis: 'bars', n: count, definition })
  const inDays = (ms: Figure): Figure => (ms.value === null ? ms : known(ms.value / DAY_MS))
  const curve = (figure: Figure) => onCurve(context, () => figure)
  const ongoing = summary.ongoing === null ? unknown('the run ends at a high') : known(summary.ongoing.depth)
  return [
    metric(
      'maxDrawdown',
      'Maximum drawdown',
      curve(known(summary.maxDepth)),
      at('fraction', 'lowest close below the highest so far, starting from the first capital; ≤ 0'),
    ),
    metric(
      'averageDrawdown',
      'Average drawdown',
      curve(summary.averageDepth),
      at('fraction', 'mean of the depths of all drawdowns, the ongoing one included; < 0', summary.count),
    ),
    metric(
      'drawdowns',
      'Drawdowns',
      curve(known(summary.count)),
      at('count', 'stretches below a high, the ongoing one included'),
    ),
    metric(
      'longestDrawdown',
      'Longest drawdown',
      curve(inDays(known(summary.longestMs))),
      at('days', 'wall-clock from a high to the first close back at it, or to the end of the run', summary.count),
    ),
    metric(
      'averageDrawdownDuration',
      'Average drawdown duration',
      curve(inDays(summary.averageDurationMs)),
      at('days', 'mean wall-clock from high to recovery, or to the end of the run', summary.count),
    ),
    metric('ongoingDrawdown', 'Ongoing drawdown', curve(ongoing), at('fraction', 'depth of the one the run ends in')),
    metric(
      'underwater',
      'Time under water',
      curve(summary.underwaterShare),
      at('fraction', 'bars that closed below a high over all bars'),
    ),
    metric(
      'ulcerIndex',
      'Ulcer index',
      onCurve(context, () => ulcerIndexOf(n, context.bars.sumOfSquaredDrawdowns)),
      at('fraction', '√(Σ drawdown²/n) over all n bars'),
    ),
  ]
}

export function tailMetrics(context: MetricsContext): Metric[] {
  const { periods } = context
  const ascending = sorted(periods.value)
  const facts = factsOn(periods.basis, ascending.length)
  const tail = (figure: () => Figure) => onPeriods(context, figure)
  const shape = (moment: (returns: Float64Array) => number) =>
    onPeriods(context, (r) => (populationDeviation(r) <= STD_NOISE_FLOOR ? unknown(NO_VARIATION) : known(moment(r))))
  const percentages = [95, 99].flatMap((percent) => {
    const alpha = (100 - percent) / 100
    return [
      metric(
        `var${percent}`,
        `Value at risk ${percent} %`,
        tail(() => valueAtRisk(ascending, alpha)),
        facts('fraction', `minus the ${100 - percent} % quantile (historical, type 7); positive is a loss`),
      ),
      metric(
        `cvar${percent}`,
        `Expected shortfall ${percent} %`,
        tail(() => conditionalValueAtRisk(ascending, alpha)),
        facts(
          'fraction',
          `minus the mean of the returns at or below the ${100 - percent} % quantile; positive is a loss`,
        ),
      ),
    ]
  })
  return [
    ...percentages,
    metric(
      'tailRatio',
      'Tail ratio',
      tail(() => tailRatio(ascending)),
      facts('ratio', '|95 % quantile| over |5 % quantile|, type 7'),
    ),
    metric('skew', 'Skewness', shape(skewness), facts('number', 'population m3/m2^1.5; 0 for a normal distribution')),
    metric('kurtosis', 'Kurtosis', shape(rawKurtosis), facts('number', 'population m4/m2², raw: 3 for a normal one')),
  ]
}

export function exposureMetrics(context: MetricsContext): Metric[] {
  const { input, days } = context
  const { turnover } = input
  const n = context.bars.rows
  const exposure = exposureFiguresOf(input.exposure)
  if (exposure.rows !== n) {
    throw new RangeError(`exposure has ${exposure.rows} rows and equity ${n}: they must be as long`)
  }
  const none = 'no bars'
  const facts = factsOn('bars', n)
  const averageEquity = n === 0 ? 0 : context.bars.sumOfEquity / n
  const turns =
    Number.isFinite(averageEquity) && averageEquity > 0
      ? ratio(turnover, averageEquity, none)
      : unknown('average equity is not a positive number')
  const perYear = turns.value === null ? turns : ratio(turns.value * 365, days, none)
  const { inMarket, largest, total } = exposure
  return [
    metric(
      'timeInMarket',
      'Time in market',
      ratio(inMarket, n, none),
      facts('fraction', 'bars with a position at the close over all bars'),
    ),
    metric(
      'averageExposure',
      'Average exposure',
      ratio(total, n, none),
      facts('ratio', 'mean of absolute position value over equity at the close, flat bars included'),
    ),
    metric(
      'maxExposure',
      'Maximum exposure',
      n === 0 ? unknown(none) : known(largest),
      facts('ratio', 'largest position value over equity at a close'),
    ),
    metric('turnover', 'Turnover', known(turnover), factsOn('fills', n)('quote', 'notional of all fills')),
    metric(
      'turnoverPerYear',
      'Turnover a year',
      annualised(
        context,
        onCurve(context, () => perYear),
      ),
      facts('ratio', 'turnover over mean equity at the closes, times 365/days', 365),
    ),
  ]
}
