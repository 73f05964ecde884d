import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, hourOf, monthOf, weekdayOf } from '../../engine/stats/calendar.ts'
import { monthlyReturns, yearlyReturns } from '../../engine/stats/calendar-returns.ts'
import { periodReturns } from '../../engine/stats/period-returns.ts'
import { rolling } from '../../engine/stats/rolling.ts'

const JAN_1 = Date.UTC(2021, 0, 1)

function hourly(unit: readonly number[], fromMs: number) {
  const time = Float64Array.from(unit, (_, i) => fromMs + i * HOUR_MS)
  return periodReturns(time, HOUR_MS, Float64Array.from(unit))
}

const total = (values: Float64Array) => values.reduce((product, r) => product * (1 + r), 1)

describe('UTC-day returns', () => {
  it('keeps partial first and last days as rows: they compound to the total', () => {
    // 18:00 to 06:00 two days later: 6 + 24 + 6 hours.
    const unit = Array.from({ length: 36 }, (_, i) => (101 + i) / 100)
    const days = hourly(unit, JAN_1 + 18 * HOUR_MS)
    expect(Array.from(days.unit)).toEqual([1.06, 1.3, 1.36])
    expect(total(days.value)).toBeCloseTo(1.36, 12)
    expect([days.firstFraction, days.lastFraction]).toEqual([0.25, 0.25])
    expect(days.startMs[0]).toBe(JAN_1)
  })

  it('gives the bar that closes at midnight to the day that ends there', () => {
    const days = hourly([2], JAN_1 + 23 * HOUR_MS)
    expect(days.value.length).toBe(1)
    expect([days.firstFraction, days.lastFraction]).toEqual([1 / 24, 1 / 24])
  })

  it('counts flat days and days without bars as zero', () => {
    const time = Float64Array.of(JAN_1, JAN_1 + 4 * DAY_MS)
    const days = periodReturns(time, DAY_MS, Float64Array.of(1.1, 1.21))
    expect(Array.from(days.value, (r) => Math.round(r * 1e12) / 1e12)).toEqual([0.1, 0, 0, 0, 0.1])
  })

  it('takes bars longer than a day as they are', () => {
    const week = 7 * DAY_MS
    const weeks = periodReturns(Float64Array.of(JAN_1, JAN_1 + week), week, Float64Array.of(1.1, 1.1))
    expect(weeks.basis).toBe('bars')
    expect(weeks.periodsPerYear).toBeCloseTo(365 / 7, 12)
    expect(weeks.value.length).toBe(2)
  })

  it('ends with the ruin', () => {
    const time = Float64Array.of(JAN_1, JAN_1 + DAY_MS, JAN_1 + 2 * DAY_MS)
    const days = periodReturns(time, DAY_MS, Float64Array.of(0.5, 0, 0))
    expect(Array.from(days.value)).toEqual([-0.5, -1])
    expect(days.wipedOut).toBe(true)
    expect(periodReturns(time, DAY_MS, Float64Array.of(0.5, 0.2, 0)).wipedOut).toBe(false)
  })
})

describe('tables', () => {
  it('months and years compound to the total, partial ones marked', () => {
    const n = 500
    const time = Float64Array.from({ length: n }, (_, i) => Date.UTC(2020, 1, 10) + i * DAY_MS)
    const days = periodReturns(
      time,
      DAY_MS,
      Float64Array.from({ length: n }, (_, i) => 1 + i / 1000),
    )
    const months = monthlyReturns(days)
    const years = yearlyReturns(days)
    for (const table of [months, years]) {
      const product = table.reduce((all, row) => all * (1 + row.value), 1)
      expect(product).toBeCloseTo(1.499, 12)
      expect(table.reduce((all, row) => all + row.periods, 0)).toBe(n)
    }
    expect(months[0]).toMatchObject({ year: 2020, month: 2, periods: 20, partial: true })
    expect(months[1]).toMatchObject({ year: 2020, month: 3, periods: 31, partial: false })
    expect(years.map((row) => [row.year, row.month, row.partial])).toEqual([
      [2020, null, true],
      [2021, null, true],
    ])
  })

  it('a whole month is not partial', () => {
    const time = Float64Array.from({ length: 31 }, (_, i) => JAN_1 + i * DAY_MS)
    expect(monthlyReturns(periodReturns(time, DAY_MS, new Float64Array(31).fill(1)))).toEqual([
      { year: 2021, month: 1, value: 0, periods: 31, partial: false },
    ])
  })

  it('rolling windows: null where nothing varies, none where the run is shorter', () => {
    const time = Float64Array.from({ length: 5 }, (_, i) => JAN_1 + i * DAY_MS)
    const days = periodReturns(time, DAY_MS, Float64Array.of(1, 1, 1, 1.1, 1))
    const three = rolling(days, 3)
    expect(three.sharpe).toEqual([
      null,
      expect.closeTo((0.1 / 3 / Math.sqrt(0.01 / 3)) * Math.sqrt(365), 9),
      expect.any(Number),
    ])
    expect(three.volatility[0]).toBe(0)
    expect(Array.from(three.startMs)).toEqual(Array.from(time.slice(2)))
    expect(rolling(days, 6)).toMatchObject({ sharpe: [], volatility: [] })
  })
})

describe('calendar', () => {
  it('agrees with Date over six centuries', () => {
    for (let day = -100_000; day < 120_000; day += 97) {
      const timeMs = day * DAY_MS + ((((day * 7919) % DAY_MS) + DAY_MS) % DAY_MS)
      const date = new Date(timeMs)
      expect(monthOf(timeMs)).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 })
      expect([hourOf(timeMs), weekdayOf(timeMs)]).toEqual([date.getUTCHours(), date.getUTCDay()])
    }
  })
})
