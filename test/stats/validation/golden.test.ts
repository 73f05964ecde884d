/**
 * The statistics on whole series against reference implementations (arch 8.0.0, pypbo, R pbo, mlfinlab, numpy), with
 * their saved bootstrap indices, to 1e-9.
 */

import { expect, it } from 'vitest'
import { blockLengths, bootstrapInterval } from '../../../engine/stats/bootstrap.ts'
import { purgedSplits, type RowRange } from '../../../engine/stats/cross-validation.ts'
import { bootstrapVariance, snoopingTest } from '../../../engine/stats/data-snooping.ts'
import { mean, standardDeviation } from '../../../engine/stats/moments.ts'
import { backtestOverfitting } from '../../../engine/stats/overfitting.ts'
import { compoundTrades, simulateTrades } from '../../../engine/stats/trade-simulation.ts'
import { summariseWalkForward } from '../../../engine/stats/walk-forward.ts'
import { describeShared } from '../../support/shared.ts'
import { goldenGoog } from '../golden.ts'
import { columnsOf, goldenJson, indicesOf, textRows } from './golden.ts'

const near = (value: number | null, expected: number): void => {
  expect(value).not.toBeNull()
  expect(Math.abs(value! - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(expected)))
}

describeShared('probability of backtest overfitting', () => {
  it('200 × 40, four blocks: choices, ranks, logits, slope of pypbo', () => {
    const found = backtestOverfitting(columnsOf('pbo_n40_t200_s4_M'), { blocks: 4, riskFree: 0.03 / 252 })
    const rows = textRows('pbo_n40_t200_s4_pypbo_results')
    expect(rows).toHaveLength(6)
    for (const [half, row] of rows.entries()) {
      expect(found.chosen[half]! + 1).toBe(Number(row['nstar_1based']))
      expect(found.ranks[half]).toBe(Number(row['os_rank']))
      near(found.logits[half]!, Number(row['logit']))
      near(found.inSample[half]!, Number(row['R_is']))
      near(found.outOfSample[half]!, Number(row['R_oos']))
    }
    const { pbo, prob_oos_loss, slope_oos_on_is, intercept } = goldenJson('validation_numbers')['pypbo_n40_t200_s4']
    near(found.probability, pbo)
    near(found.lossProbability, prob_oos_loss)
    near(found.slope, slope_oos_on_is)
    near(found.intercept, intercept)
  })

  it("R's table: the same choices and ranks", () => {
    const found = backtestOverfitting(columnsOf('pbo_n40_t200_s4_M'), { blocks: 4, riskFree: 0.03 / 252 })
    for (const [half, row] of textRows('pbo_n40_t200_s4_R_results').entries()) {
      expect(found.chosen[half]! + 1).toBe(Number(row['nstar']))
      expect(found.ranks[half]).toBe(Number(row['os_rank']))
      near(found.inSample[half]!, Number(row['Rn']))
      near(found.outOfSample[half]!, Number(row['Rbn']))
    }
  })
})

describeShared('combinatorial purged cross-validation', () => {
  const inclusive = (ranges: readonly RowRange[]) => ranges.map(({ from, to }) => [from, to - 1])
  it.each([
    ['mlfinlab_unittest_embargo0.0', 0],
    ['mlfinlab_unittest_embargo0.05', 5],
  ])('%s', (name, embargoRows) => {
    const golden = goldenJson('cpcv_mlfinlab_6_2')[name]
    const found = purgedSplits({ rows: 100, groups: 6, testGroups: 2, embargoRows })
    expect([found.splits.length, found.paths.length]).toEqual([golden.n_splits, golden.n_paths])
    for (const [i, split] of golden.splits.entries()) {
      expect(inclusive(found.splits[i]!.train)).toEqual(split.train)
      expect(inclusive(found.splits[i]!.test)).toEqual(split.test)
    }
  })

  it.each([
    ['label3days_embargo0.0', 0],
    ['label3days_embargo0.05', 5],
  ])('%s: as mlfinlab, but the three rows before a test stretch go too', (name, embargoRows) => {
    // mlfinlab takes a test stretch to begin where its first label ENDS, and so keeps rows whose labels reach into it.
    const found = purgedSplits({ rows: 100, groups: 6, testGroups: 2, purgeRows: 3, embargoRows })
    for (const [i, split] of goldenJson('cpcv_mlfinlab_6_2')[name].splits.entries()) {
      const starts = (split.test as number[][]).map(([from]) => from!)
      const corrected = (split.train as number[][]).map(([from, to]) => [
        from!,
        starts.includes(to! + 1) ? to! - 3 : to!,
      ])
      expect(inclusive(found.splits[i]!.train)).toEqual(corrected)
    }
  })
})

describeShared('stationary bootstrap and data snooping', () => {
  it('automatic block lengths of an autoregressive series, whole and its first 500', () => {
    const golden = goldenJson('bootstrap_spa')
    const series = columnsOf('ar1_10000')[0]!
    const whole = blockLengths(series)
    near(whole.stationary, golden['ar1_10000'][0])
    near(whole.circular, golden['ar1_10000'][1])
    const part = blockLengths(series.subarray(0, 500))
    near(part.stationary, golden['ar1_first500'][0])
    near(part.circular, golden['ar1_first500'][1])
  })

  it('reality check and SPA on saved resamples', () => {
    const golden = goldenJson('bootstrap_spa')
    const returns = columnsOf('spa_returns')
    const resamples = indicesOf('spa_indices_B500')
    for (const [k, series] of returns.entries()) near(mean(series), golden['means'][k])
    const check = snoopingTest(returns, resamples, { blockLength: 10, studentised: false })
    near(check.statistic, golden['RC_white_portable'].stat)
    const { lower, consistent, upper } = golden['RC_white_portable'].all
    expect([check.lower, check.consistent, check.upper]).toEqual([lower, consistent, upper])
    const spa = snoopingTest(returns, resamples, { blockLength: 10, studentised: true })
    const expected = golden['spa_studentized_portable']
    near(spa.statistic, expected.stat)
    expect([spa.lower, spa.consistent, spa.upper]).toEqual([expected.p.lower, expected.p.consistent, expected.p.upper])
    for (const [k, series] of returns.entries()) {
      near(Math.sqrt(bootstrapVariance(series, mean(series), 10)), expected.omega[k])
    }
  })

  it('interval of a mean and of a Sharpe ratio on saved resamples', () => {
    const golden = goldenJson('bootstrap_spa')['stationary_boot_last_col']
    const series = columnsOf('spa_returns')[11]!
    const resamples = indicesOf('spa_indices_B500')
    const ofMean = bootstrapInterval(series, resamples, mean)
    near(ofMean.estimate, golden.mean)
    near(ofMean.standardError, golden.boot_se_mean)
    near(ofMean.low, golden.ci95_mean_percentile[0])
    near(ofMean.high, golden.ci95_mean_percentile[1])
    const ofSharpe = bootstrapInterval(series, resamples, (x) => mean(x) / standardDeviation(x))
    near(ofSharpe.estimate, golden.sr)
    near(ofSharpe.low, golden.ci95_sr[0])
    near(ofSharpe.high, golden.ci95_sr[1])
  })
})

describeShared('Monte Carlo of trades', () => {
  it('66 trades of SMA 10/30 on GOOG, saved orders and draws', () => {
    const golden = goldenJson('mc_goog_smacross')
    const returns = goldenGoog().trades.map((trade) => trade.returnFraction)
    const own = compoundTrades(returns)
    near(own.maxDrawdown, golden['orig_maxdd'])
    near(own.total, golden['orig_total'])
    const shuffled = simulateTrades(returns, indicesOf('mc_goog_smacross_perm'))
    for (const [i, value] of golden['perm_maxdd_q05_50_95(linear)'].entries()) near(shuffled.maxDrawdown[i]!, value)
    for (const total of shuffled.total) expect(Math.abs(total - own.total)).toBeLessThan(1e-13)
    expect(shuffled.deeperShare).toBe(golden['p_perm_dd_worse_or_equal'])
    const drawn = simulateTrades(returns, indicesOf('mc_goog_smacross_resample'))
    for (const [i, value] of golden['resample_maxdd_q05_50_95'].entries()) near(drawn.maxDrawdown[i]!, value)
    for (const [i, value] of golden['resample_total_q05_50_95'].entries()) near(drawn.total[i]!, value)
    expect(drawn.lossProbability).toBe(golden['p_resample_loss'])
  })
})

describeShared('walk-forward summary', () => {
  it.each(['rolling', 'anchored'])('%s folds on GOOG', (kind) => {
    const golden = goldenJson('walkforward_goog')[kind]
    const folds = golden.folds.map((fold: { is_ann_pct: number; oos_ret_252bars_pct: number }) => ({
      inSampleAnnual: fold.is_ann_pct / 100,
      // 252 daily bars are the year of that data.
      outOfSampleAnnual: fold.oos_ret_252bars_pct / 100,
      outOfSample: fold.oos_ret_252bars_pct / 100,
    }))
    const found = summariseWalkForward(folds)
    near(found.meanInSample, golden.mean_is / 100)
    near(found.meanOutOfSample, golden.mean_oos / 100)
    near(found.efficiency.value, golden.WFE)
    near(found.shareProfitable, golden.share_profitable_oos)
    near(found.stitched, golden.stitched_oos_pct / 100)
  })
})
