/**
 * Strategies that peek one bar ahead, each in its own way, are caught with the bar and the column named; honest ones
 * pass. A peek that only steers a comparison is caught like any other.
 */

import { describe, expect, it } from 'vitest'
import type { CandleSeries } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { checkLookAhead } from '../../engine/run/look-ahead/check.ts'
import type { Market } from '../../engine/run/market.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { strategies } from '../../strategies/registry.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type ConfigChanges, marketOf, plainConfig } from '../support/runs.ts'
import { accountFor, marketFor } from '../support/strategy-runs.ts'

/** Trades by a rule on (context, row), after a set-up. */
function strategy(setup: (x: Context) => (row: number) => boolean): () => Strategy {
  return () => {
    let wants: (row: number) => boolean
    let x: Context
    return {
      setup: (context) => {
        x = context
        wants = setup(context)
      },
      onBar: (row) => {
        if (row < 30) return
        if (wants(row)) {
          if (x.position(0) === 0) x.enter(0)
        } else if (x.position(0) !== 0) x.exit(0)
      },
    }
  }
}

function check(create: () => Strategy, symbols = 1): string | null {
  return checkOn(
    symbols === 1 ? marketOf(randomCandles({ seed: 5, bars: 400 })) : marketOf(randomSeries(5, symbols, 300)),
    create,
  )
}

function checkOn(market: Market, create: () => Strategy, changes: ConfigChanges = {}): string | null {
  const names = market.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({
    data: { venue: 'test', symbols: names, timeframe: '1h' },
    sizing: { mode: 'percent', fraction: 0.3 },
    ...changes,
  })
  try {
    checkLookAhead(config, market, plainTerms(config), create)
    return null
  } catch (error) {
    if (error instanceof TandemError && error.code === 'LOOK_AHEAD') {
      expect(error.exitCode).toBe(1)
      return error.line
    }
    throw error
  }
}

const close = (x: Context) => x.column(0, 'close')

describe('peeks', () => {
  it('the next close, computed with', () => {
    const line = check(
      strategy((x) =>
        (
          (c) => (row) =>
            c[row + 1]! - c[row]! > 0
        )(close(x)),
      ),
    )
    expect(line).toMatch(/reads close of BTC\/USD at row 31 \(2020-09-\d\d \d\d:\d\d UTC\) while deciding bar 30 /)
  })

  it('the next high, in a comparison only', () => {
    const line = check(
      strategy((x) =>
        (
          (h, c) => (row) =>
            h[row + 1]! > c[row]! * 1.001
        )(x.column(0, 'high'), close(x)),
      ),
    )
    expect(line).toMatch(/high of BTC\/USD at row 31 .* while deciding bar 30/)
  })

  it('an indicator one bar ahead', () => {
    const line = check(
      strategy((x) =>
        (
          (s, c) => (row) =>
            s[row + 1]! > c[row]!
        )(x.indicator({ kind: 'sma', length: 5 }), close(x)),
      ),
    )
    expect(line).toMatch(/sma\(length=5\) of BTC\/USD at row 31 .* while deciding bar 30/)
  })

  it('a slice that ends one bar too late', () => {
    const line = check(
      strategy((x) =>
        (
          (c) => (row) =>
            Math.max(...c.slice(row - 3, row + 2)) > c[row]!
        )(close(x)),
      ),
    )
    expect(line).toMatch(/close of BTC\/USD at row 31 .* while deciding bar 30/)
  })

  it('a column shifted by a bar in set-up', () => {
    const line = check(
      strategy((x) =>
        (
          (c) => (row) =>
            c[row]! > 100
        )(close(x).map((_, i, all) => all[i + 1] ?? 0)),
      ),
    )
    expect(line).toMatch(/close of BTC\/USD at row 0 .* in setup, before the first bar/)
  })

  it('through a view, an iterator, from the end, the equity, the buffer, a write', () => {
    const ways: [string, (x: Context) => (row: number) => boolean, RegExp][] = [
      [
        'subarray',
        (x) =>
          (
            (c) => (row) =>
              c.subarray(row)[1]! > c[row]!
          )(close(x)),
        /at row 31 .*deciding bar 30/,
      ],
      [
        'iterator',
        (x) =>
          (
            (c) => (row) =>
              [...c].length > row
          )(close(x)),
        /at row 31 .*deciding bar 30/,
      ],
      [
        'at',
        (x) =>
          (
            (c) => () =>
              c.at(-1)! > 100
          )(close(x)),
        /at row 399 .*deciding bar 30/,
      ],
      [
        'buffer',
        (x) =>
          (
            (c) => (row) =>
              new Float64Array(c.buffer)[row + 1]! > 0
          )(close(x)),
        /takes the buffer/,
      ],
      [
        'write',
        (x) =>
          (
            (c) => (row) =>
              (c[row] = 1) > 0
          )(close(x)),
        /writes to a column: close of BTC\/USD/,
      ],
      ['time', (x) => (row) => x.time[row + 1]! - x.time[row]! > 0, /reads time at row 31/],
    ]
    for (const [name, setup, expected] of ways) expect(check(strategy(setup)), name).toMatch(expected)
    const equity = check(() => {
      let x: Context
      return {
        setup: (context) => (x = context) && x.enter(0),
        onBar: (row) => void (x.position(0) === 0 ? x.enter(0) : x.equityAt(row + 1)),
      }
    })
    expect(equity).toMatch(/reads equity at row \d+/)
  })

  it('a higher timeframe and another symbol', () => {
    const higher = check(
      strategy((x) =>
        (
          (c) => (row) =>
            c[row + 1]! > 100
        )(x.column(0, 'close', '4h')),
      ),
    )
    expect(higher).toMatch(/close 4h of BTC\/USD at row 31/)
    const other = check(
      strategy((x) =>
        (
          (c) => (row) =>
            c[row + 1]! > 100
        )(x.column(1, 'close')),
      ),
      2,
    )
    expect(other).toMatch(/close of S1\/USD at row 31/)
  })

  it('what no watcher sees: how many bars there will be', () => {
    const line = check(strategy((x) => (row) => row < x.time.length - 100))
    expect(line).toMatch(/decisions up to bar \d+ \(.*UTC\) change when the data after it is taken away/)
  })
})

describe('honest strategies pass', () => {
  it.each(Object.keys(strategies))('%s', async (name) => {
    const module = await strategies[name]!()
    const create = () => module.create(module.params.parse({}))
    expect(checkOn(marketFor(name, 5, 500), create, accountFor(name))).toBeNull()
  })

  it('with a symbol that begins late', () => {
    const [first, second] = randomSeries(5, 2, 300) as [CandleSeries, CandleSeries]
    const { time, open, high, low, close, volume } = second.candles
    const late = (column: Float64Array) => column.slice(120)
    const candles = {
      time: late(time),
      open: late(open),
      high: late(high),
      low: late(low),
      close: late(close),
      volume: late(volume),
    }
    const market = marketOf([first, { ...second, candles }])
    expect(
      checkOn(
        market,
        strategy((x) =>
          (
            (c) => (row) =>
              c[row]! > c[row - 1]!
          )(x.column(0, 'close')),
        ),
      ),
    ).toBeNull()
    const peek = strategy((x) =>
      (
        (c) => (row) =>
          c[row + 1]! > c[row]!
      )(x.column(0, 'close')),
    )
    expect(checkOn(market, peek)).toMatch(/close of S0\/USD at row 31/)
  })

  it('reading back, higher timeframes as they close, and equity so far', () => {
    const honest = strategy((x) => {
      const c = close(x)
      const slow = x.indicator({ kind: 'ema', length: 3, timeframe: '4h' })
      return (row) =>
        c[row]! > slow[row]! && Math.max(...c.slice(row - 5, row + 1)) < c[row]! * 1.05 && x.equityAt(row) > 0
    })
    expect(check(honest)).toBeNull()
  })
})
