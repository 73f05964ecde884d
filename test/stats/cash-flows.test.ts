import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../engine/stats/calendar.ts'
import { netDeposits, unitValues } from '../../engine/stats/unit-value.ts'
import { metricsById, metricValue, run } from './fixtures.ts'

const OPEN = Date.UTC(2021, 0, 1)

describe('time-weighted return', () => {
  /*
   * By hand: 1000 grows to 1100 (+10 %). At the open of the second bar 900 are paid in: 2000 work and fall to 1800
   * (−10 %). At the open of the third 800 are taken out: 1000 work and grow to 1200 (+20 %).
   * 1.1 · 0.9 · 1.2 − 1 = 18.8 %, while the account made 1200 − 1000 − 900 + 800 = 100.
   */
  const example = run([1100, 1800, 1200], {
    initialEquity: 1000,
    cashFlows: [
      { timeMs: OPEN + HOUR_MS, amount: 900 },
      { timeMs: OPEN + 2 * HOUR_MS, amount: -800 },
    ],
  })

  it('is the product of the stretches between flows', () => {
    const unit = unitValues(example)
    expect(Array.from(unit, (x) => Math.round(x * 1e12) / 1e12)).toEqual([1.1, 0.99, 1.188])
    expect(metricValue(example, 'totalReturn')).toBeCloseTo(0.188, 12)
  })

  it('keeps profit in money apart from it', () => {
    const metrics = metricsById(example)
    expect(metrics.get('netDeposits')!.value).toBe(100)
    expect(metrics.get('netProfit')!.value).toBe(100)
  })

  it('sees no drawdown in a withdrawal and no profit in a deposit', () => {
    const withdrawn = run([100, 40, 40], { cashFlows: [{ timeMs: OPEN + HOUR_MS, amount: -60 }] })
    expect(metricValue(withdrawn, 'maxDrawdown')).toBe(0)
    expect(metricValue(withdrawn, 'totalReturn')).toBe(0)
    const paidIn = run([100, 300, 300], { cashFlows: [{ timeMs: OPEN + HOUR_MS + 1, amount: 200 }] })
    expect(metricValue(paidIn, 'totalReturn')).toBe(0)
  })

  it('equals equity over initial equity without flows, to the bit', () => {
    const equity = [101, 99.7, 103.3]
    expect(Array.from(unitValues(run(equity)))).toEqual(equity.map((x) => x / 100))
  })

  it('adds flows that fall in one bar, and those in a gap to the next bar', () => {
    const time = Float64Array.of(OPEN, OPEN + 10 * HOUR_MS)
    const cashFlows = [3, 5, 10].map((hour) => ({ timeMs: OPEN + hour * HOUR_MS, amount: 10 }))
    const gap = run([100, 143], { time, cashFlows })
    expect(unitValues(gap)[1]).toBeCloseTo(1.1, 15)
  })

  it('starts from a deposit where the account was empty', () => {
    const cashFlows = [{ timeMs: OPEN, amount: 200 }]
    expect(metricValue(run([220], { initialEquity: 0, cashFlows }), 'totalReturn')).toBeCloseTo(0.1, 15)
    const empty = metricsById(run([0, 0], { initialEquity: 0 }))
    expect(empty.get('totalReturn')).toMatchObject({ value: null, reason: 'no capital at the start' })
  })

  it('is flat while nothing is in the account, and goes on with the next deposit', () => {
    const cashFlows = [
      { timeMs: OPEN + HOUR_MS, amount: -110 },
      { timeMs: OPEN + 2 * HOUR_MS, amount: 50 },
    ]
    const unit = unitValues(run([110, 0, 55], { cashFlows }))
    expect(Array.from(unit, (x) => Math.round(x * 1e12) / 1e12)).toEqual([1.1, 1.1, 1.21])
  })

  it('does not let new money revive a ruin', () => {
    const cashFlows = [{ timeMs: OPEN + HOUR_MS, amount: 500 }]
    expect(Array.from(unitValues(run([0, 800], { cashFlows })))).toEqual([0, 0])
  })

  it('leaves out a flow at or after the last close', () => {
    const late = run([100], { cashFlows: [{ timeMs: OPEN + HOUR_MS, amount: 50 }] })
    expect(netDeposits(late)).toBe(0)
    expect(metricValue(late, 'totalReturn')).toBe(0)
  })
})
