/** The primitives against empyrical, QuantStats, backtesting.py and a plain recomputation, to 1e-9. */

import { expect, it } from 'vitest'
import { lagOneAutocorrelation } from '../../engine/stats/autocorrelation.ts'
import { cagr, calmarRatio } from '../../engine/stats/cagr.ts'
import { DAY_MS, HOUR_MS } from '../../engine/stats/calendar.ts'
import { drawdownSeries, summariseDrawdowns, ulcerIndex } from '../../engine/stats/drawdown.ts'
import { rawKurtosis, skewness } from '../../engine/stats/moments.ts'
import { omegaRatio } from '../../engine/stats/omega.ts'
import { periodReturns } from '../../engine/stats/period-returns.ts'
import { probabilisticSharpe, sharpeEvidence } from '../../engine/stats/probabilistic-sharpe.ts'
import { sorted } from '../../engine/stats/quantile.ts'
import { riskFreePerPeriod, sharpeRatio, volatility } from '../../engine/stats/sharpe.ts'
import { sortinoRatio } from '../../engine/stats/sortino.ts'
import { conditionalValueAtRisk, tailRatio, valueAtRisk } from '../../engine/stats/tail.ts'
import { tradeStatistics } from '../../engine/stats/trades.ts'
import { describeShared } from '../support/shared.ts'
import { value } from './convention-row.ts'
import { metricValue, run } from './fixtures.ts'
import { compounded, Golden, goldenGoog, goldenReturns, grid } from './golden.ts'

function near(actual: number | null, expected: number): void {
  expect(Math.abs(actual! - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
}

/** Row-based figures of a series, as empyrical names them. */
function checkAgainstEmpyrical(r: Float64Array, a: number, rf: number, golden: (name: string) => number): void {
  const unit = compounded(r)
  const growth = cagr(unit[unit.length - 1]!, (r.length * 365) / a)
  const drawdown = drawdownSeries(unit)
  const deepest = drawdown.reduce((x, y) => Math.min(x, y), 0)
  const ascending = sorted(r)
  near(unit[unit.length - 1]! - 1, golden('cum_returns_final'))
  near(growth.value, golden('cagr'))
  near(deepest, golden('max_drawdown'))
  near(calmarRatio(growth, deepest).value, golden('calmar_ratio'))
  near(volatility(r, a).value, golden('annual_volatility'))
  near(sharpeRatio(r, a, rf).value, golden('sharpe_ratio'))
  near(sortinoRatio(r, a, rf).value, golden('sortino_ratio'))
  near(omegaRatio(r, riskFreePerPeriod(rf, a)).value, golden('omega_ratio'))
  near(tailRatio(ascending).value, golden('tail_ratio'))
  for (const alpha of [0.05, 0.01]) {
    near(valueAtRisk(ascending, alpha).value, -golden(`value_at_risk_${alpha}`))
    near(conditionalValueAtRisk(ascending, alpha).value, -golden(`conditional_value_at_risk_${alpha}`))
  }
}

/** What empyrical doesn't have, from the plain recomputation. */
function checkAgainstPlain(r: Float64Array, timeframeMs: number, golden: (name: string) => number): void {
  const drawdown = drawdownSeries(compounded(r))
  const summary = summariseDrawdowns(grid(r.length, timeframeMs), timeframeMs, drawdown)
  near(skewness(r), golden('skew_pop'))
  near(rawKurtosis(r), golden('kurt_raw_pop'))
  near(ulcerIndex(drawdown).value, golden('ulcer_index'))
  const evidence = sharpeEvidence(r)
  if (typeof evidence === 'string') throw new Error(evidence)
  near(probabilisticSharpe(evidence).value, golden('psr0'))
  near(omegaRatio(r).value, golden('omega0'))
  expect(summary.longestBars).toBe(golden('longest_underwater_bars'))
}

describeShared('return metrics against the golden numbers', () => {
  it.each([
    ['ann365_rf0.0', 365, 0],
    ['ann365_rf0.04', 365, 0.04],
    ['ann252_rf0.0', 252, 0],
    ['ann252_rf0.04', 252, 0.04],
  ])('daily %s', (section, a, rf) => {
    const golden = new Golden('daily')
    checkAgainstEmpyrical(goldenReturns('daily_returns'), a, rf, (name) => golden.number(section, 'empyrical', name))
  })

  it.each([
    ['ann8760_rf0.0', 0],
    ['ann8760_rf0.04', 0.04],
  ])('hourly %s', (section, rf) => {
    const golden = new Golden('hourly')
    checkAgainstEmpyrical(goldenReturns('hourly_returns'), 8760, rf, (name) =>
      golden.number(section, 'empyrical', name),
    )
  })

  it('shape, Ulcer index, PSR and longest drawdown, by day and by hour', () => {
    const daily = new Golden('daily')
    const hourly = new Golden('hourly')
    const days = (name: string) => daily.number('ann365_plain_recommended', name)
    checkAgainstPlain(goldenReturns('daily_returns'), DAY_MS, days)
    checkAgainstPlain(goldenReturns('hourly_returns'), HOUR_MS, (name) =>
      hourly.number('ann8760_plain_recommended', name),
    )
    const resampled = (name: string) => hourly.number('resampled_daily_ann365', 'plain', name)
    checkAgainstPlain(goldenReturns('hourly_resampled_daily'), DAY_MS, resampled)
  })

  it('turns hours into the UTC days that pandas makes of them', () => {
    const r = goldenReturns('hourly_returns')
    const days = periodReturns(grid(r.length, HOUR_MS), HOUR_MS, compounded(r))
    const expected = goldenReturns('hourly_resampled_daily')
    expect(days.value.length).toBe(expected.length)
    for (let i = 0; i < expected.length; i++) near(days.value[i]!, expected[i]!)
    const golden = new Golden('hourly')
    checkAgainstEmpyrical(days.value, 365, 0, (name) => golden.number('resampled_daily_ann365', 'empyrical', name))
  })

  it('computes the same through computeMetrics', () => {
    const golden = new Golden('hourly')
    const plain = (name: string) => golden.number('resampled_daily_ann365', 'plain', name)
    const equity = Array.from(compounded(goldenReturns('hourly_returns')), (x) => 10_000 * x)
    const input = run(equity, { initialEquity: 10_000 })
    near(metricValue(input, 'sharpe'), plain('sharpe_ann'))
    near(metricValue(input, 'sortino'), plain('sortino_ann'))
    near(metricValue(input, 'volatility'), plain('vol_ann'))
    near(metricValue(input, 'cagr'), plain('cagr'))
    near(metricValue(input, 'var95'), -plain('VaR95_hist'))
    near(metricValue(input, 'cvar95'), -plain('CVaR95_hist'))
    near(metricValue(input, 'psr'), plain('psr0'))
    near(metricValue(input, 'maxDrawdown'), golden.number('ann8760_plain_recommended', 'max_drawdown'))
    near(metricValue(input, 'sharpeBars'), golden.number('ann8760_plain_recommended', 'sharpe_ann'))
  })

  it('has the lag-1 autocorrelation close to the recorded one', () => {
    // The recorded number is a Pearson correlation of the two shifted series, which have means of their own.
    const rho = new Golden('daily').number('ann365_plain_recommended', 'var_sr_1lag_rho')
    expect(Math.abs(value(lagOneAutocorrelation(goldenReturns('daily_returns'))) - rho)).toBeLessThan(1e-3)
  })
})

describeShared('a run of backtesting.py against the golden numbers', () => {
  it('trades', () => {
    const golden = new Golden('goog_smacross')
    const bt = (name: string) => golden.number('backtesting_py', name)
    const t = tradeStatistics(goldenGoog().trades)
    expect(t.closed).toBe(bt('# Trades'))
    near(t.winRate.value, bt('Win Rate [%]') / 100)
    near(t.sqn.value, bt('SQN'))
    near(t.kelly.value, bt('Kelly Criterion'))
    near(t.profitFactor.value, golden.number('freqtrade', 'profit_factor_abs'))
    near(t.expectancy.value, (golden.value('freqtrade', 'calculate_expectancy') as number[])[0]!)
    near(t.netProfit, 29_280.73682)
    const days = (golden.value('backtesting_py', 'Avg. Trade Duration') as { seconds: number }).seconds / 86_400
    // backtesting.py rounds the average up to a whole day.
    expect(Math.ceil(value(t.averageHoldingMs) / DAY_MS)).toBe(days)
  })

  it('equity: drawdowns and ratios', () => {
    const golden = new Golden('goog_smacross')
    const { time, equity } = goldenGoog()
    const summary = summariseDrawdowns(time, DAY_MS, drawdownSeries(equity.map((x) => x / 10_000)))
    near(summary.maxDepth, golden.number('backtesting_py', 'Max. Drawdown [%]') / 100)
    near(summary.averageDepth.value, golden.number('backtesting_py', 'Avg. Drawdown [%]') / 100)
    expect(summary.count).toBe(golden.number('quantstats_on_daily_equity', '_drawdown_count'))
    const longest = (golden.value('backtesting_py', 'Max. Drawdown Duration') as { seconds: number }).seconds * 1000
    expect(summary.longestMs).toBe(longest)
    const top = golden.value('quantstats_on_daily_equity', '_top5_drawdowns') as Record<string, string | number>[]
    top.forEach((theirs, i) => {
      near(summary.deepest[i]!.depth, Number(theirs['max drawdown']) / 100)
      expect(summary.deepest[i]!.valleyMs - DAY_MS).toBe(Date.parse(String(theirs['valley'])))
    })
    // The deepest is still open at the end, and is listed as such.
    expect(summary.deepest[0]!.recoveryMs).toBeNull()
    expect(summary.ongoing).toEqual(summary.deepest[0])
  })
})
