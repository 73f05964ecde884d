/**
 * Probabilistic and deflated Sharpe ratios, minimum lengths, haircuts and adjusted p-values against the numbers that are
 * printed in the papers or asserted by public test suites, from their inputs to the digits given.
 */

import { describe, expect, it } from 'vitest'
import { loFactor } from '../../../engine/stats/autocorrelation.ts'
import {
  deflatedSharpe,
  effectiveTrials,
  expectedMaximumFactor,
  sharpeVariance,
} from '../../../engine/stats/deflated-sharpe.ts'
import { haircutSharpe, independentTests, sharpePValue } from '../../../engine/stats/haircut-sharpe.ts'
import { benjaminiHochbergYekutieli, bonferroni, holm } from '../../../engine/stats/multiple-testing.ts'
import { probabilisticSharpe, sharpeStandardError } from '../../../engine/stats/probabilistic-sharpe.ts'
import {
  minimumBacktestYears,
  minimumBacktestYearsBound,
  minimumTrackRecord,
} from '../../../engine/stats/track-record.ts'

const near = (value: number | null, expected: number, relative = 1e-9): void => {
  expect(value).not.toBeNull()
  expect(Math.abs(value! - expected)).toBeLessThanOrEqual(relative * Math.abs(expected))
}

describe('probabilistic Sharpe ratio (Bailey & López de Prado 2012)', () => {
  it.each([
    ['normal', 0.458, 0, 24, 0, 3, 0.9816749190910771],
    ['skewed, fat tails', 0.458, 0, 24, -2.448, 10.164, 0.913361083860933],
    ['from an annual one', 1.585 / Math.sqrt(12), 0, 24, -2.448, 10.164, 0.9132343068848602],
    ['against 1', 1.14, 1, 250, 0, 3, 0.9572778803273129],
    ['50 returns', 0.24171729852769094, 0.05, 50, -1.139565684926443, 4.635861094210938, 0.8778507701221447],
  ])('%s', (_, sharpe, benchmark, n, skew, kurtosis, expected) => {
    near(probabilisticSharpe({ sharpe, benchmark, n, skew, kurtosis }).value, expected)
  })

  it('standard errors of two hedge fund indices, monthly', () => {
    near(sharpeStandardError({ sharpe: 0.7079, n: 134, skew: -0.225, kurtosis: 2.957 }).value, 0.10276082308007262)
    near(sharpeStandardError({ sharpe: 0.8183, n: 134, skew: -1.4455, kurtosis: 7.0497 }).value, 0.15500654727884933)
  })

  it('is null, not 1, where the variance estimate is not positive', () => {
    const wild = { sharpe: 1, benchmark: 0, n: 100, skew: 3, kurtosis: 3 }
    expect(probabilisticSharpe(wild).value).toBeNull()
  })
})

describe('minimum track record', () => {
  it.each([
    ['fund 1, monthly', 0.7079, 0, -0.225, 2.957, 0.95, 12 * 0.7152156942951801],
    ['fund 2, monthly', 0.8183, 0, -1.4455, 7.0497, 0.95, 12 * 1.159302661381875],
    ['2 against 1, daily', 2 / Math.sqrt(250), 1 / Math.sqrt(250), 0, 3, 0.95, 250 * 2.731187801728176],
    ['2 against 1, weekly', 2 / Math.sqrt(52), 1 / Math.sqrt(52), 0, 3, 0.95, 52 * 2.828833586945237],
    ['2 against 1, monthly', 2 / Math.sqrt(12), 1 / Math.sqrt(12), 0, 3, 0.95, 12 * 3.239800696444647],
    ['3 against 2.5', 3 / Math.sqrt(12), 2.5 / Math.sqrt(12), -0.72, 5.78, 0.95, 12 * 27.3529201960403],
    ['1.14 against 1', 1.14, 1, 0, 3, 0.95, 228.73497911054176],
    ['50 returns', 0.24171729852769094, 0.05, -1.139565684926443, 4.635861094210938, 0.9, 60.36508526902764],
  ])('%s', (_, sharpe, benchmark, skew, kurtosis, probability, expected) => {
    const evidence = { sharpe, benchmark, skew, kurtosis }
    near(minimumTrackRecord(evidence, probability).value, expected)
    // The same test as the probabilistic ratio: at that length it is exactly the probability.
    near(probabilisticSharpe({ ...evidence, n: expected }).value, probability)
  })

  it('is undefined where the ratio is not above its benchmark', () => {
    expect(minimumTrackRecord({ sharpe: 1, benchmark: 1, skew: 0, kurtosis: 3 }).value).toBeNull()
  })
})

describe('deflated Sharpe ratio (Bailey & López de Prado 2014)', () => {
  it.each([
    [10, 1.57459830134575],
    [45, 2.2356401777664052],
    [46, 2.2441708308410093],
    [88, 2.485294787590927],
    [100, 2.5306028932016846],
    [1000, 3.255121513652723],
  ])('expected maximum of %s', (trials, expected) => near(expectedMaximumFactor(trials), expected, 1e-12))

  const sharpe = 2.5 / Math.sqrt(250)
  it.each([
    [100, -3, 10, 0.11317200186513214, 0.9003968344493903],
    [46, -3, 10, 0.10036237061765357, 0.9505017068755787],
    [47, -3, 10, 0.10073456152726051, 0.9494043748347133],
    [88, 0, 3, 0.11114576178358426, 0.9504908166760139],
    [89, 0, 3, 0.11132607839160677, 0.9498393713384774],
    [100, 0, 3, 0.11317200186513214, 0.9427705859565294],
  ])("the paper's example, %s trials, skew %s", (trials, skew, kurtosis, benchmark, expected) => {
    const found = deflatedSharpe({ sharpe, n: 1250, skew, kurtosis }, { trials, variance: 0.5 / 250 })
    near(found.benchmark, benchmark, 1e-12)
    near(found.probability.value, expected)
  })

  it('three trials: divided by n and by n − 1', () => {
    const evidence = { sharpe: 1.14, n: 250, skew: 0, kurtosis: 3 }
    const trials = [3.5, 1.01, 1.02]
    const by = (ddof: 0 | 1) =>
      deflatedSharpe(evidence, { trials: 3, variance: sharpeVariance(trials, ddof).value! }).probability.value
    near(by(0), 0.9583658117478662)
    near(by(1), 0.15237512361221794)
  })

  it('with one trial is the probabilistic one against 0', () => {
    const evidence = { sharpe: 0.458, n: 24, skew: -2.448, kurtosis: 10.164 }
    near(deflatedSharpe(evidence, { trials: 1, variance: 0.3 }).probability.value, 0.913361083860933)
  })

  it('counts equal trials as one and opposite or unrelated ones in full', () => {
    const wave = (phase: number) =>
      Float64Array.from({ length: 360 }, (_, i) => Math.sin(((i + phase) * Math.PI) / 180))
    near(effectiveTrials([wave(0), wave(0), wave(0)]).value, 1, 1e-9)
    near(effectiveTrials([wave(0), wave(90)]).value, 2, 1e-9)
    near(effectiveTrials([wave(0), wave(180)]).value, 2, 1e-9)
  })
})

describe('minimum backtest length (Bailey et al. 2014)', () => {
  it('five years for 45 trials, more for a thousand', () => {
    near(minimumBacktestYears(45).value, 4.998087004443404)
    near(minimumBacktestYears(1000).value, 10.595816068644794)
    near(minimumBacktestYearsBound(45).value, 7.613324979540639)
  })
})

describe('haircut Sharpe ratio (Harvey & Liu 2015)', () => {
  it("the text's example: 0.75 over 20 years, 200 tests", () => {
    const tested = { annualSharpe: 0.75, years: 20 }
    const p = sharpePValue(tested)
    near(p, 0.0007962301575907826)
    near(sharpePValue({ ...tested, degrees: 239 }), 0.0009258053029286284)
    const adjusted = independentTests(p, 200)
    near(adjusted, 0.14726757137597157)
    const { sharpe, haircut } = haircutSharpe(tested, adjusted)
    near(sharpe, 0.32406231779387695)
    near(haircut.value, 0.567916909608164)
    near(haircutSharpe(tested, 0.15).sharpe, 0.3218890224768651)
  })

  it('the program: Sharpe ratio 1, 120 months, autocorrelation 0.1, 100 tests, by Bonferroni', () => {
    const annualSharpe = loFactor(0.1, 12).value!
    const tested = { annualSharpe, years: 10, degrees: 119 }
    const adjusted = 100 * sharpePValue(tested)
    expect(adjusted).toBeCloseTo(0.4651230002, 9)
    const { sharpe, haircut } = haircutSharpe(tested, adjusted)
    expect(sharpe).toBeCloseTo(0.2317308863, 9)
    expect(100 * haircut.value!).toBeCloseTo(74.5977, 4)
  })

  it.each([
    [360, 0.904788],
    [52, 0.906296],
    [12, 0.912245],
    [4, 0.928277],
    [1, 1],
  ])("Lo's factor at %s periods a year", (q, expected) => expect(loFactor(0.1, q).value).toBeCloseTo(expected, 6))
})

describe('six p-values of Harvey & Liu, adjusted as by p.adjust of R', () => {
  const p = [0.005, 0.009, 0.0128, 0.0135, 0.045, 0.06]
  it.each([
    ['Bonferroni', bonferroni, [0.03, 0.054, 0.0768, 0.081, 0.27, 0.36]],
    ['Holm', holm, [0.03, 0.045, 0.0512, 0.0512, 0.09, 0.09]],
    ['BHY', benjaminiHochbergYekutieli, [0.0496125, 0.0496125, 0.0496125, 0.0496125, 0.1323, 0.147]],
  ])('%s, in whatever order they come', (_, adjust, expected) => {
    const order = [3, 5, 0, 1, 4, 2]
    const found = adjust(order.map((i) => p[i]!))
    for (const [place, i] of order.entries()) expect(found[place]).toBeCloseTo(expected[i]!, 12)
  })
})
