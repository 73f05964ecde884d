/** Numbers printed in papers or asserted in public test suites. */

import { describe, expect, it } from 'vitest'
import { loFactor } from '../../engine/stats/autocorrelation.ts'
import { mean, standardDeviation } from '../../engine/stats/moments.ts'
import { normalCdf } from '../../engine/stats/normal.ts'
import { omegaRatio } from '../../engine/stats/omega.ts'
import { probabilisticSharpe, sharpeStandardError } from '../../engine/stats/probabilistic-sharpe.ts'
import { quantileType7, sorted } from '../../engine/stats/quantile.ts'
import { downsideDeviation } from '../../engine/stats/sortino.ts'

describe('probabilistic Sharpe ratio (Bailey & López de Prado 2012)', () => {
  it.each([
    [0.458, 0, 24, 0, 3, 0.9816749190910771],
    [0.458, 0, 24, -2.448, 10.164, 0.913361083860933],
    [1.585 / Math.sqrt(12), 0, 24, -2.448, 10.164, 0.91323430688486018],
    [1.14, 1, 250, 0, 3, 0.9572778803],
  ])('SR %d against %d over %d', (sharpe, benchmark, n, skew, kurtosis, expected) => {
    expect(probabilisticSharpe({ sharpe, benchmark, n, skew, kurtosis }).value).toBeCloseTo(expected, 9)
  })

  it.each([
    [0.7079, 134, -0.225, 2.957, 0.1027608231],
    [0.8183, 134, -1.4455, 7.0497, 0.1550065473],
  ])('standard error of %d', (sharpe, n, skew, kurtosis, expected) => {
    expect(sharpeStandardError({ sharpe, n, skew, kurtosis }).value).toBeCloseTo(expected, 9)
  })

  it('is null, not 1, where strong positive skew makes the radicand negative', () => {
    const figure = probabilisticSharpe({ sharpe: 2, benchmark: 0, n: 24, skew: 3, kurtosis: 3 })
    expect(figure).toEqual({ value: null, reason: expect.stringContaining('not positive') })
  })
})

describe('small vectors', () => {
  it('Sharpe of twelve returns against 5 % (pypbo)', () => {
    const r = [0.259, 0.198, 0.364, -0.081, 0.057, 0.055, 0.188, 0.317, 0.24, 0.184, -0.01, 0.526]
    expect((mean(r) - 0.05) / standardDeviation(r)).toBeCloseTo(0.834364, 6)
  })

  it('Sortino and Omega of eight returns (pypbo)', () => {
    const r = [0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04]
    expect(mean(r) / downsideDeviation(r)).toBeCloseTo(4.417261, 6)
  })

  it('Omega of eight returns by hand: gains .89, losses .09', () => {
    expect(omegaRatio([0.17, 0.15, 0.23, -0.05, 0.12, 0.09, 0.13, -0.04]).value).toBeCloseTo(0.89 / 0.09, 12)
  })

  it.each([
    [360, 0.904788],
    [52, 0.906296],
    [12, 0.912245],
    [4, 0.928277],
    [1, 1],
  ])("Lo's factor for ρ 0.1 and %d periods", (q, expected) => {
    expect(loFactor(0.1, q).value).toBeCloseTo(expected, 6)
  })

  it('type-7 quantiles as numpy and R compute them', () => {
    const x = sorted([4, 1, 3, 2])
    expect([0, 0.05, 0.5, 0.9, 1].map((p) => quantileType7(x, p))).toEqual([1, 1.15, 2.5, 3.7, 4])
  })

  it.each([
    [0, 0.5],
    [1, 0.8413447460685429],
    [1.959963984540054, 0.975],
    [-2.5, 0.006209665325776132],
    [-3, 0.0013498980316300933],
    [-6, 9.865876450376981e-10],
    [-10, 7.61985302416052e-24],
    [8, 1 - 6.22096057427178e-16],
  ])('Φ(%d)', (x, expected) => {
    expect(Math.abs(normalCdf(x) / expected - 1)).toBeLessThan(1e-13)
  })
})
