/** All disagreements: on daily returns, on hourly ones, and on the trades and equity of one backtest. */

import { DAY_MS, HOUR_MS } from '../../engine/stats/calendar.ts'
import { drawdownSeries, summariseDrawdowns } from '../../engine/stats/drawdown.ts'
import { periodReturns } from '../../engine/stats/period-returns.ts'
import { sorted } from '../../engine/stats/quantile.ts'
import { sharpeRatio } from '../../engine/stats/sharpe.ts'
import { sortinoRatio } from '../../engine/stats/sortino.ts'
import { valueAtRisk } from '../../engine/stats/tail.ts'
import { tradeStatistics } from '../../engine/stats/trades.ts'
import { type ConventionRow, named, value } from './convention-row.ts'
import { dailyRows } from './convention-rows-daily.ts'
import { compounded, Golden, goldenGoog, goldenReturns, grid } from './golden.ts'
import * as other from './other-conventions.ts'

/** Needs the golden files. */
export function conventionRows(): readonly ConventionRow[] {
  return [...dailyRows(), ...hourlyRows(), ...googRows()]
}

function hourlyRows(): ConventionRow[] {
  const golden = new Golden('hourly')
  const r = goldenReturns('hourly_returns')
  const unit = compounded(r)
  const bars = drawdownSeries(unit)
  const days = periodReturns(grid(r.length, HOUR_MS), HOUR_MS, unit)
  const deepest = (series: Float64Array) => series.reduce((a, b) => Math.min(a, b), 0)
  const plain = (name: string) => golden.number('ann8760_plain_recommended', name)
  const daily = (name: string) => golden.number('resampled_daily_ann365', 'plain', name)
  const qs = (name: string) => golden.number('ann8760_rf0.0', 'quantstats', name)
  const qsDays = (name: string) => golden.number('resampled_daily_ann365', 'quantstats', name)
  return named('hourly, 2880 hours', [
    [
      'Sharpe ratio',
      'QuantStats on bars, A = 8760',
      value(sharpeRatio(r, 8760)),
      qs('sharpe'),
      value(sharpeRatio(days.value, 365)),
      daily('sharpe_ann'),
      'hours instead of UTC days: √8760 scales up the noise of single bars',
    ],
    [
      'Sortino ratio',
      'QuantStats on bars, A = 8760',
      value(sortinoRatio(r, 8760)),
      qs('sortino'),
      value(sortinoRatio(days.value, 365)),
      daily('sortino_ann'),
      'hours instead of UTC days',
    ],
    [
      'Value at risk 95 %',
      'empyrical on bars',
      -value(valueAtRisk(sorted(r), 0.05)),
      golden.number('ann8760_rf0.0', 'empyrical', 'value_at_risk_0.05'),
      -value(valueAtRisk(sorted(days.value), 0.05)),
      daily('VaR95_hist'),
      'the loss of an hour, not of a day',
    ],
    [
      'Maximum drawdown',
      'QuantStats on days',
      deepest(drawdownSeries(days.unit as Float64Array<ArrayBuffer>)),
      qsDays('max_drawdown'),
      deepest(bars),
      plain('max_drawdown'),
      'daily marks hide a tenth of it',
    ],
  ])
}

function googRows(): ConventionRow[] {
  const golden = new Golden('goog_smacross')
  const { time, equity, trades } = goldenGoog()
  const r = Float64Array.from({ length: equity.length - 1 }, (_, i) => equity[i + 1]! / equity[i]! - 1)
  const unit = equity.map((x) => x / 10_000)
  const summary = summariseDrawdowns(time, DAY_MS, drawdownSeries(unit))
  const days = (time[time.length - 1]! - time[0]!) / DAY_MS
  const bt = (name: string) => golden.number('backtesting_py', name)
  const ft = (name: string) => golden.number('freqtrade', name)
  const ep = (name: string) => golden.number('empyrical_on_daily_equity', name)
  const qs = (name: string) => golden.number('quantstats_on_daily_equity', name)
  const t = tradeStatistics(trades)
  const sharpe = value(sharpeRatio(r, 252))
  const sortino = value(sortinoRatio(r, 252))
  const profitFactor = value(t.profitFactor)
  const maxDrawdown = summary.maxDepth
  return named('GOOG SMA 10/30, 66 trades, A = 252', [
    [
      'Sharpe ratio',
      'backtesting.py',
      other.backtestingPySharpe(r, 252),
      bt('Sharpe Ratio'),
      sharpe,
      ep('sharpe_ratio'),
      'geometric annual return over a deviation that compounds with it',
    ],
    [
      'Sharpe ratio',
      'freqtrade',
      other.freqtradeSharpe(trades, 10_000, days),
      ft('calculate_sharpe'),
      sharpe,
      ep('sharpe_ratio'),
      'profit a day over the deviation of profit per closed trade: two different units',
    ],
    [
      'Sortino ratio',
      'backtesting.py',
      other.backtestingPySortino(r, 252),
      bt('Sortino Ratio'),
      sortino,
      ep('sortino_ratio'),
      'geometric annual return as numerator',
    ],
    [
      'Sortino ratio',
      'freqtrade',
      other.freqtradeSortino(trades, 10_000, days),
      ft('calculate_sortino'),
      sortino,
      ep('sortino_ratio'),
      'profit a day over the deviation of losing trades around their own mean',
    ],
    [
      'Profit factor',
      'backtesting.py',
      other.backtestingPyProfitFactor(trades),
      bt('Profit Factor'),
      profitFactor,
      ft('profit_factor_abs'),
      'sums trade returns, so that early small trades weigh as much as late large ones',
    ],
    [
      'Profit factor',
      'QuantStats',
      other.quantstatsProfitFactor(r),
      qs('profit_factor'),
      profitFactor,
      ft('profit_factor_abs'),
      'of bars, not of trades',
    ],
    [
      'Win rate',
      'QuantStats',
      other.quantstatsWinRate(r),
      qs('win_rate'),
      value(t.winRate),
      bt('Win Rate [%]') / 100,
      'share of winning bars, not of winning trades',
    ],
    [
      'Maximum drawdown',
      'freqtrade',
      -other.freqtradeMaxDrawdown(trades, 10_000),
      -ft('relative_account_drawdown(relative=True)'),
      maxDrawdown,
      ep('max_drawdown'),
      'closed trades only: open losses are not seen (sign as ours)',
    ],
  ])
}
