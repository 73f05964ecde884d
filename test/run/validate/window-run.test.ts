/**
 * Goal: a window's run is the run that somebody would have made who began then: real bars before, flat at both ends,
 * the closing paid for, and nothing of what comes later.
 */

import { describe, expect, it } from 'vitest'
import type { Context, Strategy } from '../../../engine/core/strategy.ts'
import type { Market } from '../../../engine/run/market.ts'
import { plainTerms } from '../../../engine/run/terms.ts'
import { runWindow, type WindowOptions } from '../../../engine/run/validate/window-run.ts'
import { strategies } from '../../../strategies/registry.ts'
import { randomCandles } from '../../support/random-market.ts'
import { type ConfigChanges, marketOf, plainConfig } from '../../support/runs.ts'

const HOUR = 3_600_000
const market = marketOf(randomCandles({ seed: 11, bars: 900 }))
const open = (row: number): number => market.grid.time[row] ?? market.grid.time[899]! + (row - 899) * HOUR

function windowOn(
  create: () => Strategy,
  from: number,
  to: number,
  fields: Partial<WindowOptions> = {},
  changes: ConfigChanges = {},
) {
  const config = plainConfig(changes)
  const window = { fromMs: open(from), toMs: open(to) }
  return runWindow({ config, market, terms: plainTerms(config), create, window, warmupBars: 0, ...fields })
}

/** Buys at once and never sells. */
const holder =
  (seen: number[] = []) =>
  (): Strategy => {
    let x: Context
    return {
      setup: (context) => {
        x = context
      },
      onBar: (row) => {
        seen.push(row)
        if (x.position(0) === 0) x.enter(0)
      },
    }
  }

describe('a window', () => {
  it('begins flat, ends at its last close, and pays for closing', () => {
    const run = windowOn(holder(), 100, 340, {}, { sizing: { mode: 'percent', fraction: 0.5 } })
    const buy = market.grid.symbols[0]!.open[101]!
    const sell = market.grid.symbols[0]!.close[339]!
    const [signalled] = [market.grid.symbols[0]!.close[100]!]
    const quantity = 5000 / signalled
    const gain = quantity * (sell - buy) - 0.001 * quantity * (buy + sell)
    expect(run.totalReturn).toBeCloseTo(gain / 10_000, 5)
    expect(run.trades).toHaveLength(1)
    expect(run.trades[0]).toMatchObject({ exitMs: open(340) })
    const compounded = run.dayReturns.reduce((unit, r) => unit * (1 + r), 1) - 1
    expect(compounded).toBeCloseTo(run.totalReturn, 12)
  })

  it('shows the bars before it, without trading on them', () => {
    const seen: number[] = []
    const run = windowOn(holder(seen), 100, 200, { warmupBars: 30 })
    expect(seen[0]).toBe(70)
    expect(seen.at(-1)).toBe(199)
    expect(run.trades[0]!.entryMs).toBeGreaterThanOrEqual(open(101))
    const atStart: number[] = []
    windowOn(holder(atStart), 10, 20, { warmupBars: 30 })
    expect(atStart[0]).toBe(0)
  })

  it.each(['sma-cross', 'donchian-breakout', 'rsi-reversion', 'keltner-breakout'])(
    'knows nothing of what comes after it: %s',
    async (name) => {
      const module = await strategies[name]!()
      const create = () => module.create(module.params.parse({}))
      const whole = windowOn(create, 300, 700)
      const shorter: Market = marketOf(randomCandles({ seed: 11, bars: 900 }))
      const { candles } = shorter.grid.symbols[0]!.series
      const part = (column: Float64Array) => column.slice(0, 700)
      const { time, open: opens, high, low, close, volume } = candles
      const cut = marketOf({
        time: part(time),
        open: part(opens),
        high: part(high),
        low: part(low),
        close: part(close),
        volume: part(volume),
      })
      const alone = windowOn(create, 300, 700, { market: cut })
      expect(alone.totalReturn).toBeCloseTo(whole.totalReturn, 9)
      expect(alone.trades.map(({ entryMs }) => entryMs)).toEqual(whole.trades.map(({ entryMs }) => entryMs))
    },
  )

  it('of all rows is the run itself, but for the closing', () => {
    const whole = windowOn(holder(), 0, 900)
    const sameEquity = windowOn(holder(), 0, 900, { warmupBars: 50 })
    expect(sameEquity.totalReturn).toBe(whole.totalReturn)
    expect(whole.exposure).toBeGreaterThan(0.99)
  })

  it('without bars has no days; a ruin keeps its days, without returns', () => {
    expect(windowOn(holder(), 950, 960).dayReturns).toHaveLength(0)
    const config = plainConfig()
    const falling = randomCandles({ seed: 3, bars: 300 })
    for (const column of [falling.open, falling.high, falling.low, falling.close]) {
      for (let row = 0; row < 300; row++) column[row] = row < 50 ? 100 : row < 60 ? 1 : 100_000
    }
    const short = (): Strategy => {
      let x: Context
      return {
        setup: (context) => {
          x = context
        },
        onBar: (row) => {
          if (row === 52) x.enter(0, { side: 'short' })
        },
      }
    }
    const run = runWindow({
      config: plainConfig({ account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true } }),
      market: marketOf(falling),
      terms: plainTerms(config),
      create: short,
      window: { fromMs: falling.time[0]!, toMs: falling.time[299]! + HOUR },
      warmupBars: 0,
    })
    expect(run.ruined).toBe(true)
    expect(run.dayReturns).toHaveLength(run.dayMs.length)
    expect(run.dayReturns.at(-1)).toBe(0)
    expect(run.dayMs.length).toBeGreaterThanOrEqual(13)
  })
})
