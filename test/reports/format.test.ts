/** Digits, signs and units of the figures a reader sees. */

import { describe, expect, it } from 'vitest'
import {
  formatDuration,
  formatFraction,
  formatMetric,
  formatMoney,
  formatNumber,
  formatPrice,
  formatTime,
  formatTimeframe,
} from '../../reports/format.ts'

describe('formats', () => {
  it('groups thousands, has a true minus and no negative zero', () => {
    expect(formatNumber(-1234567.891, 2)).toBe('−1,234,567.89')
    expect(formatNumber(-0.001, 2)).toBe('0.00')
    expect(formatNumber(123, 0)).toBe('123')
    expect(formatNumber(-2.5e18, 2)).toBe('−2.500e+18')
  })

  it('never writes NaN or Infinity', () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const texts = [
        formatNumber(value, 2),
        formatMoney(value, 'USD'),
        formatFraction(value),
        formatPrice(value),
        formatTime(value),
        formatDuration(value),
        formatMetric(value, 'ratio', 'USD'),
      ]
      expect(new Set(texts)).toEqual(new Set(['n/a']))
    }
  })

  it('gives money the digits of its currency', () => {
    expect(formatMoney(1234.5, 'USDT')).toBe('1,234.50')
    expect(formatMoney(0.012345678, 'BTC')).toBe('0.01234568')
    expect(formatMoney(1234.5, 'JPY')).toBe('1,235')
  })

  it('gives prices six significant digits below a thousand', () => {
    expect([29000.126, 150, 0.00001234].map(formatPrice)).toEqual(['29,000.13', '150.000', '0.0000123400'])
  })

  it('writes times in UTC as short as they are', () => {
    expect(formatTime(Date.UTC(2021, 2, 4, 12))).toBe('2021-03-04 12:00')
    expect(formatTime(Date.UTC(2021, 2, 4, 12, 0, 7))).toBe('2021-03-04 12:00:07')
    expect(formatTime(Date.UTC(2021, 2, 4, 12, 0, 7, 5))).toBe('2021-03-04 12:00:07.005')
  })

  it('writes durations in a sensible unit', () => {
    expect([1500, 90_000, 3_600_000, 86_400_000 * 3].map(formatDuration)).toEqual([
      '1.500 s',
      '1.5 min',
      '1.0 h',
      '3.0 d',
    ])
  })

  it('names timeframes', () => {
    expect([60_000, 900_000, 3_600_000, 14_400_000, 86_400_000, 604_800_000, 1500].map(formatTimeframe)).toEqual([
      '1m',
      '15m',
      '1h',
      '4h',
      '1d',
      '1w',
      '1500ms',
    ])
  })

  it('writes metrics by unit, unknown units as they are', () => {
    expect(formatMetric(0.1234, 'fraction', 'USD')).toBe('12.34\u00a0%')
    expect(formatMetric(12.5, 'quote', 'USD')).toBe('12.50 USD')
    expect(formatMetric(12.5, 'widgets', 'USD')).toBe('12.500 widgets')
    expect(formatMetric(1, 'constructor', 'USD')).toBe('1.0000 constructor')
    expect(formatMetric(null, 'ratio', 'USD')).toBe('n/a')
  })
})
