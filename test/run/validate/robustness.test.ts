/** Goal: each circumstance changes what it says and nothing else. */

import { describe, expect, it } from 'vitest'
import { dearer } from '../../../engine/run/dearer.ts'
import { plainTerms } from '../../../engine/run/terms.ts'
import { circumstances, type Subject, withHoles, withoutEdge } from '../../../engine/run/validate/robustness.ts'
import { runWindow } from '../../../engine/run/validate/window-run.ts'
import { strategies } from '../../../strategies/registry.ts'
import { marginTermsOf, perpetualMarket, perpetualRecord } from '../../support/margin-runs.ts'
import { randomCandles } from '../../support/random-market.ts'
import { marketOf, plainConfig } from '../../support/runs.ts'

const HOUR = 3_600_000
const market = marketOf(randomCandles({ seed: 21, bars: 2400 }))
const { time, rows } = market.grid
const config = plainConfig({ costs: { fees: { maker: 0.001, taker: 0.001 }, spreadBps: 4, slippageBps: 2 } })
const terms = plainTerms(config)
const module = await strategies['sma-cross']!()

function subject(fields: Partial<Subject> = {}): Subject {
  return {
    config,
    market,
    terms,
    create: () => module.create({ fast: 5, slow: 20 }),
    window: { fromMs: time[0]!, toMs: time[rows - 1]! + HOUR },
    warmupBars: 0,
    seed: 7,
    ...fields,
  }
}

describe('other circumstances', () => {
  it('costs times a factor are those costs', () => {
    const base = runWindow(subject())
    const twice = runWindow(subject({ terms: dearer(terms, 2) }))
    const flat = plainConfig({ costs: { fees: { maker: 0.002, taker: 0.002 }, spreadBps: 8, slippageBps: 4 } })
    const same = runWindow(subject({ config: flat, terms: plainTerms(flat) }))
    expect(twice.totalReturn).toBeCloseTo(same.totalReturn, 9)
    expect(twice.totalReturn).toBeLessThan(base.totalReturn)
    const rebate = dearer({ ...terms, fees: { kind: 'flat', maker: -0.0001, taker: 0.001 } }, 3)
    expect(rebate.feeFactor).toBe(3)
  })

  it('are listed with the run as it is first; what cannot be run says why', async () => {
    const found = await circumstances(subject())
    expect(found.map(({ name }) => name)).toEqual([
      'as it is',
      'costs × 1.5',
      'costs × 2',
      'latency × 5',
      ...Array.from({ length: 5 }, () => 'start later'),
      'worst ambiguity model',
      'missing bars',
    ])
    for (const { totalReturn } of found) expect(totalReturn).not.toBeNull()
    expect(found[1]!.totalReturn!).toBeLessThan(found[0]!.totalReturn!)
    expect(found[2]!.totalReturn!).toBeLessThan(found[1]!.totalReturn!)
  })

  it("tries other venues' schedules and minimums where the venue's own are used", async () => {
    const real = plainConfig({
      data: { venue: 'kraken', symbols: ['BTC/USD'], timeframe: '1h' },
      costs: { fees: 'schedule' },
      rules: { emergencyLoss: 'off', venueMinimums: true },
    })
    const { loadTerms } = await import('../../../engine/run/terms.ts')
    const own = marketOf([{ ...market.grid.symbols[0]!.series, venue: 'kraken' }])
    const found = await circumstances(subject({ config: real, market: own, terms: await loadTerms(real) }))
    const venues = found.filter(({ name }) => name === 'fees and minimums of')
    expect(venues.map(({ detail }) => detail.split(':')[0])).toEqual(['coinbase', 'binance', 'alpaca'])
    expect(venues.some(({ totalReturn }) => totalReturn !== null)).toBe(true)
    for (const { totalReturn, detail } of venues) if (totalReturn === null) expect(detail).toMatch(/: /)
  })

  it('about one bar in a hundred goes missing, never the first, the same ones for a seed', () => {
    const holes = withHoles(market, 7)
    expect(holes.grid.rows).toBeGreaterThan(0.97 * rows)
    expect(holes.grid.rows).toBeLessThan(rows - 5)
    expect(holes.grid.time[0]).toBe(time[0])
    expect([...withHoles(market, 7).grid.time]).toEqual([...holes.grid.time])
    expect([...withHoles(market, 8).grid.time]).not.toEqual([...holes.grid.time])
  })

  it('perpetuals pay their fundings in every circumstance, and on random walks', async () => {
    const perpetual = perpetualMarket([market.grid.symbols[0]!.series])
    const changes = {
      data: { venue: 'test', symbols: ['BTC/USD:USD'], timeframe: '1h' },
      account: { quote: 'USD', equity: 10_000, profile: 'none', leverage: 3 },
      sizing: { mode: 'percent', fraction: 2 },
    }
    const levered = {
      config: plainConfig(changes),
      terms: marginTermsOf(changes, [perpetualRecord()]),
      market: perpetual,
    }
    for (const { totalReturn, detail } of await circumstances(subject(levered)))
      expect([totalReturn, detail]).not.toContain(null)
    const paid = withoutEdge(subject(levered), 2).returns
    const off = plainConfig({ ...changes, margin: { funding: 'off' } })
    expect(paid).not.toEqual(withoutEdge(subject({ ...levered, config: off }), 2).returns)
  })

  it('a rule without an edge earns clearly on few random walks; one that sees the future would', () => {
    const found = withoutEdge(subject(), 12)
    expect(found.returns).toHaveLength(12)
    expect(found.share).toBeLessThanOrEqual(0.2)
    expect(withoutEdge(subject(), 3).returns).toEqual(found.returns.slice(0, 3))
    const cheat = () => {
      let close: Float64Array
      let x: Parameters<ReturnType<typeof module.create>['setup']>[0]
      return {
        setup(context: typeof x) {
          x = context
          close = x.column(0, 'close')
        },
        onBar(row: number) {
          const up = close[Math.min(close.length - 1, row + 12)]! > close[row]! * 1.01
          if (up && x.position(0) === 0) x.enter(0)
          else if (!up && x.position(0) !== 0) x.exit(0)
        },
      }
    }
    expect(withoutEdge(subject({ create: cheat }), 5).share).toBe(1)
  })
})
