/** Metrics as a report gets them, made up. */

import type { Metric } from '../../engine/core/result.ts'

/** Metrics with each kind of unit, and one without a value. */
export function madeUpMetrics(): readonly Metric[] {
  const metric = (
    id: string,
    label: string,
    value: number | null,
    unit: string,
    basis: string,
    n: number,
    definition: string,
  ): Metric => ({ id, label, value, unit, basis, n, definition })
  return [
    metric('totalReturn', 'Total return', 0.1234567, 'fraction', 'bars', 5000, 'Final over initial equity, less one.'),
    metric(
      'maxDrawdown',
      'Maximum drawdown',
      -0.1822,
      'fraction',
      'bars',
      5000,
      'Deepest fall of equity below its highest value so far, the initial equity included.',
    ),
    metric(
      'drawdownDuration',
      'Longest drawdown',
      61.4,
      'days',
      'bars',
      5000,
      'Longest time from a high to its recovery, or to the end.',
    ),
    metric(
      'timeInMarket',
      'Time in market',
      0.5113,
      'fraction',
      'bars',
      5000,
      'Share of bars at whose close a position is open.',
    ),
    {
      ...metric(
        'sharpe',
        'Sharpe ratio',
        0.7252995,
        'ratio',
        'UTC days',
        208,
        'Mean over standard deviation (n − 1) of daily simple returns, times √365; risk-free rate 0.',
      ),
      annualisation: 365,
    },
    {
      ...metric(
        'sortino',
        'Sortino ratio',
        1.0389,
        'ratio',
        'UTC days',
        208,
        'Mean daily return over the root mean square of negative ones (all days count), times √365.',
      ),
      annualisation: 365,
    },
    {
      ...metric('cagr', 'CAGR', 0.2261, 'fraction', 'UTC days', 208, '(Final / initial equity)^(365 / days) − 1.'),
      annualisation: 365,
    },
    metric(
      'valueAtRisk95',
      'Value at risk, 95 %',
      0.0299,
      'fraction',
      'UTC days',
      208,
      '5 % quantile of daily returns (type 7), as a loss.',
    ),
    metric(
      'winRate',
      'Win rate',
      0.5385,
      'fraction',
      'closed trades',
      39,
      'Trades with a net profit over all closed trades; break-even ones counted apart.',
    ),
    metric(
      'profitFactor',
      'Profit factor',
      1.3747,
      'ratio',
      'closed trades',
      39,
      'Sum of net profits over sum of net losses, in money.',
    ),
    metric('expectancy', 'Expectancy', 31.66, 'quote', 'closed trades', 39, 'Mean net profit of a closed trade.'),
    {
      ...metric(
        'kelly',
        'Kelly fraction',
        null,
        'fraction',
        'closed trades',
        39,
        'W − L / (average win / average loss).',
      ),
      reason: 'shown from 50 closed trades',
    },
    metric(
      'averageHold',
      'Average holding time',
      151_200_000,
      'ms',
      'closed trades',
      39,
      'Mean time from entry to exit.',
    ),
  ]
}
