import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Metric, RunResult } from '../../engine/core/result.ts'
import { DAY_MS, HOUR_MS } from '../../engine/stats/calendar.ts'
import type { MetricsInput } from '../../engine/stats/context.ts'
import { computeMetrics } from '../../engine/stats/metrics.ts'
import { computeSeries } from '../../engine/stats/series.ts'
import { sum } from '../../engine/stats/sum.ts'
import { metricsById, run, trade } from './fixtures.ts'

const KEYS = ['id', 'label', 'value', 'unit', 'basis', 'n', 'definition', 'annualisation', 'reason']

/** Value or reason, never both, never neither; texts and n in order. */
function checkSound(input: MetricsInput): void {
  const metrics = computeMetrics(input)
  expect(new Set(metrics.map((one) => one.id)).size).toBe(metrics.length)
  for (const one of metrics) {
    if (one.value === null) expect(one.reason, one.id).toMatch(/\w/)
    else expect([one.id, Number.isFinite(one.value), one.reason]).toEqual([one.id, true, undefined])
    for (const text of [one.label, one.unit, one.basis, one.definition]) expect(text).not.toBe('')
    expect(Number.isInteger(one.n) && one.n >= 0).toBe(true)
    // As metrics.json has them, one as the other.
    expect(Object.keys(one)).toEqual(KEYS.filter((key) => key in one))
  }
  const { unit, drawdown, days, monthly, yearly, rolling } = computeSeries(input, { windows: [2] })
  const numbers = [...unit, ...drawdown, ...days.value, ...[...monthly, ...yearly].map((row) => row.value)]
  for (const x of numbers) expect(Number.isFinite(x)).toBe(true)
  for (const x of [...rolling[0]!.sharpe, ...rolling[0]!.volatility])
    expect(x === null || Number.isFinite(x)).toBe(true)
}

const daily = (equity: readonly number[], fields: Partial<MetricsInput> = {}) =>
  run(equity, { timeframeMs: DAY_MS, ...fields })

describe('degenerate runs', () => {
  it.each<[string, MetricsInput]>([
    ['no bar', run([])],
    ['one bar', run([101])],
    ['two bars', run([101, 99])],
    ['flat', daily(Array(400).fill(100))],
    ['the same return every day', daily(Array.from({ length: 400 }, (_, i) => 100 * 1.001 ** (i + 1)))],
    ['all lost', daily([50, 0, 0, 0])],
    ['all lost on the last bar', daily([50, 20, 0])],
    ['below zero and back', daily([50, -20, 30])],
    ['below zero', daily([50, -20, -30])],
    ['no capital', run([0, 0], { initialEquity: 0 })],
    ['negative capital', run([-5, 5], { initialEquity: -5 })],
    ['only losing trades', daily([99, 98], { trades: [trade({ pnl: -1 }), trade({ pnl: -1 })] })],
    ['huge', daily([1e300, 9e299, 1.1e300], { initialEquity: 1e300, turnover: 1e308, fees: 1e308, funding: 1e308 })],
    ['tiny', daily([1e-300, 9e-301, 1.1e-300], { initialEquity: 1e-300, turnover: 1e308 })],
    ['down to next to nothing', daily([1e-100, 1e-200, 1e-250, 1e-100], { initialEquity: 1e100 })],
    ['up a hundred orders', daily([1e100, 1e-40, 1e100], { initialEquity: 1e-40 })],
  ])('%s', (_, input) => checkSound(input))

  it('any finite run', () => {
    const equity = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -1e140, max: 1e140, noNaN: true }),
      fc.constantFrom(0, 1e-300, 100, 100, 1e300 / 1e160),
    )
    const flow = fc.record({ timeMs: fc.integer({ min: 0, max: 20 }), amount: fc.integer({ min: -200, max: 200 }) })
    const trades = fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { maxLength: 40 })
    const timeframe = fc.constantFrom(HOUR_MS, 5 * HOUR_MS, DAY_MS, 7 * DAY_MS)
    fc.assert(
      fc.property(
        fc.array(equity, { maxLength: 40 }),
        fc.array(flow, { maxLength: 3 }),
        trades,
        timeframe,
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        (curve, flows, profits, timeframeMs, initialEquity) => {
          const cashFlows = flows
            .toSorted((a, b) => a.timeMs - b.timeMs)
            .map(({ timeMs, amount }) => ({ timeMs: Date.UTC(2021, 0, 1) + timeMs * timeframeMs, amount }))
          const closed = profits.map((pnl) => trade({ pnl }))
          const close = Float64Array.from(curve, (x) => Math.abs(x) + 1)
          const benchmark = { label: 'BTC/USD', entryPrice: 100, close }
          const fields = { timeframeMs, initialEquity, cashFlows, trades: closed, benchmark }
          checkSound(run(curve, fields))
        },
      ),
      { seed: 32, numRuns: 300 },
    )
  })

  it('refuses columns that do not fit together and equity that is no number', () => {
    expect(() => computeMetrics(run([1, 2], { time: Float64Array.of(1) }))).toThrow('equity has 2 rows and time 1')
    expect(() => computeMetrics(run([1], { exposure: new Float64Array(2) }))).toThrow('exposure has 2 rows')
    expect(() => computeMetrics(run([1, Number.NaN]))).toThrow('equity is NaN at row 1')
    expect(() => computeMetrics(run([1, 2], { time: Float64Array.of(2, 2) }))).toThrow('time does not ascend at row 1')
    expect(() => computeMetrics(run([1e300], { initialEquity: 1e-300 }))).toThrow('row 0')
  })
})

describe('conditions', () => {
  const wave = (days: number) => daily(Array.from({ length: days }, (_, i) => 100 + 5 * Math.sin(i)))
  const annual = ['cagr', 'volatility', 'sharpe', 'sortino', 'calmar', 'sharpeLo', 'sharpeBars', 'sharpeBarsLo']

  it('suppresses annualised figures below 30 days (freqtrade annualised 18)', () => {
    const short = metricsById(wave(18))
    for (const id of [...annual, 'turnoverPerYear']) {
      expect(short.get(id)).toMatchObject({
        value: null,
        reason: 'annualised figures need at least 30 days, the run has 18',
      })
    }
    for (const id of ['totalReturn', 'maxDrawdown', 'psr', 'var95']) expect(short.get(id)!.value).not.toBeNull()
  })

  it('gives them from 30 days on, with A', () => {
    const metrics = metricsById(wave(30))
    for (const id of annual) {
      expect(metrics.get(id)!.value).not.toBeNull()
      expect(metrics.get(id)!.annualisation).toBe(365)
    }
  })

  it('takes returns after a ruin as undefined, and says so', () => {
    const metrics = metricsById(daily([50, 0, 0, 0]))
    expect(metrics.get('var95')).toMatchObject({ value: null, reason: expect.stringContaining('zero or below') })
    expect(metrics.get('totalReturn')!.value).toBe(-1)
    expect(metrics.get('maxDrawdown')!.value).toBe(-1)
  })

  it('has no Sharpe ratio for returns that are constant but for rounding', () => {
    const steady = metricsById(daily(Array.from({ length: 400 }, (_, i) => 100 * 1.001 ** (i + 1))))
    expect(steady.get('sharpe')).toMatchObject({ value: null, reason: 'the returns do not vary' })
  })
})

describe('figures by hand', () => {
  it('CAGR by wall-clock days, exposure and turnover by bars', () => {
    const n = 73 * 2
    const equity = Array.from({ length: n }, (_, i) => (i === n - 1 ? 110 : 100))
    const exposure = Float64Array.from(equity, (_, i) => (i % 2) * 0.8)
    const metrics = metricsById(run(equity, { timeframeMs: DAY_MS / 2, exposure, turnover: 730 }))
    expect(metrics.get('days')!.value).toBe(73)
    expect(metrics.get('cagr')!.value).toBeCloseTo(1.1 ** 5 - 1, 12)
    expect(metrics.get('timeInMarket')!.value).toBe(0.5)
    expect(metrics.get('averageExposure')!.value).toBeCloseTo(0.4, 12)
    expect(metrics.get('maxExposure')!.value).toBe(0.8)
    expect(metrics.get('turnoverPerYear')!.value).toBeCloseTo((730 * 5) / (100 + 10 / n), 9)
  })

  it('best and worst day and month', () => {
    const metrics = metricsById(daily([110, 99, 99]))
    expect(metrics.get('bestDay')!.value).toBeCloseTo(0.1, 12)
    expect(metrics.get('worstDay')!.value).toBeCloseTo(-0.1, 12)
    expect(metrics.get('bestMonth')!.value).toBe(metrics.get('worstMonth')!.value)
  })

  it('buy and hold from the first open, over rows without a bar', () => {
    const benchmark = { label: 'BTC/USD', entryPrice: 50, close: Float64Array.of(Number.NaN, 60, Number.NaN, 45) }
    const metrics = metricsById(daily([100, 105, 110, 120], { benchmark }))
    expect(metrics.get('benchmarkReturn')!.value).toBeCloseTo(-0.1, 12)
    expect(metrics.get('excessReturn')!.value).toBeCloseTo(0.3, 12)
    expect(metrics.get('benchmarkMaxDrawdown')!.value).toBe(-0.25)
    expect(metrics.get('benchmarkSharpe')).toMatchObject({ value: null, annualisation: 365 })
    expect(metrics.get('benchmarkSharpe')!.reason).toContain('30 days')
  })
})

describe('input', () => {
  it('is a finished run as it is', () => {
    // Checked by the compiler.
    const ofRun: (result: RunResult) => readonly Metric[] = computeMetrics
    expect(ofRun).toBe(computeMetrics)
  })
})

describe('determinism', () => {
  it('the same input gives the same bits, and leaves the input as it was', () => {
    const equity = Array.from({ length: 5_000 }, (_, i) => 100 * Math.exp(Math.sin(i * 0.7) / 10 + i / 1e5))
    const input = run(equity, { trades: [trade({ pnl: 3 }), trade({ pnl: -2 })] })
    const before = structuredClone(input)
    const [first, second] = [computeMetrics(input), computeMetrics(structuredClone(input))]
    expect(second).toEqual(first)
    for (const [i, one] of first.entries()) expect(Object.is(one.value, second[i]!.value)).toBe(true)
    expect(input).toEqual(before)
  })

  it('sums are compensated', () => {
    expect(sum([1e16, 1, -1e16])).toBe(1)
    expect(sum([1, 1e100, 1, -1e100])).toBe(2)
    expect(sum(Array(10).fill(0.1))).toBe(1)
    expect(sum([1e308, 1e308])).toBe(Number.POSITIVE_INFINITY)
  })
})
