/** Disagreements on a series of 1095 daily returns. */

import { cagr } from '../../engine/stats/cagr.ts'
import { DAY_MS } from '../../engine/stats/calendar.ts'
import { drawdownSeries, summariseDrawdowns, ulcerIndex } from '../../engine/stats/drawdown.ts'
import { probabilisticSharpe, sharpeEvidence } from '../../engine/stats/probabilistic-sharpe.ts'
import { sorted } from '../../engine/stats/quantile.ts'
import { sharpeRatio } from '../../engine/stats/sharpe.ts'
import { sortinoRatio } from '../../engine/stats/sortino.ts'
import { valueAtRisk } from '../../engine/stats/tail.ts'
import { type ConventionRow, named, value } from './convention-row.ts'
import { compounded, Golden, goldenReturns, grid } from './golden.ts'
import * as other from './other-conventions.ts'

export function dailyRows(): ConventionRow[] {
  const golden = new Golden('daily')
  const r = goldenReturns('daily_returns')
  const unit = compounded(r)
  const total = unit[unit.length - 1]! - 1
  const drawdown = drawdownSeries(unit)
  const longest = summariseDrawdowns(grid(r.length), DAY_MS, drawdown).longestMs / DAY_MS
  const lean = (name: string) => golden.number('ann365_rf0.0', 'lean_formulas_recomputed', name)
  const qs = (name: string) => golden.number('ann365_rf0.0', 'quantstats', name)
  const bt = (name: string) => golden.number('backtesting_py_equity', name)
  const plain = (name: string) => golden.number('ann365_plain_recommended', name)
  const sharpe = value(sharpeRatio(r, 365))
  const sortino = value(sortinoRatio(r, 365))
  const btLongest =
    (golden.value('backtesting_py_equity', 'Max. Drawdown Duration') as { seconds: number }).seconds / 86_400
  const evidence = sharpeEvidence(r)
  if (typeof evidence === 'string') throw new Error(evidence)
  return named('daily, 1095 days, A = 365', [
    [
      'Sharpe ratio',
      'LEAN',
      other.leanSharpe(r, 365),
      lean('SharpeRatio'),
      sharpe,
      plain('sharpe_ann'),
      'compounds the mean return over a year: (1 + mean)^A − 1 instead of mean·A',
    ],
    [
      'Sharpe ratio',
      'backtesting.py',
      other.backtestingPySharpe(r, 365),
      bt('Sharpe Ratio'),
      sharpe,
      plain('sharpe_ann'),
      'geometric annual return over a deviation that compounds with it, which shrinks when the mean is negative',
    ],
    [
      'Sharpe ratio',
      'log returns',
      other.logSharpe(r, 365),
      plain('log_sharpe_ann'),
      sharpe,
      plain('sharpe_ann'),
      'log returns lie below simple ones by about half their variance',
    ],
    [
      'Sortino ratio',
      'LEAN',
      other.leanSortino(r, 365),
      lean('SortinoRatio'),
      sortino,
      plain('sortino_ann'),
      'compounded numerator; divides by the deviation of the negative returns around their own mean, not by the downside over all rows',
    ],
    [
      'Sortino ratio',
      'backtesting.py',
      other.backtestingPySortino(r, 365),
      bt('Sortino Ratio'),
      sortino,
      plain('sortino_ann'),
      'geometric annual return as numerator',
    ],
    [
      'CAGR',
      'backtesting.py',
      other.backtestingPyCagr(total, r.length),
      bt('CAGR [%]') / 100,
      value(cagr(1 + total, r.length)),
      plain('cagr'),
      'a year of 365.25 days; a market that never closes has 365 daily returns in it',
    ],
    [
      'Value at risk 95 %',
      'QuantStats',
      other.quantstatsVar(r),
      qs('value_at_risk'),
      -value(valueAtRisk(sorted(r), 0.05)),
      plain('VaR95_hist'),
      'assumes normal returns: mean + z·std instead of the historical quantile (shown as a return, as QuantStats does)',
    ],
    [
      'PSR against 0',
      'QuantStats',
      other.quantstatsPsr(r),
      qs('probabilistic_sharpe_ratio'),
      value(probabilisticSharpe(evidence)),
      plain('psr0'),
      'feeds excess kurtosis where the formula wants the raw one',
    ],
    [
      'PSR against 0',
      'LEAN',
      other.leanPsr(r, 365),
      lean('PSR_vs_annual1_as_coded(excess kurt)'),
      value(probabilisticSharpe(evidence)),
      plain('psr0'),
      'asks for an annual Sharpe ratio above 1, not above 0, and feeds excess kurtosis',
    ],
    [
      'Ulcer index',
      'QuantStats',
      other.quantstatsUlcer(drawdown),
      qs('ulcer_index'),
      value(ulcerIndex(drawdown)),
      plain('ulcer_index'),
      'divides by n − 1: drawdowns are no deviations from an estimated mean',
    ],
    [
      'Exposure',
      'QuantStats',
      other.quantstatsExposure(r),
      qs('exposure'),
      r.filter((x) => x !== 0).length / r.length,
      plain('exposure_nonzero'),
      'rounds up to a whole percent',
    ],
    [
      'Longest drawdown, days',
      'QuantStats',
      longest - 1,
      qs('_longest_dd_days'),
      longest,
      btLongest,
      'counts from the first day under water; tandem counts from the high to the recovery',
    ],
  ])
}
