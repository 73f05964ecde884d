/**
 * Goal: every strategy that comes with tandem is deterministic, takes the same decisions by both of the kernel's
 * paths, looks at nothing ahead, trades neither never nor all the time, and documents its parameters. Method: each
 * with its defaults on made-up markets of the size it wants.
 */

import { describe, expect, it } from 'vitest'
import type { ZodType } from 'zod'
import { z } from 'zod'
import { checkLookAhead } from '../../engine/run/look-ahead/check.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { strategies } from '../../strategies/registry.ts'
import { maker, runStrategy } from '../support/run-strategy.ts'
import { type ConfigChanges, plainConfig } from '../support/runs.ts'
import { accountFor, marketFor } from '../support/strategy-runs.ts'

const BARS = 3000
const names = Object.keys(strategies)

/** Parameters that turn on what defaults leave off: shorts, stops, targets. */
const OTHER_PARAMETERS: Readonly<Record<string, Record<string, unknown>>> = {
  'bollinger-reversion': { short: true, stop: 0.02, target: 0.01 },
  'donchian-breakout': { short: true },
  'dual-rsi': { stop: 0.02, target: 0.01 },
  'funding-carry': { enter: 0, exit: -0.0001, band: 0.02 },
  grid: { spacing: 0.004, rungs: 3 },
  'keltner-breakout': { short: true, targetAtr: 3, width: 1 },
  'macd-trend': { short: true, stop: 0.02, target: 0.03 },
  'micro-momentum': { breakout: 6, volume: 0, trend: 20 },
  'momentum-rotation': { lookback: 24, skip: 2, every: 6, hold: 1 },
  'pairs-zscore': { length: 30, entry: 1.5, stop: 0.03, target: 0.03 },
  'rsi-reversion': { stop: 0.01 },
  'sma-cross': { fast: 5, slow: 15, stop: 0.01, target: 0.02 },
  'vol-target-trend': { short: true, every: 6, trend: 30 },
}

const MARGIN = { account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true } }

describe.each(names)('%s', (name) => {
  it('is deterministic, and the fast path decides as the plain one', async () => {
    const cases: [Record<string, unknown>, ConfigChanges][] = [
      [{}, accountFor(name)],
      [OTHER_PARAMETERS[name] ?? {}, { ...accountFor(name), ...MARGIN }],
    ]
    for (const [params, changes] of cases) {
      const create = await maker(name, params)
      const market = marketFor(name, 3, BARS)
      const first = runStrategy(market, create(), changes)
      expect(runStrategy(market, create(), changes)).toEqual(first)
      expect(runStrategy(market, create(), changes, { plain: true })).toEqual(first)
      expect(first.fills).toBeGreaterThan(0)
    }
  })

  it('looks at nothing ahead, with shorts, stops and targets too', async () => {
    const create = await maker(name, OTHER_PARAMETERS[name] ?? {})
    const market = marketFor(name, 4, 500)
    const symbols = market.grid.symbols.map(({ series }) => series.symbol)
    const data = { venue: 'test', symbols, timeframe: '1h' }
    const config = plainConfig({ ...accountFor(name), ...MARGIN, data })
    expect(() => checkLookAhead(config, market, plainTerms(config), create)).not.toThrow()
  })

  it('trades neither never nor on every bar', async () => {
    const create = await maker(name)
    const { fills } = runStrategy(marketFor(name, 5, BARS), create(), accountFor(name))
    // Buying and holding is one fill by its nature.
    expect(fills).toBeGreaterThanOrEqual(name === 'buy-and-hold' ? 1 : 8)
    expect(fills).toBeLessThan(BARS / 4)
  })

  it('has a source, a way to fail, and a text for each parameter', async () => {
    const { name: own, description, params } = await strategies[name]!()
    expect(own).toBe(name)
    expect(description).toMatch(/fails/)
    const schema = z.toJSONSchema(params as ZodType, { io: 'input' }) as { properties: Record<string, object> }
    for (const [key, property] of Object.entries(schema.properties)) {
      expect(property, `${name}.${key}`).toHaveProperty('description')
    }
  })

  it('bears a symbol without a single bar in warm-up, and flat prices', async () => {
    const create = await maker(name)
    const short = marketFor(name, 6, 40)
    expect(runStrategy(short, create(), accountFor(name)).fills).toBeLessThan(40)
    for (const { series } of short.grid.symbols) {
      for (const field of ['open', 'high', 'low', 'close'] as const) series.candles[field].fill(100)
    }
    expect(() => runStrategy(short, create(), accountFor(name))).not.toThrow()
  })
})
