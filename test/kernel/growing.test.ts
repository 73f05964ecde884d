/**
 * Goal: columns that grow bar by bar are a backtest's columns, bit for bit, whatever is read, with gaps, and from
 * snapshots as well; and the row that still forms can't be read by accident.
 */

import { describe, expect, it } from 'vitest'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import { createIndicator, listIndicators, resolveIndicator } from '../../engine/indicators/registry.ts'
import { type Continuation, GrowingColumns } from '../../engine/kernel/growing-columns.ts'
import { GrowingGrid } from '../../engine/kernel/growing-grid.ts'
import { rowsOf } from '../support/live-runs.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { marketOf } from '../support/runs.ts'

const HOUR_MS = 3_600_000

/** Every indicator's first output on each symbol, on the run's bars and on longer ones. */
function specs(symbols: number): IndicatorSpec[] {
  const all = listIndicators().map(({ kind }) => kind)
  return Array.from({ length: symbols }, (_, symbol) => symbol).flatMap((symbol) =>
    all.flatMap((kind) => [
      { kind, symbol },
      { kind, symbol, timeframe: '4h' },
    ]),
  )
}

function grown(market: ReturnType<typeof marketOf>, take: (columns: GrowingColumns) => unknown, askedAt: number) {
  const names = market.grid.symbols.map(({ series }) => ({ venue: series.venue, symbol: series.symbol }))
  const grid = new GrowingGrid(names, HOUR_MS, market.grid.rows)
  const columns = new GrowingColumns(grid, null)
  rowsOf(market, 0, market.grid.rows).forEach(({ openMs, candles }, row) => {
    if (row === askedAt) take(columns)
    grid.append(openMs, candles)
    columns.advance()
  })
  return { grid, columns }
}

const same = (a: Float64Array, b: Float64Array, rows: number): boolean =>
  Buffer.from(a.slice(0, rows).buffer).equals(Buffer.from(b.slice(0, rows).buffer))

describe('growing columns', () => {
  for (const symbols of [1, 3]) {
    it(`are the batch's, for every indicator, with ${symbols} symbols`, () => {
      const market = marketOf(symbols === 1 ? randomCandles({ seed: 4, bars: 400 }) : randomSeries(4, symbols, 300))
      const asked = specs(symbols)
      const rows = market.grid.rows
      // Asked for before the first row, or late: what is there is caught up with.
      for (const askedAt of [0, 150]) {
        const { columns } = grown(market, (x) => asked.map((spec) => x.indicator(spec)), askedAt)
        for (const spec of asked) {
          expect(same(columns.indicator(spec), market.columns.indicator(spec), rows), JSON.stringify(spec)).toBe(true)
        }
        for (let symbol = 0; symbol < symbols; symbol++) {
          for (const field of ['open', 'high', 'low', 'close', 'volume'] as const) {
            expect(same(columns.column(symbol, field), market.columns.column(symbol, field), rows)).toBe(true)
            const longer = columns.column(symbol, field, '4h')
            expect(same(longer, market.columns.column(symbol, field, '4h'), rows), `${field} 4h`).toBe(true)
          }
          expect(columns.markAt(symbol, rows - 1)).toEqual(market.columns.markAt(symbol, rows - 1))
        }
      }
    })
  }

  it('go on from snapshots with the same bits', () => {
    const market = marketOf(randomCandles({ seed: 9, bars: 300 }))
    const { candles } = market.grid.symbols[0]!.series
    const cut = 200
    const asked: IndicatorSpec[] = listIndicators().map(({ kind }) => ({ kind }))
    const states = asked.map((spec) => {
      const indicator = createIndicator(spec)
      const inputs = resolveIndicator(spec).inputs.map((input) => candles[input])
      indicator.advance(
        inputs,
        0,
        cut,
        indicator.outputs.map(() => new Float64Array(cut)),
      )
      return { symbol: 0, spec, state: indicator.snapshot() }
    })
    const continuation: Continuation = { atMs: candles.time[cut - 1]! + HOUR_MS, states, whole: false }
    const grid = new GrowingGrid([{ venue: 'test', symbol: 'BTC/USD' }], HOUR_MS, 300)
    const columns = new GrowingColumns(grid, continuation)
    const taken = asked.map((spec) => columns.indicator(spec))
    // Only the last bars from before the cut are there.
    for (const { openMs, candles: row } of rowsOf(market, 150, 300)) {
      grid.append(openMs, row)
      columns.advance()
    }
    asked.forEach((spec, k) => {
      const whole = market.columns.indicator(spec)
      expect(taken[k]!.slice(0, 50).every(Number.isNaN)).toBe(true)
      expect(Buffer.from(taken[k]!.slice(50, 150).buffer), spec.kind).toEqual(Buffer.from(whole.slice(200, 300).buffer))
    })
    const unknown = (): Float64Array => columns.indicator({ kind: 'sma', length: 77 })
    expect(unknown).toThrow(/no state of/)
  })

  it('have nothing in the row that forms, and take rows in order only', () => {
    const market = marketOf(randomCandles({ seed: 2, bars: 5 }))
    const { grid } = grown(market, () => {}, 0)
    const { close, mark } = grid.symbols[0]!
    expect([close[5], mark[5]]).toEqual([Number.NaN, Number.NaN])
    expect(() => grid.append(grid.time[4]!, [null])).toThrow(/doesn't follow/)
    expect(() => grid.append(grid.time[4]! + HOUR_MS, [null])).toThrow(/are full/)
  })
})
