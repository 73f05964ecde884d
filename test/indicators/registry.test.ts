/** Goal: specs are checked completely, and every refusal says what, where and what to do. */

import { describe, expect, it } from 'vitest'
import { sharedColumn } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import {
  computeIndicator,
  createIndicator,
  indicatorDefinition,
  listIndicators,
  resolveIndicator,
} from '../../engine/indicators/registry.ts'
import { randomCandles, seeded } from './support.ts'

function refusal(spec: unknown): string {
  try {
    resolveIndicator(spec as IndicatorSpec)
  } catch (error) {
    if (error instanceof TandemError) return `${error.code} ${error.line}`
    throw error
  }
  return 'accepted'
}

describe('registry', () => {
  it('lists each indicator once, under names that are all different', () => {
    const names = listIndicators().flatMap(({ kind, aliases }) => [kind, ...(aliases ?? [])])
    expect(new Set(names).size).toBe(names.length)
    expect(listIndicators().length).toBe(24)
    for (const definition of listIndicators()) {
      expect(indicatorDefinition(definition.kind)).toBe(definition)
      expect(createIndicator({ kind: definition.kind }).outputs.length).toBe(definition.outputs.length)
    }
  })

  it('knows other names', () => {
    expect(indicatorDefinition('bb').kind).toBe('bollinger')
    expect(indicatorDefinition('rma').kind).toBe('smma')
  })

  it('an unknown kind suggests the nearest, or lists them all', () => {
    expect(refusal({ kind: 'bolinger' })).toBe(
      "UNKNOWN_INDICATOR there is no indicator 'bolinger' (did you mean 'bollinger'?)",
    )
    expect(refusal({ kind: 'fourier-transform' })).toContain('the indicators are sma, ema,')
  })

  it('an unknown parameter is named, with the nearest', () => {
    expect(refusal({ kind: 'sma', lenght: 20 })).toBe(
      "BAD_INDICATOR indicator sma: unknown parameter 'lenght' (did you mean 'length'?)",
    )
    expect(refusal({ kind: 'macd', period: 20 })).toContain('its parameters are fast, slow, signal')
    expect(refusal({ kind: 'obv', length: 20 })).toContain('it has no parameters')
  })

  it('bad values are refused with what is wanted', () => {
    const wanted = '(give a whole number from 1 to 100000)'
    for (const length of [0, -1, 1.5, Number.NaN, Infinity, 1e6, '20', null, true]) {
      expect(refusal({ kind: 'sma', length })).toContain(wanted)
    }
    expect(refusal({ kind: 'sma', length: 0 })).toBe(`BAD_INDICATOR indicator sma: 'length' is 0 ${wanted}`)
    expect(refusal({ kind: 'stdev', length: 1 })).toContain('from 2 to')
    expect(refusal({ kind: 'bollinger', multiplier: -1 })).toContain('give a number from 0 to 1000')
    expect(refusal({ kind: 'donchian', includeCurrent: 'yes' })).toContain('give true or false')
    expect(refusal({ kind: 'vwap', reset: 'month' })).toContain('give one of day, week, none')
    expect(refusal({ kind: 'macd', fast: 26, slow: 12 })).toContain("'fast' (26) must be less than 'slow' (12)")
  })

  it('field and output are checked', () => {
    expect(resolveIndicator({ kind: 'sma', field: 'volume' }).inputs).toEqual(['volume'])
    expect(refusal({ kind: 'sma', field: 'typical' })).toContain("there is no field 'typical'")
    expect(refusal({ kind: 'atr', field: 'close' })).toContain('leave it out: it reads high, low, close')
    expect(resolveIndicator({ kind: 'macd', output: 'signal' }).outputIndex).toBe(1)
    expect(refusal({ kind: 'macd', output: 'line' })).toContain('its outputs are macd, signal, histogram')
  })

  it('one key for the same columns, however the spec is written', () => {
    const key = (spec: IndicatorSpec) => resolveIndicator(spec).key
    expect(key({ kind: 'bb' })).toBe(key({ multiplier: 2, length: 20, field: 'close', kind: 'bollinger' }))
    expect(key({ kind: 'macd', output: 'signal', symbol: 1, timeframe: '1h' })).toBe(key({ kind: 'macd' }))
    expect(key({ kind: 'sma', length: 20 })).not.toBe(key({ kind: 'sma', length: 21 }))
    expect(key({ kind: 'sma' })).not.toBe(key({ kind: 'sma', field: 'open' }))
  })

  it('computes into columns made by the caller', () => {
    const candles = randomCandles(50, seeded(1))
    const [shared] = computeIndicator({ kind: 'sma' }, candles, sharedColumn)
    expect(shared!.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect([...shared!]).toEqual([...computeIndicator({ kind: 'sma' }, candles)[0]!])
  })
})
